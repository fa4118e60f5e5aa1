"""A secret's sealed form: AES-256-GCM, bound to the secret's name and version. Pure."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from threadline.ports import SecretValue

KEY_BYTES = 32
NONCE_BYTES = 12
_FORM = re.compile(rb"v1\|([A-Za-z0-9_-]{1,32})\|(.+)", re.DOTALL)


class Damaged(Exception):
    """What is to be opened is not what was sealed under this name and version."""


@dataclass(frozen=True, slots=True)
class Key:
    """One of the keys of a keyring. `id` stands in front of everything sealed with it."""

    id: str
    secret: bytes = field(repr=False)


def seal(
    key: Key,
    srn: str,
    version: int,
    value: SecretValue,
    random: Callable[[int], bytes] = os.urandom,
) -> str:
    """The text that the store keeps."""
    nonce = random(NONCE_BYTES)
    ciphertext = AESGCM(key.secret).encrypt(nonce, encode(value), _bound(key.id, srn, version))
    return b64encode(b"v1|" + key.id.encode() + b"|" + nonce + ciphertext).decode()


def unseal(key: Key, srn: str, version: int, sealed: str) -> SecretValue:
    """Raises `Damaged`, also for what was sealed under another name or version."""
    id, rest = _parts(sealed)
    nonce, ciphertext = rest[:NONCE_BYTES], rest[NONCE_BYTES:]
    try:
        plain = AESGCM(key.secret).decrypt(nonce, ciphertext, _bound(id, srn, version))
    except (InvalidTag, ValueError):
        raise Damaged from None
    value: str | dict[str, Any] = orjson.loads(plain)
    return value


def key_id(sealed: str) -> str:
    """Which key opens it. Raises `Damaged`."""
    return _parts(sealed)[0]


def fingerprint(key: Key, srn: str, value: SecretValue) -> str:
    """`keyid:hex`: tells whether two values of one secret are equal, and nothing else."""
    derived = HKDF(SHA256(), KEY_BYTES, None, b"threadline vault fingerprint").derive(
        key.secret
    )
    said = srn.encode() + b"\0" + encode(value)
    return f"{key.id}:{hmac.new(derived, said, hashlib.sha256).hexdigest()}"


def encode(value: SecretValue) -> bytes:
    """The same bytes for equal values, whatever the order of their fields."""
    plain = dict(value) if isinstance(value, Mapping) else value
    return orjson.dumps(plain, option=orjson.OPT_SORT_KEYS)


def _bound(id: str, srn: str, version: int) -> bytes:
    return f"v1|{id}|{srn}|{version}".encode()


def _parts(sealed: str) -> tuple[str, bytes]:
    try:
        found = _FORM.fullmatch(b64decode(sealed, validate=True))
    except ValueError:
        found = None
    if found is None:
        raise Damaged
    return found[1].decode(), found[2]
