"""`python -m bench.labels OUT.jsonl [NEWS_DIR]`: join the labels with the texts they belong to, as a labelled file for `monitor train`.

One line of news.tsv is an id of ../shared/data/news and its type, alternatives joined by `|`; `null` announces no development. They are
the judgement of one reader each and say so (`unsure`), so that the second reader learns less from each than from others. The readers
were not told who is tracked: of a type that counts only there (`only_tracked`), other items may as well announce nothing.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from monitor.assess import Assessor
from monitor.config import load_seeds, shipped
from monitor.model import Entry, StoredEntry

HERE = Path(__file__).parent
NEWS = HERE.parents[1].parent / "shared" / "data" / "news"


def joined(news: Path) -> list[dict[str, object]]:
    """The labelled items whose text is there, in the order of the labels."""
    labels = dict(line.split("\t") for line in (HERE / "news.tsv").read_text(encoding="utf-8").splitlines())
    texts: dict[str, dict[str, object]] = {}
    for path in sorted(news.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            item = json.loads(line)
            if item["id"] in labels:
                texts.setdefault(item["id"], item)
    assessor = Assessor(load_seeds(shipped("seeds"))[0])
    keys = ("id", "title", "summary", "source", "published", "url")
    return [
        {
            **{key: texts[id_].get(key) for key in keys},
            "expect": {"types": _types(kinds.split("|"), texts[id_], assessor), "unsure": True},
        }
        for id_, kinds in labels.items()
        if id_ in texts
    ]


def _types(kinds: Sequence[str], item: Mapping[str, object], assessor: Assessor) -> list[str | None]:
    found: list[str | None] = [None if kind == "null" else kind for kind in kinds]
    entry = Entry("", str(item["id"]), str(item.get("title") or ""), str(item.get("summary") or ""))
    _, reading = assessor.read(StoredEntry(0, entry, datetime.fromisoformat(str(item.get("published") or "2026-01-01T00:00:00+00:00"))))
    return [*found, None] if reading.untracked.intersection(kinds) and None not in found else found


def main() -> int:
    if len(sys.argv) < 2:
        print(__doc__)
        return 2
    news = Path(sys.argv[2]) if len(sys.argv) > 2 else NEWS
    if not news.is_dir():
        print(f"no folder {news}: name the one with the news files")
        return 2
    items = joined(news)
    Path(sys.argv[1]).write_text("".join(json.dumps(item, ensure_ascii=False) + "\n" for item in items), encoding="utf-8")
    print(f"{len(items)} labelled items")
    return 0


if __name__ == "__main__":
    sys.exit(main())
