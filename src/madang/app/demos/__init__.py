"""Three demo characters of our own: a restaurant in Busan, someone to talk to, a guide to this project."""

from madang.app.demos.seed import seed

__all__ = ["seed"]
