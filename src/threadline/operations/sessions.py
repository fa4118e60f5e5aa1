"""Signing in to the portal and out of it, and who a browser belongs to."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from threadline.app import App
from threadline.errors import Limited, NotFound, StoreDown, Unauthenticated
from threadline.model import people
from threadline.model.clock import DAY, HOUR, MINUTE, SECOND
from threadline.model.people import Failures, SessionRow, SignedIn, User

IDLE = 12 * HOUR
LONGEST = 7 * DAY
STALE = MINUTE
"""How late the time at which a browser was last seen may be."""
FREE_TRIES = 5
LONGEST_WAIT = 15 * 60
"""Seconds."""
WRONG = "The address or the password is not right."
OVER = "Sign in: your session is over."


async def sign_in(app: App, *, email: str, password: str, browser: str = "") -> str:
    """The token of a new session. Raises `Unauthenticated`, `Limited`."""
    return await begin(app, await prove(app, email=email, password=password), browser)


async def prove(app: App, *, email: str, password: str) -> User:
    """
    That it is them. Wrong passwords for one address make the next try wait. Raises
    `Unauthenticated`, `Limited`.
    """
    email = people.email_of(email)[:300]
    now = app.clock()
    failures = await app.store.wrong_passwords(email)
    if now < failures.next_at:
        raise _limited(failures, now)
    user = await app.store.user(email=email)
    kept = user.password if user else ""
    if not await app.passwords.fits(kept, password[: people.LONGEST]) or user is None:
        await app.store.save_wrong_passwords(again_after(failures, now))
        raise Unauthenticated(WRONG)
    if failures.failed:
        await app.store.save_wrong_passwords(Failures(email, at=now))
    if app.passwords.is_old(kept):
        user = replace(user, password=await app.passwords.hash(password))
        await app.store.save_user(user)
    return user


def again_after(before: Failures, now: int) -> Failures:
    """Free for the first few, then twice as long each time. Pure."""
    failed = before.failed + 1 if now - before.at < DAY else 1
    wait = min(2 ** (failed - FREE_TRIES), LONGEST_WAIT) if failed >= FREE_TRIES else 0
    return Failures(before.email, failed, now, now + wait * SECOND)


async def begin(app: App, user: User, browser: str = "") -> str:
    """The token that the browser keeps; only its hash is kept here."""
    token = people.new_token()
    now = app.clock()
    await app.store.forget_sessions(now - IDLE, now - LONGEST)
    row = SessionRow(people.hashed(token), user.id, now, now, browser[:200])
    await app.store.save_session(row)
    return token


async def open_with(app: App, token: str) -> SignedIn:
    """Raises `Unauthenticated`."""
    found = await app.store.signed_in(people.hashed(token)) if token else None
    now = app.clock()
    if found is None or not _counts(found.session, now):
        raise Unauthenticated(OVER)
    if now - found.session.seen_at > STALE:
        with suppress(StoreDown):  # what they came for may do with reading
            await app.store.save_session(replace(found.session, seen_at=now))
    return found


async def end(app: App, token: str) -> None:
    """From now on it opens nothing."""
    await app.store.end_session(people.hashed(token))


async def end_one(app: App, *, user: str, id: str) -> None:
    """One of somebody's own, by the beginning of its hash. Raises `NotFound`."""
    for one in await app.store.sessions_of(user):
        if len(id) >= 12 and one.hash.startswith(id):
            await app.store.end_session(one.hash)
            return
    raise NotFound("There is no such session: it has ended by now.")


def _counts(row: SessionRow, now: int) -> bool:
    return now - row.seen_at < IDLE and now - row.created_at < LONGEST


def _limited(failures: Failures, now: int) -> Limited:
    wait = (failures.next_at - now) / SECOND
    message = f"Too many wrong passwords. Try again in {wait:.0f} seconds."
    return Limited(message, wait)
