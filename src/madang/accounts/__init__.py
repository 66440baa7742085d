"""Who is asking: the owner, visitors, sessions and API keys."""
