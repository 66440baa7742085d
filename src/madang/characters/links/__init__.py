"""Revocable addresses under which a character is met: `store` has the tables, `access` the door."""
