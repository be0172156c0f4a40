"""What answers instead of the publisher: each file of walls/ is an answer, with the state it must end in and words that say why."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.errors import FetchError
from monitor.model import Validators
from monitor.sources import Reader
from tests.loopback import Web, answer
from tests.newsroom import MONDAY

CASES = {path.stem: path for path in sorted((Path(__file__).parent / "walls").glob("*.txt"))}


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    opened = Reader(workers=1)
    yield opened
    opened.close()


def ended(case: Path, reader: Reader) -> tuple[str, str]:
    """How a look at that answer ends, and what it says."""
    head, _, body = case.read_text(encoding="utf-8").partition("\n\n")
    said = dict(line.split(": ", 1) for line in head.splitlines()[2:])
    script = answer(int(said.pop("status")), body.encode(), **{name.replace("-", "_"): value for name, value in said.items()})
    with Web({"/feed": script}) as web:
        source, fetcher = web.source("/feed"), web.fetcher()
        try:
            page = fetcher.get(source, Validators(), MONDAY)
        except FetchError as error:
            return str(error.outcome), error.detail
    assert page is not None
    document = reader.read(source.kind, page.body, source, page.url)
    return str(document.outcome), document.detail


@pytest.mark.parametrize("name", CASES)
def test_what_is_not_the_publisher_is_told_from_it(name: str, reader: Reader) -> None:
    expected, says = (line.split(": ", 1)[1] if ": " in line else "" for line in CASES[name].read_text(encoding="utf-8").splitlines()[:2])
    outcome, detail = ended(CASES[name], reader)
    assert outcome == expected
    assert says in detail
