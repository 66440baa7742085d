"""Bringing in whole collections of cards."""
