"""Copies that are sent again, what came back, and who gets nothing any more."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TIMESTAMP

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

MOMENT = sa.BigInteger().with_variant(TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    with op.batch_alter_table("delivery") as delivery:
        delivery.add_column(sa.Column("resent", sa.Integer(), nullable=False, server_default="0"))
        delivery.drop_constraint("uq_delivery_recipient", type_="unique")
        delivery.create_unique_constraint("uq_delivery_recipient", ["issue_id", "sink", "recipient", "resent"])
        delivery.create_index("ix_delivery_message_id", ["message_id"])
    op.create_table(
        "bounce",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("hard", sa.Boolean(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_bounce"),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name="fk_bounce_delivery_id_delivery"),
    )
    op.create_index("ix_bounce_recipient", "bounce", ["recipient", "at"])
    op.create_table(
        "suppression",
        *(sa.Column(name, sa.String(), nullable=False) for name in ("address", "edition", "reason", "detail")),
        sa.Column("since", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("address", "edition", name="pk_suppression"),
    )
