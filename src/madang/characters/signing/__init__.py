"""A studio's signature on its cards: who made them, and whether they were changed since."""
