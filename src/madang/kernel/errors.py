"""One family of errors. Each carries one clear sentence for a person and a code for a machine.

The sentence is an English msgid with `{named}` parameters, so that a page can say it in Korean:
`translate(error.sentence).format(**error.params)`.
"""

from __future__ import annotations

from typing import ClassVar


class MadangError(Exception):
    """Base of every error that a person may see. Never raised itself."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = "bad_request"

    def __init__(self, sentence: str, **params: object) -> None:
        self.sentence = sentence
        self.params = params
        super().__init__(sentence.format(**params) if params else sentence)


class BadInput(MadangError):
    """The input cannot be understood as what it claims to be."""

    code = "bad_input"


class SignInNeeded(MadangError):
    status = 401
    code = "sign_in_needed"


class Forbidden(MadangError):
    status = 403
    code = "forbidden"


class NotFound(MadangError):
    """Also raised for what exists but may not be seen, so that existence does not leak."""

    status = 404
    code = "not_found"


class Conflict(MadangError):
    status = 409
    code = "conflict"


class TooLarge(MadangError):
    """A byte, entry, pixel or page limit was passed."""

    status = 413
    code = "too_large"


class Unreadable(MadangError):
    """A file or page that is broken, encrypted, empty or not what its name says."""

    status = 422
    code = "unreadable"


class Busy(MadangError):
    """Too much at once. `retry_after` is in seconds."""

    status = 429
    code = "busy"

    def __init__(self, sentence: str, retry_after: int = 5, **params: object) -> None:
        self.retry_after = retry_after
        super().__init__(sentence, **params)


class ModelFailed(MadangError):
    """A model or its server stopped, answered nothing or answered nonsense."""

    status = 502
    code = "model_failed"


class Offline(MadangError):
    """Something had to be fetched and no source could be reached."""

    status = 503
    code = "offline"


class StorageFull(MadangError):
    """The disk or the database refused a write; nothing was acknowledged."""

    status = 507
    code = "storage_full"
