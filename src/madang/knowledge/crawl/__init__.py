"""Reading a whole site, politely, and again when it has changed."""
