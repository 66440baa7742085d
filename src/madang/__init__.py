"""Madang: an AI studio you own."""

import os

__version__ = "0.1.0"

# Before NumPy is there: its own threads wait in a loop for one another, and where the other core is busy a
# sentence took the reader 86 ms instead of 8. Whoever computes much here has threads already.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
