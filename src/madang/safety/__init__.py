"""What is kept from going in or out, whoever's model answers; and saying that an AI speaks."""
