"""Why the text that an entry links to is missing, and until when it is tried again."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TIMESTAMP

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MOMENT = sa.BigInteger().with_variant(TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    op.add_column("entry", sa.Column("body_missing", sa.String(), nullable=True))
    op.add_column("entry", sa.Column("body_until", MOMENT, nullable=True))
