"""Subscriptions at the hubs that feeds offer (WebSub)."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TIMESTAMP

revision = "0005"
down_revision = "0003"
branch_labels = None
depends_on = None

MOMENT = sa.BigInteger().with_variant(TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "subscription",
        *(sa.Column(name, sa.String(), nullable=False) for name in ("source", "hub", "topic", "state")),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("next_try", MOMENT, nullable=False),
        sa.Column("until", MOMENT, nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("received", "ignored", "unreadable")),
        sa.Column("last_received", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("source", "hub", "topic", name="pk_subscription"),
    )
