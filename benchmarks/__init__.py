"""Benchmarks: each is `python -m benchmarks.NAME [options]` and prints one JSON object as its last line."""

import madang  # noqa: F401 - before NumPy: what it sets for it counts here too
