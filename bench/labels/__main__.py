"""`python -m bench.labels OUT.jsonl [NEWS_DIR]`: join the labels with the texts they belong to, as a labelled file for `monitor train`.

One line of news.tsv is an id of ../shared/data/news and its type, alternatives joined by `|`; `null` announces no development. They are
the judgement of one reader each and say so (`unsure`), so that the second reader learns less from each than from others.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

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
    keys = ("id", "title", "summary", "source", "published", "url")
    return [
        {
            **{key: texts[id_].get(key) for key in keys},
            "expect": {"types": [None if kind == "null" else kind for kind in kinds.split("|")], "unsure": True},
        }
        for id_, kinds in labels.items()
        if id_ in texts
    ]


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
