"""What a request says about who asks and in which language. The only reader of `request.state`."""

from __future__ import annotations

from starlette.requests import Request

from madang.kernel.errors import Forbidden, SignInNeeded
from madang.kernel.identity import Identity
from madang.web import localise

LANGUAGE_COOKIE = "madang_language"
THEME_COOKIE = "madang_theme"


def identity_of(request: Request) -> Identity:
    """Who asks. The accounts' middleware has put it there; without it this is a wiring error."""
    identity = getattr(request.state, "identity", None)
    if not isinstance(identity, Identity):
        raise RuntimeError("no identity on the request: the accounts' middleware is not installed")
    return identity


def maker_of(request: Request) -> Identity:
    """An owner or creator who may manage characters. Raises SignInNeeded, or Forbidden for a narrow key."""
    identity = identity_of(request)
    if not identity.makes:
        raise SignInNeeded("Please sign in to make characters.")
    if not identity.may("manage"):
        raise Forbidden("This key may not manage characters.")
    return identity


def language_of(request: Request) -> localise.Language:
    """The person's choice (a cookie), else the studio's setting, else what the browser asks for."""
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    if chosen in localise.LANGUAGES:
        return localise.known(chosen)
    setting = getattr(request.app.state, "language", None)
    if setting:
        return localise.known(setting)
    return localise.negotiate(request.headers.get("accept-language", ""))


def theme_of(request: Request) -> str:
    """`light`, `dark`, or `auto` (what the device prefers)."""
    theme = request.cookies.get(THEME_COOKIE, "")
    return theme if theme in ("light", "dark") else "auto"


def wants_json(request: Request) -> bool:
    """Whether a program asks: an API path, or nothing that accepts a page."""
    if request.url.path.startswith(("/api/", "/v1/", "/healthz", "/readyz")):
        return True
    accept = request.headers.get("accept", "*/*")
    return "text/html" not in accept and "json" in accept
