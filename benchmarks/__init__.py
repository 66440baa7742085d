"""Benchmarks: each is `python -m benchmarks.NAME [options]` and prints one JSON object as its last line."""
