"""A character's checks and what became of them: `store` has the tables, `access` the door."""
