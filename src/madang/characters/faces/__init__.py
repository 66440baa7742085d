"""Faces that came with the cards of a batch, drawn anew before anybody is given them."""
