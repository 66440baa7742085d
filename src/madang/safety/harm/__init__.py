"""Somebody speaks of harming themselves: `detect.detect`, and the words of help in `help.toml`."""
