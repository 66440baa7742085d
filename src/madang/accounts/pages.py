"""Pages of accounts: the owner's link, signing in and out, and the account with its sessions and keys."""

from __future__ import annotations

from typing import TypeVar
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from madang.accounts.access import Accounts
from madang.accounts.middleware import set_cookie
from madang.accounts.types import SCOPES, SESSION_COOKIE, ApiKey, Cookie, Session
from madang.kernel.errors import BadInput, Busy, Forbidden, MadangError
from madang.kernel.identity import Identity
from madang.web.context import identity_of
from madang.web.local import local
from madang.web.view import View

HOME = "/account"
MINE = "/mine"
"""Where a sign-in leads that asked for no page."""
Answer = TypeVar("Answer", bound=Response)


def router(view: View, accounts: Accounts) -> APIRouter:
    routes = APIRouter(include_in_schema=False)

    @routes.get("/owner/{token}")
    async def confirm(request: Request, token: str) -> Response:
        # only a button uses the link up: previews and prefetching open addresses by themselves
        works = await accounts.link_works(token)
        return private(view.page(request, "accounts/owner.html", works=works, status=200 if works else 404))

    @routes.post("/owner/{token}")
    async def redeem(request: Request, token: str) -> Response:
        cookie = await accounts.redeem(token, replaces=held_session(request), agent=agent_of(request))
        return signed(request, MINE, cookie)

    @routes.get("/sign-in")
    async def sign_in_page(request: Request, next: str = "") -> Response:  # noqa: A002
        if identity_of(request).signed_in:
            return RedirectResponse(_home(identity_of(request), next), 303)
        return await _sign_in(request, view, accounts, wanted=next)

    @routes.post("/sign-in")
    async def sign_in(request: Request) -> Response:
        form = await read_form(request)
        try:
            cookie = await accounts.sign_in(
                form.get("password", ""),
                name=form.get("name", ""),
                address=request.client.host if request.client else "",
                replaces=held_session(request),
                agent=agent_of(request),
            )
        except (Forbidden, Busy) as error:
            page = await _sign_in(
                request,
                view,
                accounts,
                wanted=form.get("next", ""),
                name=form.get("name", ""),
                error=error,
            )
            if isinstance(error, Busy):
                page.headers["retry-after"] = str(error.retry_after)
            return page
        who = await accounts.identify({SESSION_COOKIE: cookie.value})
        return signed(request, _home(who, form.get("next", "")), cookie)

    @routes.post("/sign-out")
    async def sign_out(request: Request) -> Response:
        cookie = await accounts.sign_out(held_session(request) or "")
        return signed(request, "/", cookie)

    @routes.get("/account")
    async def account(request: Request) -> Response:
        if not identity_of(request).signed_in:
            return to_sign_in(request)
        return await _account(request, view, accounts, done=request.query_params.get("done", ""))

    @routes.post("/account/password")
    async def password(request: Request) -> Response:
        form = await read_form(request)
        try:
            if form.get("password", "") != form.get("again", ""):
                raise BadInput("The two passwords are not the same.")
            await accounts.set_password(
                identity_of(request),
                form.get("password", ""),
                current=form.get("current"),
                session=_session(request),
            )
        except (BadInput, Forbidden, Busy) as error:
            return await _account(request, view, accounts, error=error, where="password")
        return RedirectResponse("/account?done=password", 303)

    @routes.post("/account/sessions/end-others")
    async def end_others(request: Request) -> Response:
        await accounts.sign_out_everywhere(identity_of(request), keep=_session(request))
        return RedirectResponse("/account?done=sessions", 303)

    @routes.post("/account/sessions/{session_id}/end")
    async def end(request: Request, session_id: str) -> Response:
        await accounts.end_session(identity_of(request), session_id)
        return RedirectResponse("/account?done=session", 303)

    @routes.post("/account/keys")
    async def create_key(request: Request) -> Response:
        form = await read_form(request)
        scopes = [scope for scope in SCOPES if form.get(scope)]
        try:
            key, row = await accounts.create_key(identity_of(request), form.get("name", ""), scopes)
        except BadInput as error:
            return await _account(request, view, accounts, error=error, where="keys")
        return await _account(request, view, accounts, new_key=key, new_row=row)

    @routes.post("/account/keys/{key_id}/revoke")
    async def revoke_key(request: Request, key_id: str) -> Response:
        await accounts.revoke_key(identity_of(request), key_id)
        return RedirectResponse("/account?done=key", 303)

    return routes


