"""People: the first one, asking others in, what they may do, and their passwords."""

from __future__ import annotations

import hmac
from dataclasses import replace

from threadline.app import App
from threadline.errors import Invalid, NotFound, Problem, Taken, Unauthenticated
from threadline.model import people
from threadline.model.clock import DAY, HOUR, iso
from threadline.model.paging import Page, Part, page_of
from threadline.model.people import (
    MEANINGS,
    ROLES,
    LinkRow,
    Member,
    Membership,
    Purpose,
    Role,
    User,
)
from threadline.model.resources import users as shapes
from threadline.operations import organizations, sessions
from threadline.operations.given import raise_any

FIRST = "/start"
JOIN = "/join"
FOR: dict[Purpose, int] = {"join": 7 * DAY, "reset": HOUR, "enter": HOUR}
LAST_OWNER = "An organization needs an owner. Make somebody else one first."
USED = "The link was used, or its time is over. Ask for another one."
NOT_FIRST = (
    "The link is not right, or somebody has an account by now. The server's log has the "
    "link (`first_start`) as long as nobody has."
)


def first_link(app: App) -> str:
    """Where the first account is made; only who can read the server's log knows it."""
    return f"{app.public_url}{FIRST}?code={app.vault.mark('first start')}"


async def may_be_first(app: App, code: str) -> None:
    """Raises `Unauthenticated`."""
    right = hmac.compare_digest(code.encode(), app.vault.mark("first start").encode())
    if not right or await app.store.any_user():
        raise Unauthenticated(NOT_FIRST)


async def create_first(
    app: App, *, email: str, name: str, password: str, organization: str, browser: str = ""
) -> str:
    """
    The account that owns an organization which is there; the token of its session. Raises
    `Invalid`, `Taken`, `NotFound`.
    """
    raise_any(check(email, name, password))
    owner = await organizations.find(app, organization)
    now = app.clock()
    user = User(
        people.new_user_id(),
        people.email_of(email),
        _plain(name),
        await app.passwords.hash(password),
        now,
    )
    await app.store.add_user(user, Membership(owner.name, "owner", now, now), first=True)
    return await sessions.begin(app, user, browser)


def check(email: str, name: str, password: str) -> list[Problem]:
    """What is wrong with a new account."""
    return [
        *people.check_email(email),
        *people.check_name(name),
        *people.check_password(password, people.email_of(email)),
    ]


async def list_(
    app: App, *, organization: str | None, limit: int = 100, after: str | None = None
) -> Page[shapes.User]:
    """By address. Raises `NotFound`, `Invalid`."""
    owner = await organizations.find(app, organization)
    told = [_told(one) for one in await app.store.members(owner.name)]
    return page_of(told, Part(limit, after), lambda one: one["email"])


async def invite(
    app: App, *, organization: str | None, email: str, role: str = "viewer"
) -> shapes.UserInvited:
    """
    Somebody who may come in, with the link that lets them; another link, if they were asked
    before. Raises `Invalid`, `NotFound`, `Taken`.
    """
    owner = await organizations.find(app, organization)
    raise_any([*people.check_email(email), *_check_role(role)])
    address = people.email_of(email)
    now = app.clock()
    membership = Membership(owner.name, _role(role), now)
    known = {one.user.email: one for one in await app.store.members(owner.name)}
    if address in known and known[address].membership.joined_at:
        raise Taken(f"{address} is in {owner.name} already. Change their role instead.")
    user = await app.store.user(email=address)
    if user is None:
        user = User(people.new_user_id(), address, "", "", now)
        await app.store.add_user(user, membership)
    else:
        await app.store.save_member(user.id, membership)
    link = await _link(app, user, "join", owner.name)
    return {**_told(Member(user, membership)), "link": link}


async def change_role(app: App, *, organization: str | None, id: str, role: str) -> shapes.User:
    """Raises `Invalid`, `NotFound`."""
    raise_any(_check_role(role))
    found = await _member(app, organization, id)
    if _owns(found) and role != "owner":
        await _needs_another_owner(app, found)
    membership = replace(found.membership, role=_role(role))
    await app.store.save_member(found.user.id, membership)
    return _told(Member(found.user, membership))


async def remove(app: App, *, organization: str | None, id: str) -> shapes.User:
    """They see nothing of it any more. Raises `Invalid`, `NotFound`."""
    found = await _member(app, organization, id)
    if _owns(found):
        await _needs_another_owner(app, found)
    await app.store.remove_member(found.user.id, found.membership.organization)
    return _told(found)


