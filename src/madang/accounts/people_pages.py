"""Pages about other people: who has an account and who is invited (the owner's), and joining."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from madang.accounts.access import Accounts
from madang.accounts.middleware import set_cookie
from madang.accounts.pages import MINE, agent_of, held_session, private, read_form, signed, to_sign_in
from madang.accounts.types import VISITOR_COOKIE, Adopt, Cookie, Invitation
from madang.kernel.errors import BadInput, Conflict, Forbidden, MadangError, NotFound
from madang.web.context import identity_of
from madang.web.view import View


def router(view: View, accounts: Accounts, adopt: Adopt | None = None) -> APIRouter:
    """`adopt` gives a new account what its anonymous visitor said in this browser."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/people")
    async def people(request: Request) -> Response:
        if not identity_of(request).signed_in:
            return to_sign_in(request)
        return await _people(request, view, accounts, done=request.query_params.get("done", ""))

    @routes.post("/people/invitations")
    async def invite(request: Request) -> Response:
        form = await read_form(request)
        role: Any = form.get("role", "")
        label = form.get("label", "")
        try:
            token = await accounts.invite(identity_of(request), role, label)
        except BadInput as error:
            return await _people(request, view, accounts, error=error)
        host = request.headers.get("host", "")
        link = f"{request.url.scheme}://{host}/join/{token}"
        return await _people(request, view, accounts, link=link, label=label)

    @routes.post("/people/invitations/{invitation_id}/revoke")
    async def revoke(request: Request, invitation_id: str) -> Response:
        await accounts.revoke_invitation(identity_of(request), invitation_id)
        return RedirectResponse("/people?done=revoked", 303)

    @routes.post("/people/{user_id}/role")
    async def role(request: Request, user_id: str) -> Response:
        wanted: Any = (await read_form(request)).get("role", "")
        await accounts.set_role(identity_of(request), user_id, wanted)
        return RedirectResponse("/people?done=role", 303)

    @routes.post("/people/{user_id}/suspend")
    async def suspend(request: Request, user_id: str) -> Response:
        on = (await read_form(request)).get("on") != "0"
        await accounts.suspend(identity_of(request), user_id, on)
        return RedirectResponse(f"/people?done={'suspended' if on else 'back'}", 303)

    @routes.get("/join/{token}")
    async def join_page(request: Request, token: str) -> Response:
        try:
            return _join(request, view, await accounts.invitation(token))
        except NotFound as error:
            return _join(request, view, None, error=error)

    @routes.post("/join/{token}")
    async def join(request: Request, token: str) -> Response:
        form = await read_form(request)
        invitation = await accounts.invitation(token)
        before = identity_of(request)
        name = form.get("name", "")
        try:
            if before.signed_in:
                raise Forbidden("You are signed in already. Sign out first to use this invitation.")
            if form.get("password", "") != form.get("again", ""):
                raise BadInput("The two passwords are not the same.")
            joined = await accounts.accept(
                token,
                name,
                form.get("password", ""),
                replaces=held_session(request),
                agent=agent_of(request),
            )
        except (BadInput, Conflict, Forbidden) as error:
            return _join(request, view, invitation, error=error, name=name)
        response = signed(request, MINE if joined.identity.makes else "/", joined.cookie)
        if VISITOR_COOKIE in request.cookies:
            if adopt is not None:
                await adopt(before, joined.identity)
            gone = set_cookie(Cookie(VISITOR_COOKIE, "", 0), https=request.url.scheme == "https")
            response.raw_headers.append(gone)
        return response

    return routes


async def _people(
    request: Request,
    view: View,
    accounts: Accounts,
    *,
    error: MadangError | None = None,
    done: str = "",
    link: str = "",
    label: str = "",
) -> Response:
    identity = identity_of(request)
    page = view.page(
        request,
        "accounts/people.html",
        status=error.status if error else 200,
        people=await accounts.users(identity),
        invitations=await accounts.invitations(identity),
        error=error,
        done=done,
        link=link,
        label=label,
    )
    return private(page)


def _join(
    request: Request,
    view: View,
    invitation: Invitation | None,
    *,
    error: MadangError | None = None,
    name: str = "",
) -> Response:
    """The form to join; without an invitation, that this link does not work."""
    page = view.page(
        request,
        "accounts/join.html",
        status=error.status if error else 200,
        invitation=invitation,
        error=error,
        name=name[:120],
    )
    return private(page)
