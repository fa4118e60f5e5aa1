"""The way in: the first account, signing in and out, and links that let somebody in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any

import structlog
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from threadline.errors import Failed, Invalid, NotFound, ThreadlineError, Unauthenticated
from threadline.model.people import form_token
from threadline.operations import carrier, sample, sessions, tenants, users
from threadline.web.api import problems
from threadline.web.portal import browser
from threadline.web.portal.page import ROOT, Form
from threadline.web.portal.site import FAILED, Portal

log = structlog.get_logger("threadline.portal")

NOBODY_YET = "Nobody has an account yet. The server's log has the link for the first one."
NOWHERE_YET = "You have not joined an organization. Ask an owner of one for a link."
Values = Mapping[str, Any]


def routes(portal: Portal) -> list[Route]:
    made = Doors(portal)
    return [
        Route("/", made.root),
        Route("/start", made.door("start.html", made.ask_first, made.first), methods=BOTH),
        Route("/sign-in", made.door("sign-in.html", made.ask, made.sign_in), methods=BOTH),
        Route("/join", made.door("join.html", made.ask_in, made.come_in), methods=BOTH),
        Route("/sign-out", made.sign_out, methods=["POST"]),
    ]


BOTH = ["GET", "POST"]


class Doors:
    """Forms of who has not signed in. Each is bound to the browser by a cookie of its own."""

    def __init__(self, portal: Portal) -> None:
        self._portal = portal
        self._app = portal.app

    def door(
        self,
        template: str,
        ask: Callable[[Request], Awaitable[Values]],
        enter: Callable[[Request, Form], Awaitable[tuple[str, str]]],
    ) -> Callable[[Request], Awaitable[Response]]:
        """A page with a form: `enter` gives the token of a session and where to go then."""

        async def serve(request: Request) -> Response:
            cookie = browser.visitor(request)
            form = Form()
            asked: Values | None = None
            why: ThreadlineError | None = None
            try:
                browser.check_address(request)
                asked = await ask(request)
                if request.method == "POST":
                    form = await browser.read_form(request)
                    browser.check_own(request, form, request.cookies.get(browser.ANONYMOUS, ""))
                    token, then = await enter(request, form)
                    log.info("door_opened", path=request.url.path)
                    return self._let_in(token, then)
            except ThreadlineError as refused:
                why = refused
                log.info("door_closed", path=request.url.path, code=why.code)
                if asked is None:
                    return self._portal.error(request, why)
            except Exception:
                log.exception("page_failed", method=request.method, path=request.url.path)
                return self._portal.error(request, Failed(FAILED))
            values = {
                **asked,
                "form": form,
                "why": why,
                "problems": why.problems if isinstance(why, Invalid) else (),
                "form_token": form_token(cookie),
            }
            status = problems.status_of(why) if why else HTTPStatus.OK
            answer = self._portal.answer(template, values, None, None, status, request)
            browser.keep_visitor(self._app, answer, cookie)
            return answer

        return serve

    def _let_in(self, token: str, then: str) -> Response:
        answer = RedirectResponse(then, HTTPStatus.SEE_OTHER)
        browser.keep(self._app, answer, token)
        return answer

    async def root(self, request: Request) -> Response:
        """To where somebody was, or else to where they may come in."""
        try:
            who = await sessions.open_with(self._app, browser.token_of(self._app, request))
        except Unauthenticated:
            return RedirectResponse("/sign-in", HTTPStatus.SEE_OTHER)
        except ThreadlineError as why:
            return self._portal.error(request, why)
        if not who.memberships:
            return self._portal.error(request, NotFound(NOWHERE_YET))
        return RedirectResponse(
            f"{ROOT}/{who.memberships[0].organization}/", HTTPStatus.SEE_OTHER
        )

    # The first account

    async def ask_first(self, request: Request) -> Values:
        code = request.query_params.get("code", "")
        await users.may_be_first(self._app, code)
        return {
            "organizations": (await tenants.list_(self._app, limit=1000))["data"],
            "simulated": carrier.is_there(self._app),
        }

    async def first(self, request: Request, form: Form) -> tuple[str, str]:
        given = {name: form.get(name) for name in ("email", "name", "password")}
        wrong = users.check(**given)
        if wrong:
            raise Invalid(wrong)
        name = form.get("organization")
        known = {one["name"] for one in (await tenants.list_(self._app, limit=1000))["data"]}
        if name not in known or form.get("new"):
            made = await tenants.create(
                self._app, name=form.get("new") or name, title=form.get("title")
            )
            name = made["name"]
        token = await users.create_first(
            self._app, organization=name, browser=_browser(request), **given
        )
        if form.get("sample"):
            return token, await self._begin(name)
        return token, f"{ROOT}/{name}/"

    async def _begin(self, organization: str) -> str:
        """
        Where the sample shows itself. It comes after the account, so that whatever is wrong
        with it is looked at by somebody who is inside: what it lacks is made there.
        """
        try:
            number = await sample.begin(self._app, organization)
        except ThreadlineError as why:
            log.warning("sample_not_made", organization=organization, why=str(why))
            return f"{ROOT}/{organization}/"
        return f"{ROOT}/{organization}/{'phone' if number else ''}"

    # Signing in

    async def ask(self, request: Request) -> Values:
        return {
            "next": request.query_params.get("next", "/"),
            "nobody_yet": NOBODY_YET if not await self._app.store.any_user() else "",
        }

    async def sign_in(self, request: Request, form: Form) -> tuple[str, str]:
        token = await sessions.sign_in(
            self._app,
            email=form.get("email"),
            password=form.get("password"),
            browser=_browser(request),
        )
        return token, browser.local(form.get("next"))

    async def sign_out(self, request: Request) -> Response:
        cookie = browser.token_of(self._app, request)
        try:
            browser.check_own(request, await browser.read_form(request), cookie)
            await sessions.end(self._app, cookie)
        except ThreadlineError as why:
            return self._portal.error(request, why)
        answer = RedirectResponse("/sign-in", HTTPStatus.SEE_OTHER)
        browser.forget(self._app, answer)
        answer.headers["Clear-Site-Data"] = '"cache"'
        return answer

    # By a link

    async def ask_in(self, request: Request) -> Values:
        user, row = await users.behind(self._app, request.query_params.get("code", ""))
        joins = row.purpose == "join"
        into = await tenants.describe(self._app, name=row.organization) if joins else None
        return {
            "email": user.email,
            "chooses": row.purpose == "reset" or (joins and not user.password),
            "named": bool(user.name),
            "purpose": row.purpose,
            "organization": into and (into["title"] or into["name"]),
        }

    async def come_in(self, request: Request, form: Form) -> tuple[str, str]:
        code = request.query_params.get("code", "")
        user, row = await users.behind(self._app, code)
        if row.purpose == "join" and user.password:  # the link alone does not open an account
            await sessions.prove(self._app, email=user.email, password=form.get("password"))
        token = await users.come_in(
            self._app,
            code,
            name=form.get("name"),
            password=form.get("password"),
            browser=_browser(request),
        )
        return token, f"{ROOT}/{row.organization}/" if row.organization else "/"


def _browser(request: Request) -> str:
    return request.headers.get("user-agent", "")
