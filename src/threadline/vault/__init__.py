"""
The vault: secrets by SRN, sealed on disk, revealed on use, never shown again.

    sealing   a secret's sealed form and its fingerprint
    keys      the keys that seal and open
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from threadline.errors import Problem, SecretMissing, SecretUnavailable
from threadline.model import srn as srns
from threadline.model.clock import seconds
from threadline.model.resources.secrets import Secret
from threadline.model.rows import SecretRow
from threadline.ports import Clock, SecretValue
from threadline.vault import sealing
from threadline.vault.keys import KeyRing
from threadline.vault.passwords import Passwords

__all__ = ["KeyRing", "Passwords", "SecretStore", "StoredVault", "check_value", "describe"]

LIMIT = 65_536
ROTATE_AT_ONCE = 100


class SecretStore(Protocol):
    """The part of the store that the vault uses."""

    async def secret(self, srn: str) -> SecretRow | None: ...
    async def secrets(self) -> list[SecretRow]: ...
    async def reseal_secret(
        self, srn: str, version: int, old_sealed: str, sealed: str, fingerprint: str
    ) -> bool:
        """
        Keep the new sealed form of the same value. False, and nothing is changed, unless the
        row still has this version and this old sealed form.
        """
        ...


class StoredVault:
    """Reveals what the store keeps sealed. A revealed value stays in memory for a while."""

    def __init__(
        self, store: SecretStore, keys: KeyRing, clock: Clock, ttl_seconds: float = 60
    ) -> None:
        self._store = store
        self._keys = keys
        self._clock = clock
        self._ttl = seconds(ttl_seconds)
        self._revealed: dict[str, tuple[int, SecretValue]] = {}
        self._flushes = 0

    async def reveal(self, srn: str) -> SecretValue:
        """Raises `SecretUnavailable`."""
        now = self._clock()
        until, value = self._revealed.get(srn, (now, ""))
        if until > now:
            return value
        self._revealed.pop(srn, None)
        flushes = self._flushes
        row = await self._store.secret(srn)
        if row is None:
            raise SecretMissing(
                f"There is no secret {srn}. Create it with `threadline secret create`, "
                "or mend the name where it is used."
            )
        value = _unsealed(row, self._keys)
        value = value if isinstance(value, str) else _Document(value)
        if flushes == self._flushes:
            self._revealed[srn] = (now + self._ttl, value)
        return value

    def flush(self) -> None:
        """Forget what was revealed: something was replaced, or may have been."""
        self._flushes += 1
        self._revealed.clear()

    def seal(self, srn: str, version: int, value: SecretValue) -> tuple[str, str]:
        """Sealed form and fingerprint, to be stored under this very name and version."""
        self._keys.refresh()
        sealed = sealing.seal(self._keys.primary, srn, version, value)
        return sealed, self._keys.fingerprint(value, srn)

    def wrap(self, name: str, text: str) -> str:
        """Sealed like a secret, for what has to be kept a while and may hold one."""
        self._keys.refresh()
        return sealing.seal(self._keys.primary, name, 1, text)

    def unwrap(self, name: str, sealed: str) -> str:
        """What was wrapped under this name. Raises `KeyMissing`, `SecretUnavailable`."""
        row = SecretRow(
            name, "", "secret", "", version=1, sealed=sealed, fingerprint="", created_at=0
        )
        return str(_unsealed(row, self._keys))

    def mark(self, name: str) -> str:
        """A word that nobody can tell who has not the primary key; always the same."""
        self._keys.refresh()
        return hashlib.sha256(self._keys.fingerprint("", name).encode()).hexdigest()[:24]

    def same(self, row: SecretRow, value: SecretValue) -> bool:
        """Whether the row holds this value already. Opens nothing."""
        return self._keys.same(row.fingerprint, value, row.srn)

    async def rotate(self) -> int:
        """
        Seal everything with the primary key, and return how many secrets that changed. One
        that is replaced meanwhile keeps its new value. May be called again at any time, and
        by several at once.

        Raises `SecretUnavailable` at the end, naming those that could not be opened.
        """
        self._keys.refresh()
        rows = [row for row in await self._store.secrets() if not self._is_current(row)]
        done: list[bool | BaseException] = []
        for start in range(0, len(rows), ROTATE_AT_ONCE):
            some = rows[start : start + ROTATE_AT_ONCE]
            done += await asyncio.gather(*map(self._reseal, some), return_exceptions=True)
        for one in done:
            if isinstance(one, BaseException) and not isinstance(one, SecretUnavailable):
                raise one
        stuck = [str(one) for one in done if isinstance(one, SecretUnavailable)]
        if stuck:
            raise SecretUnavailable("\n".join(stuck))
        return sum(one is True for one in done)

    async def _reseal(self, row: SecretRow) -> bool:
        found: SecretRow | None = row
        while found is not None and not self._is_current(found):
            value = _unsealed(found, self._keys)
            sealed, mark = self.seal(found.srn, found.version, value)
            if await self._store.reseal_secret(
                found.srn, found.version, found.sealed, sealed, mark
            ):
                return True
            found = await self._store.secret(row.srn)
        return False

    def _is_current(self, row: SecretRow) -> bool:
        primary = self._keys.primary.id
        try:
            sealed_with = sealing.key_id(row.sealed)
        except sealing.Damaged:
            return False
        return {primary} == {sealed_with, row.fingerprint.partition(":")[0]}


def describe(row: SecretRow) -> Secret:
    """All that is ever shown of a secret. `Created` is in milliseconds."""
    return {
        "Alias": row.alias,
        "Srn": row.srn,
        "Type": "secret" if row.type == "secret" else "secretdoc",
        "Created": row.created_at // 1000,
        "Version": row.version,
    }


def check_value(type: str, value: object) -> list[Problem]:
    """What is wrong with a value that is to be sealed. Names fields, never tells values."""
    problems: list[Problem] = []

    def wrong(code: str, at: str, message: str, mend: str) -> None:
        problems.append(Problem(code, at, message, mend))

    match type, value:
        case "secret", str(text):
            if not text:
                wrong("secret_empty", "Value", "The secret is empty.", "Write its value.")
            texts = {"Value": text}
        case "secretdoc", Mapping():
            texts = {f"Value.{name}": text for name, text in value.items()}
            if not texts:
                mend = 'Write its fields, such as {"accountSid": "…", "authToken": "…"}.'
                wrong("secret_empty", "Value", "The document has no fields.", mend)
        case "secret" | "secretdoc", _:
            form = "a text" if type == "secret" else "a JSON object of texts"
            message = f"The value of a {type} has to be {form}."
            mend = "Write it so, or choose the other type (secret: a text; secretdoc: fields)."
            wrong("secret_invalid", "Value", message, mend)
            return problems
        case _:
            mend = f"Write one of: {', '.join(srns.TYPES)}."
            wrong("type_unknown", "Type", "There is no such type of secret.", mend)
            return problems
    for at, text in texts.items():
        if not isinstance(text, str):
            wrong("secret_invalid", at, "It is not a text.", "Write it in quotes.")
        elif not _is_utf8(at + text):
            wrong("secret_invalid", "Value", "It is not valid Unicode.", "Write it as UTF-8.")
    if not problems and len(sealing.encode(value)) > LIMIT:
        message = f"The secret has more than {LIMIT // 1024} kB."
        wrong("secret_too_large", "Value", message, "Store the key to it instead of all of it.")
    return problems


class _Document(Mapping[str, Any]):
    """A revealed `secretdoc`. Its repr has the names of its fields only."""

    __slots__ = ("_fields",)

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self._fields = dict(fields)

    def __getitem__(self, name: str) -> Any:
        return self._fields[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)

    def __repr__(self) -> str:
        return f"<secretdoc with {', '.join(self._fields) or 'nothing'}>"


def _unsealed(row: SecretRow, keys: KeyRing) -> SecretValue:
    try:
        key = keys.key(sealing.key_id(row.sealed))
        return sealing.unseal(key, row.srn, row.version, row.sealed)
    except sealing.Damaged:
        raise SecretUnavailable(
            f"What is stored for {row.srn} is damaged, or was sealed for another secret. "
            "Replace it with `threadline secret replace`."
        ) from None


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
