"""Reports: a character's checks and many made from its knowledge, asked in one run."""
