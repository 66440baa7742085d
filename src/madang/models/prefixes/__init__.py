"""The computed beginnings of characters, kept on the disk."""
