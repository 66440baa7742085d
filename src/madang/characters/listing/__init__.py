"""What discovery gets to know: every change of what everybody may find."""
