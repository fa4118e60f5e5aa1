"""
The keys of the vault: the first one seals, all of them open.

They come from a setting, `id:base64key,id2:base64key2`, or from a file of the same form, one
a line, that only its owner may read.
"""

from __future__ import annotations

import errno
import fcntl
import hmac
import os
import re
import secrets
from base64 import b64decode, b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from threadline.errors import Invalid, KeyMissing, Problem
from threadline.ports import SecretValue
from threadline.vault import sealing
from threadline.vault.sealing import KEY_BYTES, Key

SETTING = "THREADLINE_VAULT_KEYS"
ABOUT = """\
# The keys of Threadline's vault. The first one seals, all of them open.
# Without this file no secret can be read again: keep a copy, apart from the database's.
"""
Stamp = tuple[int, int, int]
_ID = re.compile(r"[A-Za-z0-9_-]{1,32}")


class KeyRing:
    """Its repr shows ids only. A ring from a file reads the file again when it changes."""

    def __init__(
        self, keys: Sequence[Key], path: Path | None = None, seen: Stamp | None = None
    ) -> None:
        self._keys = {key.id: key for key in keys}
        self._primary = keys[0]
        self._path = path
        self._seen = seen

    def __repr__(self) -> str:
        return f"KeyRing({', '.join(self._keys)})"

    @classmethod
    def load(cls, source: str | Path) -> KeyRing:
        """
        From the setting's text, or from a file, which is made with one new key when there is
        none. Raises `Invalid` for keys that cannot be used or that others can read.
        """
        if isinstance(source, str):
            return cls(parse(source, SETTING))
        if not source.exists():
            with _alone(source):
                if not source.exists():
                    _write(source, [_new_key()])
        keys, seen = read(source)
        return cls(keys, source, seen)

    @staticmethod
    def add_key(path: Path) -> str:
        """
        Put a new primary key into the file and return its id. The older keys stay: they open
        what they sealed until everything is sealed anew.
        """
        path = path.resolve()
        with _alone(path):
            keys = [_new_key(), *read(path)[0]]
            _write(path, keys)
        return keys[0].id

    @staticmethod
    def copy(source: Path, target: Path, *, replaces: bool = False) -> None:
        """
        The keys of one file in another. One that is there is kept under the name of
        `.before-restore`; with `replaces` False it is an error: `FileExistsError`.
        """
        keys = read(source)[0]
        with _alone(target):
            if target.exists():
                if not replaces:
                    raise FileExistsError(errno.EEXIST, "It is there already", str(target))
                target.replace(target.with_name(f"{target.name}.before-restore"))
            _write(target, keys)

    @property
    def primary(self) -> Key:
        return self._primary

    @property
    def source(self) -> str:
        """Where the keys come from, for a sentence."""
        return SETTING if self._path is None else str(self._path)

    def key(self, id: str) -> Key:
        """The file is read again before it is said that there is no such key: `KeyMissing`."""
        if id not in self._keys:
            with suppress(Invalid, OSError):
                self._reload()
        if id not in self._keys:
            have = ", ".join(self._keys)
            raise KeyMissing(
                f"The vault's key {id!r} is not in {self.source} (which has {have}). "
                "Put it back there, or replace the secret with `threadline secret replace`."
            )
        return self._keys[id]

    def refresh(self) -> None:
        """
        Take up a change of the file, so that nothing is sealed with a key that left it.
        Raises `KeyMissing` when the file is gone, `Invalid` when it cannot be used.
        """
        if self._path is None:
            return
        try:
            if _stamp(self._path.stat()) != self._seen:
                self._reload()
        except OSError as why:
            raise KeyMissing(
                f"The vault's keys in {self._path} cannot be read ({why.strerror}). "
                "Put the file back before anything else is sealed."
            ) from why

    def fingerprint(self, value: SecretValue, srn: str = "") -> str:
        return sealing.fingerprint(self._primary, srn, value)

    def same(self, fingerprint: str, value: SecretValue, srn: str = "") -> bool:
        """
        Whether the fingerprint is of this value, whichever key of the ring made it. A
        fingerprint of a key that is gone is of no value that we can know: False.
        """
        try:
            key = self.key(fingerprint.partition(":")[0])
        except KeyMissing:
            return False
        return hmac.compare_digest(fingerprint, sealing.fingerprint(key, srn, value))

    def _reload(self) -> None:
        if self._path is not None:
            keys, self._seen = read(self._path)
            self._keys, self._primary = {key.id: key for key in keys}, keys[0]


def parse(text: str, at: str) -> list[Key]:
    """Pure. Raises `Invalid`, which names the entry by its place and never by its content."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    entries = [one.strip() for line in lines for one in line.split(",") if one.strip()]
    keys: list[Key] = []
    mend = "Write `id:key` with 32 random bytes in base64, as `openssl rand -base64 32` does."
    for number, entry in enumerate(entries, start=1):
        id, _, encoded = entry.partition(":")
        try:
            secret = b64decode(encoded.strip(), validate=True)
        except ValueError:
            secret = b""
        if not _ID.fullmatch(id) or len(secret) != KEY_BYTES:
            message = f"Entry {number} is not a key."
            raise Invalid([Problem("keys_malformed", at, message, mend)])
        if id in [key.id for key in keys]:
            message = f"Entry {number} has the id of an earlier one."
            raise Invalid(
                [Problem("keys_malformed", at, message, "Give every key its own id.")]
            )
        keys.append(Key(id, secret))
    if not keys:
        raise Invalid([Problem("keys_malformed", at, "There is no key in it.", mend)])
    return keys


def read(path: Path) -> tuple[list[Key], Stamp]:
    """
    The keys, and what tells whether the file is still the same. Raises `Invalid` also when
    others than the owner can read the file.
    """
    with path.open(encoding="ascii", errors="replace") as file:
        found = os.fstat(file.fileno())
        if found.st_mode & 0o077:
            message = "Others than its owner can read the vault's keys."
            mend = f"Run `chmod 600 {path}`, and rotate the keys if somebody may have."
            raise Invalid([Problem("keys_exposed", str(path), message, mend)])
        return parse(file.read(), str(path)), _stamp(found)


def _new_key() -> Key:
    return Key(f"k{secrets.token_hex(4)}", os.urandom(KEY_BYTES))


def _write(path: Path, keys: Sequence[Key]) -> None:
    """All of it or nothing, and on the disk before anything is sealed with it."""
    text = ABOUT + "".join(f"{key.id}:{b64encode(key.secret).decode()}\n" for key in keys)
    new = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
    with _folder(path) as folder:
        os.fsync(folder)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """No other process changes the file meanwhile."""
    with _folder(path) as folder:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield


@contextmanager
def _folder(path: Path) -> Iterator[int]:
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield folder
    finally:
        os.close(folder)


def _stamp(found: os.stat_result) -> Stamp:
    return found.st_mtime_ns, found.st_ino, found.st_mode