async def link(app: App, *, email: str, purpose: Purpose = "reset") -> shapes.SignInLink:
    """For somebody who cannot sign in: the server's owner gives it. Raises `NotFound`."""
    address = people.email_of(email)
    user = await app.store.user(email=address)
    if user is None:
        raise NotFound(f"Nobody has an account with {address}. `threadline user list` tells.")
    return {"email": address, "link": await _link(app, user, purpose, "")}


async def behind(app: App, token: str) -> tuple[User, LinkRow]:
    """Whom a link is for, without using it up. Raises `Unauthenticated`."""
    row = await app.store.link(people.hashed(token)) if token else None
    user = await app.store.user(id=row.user_id) if row and app.clock() < row.ends_at else None
    if row is None or user is None:
        raise Unauthenticated(USED)
    return user, row


async def come_in(
    app: App, token: str, *, name: str = "", password: str = "", browser: str = ""
) -> str:
    """
    With a link that is used up then: who has no account yet chooses name and password, who
    has one joins, or chooses another password. The token of a session. Raises `Invalid`,
    `Unauthenticated`.
    """
    user, row = await behind(app, token)
    chooses = row.purpose == "reset" or (row.purpose == "join" and not user.password)
    if chooses:
        problems = people.check_password(password, user.email)
        raise_any(problems if user.name else [*people.check_name(name), *problems])
        kept = await app.passwords.hash(password)
        user = replace(user, name=user.name or _plain(name), password=kept)
    if await app.store.use_link(row.hash) is None:
        raise Unauthenticated(USED)
    if chooses:
        await app.store.save_user(user)
        await app.store.end_sessions(user.id)
    await _join(app, user, row)
    return await sessions.begin(app, user, browser)


async def change_password(app: App, user: User, *, old: str, new: str, session: str) -> None:
    """Everywhere else they are signed out. Raises `Invalid`."""
    problems = people.check_password(new, user.email, "new")
    if not await app.passwords.fits(user.password, old[: people.LONGEST]):
        mend = "Write the password with which you signed in."
        problems.append(Problem("password_wrong", "old", "It is another one.", mend))
    raise_any(problems)
    await app.store.save_user(replace(user, password=await app.passwords.hash(new)))
    await app.store.end_sessions(user.id, session)


async def rename(app: App, user: User, *, name: str) -> None:
    """Raises `Invalid`."""
    raise_any(people.check_name(name))
    await app.store.save_user(replace(user, name=_plain(name)))


async def _join(app: App, user: User, row: LinkRow) -> None:
    here = [one for one in await app.store.members(row.organization) if one.user.id == user.id]
    for one in here:  # unless they were taken out again meanwhile
        joined = replace(one.membership, joined_at=app.clock())
        await app.store.save_member(user.id, joined)


async def _link(app: App, user: User, purpose: Purpose, organization: str) -> str:
    token = people.new_token()
    until = app.clock() + FOR[purpose]
    await app.store.add_link(
        LinkRow(people.hashed(token), user.id, purpose, organization, until)
    )
    return f"{app.public_url}{JOIN}?code={token}"


async def _member(app: App, organization: str | None, id: str) -> Member:
    owner = await organizations.find(app, organization)
    for one in await app.store.members(owner.name):
        if id in (one.user.id, one.user.email):
            return one
    raise NotFound(f"There is nobody {id!r} in {owner.name}. `threadline user list` tells.")


def _owns(one: Member) -> bool:
    """Who was only asked in owns nothing yet."""
    return one.membership.role == "owner" and bool(one.membership.joined_at)


async def _needs_another_owner(app: App, but: Member) -> None:
    members = await app.store.members(but.membership.organization)
    if all(one.user.id == but.user.id for one in members if _owns(one)):
        raise Invalid([Problem("last_owner", "role", "They are the last one.", LAST_OWNER)])


def _check_role(role: str) -> list[Problem]:
    if role in ROLES:
        return []
    mend = f"Use: {'; '.join(f'{one} ({MEANINGS[one]})' for one in ROLES)}"
    return [Problem("role_unknown", "role", f"There is no role {role!r}.", mend)]


def _role(role: str) -> Role:
    return next(one for one in ROLES if one == role)


def _plain(name: str) -> str:
    return " ".join(name.split())


def _told(one: Member) -> shapes.User:
    """Nothing of who has an account elsewhere, until they have joined. Pure."""
    joined = bool(one.membership.joined_at)
    return {
        "id": one.user.id,
        "email": one.user.email,
        "name": one.user.name if joined else "",
        "role": one.membership.role,
        "joined": joined,
        "added_at": iso(one.membership.added_at),
    }
