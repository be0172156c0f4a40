"""What a source's health needs: its rhythm, what is held back until a person decides, and what an alarm told of it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TIMESTAMP

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

MOMENT = sa.BigInteger().with_variant(TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    with op.batch_alter_table("source") as source:
        source.add_column(sa.Column("rhythm", sa.BigInteger(), nullable=True))
        source.add_column(sa.Column("shown", sa.Integer(), nullable=False, server_default="0"))
        source.add_column(sa.Column("held", sa.Integer(), nullable=False, server_default="0"))
        source.add_column(sa.Column("refused_move", sa.String(), nullable=True))
        source.add_column(sa.Column("alarmed", sa.String(), nullable=True))
    with op.batch_alter_table("source") as source:
        for name in ("shown", "held"):
            source.alter_column(name, server_default=None)
    op.create_table(
        "held",
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("identity", sa.String(), nullable=False),
        sa.Column("seen", MOMENT, nullable=False),
        sa.Column("refused", sa.Boolean(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name="fk_held_source_id_source"),
        sa.PrimaryKeyConstraint("source_id", "identity", name="pk_held"),
    )
