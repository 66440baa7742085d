"""how often something was tried lately

Revision: 0009, after 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "limit_uses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("who", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_limit_uses")),
    )
    op.create_index("ix_limit_uses_at", "limit_uses", ["kind", "at"], unique=False)
    op.create_index("ix_limit_uses_who", "limit_uses", ["kind", "who", "at"], unique=False)
