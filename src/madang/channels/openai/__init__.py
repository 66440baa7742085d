"""The OpenAI API: every published character is a model."""

from madang.channels.openai.api import router

__all__ = ["router"]
