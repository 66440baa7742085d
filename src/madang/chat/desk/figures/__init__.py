"""How conversations went, counted."""
