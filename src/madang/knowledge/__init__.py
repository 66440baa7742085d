"""Knowledge: sources read into passages, found again by words and by meaning, quoted exactly."""
