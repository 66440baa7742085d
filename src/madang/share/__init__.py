"""Sharing a character: its public page, links, the studio's document, and the embed for other websites."""
