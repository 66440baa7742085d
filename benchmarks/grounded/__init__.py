"""Answers from a character's own material: right, cited, short, quick; declined when they are not there."""
