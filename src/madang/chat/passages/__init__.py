"""What a citation opens: the passage in its place, with the quotation marked."""
