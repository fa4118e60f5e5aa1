"""
Which web sites may show an endpoint's messenger and read its answers: its AllowedDomains.

Without any, only pages of this server may. A browser keeps other sites from it: by
`frame-ancestors` for frames (CSP 3) and by CORS for scripts (Fetch standard, 3.2).
"""

from __future__ import annotations

from collections.abc import Mapping

from threadline.channels import CHANNELS, web
from threadline.model.endpoint import Endpoint

Headers = list[tuple[bytes, bytes]]

MESSENGER = "/messenger/"
"""Each messenger is below it, at its address."""
SCRIPT = "/messenger.js"
"""Puts one into any page."""

PREFLIGHT: Headers = [
    (b"access-control-allow-methods", b"GET, POST"),
    (b"access-control-allow-headers", b"authorization, content-type, last-event-id"),
    (b"access-control-max-age", b"600"),
    (b"cache-control", b"max-age=600"),
]


def domains(endpoint: Endpoint) -> tuple[str, ...]:
    """Those that can be one. Pure."""
    listed = endpoint.document.get("AllowedDomains")
    return tuple(
        one
        for one in (listed if isinstance(listed, list) else ())
        if not web.check({"AllowedDomains": [one]})
    )


def frame_ancestors(endpoint: Endpoint) -> str:
    """Who may put the messenger into a frame, as a CSP says it. Pure."""
    listed = (one.lower().removesuffix("/") for one in domains(endpoint))
    return " ".join(("'self'", *listed))


def sharing(endpoint: Endpoint, headers: Mapping[bytes, bytes]) -> Headers:
    """
    What lets a page of another site read the answer, if it is one of those; nothing for who
    comes from no page. Pure.
    """
    origin = headers.get(b"origin")
    if origin is None or CHANNELS.get(endpoint.engagement_type) is not web:
        return []
    said: Headers = [(b"vary", b"origin")]
    if web.is_allowed(origin.decode("latin-1"), domains(endpoint)):
        said.append((b"access-control-allow-origin", origin))
    return said
