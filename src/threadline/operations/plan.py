"""What documents ask for, compared with what is there: the problems, or else the changes."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from threadline.app import App
from threadline.errors import Problem
from threadline.model import organization as organizations
from threadline.model.bot import BotRecord
from threadline.model.catalog import (
    DeleteBot,
    DeleteEndpoint,
    ResumeSenders,
    SaveBot,
    SaveOrganization,
    SaveSecret,
    Step,
    Unchanged,
)
from threadline.model.document import MAX_PROBLEMS
from threadline.model.endpoint import Endpoint
from threadline.model.organization import Organization
from threadline.model.resources.configuration import Action, Changed, Field, Kind
from threadline.model.rows import SecretRow
from threadline.model.srn import Srn
from threadline.model.versions import UNTOLD, Made
from threadline.operations import bot_checks, default_endpoints, difference, secrets
from threadline.operations import endpoints as endpoint_checks
from threadline.operations.endpoints import Around, Secrets, Wanted
from threadline.operations.near import meant
from threadline.ports import SecretValue

PARTS = ("Organization", "Title", "RetentionDays", "Secrets", "Bots", "Endpoints")
SECRET_FIELDS = ("Name", "Type", "Value", "Organization")


@dataclass(slots=True)
class Plan:
    """
    `old_…` is what is there, and `revisions` what it was seen at. Documents are added one by
    one, then checked together; after that, and without problems, the plan can be carried out.
    Where `only` names an organization, nobody else's is looked at. `made` is kept with every
    new version of a bot.
    """

    app: App
    only: str | None
    revisions: dict[str, int]
    organizations: dict[str, Organization]
    old_bots: dict[tuple[str, str], BotRecord]
    old_endpoints: dict[str, Endpoint]
    old_secrets: dict[str, SecretRow]
    problems: list[Problem] = field(default_factory=list)
    changes: list[Changed] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    mentioned: set[str] = field(default_factory=set)
    bots: dict[tuple[str, str], tuple[Mapping[str, Any], str]] = field(default_factory=dict)
    secrets: dict[str, SecretValue] = field(default_factory=dict)
    secret_paths: dict[str, str] = field(default_factory=dict)
    new_secrets: set[str] = field(default_factory=set)
    endpoints: list[Wanted] = field(default_factory=list)
    defaults: list[Wanted] = field(default_factory=list)
    addresses: set[str] = field(default_factory=set)
    affected: list[Wanted] = field(default_factory=list)
    made: Made = UNTOLD

    @classmethod
    async def begin(cls, app: App, only: str | None = None) -> Plan:
        known = await app.store.organizations()  # first: what follows is not older than it
        return cls(
            app,
            only,
            {one.name: one.revision for one in known},
            {one.name: one for one in known},
            {(one.organization, one.name): one for one in await app.store.bots()},
            {one.address: one for one in await app.store.endpoints()},
            {one.srn: one for one in await app.store.secrets()},
        )

    def wrong(self, code: str, path: str, message: str, mend: str) -> None:
        self.problems.append(Problem(code, path, message, mend))

    def add(self, document: Any, at: str) -> None:
        """One organization's document; `at` is its path."""
        if self._enough():
            return
        if not isinstance(document, Mapping):
            mend = f"Write {', '.join(PARTS)}, each with a colon."
            self.wrong("document_invalid", at, "It is no document.", mend)
            return
        self._known(document, PARTS, f"{at}.")
        named = document.get("Organization")
        if self.only is not None and isinstance(named, str) and named != self.only:
            message = f"This key is of {self.only!r}, the document is not."
            mend = "Apply it with a key of its own organization, or on the server's machine."
            self.wrong("organization_foreign", f"{at}.Organization", message, mend)
            return
        organization = self._organization(document, f"{at}.")
        for part, take in (
            ("Secrets", self._secret),
            ("Bots", self._bot),
            ("Endpoints", self._endpoint),
        ):
            for one, path in self._listed(document.get(part), f"{at}.{part}"):
                if self._ours(organization, one, path):
                    take(organization, one, path)

    def _known(self, document: Mapping[str, Any], known: Sequence[str], at: str) -> None:
        for name in document:
            if name not in known and not self._enough():
                message = f"There is no part {name!r} here."
                self.wrong("field_unknown", f"{at}{name}", message, meant(name, known))

    def _listed(self, found: Any, at: str) -> Iterator[tuple[Mapping[str, Any], str]]:
        if not isinstance(found, list | None):
            mend = "Begin each with `- `."
            self.wrong("field_invalid", at, "It has to be a list.", mend)
            return
        for n, one in enumerate(found or ()):
            if self._enough():
                return
            if isinstance(one, Mapping):
                yield one, f"{at}[{n}]."
            else:
                mend = "Write its fields, each with a colon."
                self.wrong("field_invalid", f"{at}[{n}]", "It has no fields.", mend)

    def _organization(self, document: Mapping[str, Any], at: str) -> str:
        """Its name. Empty if it cannot be, and then nothing is said of what hangs on it."""
        name = document.get("Organization")
        self.problems += organizations.check_fields(document, at)
        if found := organizations.check({"Name": name}):
            path = f"{at}Organization"
            self.problems += [replace(one, path=path) for one in found]
            return ""
        name = str(name)
        self.mentioned.add(name)
        old = self.organizations.get(name)
        wanted = organizations.wanted(name, old, document)
        if old != wanted:
            self.steps.append(SaveOrganization(name, wanted.title, wanted.retention_days))
        fields = None if old is None else [*difference.between(old.fields(), wanted.fields())]
        self._changed(name, "organization", name, fields)
        self.organizations[name] = wanted
        return name

    def _secret(self, organization: str, one: Mapping[str, Any], at: str) -> None:
        self._known(one, SECRET_FIELDS, at)
        name, type_ = one.get("Name"), one.get("Type", "secretdoc")
        value: Any = one.get("Value")
        if found := secrets.check(name, type_, value):
            self.problems += [replace(problem, path=f"{at}{problem.path}") for problem in found]
            return
        srn = Srn(organization, type_, str(name))
        if self._twice(str(srn), self.secrets, f"{at}Name", "secret"):
            return
        self.secrets[str(srn)] = value
        self.secret_paths[str(srn)] = f"{at}Value."
        old = self.old_secrets.get(str(srn))
        same = old is not None and self.app.vault.same(old, value)
        if not same:
            self.new_secrets.add(str(srn))
            version = old.version + 1 if old else 1
            created = old.created_at if old else self.app.clock()
            row = secrets.sealed_row(self.app, srn, version, value, created)
            self.steps.append(SaveSecret(row))
        value_only: list[Field] = [{"path": "Value"}]
        fields = [] if same else value_only if old else None
        self._changed(organization, "secret", str(srn), fields)

    def _bot(self, organization: str, one: Mapping[str, Any], at: str) -> None:
        self.problems += bot_checks.check(self.app, organization, one, at)
        key = (organization, str(one.get("Name")))
        if "Name" in one and self._twice(key, self.bots, f"{at}Name", "bot"):
            return
        self.bots[key] = (one, at)
        old = self.old_bots.get(key)
        fields = list(difference.between(old.document, one)) if old else None
        if fields is None or fields:
            new = fields is None or any(field["path"] != "State" for field in fields)
            self.steps.append(SaveBot(organization, one, new, self.made))
        self._changed(organization, "bot", key[1], fields)

    def _endpoint(self, organization: str, one: Mapping[str, Any], at: str) -> None:
        wanted = Wanted(organization, one, at)
        if "Address" in one and wanted.address in self.addresses:
            mend = "Give each endpoint an address of its own."
            message = f"{wanted.address!r} is here twice."
            self.wrong("address_taken", f"{at}Address", message, mend)
        self.endpoints.append(wanted)
        self.addresses.add(wanted.address)
        old = self.old_endpoints.get(wanted.address)
        fields = list(difference.between(old.document, one)) if old else None
        self._changed(organization, "endpoint", wanted.address, fields)

    async def check(self) -> None:
        """What can be seen only once every secret, bot and endpoint is known."""
        given = {srn: value for srn, value in self.secrets.items() if srn in self.new_secrets}
        every = Secrets(self.secrets, self.secret_paths, self.old_secrets)
        moving = self.addresses
        around = Around(self.old_endpoints, {*self.bots, *self.old_bots}, every, moving)
        self.affected = endpoint_checks.affected(
            replace(around, secrets=replace(every, given=given))
        )
        around = replace(around, moving={*moving, *(one.address for one in self.affected)})
        self._check_bots()
        self._add_defaults()
        for one in self.endpoints:
            if self._enough():
                return
            await asyncio.sleep(0)  # texts have their turn, however much is applied
            self.problems += await endpoint_checks.check_endpoint(self.app, one, around)
        for one in self.affected:
            self.problems += await endpoint_checks.check_sender(self.app, one, around)
        together = [*self.endpoints, *self.affected]
        self.problems += endpoint_checks.check_together(together, every)

    def _check_bots(self) -> None:
        """Whether the secrets that they name are there."""
        there = {*self.secrets, *self.old_secrets}
        for (organization, _name), (bot, at) in self.bots.items():
            told = {one.path for one in self.problems}
            missing = bot_checks.missing_secrets(bot, at, there) if organization else ()
            self.problems += [one for one in missing if one.path not in told]

    def _add_defaults(self) -> None:
        new = {key: at for key, (_bot, at) in self.bots.items() if key not in self.old_bots}
        found = default_endpoints.for_new(new, self.endpoints, self.old_endpoints)
        self.defaults, problems = found
        self.problems += problems
        for one in self.defaults:
            self._changed(one.organization, "endpoint", one.address, None)

    def _enough(self) -> bool:
        """Whether so much is wrong that nobody would read more of it."""
        return len(self.problems) >= MAX_PROBLEMS

    def delete(self, step: DeleteBot | DeleteEndpoint) -> None:
        self.mentioned.add(step.organization)
        self.steps.append(step)

    async def carry_out(self) -> None:
        """
        All of it, or nothing. Raises `Taken`, and `Outdated` if it is not the same any more
        that was looked at.
        """
        saved = [
            *(one for one in self.endpoints if self._is_changed(one)),
            *self.affected,
        ]
        steps = [*self.steps, *endpoint_checks.saves([*saved, *self.defaults])]
        touched = [one.organization for one in saved]
        touched += [Srn.parse(srn).organization for srn in self.new_secrets]
        steps += [ResumeSenders(name) for name in dict.fromkeys(touched)]
        if steps:
            seen = [Unchanged(name, self.revisions.get(name)) for name in self.mentioned]
            await self.app.store.change([*seen, *steps])

    def _is_changed(self, one: Wanted) -> bool:
        old = self.old_endpoints.get(one.address)
        return old is None or old.document != one.document or one.secret in self.new_secrets

    def _ours(self, organization: str, one: Mapping[str, Any], at: str) -> bool:
        named = one.get("Organization", organization)
        if not organization or named == organization:
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
        self, organization: str, kind: Kind, name: str, fields: list[Field] | None
    ) -> None:
        """`fields` are those that differ; None = it was not there."""
        action: Action = "create" if fields is None else "change" if fields else "keep"
        told: Changed = {
            "action": action,
            "kind": kind,
            "name": name,
            "organization": organization,
            "fields": fields or [],
        }
        self.changes.append(told)
