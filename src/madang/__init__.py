"""Madang: an AI studio you own."""

__version__ = "0.1.0"
