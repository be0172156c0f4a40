"""What all tables are made of: the types of columns that databases disagree about, and names for constraints."""

from datetime import UTC as UTC_ZONE
from datetime import datetime, timedelta
from typing import Any, ClassVar

from sqlalchemy import BigInteger, Dialect, Index, MetaData, TypeDecorator, text
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.types import TypeEngine
from sqlmodel import SQLModel

EPOCH = datetime(1970, 1, 1, tzinfo=UTC_ZONE)
MICROSECOND = timedelta(microseconds=1)


def aware(value: datetime) -> datetime:
    """The moment itself; ValueError when it is naive."""
    if value.tzinfo is None:
        raise ValueError(f"{value!r} has no time zone: the store takes aware times only")
    return value


def microseconds(value: datetime) -> int:
    """Microseconds since 1970; ValueError for a naive moment."""
    return (aware(value) - EPOCH) // MICROSECOND


class UTC(TypeDecorator[datetime]):
    """A moment: aware in, aware in UTC out; a naive one is refused with ValueError.

    On SQLite, which has no time zones, microseconds since 1970: `datetime(first_seen / 1000000, 'unixepoch')` reads them.
    """

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(TIMESTAMP(timezone=True) if dialect.name == "postgresql" else BigInteger())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        return aware(value) if dialect.name == "postgresql" else microseconds(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.astimezone(UTC_ZONE) if dialect.name == "postgresql" else EPOCH + timedelta(microseconds=value)


class Duration(TypeDecorator[timedelta]):
    """A length of time, kept as microseconds."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: timedelta | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        return None if value is None else value // MICROSECOND

    def process_result_value(self, value: Any, dialect: Dialect) -> timedelta | None:  # noqa: ARG002
        return None if value is None else timedelta(microseconds=value)


class Row(SQLModel):
    """Base of all tables; constraints have names, so that a migration can find them."""

    metadata: ClassVar[MetaData] = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def partial(name: str, *columns: Any, where: str) -> Index:
    """An index over the few rows that wait for something; the condition must stand in the query word for word."""
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))
