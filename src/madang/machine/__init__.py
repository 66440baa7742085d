"""What the studio runs on, for its owner: engines, measured cards, what is counted."""
