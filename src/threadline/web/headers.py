"""What every answer says to a browser about itself, unless it says something else."""

from __future__ import annotations

from typing import Any

STRICT = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""For what is not a page."""
_ALWAYS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"content-security-policy", STRICT.encode()),
    (b"cross-origin-opener-policy", b"same-origin"),
)
_HTTPS = (b"strict-transport-security", b"max-age=31536000")


class Headers:
    """
    An ASGI application that adds them to those of another. `https`: the site is only there by
    https, which browsers are to remember (RFC 6797).
    """

    def __init__(self, application: Any, *, https: bool) -> None:
        self._application = application
        self._always = (*_ALWAYS, _HTTPS) if https else _ALWAYS

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return

        async def telling(message: Any) -> None:
            if message["type"] == "http.response.start":
                said = {name.lower() for name, _value in message["headers"]}
                more = [one for one in self._always if one[0] not in said]
                message = {**message, "headers": [*message["headers"], *more]}
            await send(message)

        await self._application(scope, receive, telling)
