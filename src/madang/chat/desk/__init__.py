"""The maker's side: conversations with one's own characters, taken over and handed back."""
