"""Oneself: name, password, and the browsers in which one is signed in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from threadline.errors import Invalid, Problem
from threadline.model.clock import iso
from threadline.operations import sessions, users
from threadline.web.portal import browser
from threadline.web.portal.page import Act, Go, Page, Visit


async def show(visit: Visit) -> Mapping[str, Any]:
    found = await visit.app.store.sessions_of(visit.who.user.id)
    return {
        "sessions": [
            {
                "id": one.hash[:16],
                "browser": browser.named(one.browser),
                "seen_at": iso(one.seen_at),
                "this": one.hash == visit.who.session.hash,
            }
            for one in found
        ]
    }


async def rename(visit: Visit) -> Go:
    await users.rename(visit.app, visit.who.user, name=visit.form.get("name"))
    return Go(said="Your name is changed.")


async def change_password(visit: Visit) -> Go:
    if visit.form.get("new") != visit.form.get("again"):
        mend = "Write the new password twice, the same way."
        raise Invalid([Problem("password_differs", "again", "They differ.", mend)])
    await users.change_password(
        visit.app,
        visit.who.user,
        old=visit.form.get("old"),
        new=visit.form.get("new"),
        session=visit.who.session.hash,
    )
    return Go(said="Your password is changed. Elsewhere you are signed out.")


async def end_session(visit: Visit) -> Go:
    await sessions.end_one(visit.app, user=visit.who.user.id, id=visit.form.get("id"))
    return Go(said="That browser is signed out.")


page = Page(
    "/profile",
    "You",
    "profile.html",
    show,
    acts={
        "rename": Act("viewer", rename),
        "change_password": Act("viewer", change_password),
        "end_session": Act("viewer", end_session),
    },
)
