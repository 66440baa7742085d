"""Chat: conversations and turns; what to retrieve, how to reply, what was cited."""
