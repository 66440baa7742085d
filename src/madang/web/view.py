"""Pages. A template is named `room/file.html` and finds the same few things in every room."""

from __future__ import annotations

from typing import Any

from jinja2 import (
    Environment,
    FileSystemBytecodeCache,
    FileSystemLoader,
    PrefixLoader,
    StrictUndefined,
    pass_context,
)
from jinja2.runtime import Context
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from madang.kernel.settings import Settings
from madang.web import context, localise, markdown, mask, moments
from madang.web.assets import assets
from madang.web.csrf import COOKIE, Csrf
from madang.web.rooms import rooms
from madang.web.secret import studio_key


class View:
    """Renders templates.

    In every template: `_(sentence, **params)`, `static(name)`, `icon(name, label="")`,
    `mask(id, expression="calm")`, `markdown(text, citations)`, `local(moment)`, `csrf()` (the hidden field:
    the first field of every form), `csrf_token()`, `identity`, `language`, `theme`, `request`.
    """

    def __init__(self, settings: Settings) -> None:
        self.csrf = Csrf(studio_key(settings.data, "csrf.key"))
        compiled = settings.data / "cache" / "templates"
        compiled.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.environment = Environment(
            bytecode_cache=FileSystemBytecodeCache(str(compiled)),  # a fifth of a second of the first page
            loader=PrefixLoader({name: FileSystemLoader(path) for name, path in rooms("templates").items()}),
            auto_reload=False,  # a running studio's templates do not change; looking costs every page
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.environment.globals |= {
            "_": _translated,
            "static": assets().url,
            "offline": settings.chat_url is None and settings.embed_url is None,
            "icon": _icon,
            "mask": mask.svg,
            "markdown": markdown.html,
            "table_rows": markdown.rows,
            "local": moments.local(settings.time_zone),
        }

    def page(self, request: Request, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
        """The template as a response; people's pages are never stored by anything in between."""
        response = HTMLResponse(self.part(request, template, **{"status": status, **values}), status)
        response.headers["cache-control"] = "private, no-cache"
        response.headers["vary"] = "cookie, accept-language, hx-request"
        seed = getattr(request.state, "csrf_cookie", None)
        if seed:
            response.set_cookie(
                COOKIE,
                seed,
                max_age=31_536_000,
                httponly=True,
                samesite="lax",
                secure=request.url.scheme == "https",
            )
        return response

    def part(self, request: Request, template: str, **values: Any) -> str:
        """The template as text, with what every template has."""

        def token() -> str:
            return self.csrf.token(request)

        def field() -> Markup:
            return Markup('<input type="hidden" name="csrf" value="{}">').format(token())

        return self.environment.get_template(template).render(
            {
                "request": request,
                "identity": getattr(request.state, "identity", None),
                "language": context.language_of(request),
                "theme": context.theme_of(request),
                "csrf": field,
                "csrf_token": token,
                **values,
            }
        )


@pass_context
def _translated(jinja: Context, sentence: str, /, **params: object) -> str:
    return localise.translate(str(jinja.get("language", "en")), sentence, **params)


def _icon(name: str, label: str = "") -> Markup:
    """An icon of the sprite; without a label it is decoration and silent to a screen reader."""
    named = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    return Markup('<svg class="icon" width="20" height="20" {}><use href="{}#{}"></use></svg>').format(
        named, assets().url("web/vendor/icons.svg"), name
    )