def to_sign_in(request: Request) -> Response:
    """To the sign-in page, and back here afterwards."""
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(f"/sign-in?next={quote(here, safe='')}", 303)


def browser_name(agent: str) -> str:
    """`Firefox · Linux` from a User-Agent; its beginning when it is none that is known, empty for none."""
    browsers = ("Edg", "OPR", "SamsungBrowser", "Firefox", "FxiOS", "Whale", "Chrome", "CriOS", "Safari")
    shown = {
        "Edg": "Edge",
        "OPR": "Opera",
        "FxiOS": "Firefox",
        "CriOS": "Chrome",
        "SamsungBrowser": "Samsung",
    }
    browser = next((name for name in browsers if f"{name}/" in agent), "")
    systems = ("Android", "iPhone", "iPad", "Windows", "Macintosh", "CrOS", "Linux")
    system = next((name for name in systems if name in agent), "").replace("Macintosh", "Mac")
    return " · ".join(part for part in (shown.get(browser, browser), system) if part) or agent[:60]


def _home(identity: Identity, wanted: str) -> str:
    """Where a sign-in leads: the page that was asked for, or one's characters, or the gallery."""
    return local(wanted or (MINE if identity.makes else "/"))


async def _sign_in(
    request: Request,
    view: View,
    accounts: Accounts,
    *,
    wanted: str = "",
    name: str = "",
    error: MadangError | None = None,
) -> HTMLResponse:
    """The form. It asks for a name only where somebody besides the owner has an account."""
    return view.page(
        request,
        "accounts/sign_in.html",
        status=error.status if error else 200,
        next=local(wanted) if wanted else "",
        name=name[:120],
        error=error,
        has_password=await accounts.has_password(),
        others=await accounts.others(),
    )


async def _account(
    request: Request,
    view: View,
    accounts: Accounts,
    *,
    error: MadangError | None = None,
    where: str = "",
    done: str = "",
    new_key: str | None = None,
    new_row: ApiKey | None = None,
) -> HTMLResponse:
    identity = identity_of(request)
    current = _session(request)
    page = view.page(
        request,
        "accounts/account.html",
        status=error.status if error else 200,
        who=await accounts.user(identity),
        has_password=await accounts.has_password(identity),
        forgot=current is not None and current.via == "link",
        sessions=await accounts.sessions(identity),
        named=browser_name,
        current=current,
        keys=await accounts.keys(identity) if identity.makes else [],
        error=error,
        where=where,
        done=done,
        new_key=new_key,
        new_row=new_row,
    )
    return private(page)


async def read_form(request: Request) -> dict[str, str]:
    form = await request.form(max_files=0, max_fields=12)
    return {name: value for name, value in form.items() if isinstance(value, str)}


def signed(request: Request, target: str, cookie: Cookie) -> Response:
    response = RedirectResponse(target, 303)
    response.raw_headers.append(set_cookie(cookie, https=request.url.scheme == "https"))
    return private(response)


def private(response: Answer) -> Answer:
    response.headers["cache-control"] = "no-store"
    return response


def held_session(request: Request) -> str | None:
    return request.cookies.get(SESSION_COOKIE)


def _session(request: Request) -> Session | None:
    found = getattr(request.state, "session", None)
    return found if isinstance(found, Session) else None


def agent_of(request: Request) -> str:
    return request.headers.get("user-agent", "")
