"""Where everything is wired: settings in, a running studio out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from madang.app.application import create_app
    from madang.app.studio import Studio, open_studio

__all__ = ["Studio", "create_app", "open_studio"]


def __getattr__(name: str) -> Any:
    # `madang --help` must not pay for a web framework and a model runtime
    if name in ("Studio", "open_studio"):
        from madang.app import studio

        return getattr(studio, name)
    if name == "create_app":
        from madang.app.application import create_app

        return create_app
    raise AttributeError(name)
