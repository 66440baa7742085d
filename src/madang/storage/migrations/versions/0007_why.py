"""why a reply was made the way it was

Revision: 0007, after 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("replies", schema=None) as batch_op:
        batch_op.add_column(sa.Column("why", sa.JSON(), server_default=sa.text("'{}'"), nullable=False))
