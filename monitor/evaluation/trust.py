"""How far a labelled item's source is trusted: its file gives a name, not a tier.

| words in the source's name | tier |
|---|---|
| content farm | 4 |
| aggregator, blog, podcast, translation, op-ed | 3 |
| wire, newsroom, press release, regulator, FDA, EMA, SEC | 1 |
| anything else, trade press among it | 2 |

The first row that fits decides.
"""

from __future__ import annotations

import re

ROWS = (
    (4, re.compile(r"content farm")),
    (3, re.compile(r"aggregator|blog|podcast|translat|op-ed")),
    (1, re.compile(r"wire|newsroom|press release|regulator|\bfda\b|\bema\b|\bsec(?:_|\b)")),
)


def tier_of(source: str) -> int:
    """The tier of a source known by name only."""
    folded = source.casefold()
    return next((tier for tier, words in ROWS if words.search(folded)), 2)
