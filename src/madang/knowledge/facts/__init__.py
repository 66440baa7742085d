"""Typed facts of a business: hours, prices, contact, policies; and what is computed from them."""
