"""What bears a development out, and what it says lies ahead."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("development", sa.Column("confirmed", sa.String(), nullable=True))
    op.add_column("development", sa.Column("due", sa.String(), nullable=True))
    ahead = sa.text("due IS NOT NULL")
    op.create_index("ix_development_due", "development", ["market", "date_order"], sqlite_where=ahead, postgresql_where=ahead)
