"""what became of each page of a site, originals that visitors may open, and addresses that characters had

Revision: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("knowledge_site_pages", schema=None) as batch_op:
        batch_op.add_column(sa.Column("round", sa.Integer(), server_default="0", nullable=False))
    with op.batch_alter_table("knowledge_sources", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("shared", sa.Boolean(), server_default=sa.text("false"), nullable=False)
        )
    op.create_table(
        "character_old_slugs",
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("character_id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["character_id"],
            ["characters.id"],
            name=op.f("fk_character_old_slugs_character_id_characters"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_character_old_slugs")),
    )
    with op.batch_alter_table("character_old_slugs", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_character_old_slugs_character_id"), ["character_id"], unique=False
        )
