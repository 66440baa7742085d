"""The same stage as the web's tests."""

from tests.web.conftest import client, stage, token_of

__all__ = ["client", "stage", "token_of"]
