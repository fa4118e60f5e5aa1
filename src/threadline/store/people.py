"""Users, where they belong, their sessions and links, and the record of who changed what."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

from threadline.errors import Taken
from threadline.model.clock import DAY
from threadline.model.people import (
    AuditRow,
    Failures,
    LinkRow,
    Member,
    Membership,
    SessionRow,
    SignedIn,
    User,
)
from threadline.store.script import Moment, Row, Run, Script
from threadline.store.views import Asking

EMAIL_TAKEN = "Somebody has an account with {email} already."
FIRST_TAKEN = "Somebody was faster: there is an account by now. Sign in with it."


def save_people(moment: Moment, items: Sequence[Sequence[Run]]) -> Script:
    """Each item is a list of statements, made true together."""
    for statements in items:
        for one in statements:
            rows = yield one
            if one.name == "add_user" and not rows:
                raise Taken(EMAIL_TAKEN.format(email=one.values["email"]))
            if one.name == "add_first_user" and not rows:
                raise Taken(FIRST_TAKEN)
    return [True for _item in items]


def use_link(moment: Moment, items: Sequence[str]) -> Script:
    """By its hash: the link, which is gone then; None if there is none, or its time is over."""
    found: list[LinkRow | None] = []
    for hash in items:
        rows = yield Run("use_link", {"hash": hash})
        link = _link(rows[0]) if rows else None
        found.append(link if link and moment.now < link.ends_at else None)
    return found


def write_audit(moment: Moment, items: Sequence[AuditRow]) -> Script:
    """The id of each."""
    ids = []
    for one in items:
        values = {name: getattr(one, name) for name in "organization at who door".split()}
        rows = yield Run("add_audit", {**values, "what": one.what, "about": one.about})
        ids.append(rows[0]["id"])
    return ids


def end_audit(moment: Moment, items: Sequence[tuple[int, bool]]) -> Script:
    """It was done, or it was refused and nothing has happened."""
    for id, done in items:
        yield Run("end_audit" if done else "drop_audit", {"id": id})
    return [True for _item in items]


class People(ABC):
    """Fulfils `ports.store.People`."""

    _asking: Asking

    @abstractmethod
    async def _do(self, kind: str, items: Sequence[Any]) -> list[Any]: ...

    async def any_user(self) -> bool:
        return bool(await self._asking.ask(Run("any_user")))

    async def user(self, *, id: str = "", email: str = "") -> User | None:
        rows = await self._asking.ask(Run("find_user", {"id": id, "email": email}))
        return _user(rows[0]) if rows else None

    async def add_user(
        self, user: User, membership: Membership | None = None, *, first: bool = False
    ) -> None:
        values = {name: getattr(user, name) for name in User.__slots__}
        statements = [Run("add_first_user" if first else "add_user", values)]
        if membership is not None:
            statements.append(_save_member(user.id, membership))
        await self._do("save_people", [statements])

    async def save_user(self, user: User) -> None:
        """Another name, another password."""
        values = {name: getattr(user, name) for name in ("id", "name", "password")}
        await self._do("save_people", [[Run("save_user", values)]])

    async def members(self, organization: str) -> list[Member]:
        rows = await self._asking.ask(Run("members", {"organization": organization}))
        return [Member(_user(row), _membership(row)) for row in rows]

    async def save_member(self, user: str, membership: Membership) -> None:
        await self._do("save_people", [[_save_member(user, membership)]])

    async def remove_member(self, user: str, organization: str) -> None:
        values = {"user": user, "organization": organization}
        statements = [Run("remove_member", values), Run("drop_links", values)]
        await self._do("save_people", [statements])

    async def signed_in(self, hash: str) -> SignedIn | None:
        rows = await self._asking.ask(Run("signed_in", {"hash": hash}))
        if not rows:
            return None
        first = rows[0]
        names = ("hash", "user_id", "seen_at", "browser")
        session = SessionRow(
            created_at=first["session_at"], **{name: first[name] for name in names}
        )
        joined = (_membership(row) for row in rows if row["organization"] is not None)
        return SignedIn(_user(first), session, tuple(joined))

    async def save_session(self, row: SessionRow) -> None:
        values = {name: getattr(row, name) for name in SessionRow.__slots__}
        await self._do("save_people", [[Run("save_session", values)]])

    async def sessions_of(self, user: str) -> list[SessionRow]:
        rows = await self._asking.ask(Run("sessions_of", {"user": user}))
        return [
            SessionRow(**{name: row[name] for name in SessionRow.__slots__}) for row in rows
        ]

    async def end_session(self, hash: str) -> None:
        await self._do("save_people", [[Run("sign_out", {"hash": hash})]])

    async def end_sessions(self, user: str, but: str = "") -> None:
        """All of somebody's, or all but one."""
        await self._do(
            "save_people", [[Run("sign_out_everywhere", {"user": user, "but": but})]]
        )

    async def forget_sessions(self, seen_before: int, begun_before: int) -> None:
        values = {"seen": seen_before, "begun": begun_before}
        await self._do("save_people", [[Run("forget_sessions", values)]])

    async def add_link(self, row: LinkRow) -> None:
        """Instead of those that there were of the kind."""
        values = {name: getattr(row, name) for name in LinkRow.__slots__}
        of = {"user": row.user_id, "organization": row.organization}
        statements = [Run("replace_link", {**of, "purpose": row.purpose})]
        await self._do("save_people", [[*statements, Run("add_link", values)]])

    async def link(self, hash: str) -> LinkRow | None:
        rows = await self._asking.ask(Run("find_link", {"hash": hash}))
        return _link(rows[0]) if rows else None

    async def use_link(self, hash: str) -> LinkRow | None:
        """None: it was used, or its time is over."""
        [found] = await self._do("use_link", [hash])
        link: LinkRow | None = found
        return link

    async def wrong_passwords(self, email: str) -> Failures:
        rows = await self._asking.ask(Run("wrong_passwords", {"email": email}))
        if not rows:
            return Failures(email)
        return Failures(email, *(rows[0][name] for name in ("failed", "at", "next_at")))

    async def save_wrong_passwords(self, row: Failures) -> None:
        """With none, and those of yesterday, there is nothing to keep."""
        values = {name: getattr(row, name) for name in Failures.__slots__}
        old = Run("forget_wrong_passwords", {"email": row.email, "before": row.at - DAY})
        statements = [old, Run("save_wrong_passwords", values)] if row.failed else [old]
        await self._do("save_people", [statements])

    async def begin_audit(self, row: AuditRow) -> int:
        """The id by which to end it."""
        [id] = await self._do("write_audit", [row])
        return int(id)

    async def end_audit(self, id: int, *, done: bool) -> None:
        await self._do("end_audit", [(id, done)])

    async def audit(self, organization: str | None, limit: int, before: int) -> list[AuditRow]:
        """The latest first, below an id; 0 = from the last on. None = whosever."""
        values = {"limit": limit, "before": before}
        one = Run("audit", {**values, "organization": organization})
        rows = await self._asking.ask(one if organization else Run("audit_of_all", values))
        names = [one for one in AuditRow.__slots__ if one != "done"]
        return [
            AuditRow(done=bool(row["done"]), **{name: row[name] for name in names})
            for row in rows
        ]


def _save_member(user: str, one: Membership) -> Run:
    values = {name: getattr(one, name) for name in Membership.__slots__}
    return Run("save_member", {**values, "user": user})


def _user(row: Row) -> User:
    return User(**{name: row[name] for name in User.__slots__})


def _membership(row: Row) -> Membership:
    return Membership(**{name: row[name] for name in Membership.__slots__})


def _link(row: Row) -> LinkRow:
    return LinkRow(**{name: row[name] for name in LinkRow.__slots__})
