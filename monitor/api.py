"""The table for scripts and notebooks: `from monitor import developments`."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from monitor import exports
from monitor.app import Environment, environment, load, utc_now
from monitor.asked import Asked, Order, resolve
from monitor.config import load_seeds, shipped
from monitor.errors import MonitorError, NotFound
from monitor.exports import About
from monitor.gazetteer import Seeds
from monitor.model import Changed, Development, Source
from monitor.store import Store

if TYPE_CHECKING:
    import pandas
    import polars

ISSUE = re.compile(r"(?P<edition>.+?)[/ #-](?P<number>\d{1,6})")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class Table:
    """Rows in the order of the table, with as of when they are so and what was asked."""

    rows: tuple[Development, ...]
    about: About

    def __iter__(self) -> Iterator[Development]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, place: int) -> Development:
        return self.rows[place]

    @property
    def as_of(self) -> datetime:
        """The moment of the table; asking with it again brings the same rows."""
        return self.about.as_of

    def to_pandas(self) -> pandas.DataFrame:
        """A data frame, a column for each of the table, with dates as dates. Raises MonitorError where pandas is not installed."""
        try:
            import pandas
        except ImportError as error:
            raise MonitorError("to_pandas needs pandas: pip install pandas") from error
        frame = pandas.DataFrame([exports.typed(one) for one in self.rows], columns=list(exports.COLUMNS))
        moments = ("event_date", "first_seen", "updated_at")
        kinds = {"event_date": "datetime64[s]"} | dict.fromkeys(moments[1:], "datetime64[us, UTC]")
        numbers = {name: "Int64" if name in exports.WHOLE else "Float64" for name in exports.NUMBERS}
        return frame.astype({**kinds, **numbers})

    def to_polars(self) -> polars.DataFrame:
        """The same for polars. Raises MonitorError where polars is not installed."""
        try:
            import polars
        except ImportError as error:
            raise MonitorError("to_polars needs polars: pip install polars") from error
        kinds: dict[str, Any] = dict.fromkeys(exports.COLUMNS, polars.String)
        kinds |= {name: polars.Int64 if name in exports.WHOLE else polars.Float64 for name in exports.NUMBERS}
        kinds |= dict.fromkeys(("first_seen", "updated_at"), polars.Datetime("us", "UTC")) | {"event_date": polars.Date}
        kinds["players"] = polars.List(polars.Struct(dict.fromkeys(("id", "name", "role"), polars.String)))
        return polars.DataFrame([exports.typed(one) for one in self.rows], schema=kinds)

    def save(self, path: str | Path) -> None:
        """Write a file as `monitor table --output` does; its suffix names the format."""
        exports.save(Path(path), self.rows, self.about)


def developments(
    *markets: str,
    since: date | None = None,
    until: date | None = None,
    players: Sequence[str] = (),
    products: Sequence[str] = (),
    types: Sequence[str] = (),
    stages: Sequence[str] = (),
    agencies: Sequence[str] = (),
    regions: Sequence[str] = (),
    statuses: Sequence[str] = (),
    min_importance: int = 1,
    max_tier: int = 4,
    text: str = "",
    order: Order = "newest",
    as_of: datetime | None = None,
    database: str | None = None,
    config: str | None = None,
) -> Table:
    """The latest developments of these markets (ids or short names; all without), filtered as `monitor table` does.

    `database` and `config` default to MONITOR_DATABASE_URL and MONITOR_CONFIG. Reads alone, and changes nothing. Raises MonitorError for a
    database that does not exist, NotFound for a name that does not.
    """
    asked = Asked(
        markets, since, until, _several(players), _several(products), _several(types), _several(stages), _several(agencies),
        _several(regions), _several(statuses), min_importance, max_tier, text, order,
    )  # fmt: skip
    url, seeds, sources = _around(database, config)
    with Store.open(url) as store:
        rows, about = pull(store, seeds, sources, asked, now=utc_now(), as_of=as_of)
        return Table(tuple(one for one in rows if isinstance(one, Development)), about)


def pull(
    store: Store,
    seeds: Seeds,
    sources: Iterable[Source],
    asked: Asked,
    *,
    now: datetime,
    as_of: datetime | None = None,
    changed_since: datetime | None = None,
    columns: tuple[str, ...] = exports.COLUMNS,
    with_path: bool = True,
) -> tuple[Iterator[Development | Changed], About]:
    """The rows, as they are taken from the store, and what the table says of itself; with `changed_since` only what changed, marked.

    `with_path`: as `Store.table` has it, for rows of a table.

    Raises MonitorError for a moment that has not come yet.
    """
    wanted = resolve(asked, seeds, sources)
    if as_of is not None and as_of > now:
        raise MonitorError(f"as of {as_of:%Y-%m-%dT%H:%M:%SZ} nothing can be known yet: it is {now:%Y-%m-%dT%H:%M:%SZ}")
    at = as_of or store.table_moment([one.market for one in wanted], now)
    filters = {**asked.filters, "markets": [one.market for one in wanted]}
    if changed_since is not None:
        filters["changed_since"] = changed_since.isoformat().replace("+00:00", "Z")
        if changed_since > at:
            raise MonitorError(
                f"nothing can have changed since {changed_since:%Y-%m-%dT%H:%M:%SZ}: the table is as of {at:%Y-%m-%dT%H:%M:%SZ}"
            )
    about = About(at, filters, columns, {one.market: seeds.markets[one.market].short for one in wanted})

    def rows() -> Iterator[Development | Changed]:
        for one in wanted:
            if changed_since is None:
                yield from store.table(one, at, with_path=with_path)
            else:
                yield from store.table_changes(one, changed_since, at)

    return rows(), about


def moment(store: Store, named: str) -> datetime:
    """A day (as it begins), a moment, or where the period of an issue ends: `2026-05-04`, `2026-05-04T05:00:00Z`, `weekly/12`."""
    if DAY.match(named):
        try:
            found = datetime.fromisoformat(named)
        except ValueError as error:
            raise NotFound(f"{named!r} is no day or moment: write 2026-05-04 or 2026-05-04T05:00:00Z") from error
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    if issue := ISSUE.fullmatch(named):
        return store.issue_end(issue["edition"], int(issue["number"]))
    raise NotFound(f"{named!r} is neither a day (2026-05-04), a moment (2026-05-04T05:00:00Z) nor an issue (weekly/12)")


def _several(value: Sequence[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _around(database: str | None, config: str | None) -> tuple[str, Seeds, tuple[Source, ...]]:
    """Where the database is, and the files that name things; the shipped seeds/ where there is no feeds.yaml."""
    url = database or os.environ.get("MONITOR_DATABASE_URL")
    try:
        found: Environment | None = environment(config, url)
    except MonitorError:
        if config or url is None:
            raise
        found = None
    url = found.database if found else str(url)
    scheme, _, rest = url.partition(":///")
    if scheme.startswith("sqlite") and not Path(file := unquote(rest.partition("?")[0])).is_file():
        raise MonitorError(
            f"no database at {file}: name one by `database` or MONITOR_DATABASE_URL, such as sqlite:////srv/monitor/monitor.db"
        )
    if found is None:
        return url, load_seeds(shipped("seeds"))[0], ()
    settings, seeds, _ = load(found)
    return url, seeds, settings.sources
