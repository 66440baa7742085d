"""When to ask back instead of answering."""

from madang.chat.unclear.rules import Unclear, unclear

__all__ = ["Unclear", "unclear"]
