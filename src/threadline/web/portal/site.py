"""
Serves the pages: finds out who asks and whether they may, shows, acts, and tells what failed.

Every page below /o/{organization} needs somebody who has joined it, with the role that the
page says; what belongs to another organization is as if it were not there.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import replace
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import structlog
from starlette.requests import Request
from starlette.responses import (
    HTMLResponse,
    JSONResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)

from threadline.app import App
from threadline.errors import (
    Failed,
    NotFound,
    OutOfScope,
    ThreadlineError,
    Unauthenticated,
)
from threadline.model.people import Role, SignedIn
from threadline.operations import audit, sessions
from threadline.web.api import problems
from threadline.web.portal import browser, rendering
from threadline.web.portal.live import Live
from threadline.web.portal.navigation import sections
from threadline.web.portal.page import Again, Download, Go, Page, Tell, Visit

log = structlog.get_logger("threadline.portal")

NOWHERE = "There is no such page, or you may not see it. Go to your start page."
TOO_LITTLE = "For this you need the role {wanted!r}; yours is {role!r}. An owner can change it."
FAILED = "Something went wrong that nobody expected. The server's log has why."


class Portal:
    """What all pages of one server have in common."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.live = Live(app.store.doorbell)

    async def visit(self, request: Request, role: Role) -> Visit:
        """Raises `Unauthenticated`, `NotFound`, `OutOfScope`."""
        cookie = browser.token_of(self.app, request)
        who = await sessions.open_with(self.app, cookie)
        organization = request.path_params["organization"]
        theirs = who.role(organization)
        if theirs is None:
            raise NotFound(NOWHERE)
        titles = await self.titles(who)
        found = Visit(self.app, request, who, organization, titles, theirs, cookie)
        if not found.may(role):
            raise OutOfScope(TOO_LITTLE.format(wanted=role, role=theirs))
        return found

    async def titles(self, who: SignedIn) -> dict[str, str]:
        """Of the organizations that somebody has joined."""
        catalog = await self.app.catalog()
        return {
            one.organization: catalog.titles.get(one.organization, one.organization)
            for one in who.memberships
        }

    # A page

    async def serve(self, page: Page, request: Request) -> Response:
        visit: Visit | None = None
        try:
            browser.check_address(request)
            visit = await self.visit(request, page.role)
            if request.method == "POST":
                return await self._act(page, visit)
            if "live" in visit.query and page.live:
                return await self._stream(page, visit)
            return await self._shown(page, visit)
        except Unauthenticated:
            return self.to_sign_in(request)
        except ThreadlineError as why:
            return self.error(request, why, visit)
        except Exception:
            log.exception("page_failed", method=request.method, path=request.url.path)
            return self.error(request, Failed(FAILED), visit)

    async def _shown(
        self,
        page: Page,
        visit: Visit,
        more: Mapping[str, Any] | None = None,
        status: int = HTTPStatus.OK,
    ) -> Response:
        found = await page.show(visit)
        if isinstance(found, Download):
            headers = {
                "Content-Disposition": f'attachment; filename="{found.name}"',
                "Cache-Control": "no-store",
            }
            return StreamingResponse(found.pieces, headers=headers, media_type=found.kind)
        values = {**found, **(more or {})}
        return self.answer(page.template, values, visit, page, status)

    async def _act(self, page: Page, visit: Visit) -> Response:
        visit.form = await browser.read_form(visit.request)
        browser.check_own(visit.request, visit.form, visit.cookie)
        name = visit.form.get("do")
        act = page.acts.get(name)
        if act is None:
            raise NotFound(f"This page does nothing that is called {name!r}.")
        if not visit.may(act.role):
            raise OutOfScope(TOO_LITTLE.format(wanted=act.role, role=visit.role))
        path = visit.request.url.path.removeprefix(visit.url(""))
        record = audit.written(
            visit.app,
            organization=visit.organization,
            who=visit.by,
            door="portal",
            what=name,
            about=audit.about(path, visit.form.first()),
        )
        try:
            async with nullcontext() if act.quiet else record:
                done = await act.do(visit)
        except ThreadlineError as why:
            if visit.by_script:
                return problems.answer(why)
            visit.failed, visit.why = name, why
            return await self._shown(page, visit, status=problems.status_of(why))
        if isinstance(done, Tell):
            return JSONResponse(done.values, headers={"Cache-Control": "no-store"})
        if isinstance(done, Again):
            return await self._shown(page, visit, done.values)
        return self._gone(visit, done)

    def _gone(self, visit: Visit, done: Go) -> Response:
        """See Other, so that to load the page again does nothing twice (RFC 9110, 15.4.4)."""
        here = visit.request.url
        back = f"{here.path}?{here.query}" if here.query else here.path
        answer = RedirectResponse(done.to or back, HTTPStatus.SEE_OTHER)
        if done.said:
            browser.say(answer, done.said)
        return answer

    async def _stream(self, page: Page, visit: Visit) -> Response:
        self.live.check()

        async def parts() -> Mapping[str, str]:
            again = await self.visit(visit.request, page.role)
            found = await page.show(again)
            assert not isinstance(found, Download)  # a file has no parts that live
            values = self._values(found, again, page, "")
            return {
                name: rendering.render_block(page.template, name, values) for name in page.live
            }

        return StreamingResponse(
            self.live.watch(parts),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )

    # Answers

    def answer(
        self,
        template: str,
        values: Mapping[str, Any],
        visit: Visit | None,
        page: Page | None = None,
        status: int = HTTPStatus.OK,
        request: Request | None = None,
    ) -> Response:
        asked = visit.request if visit else request
        nonce = secrets.token_urlsafe(16)
        said = browser.said(asked) if asked else ""
        text = rendering.render(template, {**self._values(values, visit, page, nonce, said)})
        answer = HTMLResponse(text, status)
        answer.headers["Content-Security-Policy"] = rendering.POLICY.format(nonce=nonce)
        answer.headers["Cache-Control"] = "no-store"
        if said:
            answer.delete_cookie(browser.SAID)
        return answer

    def _values(
        self,
        values: Mapping[str, Any],
        visit: Visit | None,
        page: Page | None,
        nonce: str,
        said: str = "",
    ) -> dict[str, Any]:
        around = {
            "visit": visit,
            "page": page,
            "nonce": nonce,
            "said": said,
            "sections": sections(visit) if visit else (),
        }
        return {**around, **values}

    def error(
        self, request: Request, why: ThreadlineError, visit: Visit | None = None
    ) -> Response:
        """A page that says what is wrong and what to do."""
        status = problems.status_of(why)
        values = {"why": why, "status": status}
        if visit is not None:
            visit = replace(visit, failed="", why=None)
        return self.answer("error.html", values, visit, None, status, request)

    def to_sign_in(self, request: Request) -> Response:
        if request.method != "GET" or "live" in request.query_params:
            return self.error(request, Unauthenticated(sessions.OVER))
        here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"/sign-in?next={quote(here, safe='')}", HTTPStatus.SEE_OTHER)
