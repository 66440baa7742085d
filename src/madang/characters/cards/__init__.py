"""Character cards: V1, V2 and V3, as PNG, JSON and CHARX. Nothing in a card is fetched or run."""
