"""Entries as they are stored and read: for assessing, for `monitor explain`, and in ranges for trying rules on what came before."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, or_, select

from monitor.errors import NotFound
from monitor.model import Entry, StoredEntry
from monitor.store import keys
from monitor.store.database import Database
from monitor.store.values import load
from monitor.tables import ENTRY, ENTRY_REVISION, PENDING, SOURCE

ENTRY_VALUE = (
    "identity", "title", "lead", "body", "link", "guid", "authors", "published_text", "published", "language", "content_hash",
    "body_missing", "body_until",
)  # fmt: skip
PAGE = 500


def entry_cells(entry: Entry) -> tuple[Any, ...]:
    """What an entry says, in the order of ENTRY_VALUE; NULL for a link or guid that repeats the identity."""
    identity = entry.identity
    return (
        identity, entry.title, entry.lead, entry.body, None if entry.link == identity else entry.link,
        None if entry.guid == identity else entry.guid, json.dumps(entry.authors) if entry.authors else None, entry.published_text,
        entry.published, entry.language, entry.content_hash, entry.body_missing or None, entry.body_until,
    )  # fmt: skip


def entry_of(row: Any) -> Entry:
    """The value of a row that has the columns of ENTRY_VALUE and the source's name as `source`."""
    return Entry(
        source=row.source,
        identity=row.identity,
        title=row.title,
        lead=row.lead,
        body=row.body,
        link=row.identity if row.link is None else row.link,
        guid=row.identity if row.guid is None else row.guid,
        authors=tuple(json.loads(row.authors)) if row.authors else (),
        published_text=row.published_text,
        published=row.published,
        language=row.language,
        content_hash=row.content_hash,
        body_missing=row.body_missing or "",
        body_until=row.body_until,
    )


def storable(entry: Entry) -> Entry:
    """The entry without what no database takes: NUL, and halves of characters. Readers clean texts; this is for what slips through."""
    text = f"{entry.identity}{entry.title}{entry.lead}{entry.body}{entry.link}{entry.guid}{entry.published_text}{entry.language}"
    if text.isascii() and "\0" not in text:
        return entry
    try:
        text.encode()
        if "\0" not in text:
            return entry
    except UnicodeEncodeError:
        pass
    fields = ("identity", "title", "lead", "body", "link", "guid", "published_text", "language")
    cleaned: dict[str, Any] = {name: _clean(getattr(entry, name)) for name in fields}
    return replace(entry, **cleaned)


def _clean(text: str) -> str:
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def _stored(row: Any) -> StoredEntry:
    return StoredEntry(row.id, entry_of(row), row.first_seen, row.baseline, row.revision)


def _wanted() -> Select[Any]:
    columns = [ENTRY.c[name] for name in ("id", "first_seen", "baseline", "revision", *ENTRY_VALUE)]
    return select(*columns, SOURCE.c.name.label("source")).join_from(ENTRY, SOURCE)


class Entries(Database):
    """Entries, read."""

    def unassessed(self, limit: int) -> tuple[StoredEntry, ...]:
        """Entries that are new or edited since they were decided about, oldest first."""
        # In the order of the small index of what waits; by number alone, SQLite would read every entry instead.
        asked = _wanted().where(PENDING).order_by(ENTRY.c.pending, ENTRY.c.id).limit(limit)
        with self._read() as connection:
            rows = connection.execute(asked).all()
        return tuple(_stored(row) for row in rows)

    def entry(self, number: int) -> StoredEntry:
        """The entry of that number; raises NotFound."""
        with self._read() as connection:
            row = connection.execute(_wanted().where(ENTRY.c.id == number)).first()
        if row is None:
            raise NotFound(f"no entry {number}")
        return _stored(row)

    def entries_at(self, link: str) -> tuple[StoredEntry, ...]:
        """The entries that link there, oldest first; campaign marks, www and the closing slash do not matter."""
        lowest, highest = keys.link_keys(link)
        with self._read() as connection:
            rows = connection.execute(_wanted().where(ENTRY.c.second_key.between(lowest, highest)).order_by(ENTRY.c.id)).all()
        found = (_stored(row) for row in rows)
        return tuple(stored for stored in found if keys.normal_link(stored.entry.link) == keys.normal_link(link))

    def revisions(self, number: int) -> tuple[Entry, ...]:
        """What an entry said before it was edited, oldest first."""
        asked = select(ENTRY_REVISION.c.value).where(ENTRY_REVISION.c.entry_id == number).order_by(ENTRY_REVISION.c.revision)
        with self._read() as connection:
            return tuple(load(Entry, value) for value in connection.execute(asked).scalars())

    def entries(self, start: datetime, end: datetime) -> Iterator[StoredEntry]:
        """The entries first seen in [start, end) in that order, read a page at a time, so that nothing waits for a slow caller."""
        after = (start, -1)
        first_seen, number = ENTRY.c.first_seen, ENTRY.c.id
        while True:
            beyond = or_(first_seen > after[0], and_(first_seen == after[0], number > after[1]))
            asked = _wanted().where(first_seen >= after[0], first_seen < end, beyond).order_by(first_seen, number).limit(PAGE)
            with self._read() as connection:
                rows = connection.execute(asked).all()
            yield from (_stored(row) for row in rows)
            if len(rows) < PAGE:
                return
            after = (rows[-1].first_seen, rows[-1].id)
