"""Alembic's folder: `versions/` holds one file a change, written by `python -m madang.storage.migrate
new`."""
