"""
Makes documents true: organizations with their secrets, bots and endpoints.

Everything is looked at first and every problem told at once; then all of it is written in one
transaction, or nothing. Applying the same documents again changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from threadline.app import App
from threadline.errors import Invalid, Problem
from threadline.model import bot as bots
from threadline.model import organization as organizations
from threadline.model.bot import BotRecord
from threadline.model.catalog import (
    Change,
    ResumeSenders,
    SaveBot,
    SaveEndpoint,
    SaveOrganization,
    SaveSecret,
)
from threadline.model.endpoint import Endpoint
from threadline.model.rows import SecretRow
from threadline.model.srn import Srn
from threadline.operations import difference, secrets
from threadline.operations.endpoints import Secrets, Wanted, check_endpoint, rerouted, urls
from threadline.ports import SecretValue

PARTS = ("Organization", "Title", "Secrets", "Bots", "Endpoints")


async def apply(app: App, *, documents: Sequence[Any], dry_run: bool = False) -> dict[str, Any]:
    """
    Each document has Organization, Title, Secrets, Bots and Endpoints. Returns the changes,
    what is kept included, and the messaging endpoints to paste. Raises `Invalid`, `Taken`.
    """
    plan = await _Plan.begin(app)
    for n, document in enumerate(documents):
        await plan.add(document, f"documents[{n}].")
    await plan.check_endpoints()
    if plan.problems:
        raise Invalid(plan.problems)
    steps = await plan.steps()
    if steps and not dry_run:
        await app.store.change(steps)
    endpoints = [
        {"address": e["Address"], "urls": urls(app, Endpoint(0, org, e))}
        for org, e in plan.endpoints
    ]
    return {"changes": plan.changes, "applied": not dry_run, "endpoints": endpoints}


@dataclass(slots=True)
class _Plan:
    """What is there, what is wanted, and what is wrong with it."""

    app: App
    titles: dict[str, str]
    old_bots: dict[tuple[str, str], BotRecord]
    old_endpoints: dict[str, Endpoint]
    old_secrets: dict[str, SecretRow]
    problems: list[Problem] = field(default_factory=list)
    changes: list[dict[str, Any]] = field(default_factory=list)
    new: list[Change] = field(default_factory=list)
    bots: dict[tuple[str, str], Mapping[str, Any]] = field(default_factory=dict)
    secrets: dict[str, SecretValue] = field(default_factory=dict)
    secret_paths: dict[str, str] = field(default_factory=dict)
    wanted: list[Wanted] = field(default_factory=list)
    touched: dict[str, None] = field(default_factory=dict)

    @classmethod
    async def begin(cls, app: App) -> _Plan:
        return cls(
            app,
            {one.name: one.title for one in await app.store.organizations()},
            {(one.organization, one.name): one for one in await app.store.bots()},
            {one.address: one for one in await app.store.endpoints()},
            {one.srn: one for one in await app.store.secrets()},
        )

    @property
    def endpoints(self) -> list[tuple[str, Mapping[str, Any]]]:
        return [(one.organization, one.document) for one in self.wanted]

    def wrong(self, code: str, path: str, message: str, mend: str) -> None:
        self.problems.append(Problem(code, path, message, mend))

    async def add(self, document: Any, at: str) -> None:
        """One organization's document."""
        if not isinstance(document, Mapping):
            mend = f"Write {', '.join(PARTS)}, each with a colon."
            self.wrong("document_invalid", at.rstrip("."), "It is no document.", mend)
            return
        for name in document:
            if name not in PARTS:
                near = get_close_matches(str(name), PARTS, 1)
                mend = f"Did you mean `{near[0]}`?" if near else f"Known: {', '.join(PARTS)}."
                self.wrong("field_unknown", f"{at}{name}", f"There is no part {name!r}.", mend)
        found = organizations.check({"Name": document.get("Organization")}, at)
        if found:
            self.problems += [
                Problem(one.code, f"{at}Organization", one.message, one.mend) for one in found
            ]
            return
        organization = str(document["Organization"])
        self._organization(organization, document.get("Title"))
        for part, take in (
            ("Secrets", self._secret),
            ("Bots", self._bot),
            ("Endpoints", self._endpoint),
        ):
            listed = document.get(part) or []
            if not isinstance(listed, list):
                self.wrong("field_invalid", f"{at}{part}", "It has to be a list.", "Use `- `.")
                continue
            for n, one in enumerate(listed):
                path = f"{at}{part}[{n}]."
                if isinstance(one, Mapping):
                    take(organization, one, path)
                else:
                    self.wrong("field_invalid", path[:-1], "It has no fields.", "Write them.")

    def _organization(self, name: str, title: Any) -> None:
        old = self.titles.get(name)
        wanted = title if isinstance(title, str) else old or ""
        if old != wanted:
            self.new.append(SaveOrganization(name, wanted))
        fields = None if old is None else list(difference.between(old, wanted, "Title"))
        self._changed(name, "organization", name, fields)
        self.titles[name] = wanted

    def _secret(self, organization: str, one: Mapping[str, Any], at: str) -> None:
        name, type_ = one.get("Name"), one.get("Type", "secretdoc")
        value: Any = one.get("Value")
        if not self._ours(organization, one, at):
            return
        found = secrets.check(name, type_, value)
        if found:
            self.problems += [
                Problem(p.code, f"{at}{p.path}", p.message, p.mend) for p in found
            ]
            return
        srn = Srn(organization, type_, str(name))
        if self._twice(str(srn), self.secrets, f"{at}Name", "secret"):
            return
        self.secrets[str(srn)] = value
        self.secret_paths[str(srn)] = f"{at}Value."
        old = self.old_secrets.get(str(srn))
        same = old is not None and self.app.vault.same(old, value)
        if not same:
            version = old.version + 1 if old else 1
            created = old.created_at if old else self.app.clock()
            row = secrets.sealed_row(self.app, srn, version, value, created)
            self.new.append(SaveSecret(row))
            self.touched[organization] = None
        fields = [] if same else [{"path": "Value"}] if old else None
        self._changed(organization, "secret", str(srn), fields)

    def _bot(self, organization: str, one: Mapping[str, Any], at: str) -> None:
        if not self._ours(organization, one, at):
            return
        types = self.app.bot_types
        found = bots.check(one, types, at)
        if one.get("Type") in types:
            document = {"Organization": organization, **one}
            found += types[one["Type"]].check(document, at)
        self.problems += found
        key = (organization, str(one.get("Name")))
        if self._twice(key, self.bots, f"{at}Name", "bot"):
            return
        self.bots[key] = one
        old = self.old_bots.get(key)
        fields = list(difference.between(old.document, one)) if old else None
        if fields is None or fields:
            self.new.append(SaveBot(organization, one))
        self._changed(organization, "bot", key[1], fields)

    def _endpoint(self, organization: str, one: Mapping[str, Any], at: str) -> None:
        if not self._ours(organization, one, at):
            return
        address = str(one.get("Address"))
        if any(address == w.document.get("Address") for w in self.wanted):
            mend = "Give each endpoint an address of its own."
            self.wrong("address_taken", f"{at}Address", f"{address!r} is here twice.", mend)
            return
        self.wanted.append(Wanted(organization, one, at))
        old = self.old_endpoints.get(address)
        fields = list(difference.between(old.document, one)) if old else None
        self._changed(organization, "endpoint", address, fields)

    async def check_endpoints(self) -> None:
        """Once every secret and bot of the documents is known."""
        leaving = {str(w.document.get("Address")) for w in self.wanted if not w.online}
        secrets = Secrets(self.secrets, self.secret_paths, self.old_secrets)
        for one in self.wanted:
            known = {n for org, n in (*self.bots, *self.old_bots) if org == one.organization}
            self.problems += await check_endpoint(self.app, one, known, secrets, leaving)
        seen: dict[str, str] = {}
        for one in self.wanted:
            address = str(one.document.get("Address"))
            if one.route and one.online and seen.setdefault(one.route, address) != address:
                mend = "Set one of them offline, or give it another number."
                message = f"The endpoint {seen[one.route]} is online with the same number."
                self.wrong("sender_taken", f"{one.at}EngagementConfig.Secret", message, mend)

    async def steps(self) -> list[Change]:
        """What has to be written, in an order in which each finds what it names."""
        addresses = {one.document["Address"] for one in self.wanted}
        for one in sorted(self.wanted, key=lambda wanted: wanted.online):
            old = self.old_endpoints.get(one.document["Address"])
            if old is None or old.document != one.document or self._secret_changed(one):
                self.new.append(SaveEndpoint(one.organization, one.document, one.route))
                self.touched[one.organization] = None
        changed = {srn: v for srn, v in self.secrets.items() if self._is_new(srn)}
        others = await rerouted(self.app, changed)
        self.new += [one for one in others if one.document["Address"] not in addresses]
        self.new += [ResumeSenders(name) for name in self.touched]
        return self.new

    def _secret_changed(self, one: Wanted) -> bool:
        config = one.document.get("EngagementConfig")
        return isinstance(config, Mapping) and self._is_new(str(config.get("Secret")))

    def _is_new(self, srn: str) -> bool:
        return any(isinstance(c, SaveSecret) and c.row.srn == srn for c in self.new)

    def _ours(self, organization: str, one: Mapping[str, Any], at: str) -> bool:
        named = one.get("Organization", organization)
        if named == organization:
            return True
        mend = "Put it into a document of its own organization."
        message = f"It belongs to {named!r}, the document to {organization!r}."
        self.wrong("organization_foreign", f"{at}Organization", message, mend)
        return False

    def _twice(self, key: Any, known: Mapping[Any, Any], path: str, kind: str) -> bool:
        if key in known:
            self.wrong("name_taken", path, f"This {kind} is here twice.", "Remove one.")
        return key in known

    def _changed(
        self, organization: str, kind: str, name: str, fields: Sequence[Any] | None
    ) -> None:
        """`fields` are those that differ; None = it was not there."""
        action = "create" if fields is None else "change" if fields else "keep"
        told = {"action": action, "kind": kind, "name": name, "organization": organization}
        self.changes.append({**told, "fields": fields or []})
