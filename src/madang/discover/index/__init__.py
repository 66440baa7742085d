"""The gallery in memory: words, filters and meaning of every character that everybody may find."""
