"""The "Recent Developments" section of a report, kept up to date in text, Markdown and HTML files.

How a report is read and written:

- The section is found by its heading (in any case, after a number or the market's name). A title in a table of contents or a mention in a
  sentence is no heading; two matching headings are an error.
- New lines take the report's own order (seen from the months of its entries; newest first where nothing tells), bullets, newlines and
  encoding. A plain-text report gets plain lines. Markdown hides the id of a line in a comment, HTML in `data-id`; `data-monitor` (in
  Markdown a second word) is a fingerprint that tells whether the line was edited since.
- Where no id is hidden, a line is known by its words, or by month, names and likeness. Baseline developments are the report's own
  entries: they are recognised, never added.
- Proposed lines begin with "[proposed]", so that no editor mistakes them; the mark goes when the line is accepted.
- Every other byte stays. An entry that reads differently from its line was edited by hand: it stays and is named. Only a line whose
  fingerprint shows that nobody touched it follows what a person decided later with `monitor edit`. What was withdrawn or superseded is
  named, not changed.
- A new section goes to the end of the report, in its own style, but before a closing "Note:" or "Disclaimer:".
- Numbers of a numbered list are counted anew below a new entry.
"""

from monitor.report.section import Order
from monitor.report.update import Update, plan, present_lines, write

__all__ = ["Order", "Update", "plan", "present_lines", "write"]
