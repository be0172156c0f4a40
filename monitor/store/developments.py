"""The table for report builders: reading it, and what people decide about its lines."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, insert, or_, select, union

from monitor.errors import DecisionError, NotFound
from monitor.model import IN_REPORT, Development, Status
from monitor.store import freezing, keys
from monitor.store.database import Database
from monitor.store.freezing import Kept, same_but_for_times
from monitor.store.lines import LINES, STATUSES, development_of, kept_where, write_lines
from monitor.tables import DECISION, DEVELOPMENT, DEVELOPMENT_PLAYER, EPOCH, LIES_AHEAD
from monitor.tables import IN_REPORT as STANDS_IN_REPORT

ORDER = (DEVELOPMENT.c.date_order, DEVELOPMENT.c.importance)
NO_LONGER_IN_SEEDS = "no longer among the baseline of its market in seeds/"


@dataclass(frozen=True, slots=True)
class Decision:
    """Who decided what about a development, and what it was before."""

    at: datetime
    actor: str
    old_status: Status
    new_status: Status
    old_line: str
    new_line: str


class Developments(Database):
    """Developments, as lines of the table."""

    def developments(
        self,
        market: str,
        *,
        since: date | None = None,
        until: date | None = None,
        players: Collection[str] = (),
        types: Collection[str] = (),
        statuses: Collection[Status] = (),
        regions: Collection[str] = (),
        minimum_importance: int = 1,
        oldest_first: bool = False,
        limit: int | None = None,
    ) -> tuple[Development, ...]:
        """A market's developments, newest first, then by importance, then by id; `oldest_first` is exactly the reverse.

        Empty filters let all pass. An event known to the month alone stands below the dated ones of that month, and is in every period
        that touches the month.
        """
        wanted: list[ColumnElement[bool]] = [DEVELOPMENT.c.market == market]
        if since is not None:
            wanted += [DEVELOPMENT.c.date_order >= keys.lowest_order(since), DEVELOPMENT.c.date_end >= since]
        if until is not None:
            wanted.append(DEVELOPMENT.c.date_order <= keys.date_order(until, "day"))
        if types:
            wanted.append(DEVELOPMENT.c.type.in_(sorted(types)))
        if set(statuses) == set(IN_REPORT):
            wanted.append(STANDS_IN_REPORT)  # type: ignore[arg-type]  # word for word, so that its own index serves it
        elif statuses:
            wanted.append(DEVELOPMENT.c.status.in_(sorted(str(status) for status in statuses)))
        if regions:
            wanted.append(or_(DEVELOPMENT.c.region.in_(sorted(regions)), DEVELOPMENT.c.country.in_(sorted(regions))))
        if players:
            named = (DEVELOPMENT_PLAYER.c.development_id == DEVELOPMENT.c.id) & DEVELOPMENT_PLAYER.c.player.in_(sorted(players))
            wanted.append(select(DEVELOPMENT_PLAYER.c.player).where(named).exists())
        if minimum_importance > 1:
            wanted.append(DEVELOPMENT.c.importance >= minimum_importance)
        newest = (*(column.desc() for column in ORDER), DEVELOPMENT.c.id)
        oldest = (*ORDER, DEVELOPMENT.c.id.desc())
        asked = LINES.where(*wanted).order_by(*(oldest if oldest_first else newest)).limit(limit)
        with self._read() as connection:
            rows = connection.execute(asked).all()
        return tuple(development_of(row) for row in rows)

    def development(self, number: str) -> Development:
        """The development of that id; raises NotFound."""
        with self._read() as connection:
            return _kept(connection, number).development

    def proposal(self, number: str) -> Development | None:
        """How a decided development would be proposed today; None when its event was not told again since. Raises NotFound."""
        with self._read() as connection:
            return _kept(connection, number).proposal

    def developments_of(self, event: str) -> tuple[Development, ...]:
        """The lines of an event in every market, withdrawn ones included."""
        with self._read() as connection:
            return tuple(kept.development for kept in kept_where(connection, DEVELOPMENT.c.event == event))

    def developments_changed(self, markets: Collection[str], start: datetime, end: datetime) -> tuple[Development, ...]:
        """What was first seen or changed in [start, end) in these markets, whatever its status, newest event first."""
        inside = [
            select(DEVELOPMENT.c.id).where(DEVELOPMENT.c.market == market, moment >= start, moment < end)
            for market in sorted(markets)
            for moment in (DEVELOPMENT.c.first_seen, DEVELOPMENT.c.updated_at)
        ]
        if not inside:
            return ()
        newest = (*(column.desc() for column in ORDER), DEVELOPMENT.c.id)
        asked = LINES.where(DEVELOPMENT.c.id.in_(union(*inside))).order_by(*newest)
        with self._read() as connection:
            rows = connection.execute(asked).all()
        return tuple(development_of(row) for row in rows)

    def developments_ahead(self, market: str, since: date) -> tuple[Development, ...]:
        """What states a date ahead, of events of that day or later, oldest first; without what was rejected or withdrawn."""
        wanted = (DEVELOPMENT.c.market == market, LIES_AHEAD, DEVELOPMENT.c.date_order >= keys.lowest_order(since))
        standing = DEVELOPMENT.c.status.not_in([str(Status.REJECTED), str(Status.WITHDRAWN)])
        asked = LINES.where(*wanted, standing).order_by(DEVELOPMENT.c.date_order, DEVELOPMENT.c.id)
        with self._read() as connection:
            rows = connection.execute(asked).all()
        return tuple(development_of(row) for row in rows)

    def decide(
        self, number: str, status: Status, actor: str, now: datetime, line: str | None = None, *, seen: str | None = None
    ) -> Development:
        """Accept, edit (with a line) or reject a development; it is frozen from then on. Deciding the same again changes nothing.

        Accepting takes the line as it is proposed now. `seen` is the line that the person saw: when it reads otherwise now, or somebody
        decided, nothing is done. Raises NotFound, and DecisionError for what cannot be decided so.
        """
        with self._write() as connection:
            before = _kept(connection, number)
            if seen is not None and (before.decided or before.development.line_text != seen):
                raise DecisionError(f"{number} is not what it was when you were shown it; nothing was done")
            after = freezing.decide(before, status, actor, now, line)
            if after is None:
                return before.development
            write_lines(connection, [after], now)
            told = {"at": now, "actor": actor, "old_status": str(before.development.status), "new_status": str(after.development.status)}
            lines = {"old_line": before.development.line_text, "new_line": after.development.line_text}
            connection.execute(insert(DECISION).values(development_id=number, **told, **lines))
        return after.development

    def decisions(self, number: str) -> tuple[Decision, ...]:
        """What people decided about a development, oldest first."""
        columns = [DECISION.c[name] for name in ("at", "actor", "old_status", "new_status", "old_line", "new_line")]
        asked = select(*columns).where(DECISION.c.development_id == number).order_by(DECISION.c.id)
        with self._read() as connection:
            rows = connection.execute(asked).all()
        return tuple(Decision(at, actor, STATUSES[old], STATUSES[new], *lines) for at, actor, old, new, *lines in rows)

    def sync_baseline(self, developments: Sequence[Development], market: str | None = None, now: datetime | None = None) -> None:
        """Take over the lines that a report printed before; those of these markets that left seeds/ are withdrawn.

        `market` names the one that has none any more; `now`: when the developments are not to say it themselves.
        """
        markets = sorted({one.market for one in developments} | ({market} if market else set()))
        with self._read() as connection:
            if not _baseline_changes(connection, developments, markets, now):
                return
        with self._write() as connection:
            changed = _baseline_changes(connection, developments, markets, now)
            write_lines(connection, changed, now or max((kept.development.updated_at for kept in changed), default=EPOCH))


def _kept(connection: Connection, number: str) -> Kept:
    found = kept_where(connection, DEVELOPMENT.c.id == number)
    if not found:
        raise NotFound(f"no development {number!r}: `monitor table --market M --status all` lists those there are")
    return found[0]


def _baseline_changes(
    connection: Connection, developments: Sequence[Development], markets: Sequence[str], now: datetime | None
) -> list[Kept]:  # fmt: skip
    wanted = {one.id: one for one in developments}
    now = now or max((one.updated_at for one in developments), default=None)
    ours = DEVELOPMENT.c.market.in_(markets) & STANDS_IN_REPORT & (DEVELOPMENT.c.status == str(Status.BASELINE))
    known = {kept.development.id: kept.development for kept in kept_where(connection, or_(ours, DEVELOPMENT.c.id.in_(list(wanted))))}
    changed = []
    for number, one in wanted.items():
        before = known.get(number)
        if before is None:
            changed.append(Kept(one))
        elif not same_but_for_times(before, one):
            changed.append(Kept(replace(one, first_seen=before.first_seen)))
    for number, before in known.items():
        if number not in wanted:
            left = replace(before, status=Status.WITHDRAWN, flag=NO_LONGER_IN_SEEDS, updated_at=now or before.updated_at)
            changed.append(Kept(left))
    return changed
