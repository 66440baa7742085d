"""Puts the web's rules on an app: call `install(app, settings)` once, last, after every other middleware."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from madang.kernel.settings import Settings
from madang.web import context, errors, localise, mask
from madang.web.assets import assets
from madang.web.csrf import CsrfMiddleware
from madang.web.headers import HeadersMiddleware
from madang.web.hosts import HostMiddleware
from madang.web.view import View


def install(app: Starlette, settings: Settings) -> View:
    """Host allowlist, security headers, CSRF, compression, static files, error pages. Returns the view.

    The CSRF check wraps the router itself, so it always runs after the middleware that finds the identity.
    """
    view = app.state.view = View(settings)
    app.state.language = settings.language
    app.router.middleware_stack = CsrfMiddleware(app.router.middleware_stack, view.csrf)
    app.add_middleware(GZipMiddleware, minimum_size=900, compresslevel=3)  # leaves event streams alone
    app.add_middleware(errors.UnhandledMiddleware)
    app.add_middleware(HostMiddleware, settings=settings)
    app.add_middleware(HeadersMiddleware)
    errors.install(app)
    app.add_route("/static/{version}/{name:path}", assets().serve, methods=["GET"], include_in_schema=False)
    app.add_route("/mask/{id}.svg", _mask, methods=["GET"], include_in_schema=False)
    app.add_route("/language", _language, methods=["POST"], include_in_schema=False)
    return view


async def _mask(request: Request) -> Response:
    """A character's mask as a picture of its own, for pages elsewhere and for link previews."""
    picture = mask.svg(
        request.path_params["id"][:80], request.query_params.get("expression", "calm"), title=""
    )
    return Response(
        str(picture), media_type="image/svg+xml", headers={"cache-control": "public, max-age=86400"}
    )


async def _language(request: Request) -> Response:
    """Remembers the language a person chose and goes back to the page they were on."""
    form = await request.form(max_files=0, max_fields=8)
    back = urlsplit(request.headers.get("referer", ""))
    path = back.path if back.netloc == request.headers.get("host") and back.path.startswith("/") else "/"
    target = "/" + path.lstrip("/\\") + (f"?{back.query}" if back.query else "")
    response = RedirectResponse(target, 303)
    response.set_cookie(
        context.LANGUAGE_COOKIE,
        localise.known(str(form.get("language", ""))),
        max_age=31_536_000,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
    return response
