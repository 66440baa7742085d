"""Alembic's entry: runs migrations on the connection that `storage.migrate` hands over, and on no other."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context

from madang.storage.tables import Base, UTCDateTime


def render(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Migrations outlive our classes: they name what is in the database."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UTCDateTime) else False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    # SQLite cannot alter a column in place: a changed table is copied
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
    render_item=render,
    transaction_per_migration=False,
)
context.run_migrations()
