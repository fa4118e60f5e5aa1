"""
Whether it was Twilio that made a request.

https://www.twilio.com/docs/usage/webhooks/webhooks-security
"""

from __future__ import annotations

import hashlib
import hmac
import re
from binascii import b2a_base64
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import parse_qs

from threadline.errors import Unauthentic

Params = Sequence[tuple[str, str]]

_URL = re.compile(
    r"(?P<scheme>https?)://(?:[^/?#]*@)?(?P<host>\[[^]]*]|[^/?#:]*)(?::(?P<port>[0-9]+))?"
    r"(?P<tail>[^#]*)",
    re.IGNORECASE,
)
_DIGESTS = {"HMAC_SHA1": "sha1", "HMAC_SHA256": "sha256"}


def sign(url: str, params: Params, key: str, digest: str = "sha1") -> str:
    """
    What Twilio puts into `X-Twilio-Signature`. Names and values are decoded, each pair counts
    once, and they are sorted by code point.
    """
    return _mac(url + _joined(params), key, digest).decode()


def _joined(params: Params) -> str:
    values = dict(params)
    if len(values) == len(params):  # nearly always, and then only names need be compared
        return "".join([name + values[name] for name in sorted(values)])
    return "".join(map("".join, sorted(set(params))))


def _mac(signed: str, key: str, digest: str) -> bytes:
    mac = hmac.digest(key.encode(), signed.encode("utf-8", "surrogatepass"), digest)
    return b2a_base64(mac, newline=False)


def check(
    url: str,
    params: Params,
    headers: Mapping[str, str],
    body: bytes,
    *,
    tokens: Sequence[str],
    shared_keys: Mapping[str, str],
) -> None:
    """
    Raises `Unauthentic` unless one of the keys signed this request. `params` are those of a
    posted form; for a GET they are empty, since the URL has them. The message names the URL.
    """
    given = headers.get("x-twilio-signature", "").strip()
    if not given:
        raise Unauthentic(f"There is no X-Twilio-Signature on a request for {_shown(url)}")
    keys, digest = _keys(headers, tokens, shared_keys)
    if headers.get("content-type", "").lower().startswith("application/json"):
        _check_body(url, body)
        params = ()
    joined, proof = _joined(params), given.encode("utf-8", "surrogatepass")
    for candidate in _urls(url):
        for key in keys:
            if hmac.compare_digest(_mac(candidate + joined, key, digest), proof):
                return
    raise Unauthentic(f"X-Twilio-Signature does not match {_shown(url)}")


def _keys(
    headers: Mapping[str, str], tokens: Sequence[str], shared_keys: Mapping[str, str]
) -> tuple[Sequence[str], str]:
    """A request may name a shared key and how it was used; only a key we know counts."""
    settings = headers.get("x-twilio-webhooks-signature-settings", "").strip()
    if not settings:
        return tokens, "sha1"
    said = dict(part.strip().partition("=")[::2] for part in settings.split(","))
    key = shared_keys.get(said.get("key", ""))
    digest = _DIGESTS.get(said.get("algorithm", "HMAC_SHA1").upper())
    if key is None or digest is None:
        raise Unauthentic("The request names a shared key or an algorithm that we do not have")
    return (key,), digest


def _check_body(url: str, body: bytes) -> None:
    query = url.partition("#")[0].partition("?")[2]
    claimed = parse_qs(query).get("bodySHA256", [""])[0]
    actual = hashlib.sha256(body).hexdigest()
    if not hmac.compare_digest(claimed.encode(), actual.encode()):
        raise Unauthentic(f"bodySHA256 does not match the body sent to {_shown(url)}")


def _urls(url: str) -> Iterator[str]:
    """
    The URL without user, password and fragment; then with the port taken away, or with the
    scheme's own added, because Twilio is not of one mind about ports.
    """
    if url.startswith(("https://", "http://")) and "@" not in url and "#" not in url:
        yield url  # nearly always as it is, and nearly always it is the one
    found = _URL.match(url)
    if not found:
        yield url.partition("#")[0]
        return
    scheme, host, port, tail = found.group("scheme", "host", "port", "tail")
    scheme = scheme.lower()
    bare = f"{scheme}://{host}{tail}"
    with_port = f"{scheme}://{host}:{port or (443 if scheme == 'https' else 80)}{tail}"
    yield from (with_port, bare) if port else (bare, with_port)


def _shown(url: str) -> str:
    """For the log: of a query only the names, since a GET has the text and the number there."""
    plain, mark, query = next(_urls(url)).partition("?")
    names = [part.partition("=")[0] for part in query.split("&")]
    return f"{plain}{mark}{'&'.join(f'{name}=…' for name in names if name)}"
