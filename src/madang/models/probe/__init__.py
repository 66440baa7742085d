"""The measured card of a model: what it can do on this machine, found out by asking it."""
