"""`madang backup` and `madang restore`: everything people made, in one file, while the studio runs."""
