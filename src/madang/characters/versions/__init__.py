"""What visitors met from one publication to the next."""
