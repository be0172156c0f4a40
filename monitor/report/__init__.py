"""The "Recent Developments" section of a report, kept up to date in Word, HTML, Markdown, reStructuredText and text files.

How a report is read and written:

- The section is found by its heading (in any case, after a number or the market's name). A title in a table of contents or a mention in a
  sentence is no heading; two matching headings are an error.
- New lines take the report's own order (seen from the months of its entries; newest first where nothing tells), bullets, newlines and
  encoding. A plain-text report gets plain lines. Markdown hides the id of a line in a comment, HTML in `data-id`; `data-monitor` (in
  Markdown a second word) is a fingerprint that tells whether the line was edited since.
- Word keeps every part of the file but its main one, and that outside the section byte for byte. The section is found by a heading style,
  or a paragraph in bold; a new line takes the paragraph and run formatting of its neighbour, hides id and fingerprint in a bookmark whose
  name Word does not show, and is a tracked insertion where that is wanted. A signed, protected or damaged file is left alone.
- reStructuredText gets its signs escaped and its blank lines kept; it hides no id, since a comment there would tear lists apart.
- Where no id is hidden, a line is known by its words, or by month, names and likeness. Baseline developments are the report's own
  entries: they are recognised, never added.
- Where the form is a table, a development is a row of date, development and source, in the section's own table when its heading names
  developments, else in a new one behind what stands there; reStructuredText has a list-table. The fingerprint is of the whole row. What is
  told as a line is not told as a row again, nor the other way round.
- A comment `monitor: key=value …` in Markdown, HTML and reStructuredText holds rules of the report's own (marker.py).
- Proposed lines begin with "[proposed]", so that no editor mistakes them; the mark goes when the line is accepted.
- Every other byte stays. An entry that reads differently from its line was edited by hand: it stays and is named. Only a line whose
  fingerprint shows that nobody touched it follows what a person decided later with `monitor edit`. What was withdrawn or superseded is
  named, not changed; where it is asked for, a comment in Markdown and HTML says so beside the line.
- A new section goes to the end of the report, in its own style, but before a closing "Note:" or "Disclaimer:".
- Numbers of a numbered list are counted anew below a new entry.
"""

from monitor.report.rules import Rules
from monitor.report.section import Order
from monitor.report.update import Update, plan, present_lines, ruled, write

__all__ = ["Order", "Rules", "Update", "plan", "present_lines", "ruled", "write"]
