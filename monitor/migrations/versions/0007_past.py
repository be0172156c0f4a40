"""What a line of the table said before, so that the table can be told as it was at a moment."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TIMESTAMP

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

MOMENT = sa.BigInteger().with_variant(TIMESTAMP(timezone=True), "postgresql")
TEXTS = ("id", "market", "date_precision", "type", "headline", "line_text", "status", "players", "relevance", "source_url", "source_name",
         "conflict_note", "event", "why", "evidence", "sources", "flag")  # fmt: skip
OPEN = ("subtype", "product", "generic", "modality", "indication", "agency", "country", "region", "trial", "currency", "story_id",
        "supersedes", "superseded_by", "reviewed_by", "confirmed", "due")  # fmt: skip


def upgrade() -> None:
    begin = sa.text("0" if op.get_bind().dialect.name == "sqlite" else "'epoch'")
    op.add_column("development", sa.Column("since", MOMENT, nullable=False, server_default=begin))
    op.add_column("development", sa.Column("known_since", MOMENT, nullable=True))
    # A line has said what it says since it was last changed; what it said before was not kept.
    op.execute("UPDATE development SET since = updated_at, known_since = updated_at")
    op.create_index("ix_development_since", "development", ["market", "since"])
    lost = sa.text("known_since IS NOT NULL")
    op.create_index("ix_development_known_since", "development", ["market", "known_since"], sqlite_where=lost, postgresql_where=lost)
    op.create_table(
        "development_past",
        sa.Column("n", sa.Integer(), nullable=False),
        *(sa.Column(name, MOMENT, nullable=False) for name in ("since", "until", "first_seen", "updated_at")),
        sa.Column("reviewed_at", MOMENT, nullable=True),
        *(sa.Column(name, sa.String(), nullable=False) for name in TEXTS),
        *(sa.Column(name, sa.String(), nullable=True) for name in OPEN),
        *(sa.Column(name, sa.Date(), nullable=False) for name in ("event_date", "date_end")),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("date_order", "importance", "n_sources")),
        *(sa.Column(name, sa.Float(), nullable=True) for name in ("deal_upfront", "deal_max")),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("baseline", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("n", name="pk_development_past"),
    )
    op.create_index("ix_development_past_until", "development_past", ["market", "until"])
    op.create_index("ix_development_past_id", "development_past", ["id", "until"])
