"""What a visitor does with conversations: rate replies, find, export and delete them."""
