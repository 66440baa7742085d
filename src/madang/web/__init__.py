"""Page layout, CSRF, localisation, vendored front-end parts. The door is `install(app, settings)`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from madang.web.wiring import install

__all__ = ["install"]


def __getattr__(name: str) -> Any:
    """Loads the door when it is asked for: `web.localise` alone needs no web framework."""
    if name == "install":
        from madang.web.wiring import install

        return install
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
