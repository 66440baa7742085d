"""How it goes: figures of conversations, what the studio's disk holds, and quotas."""
