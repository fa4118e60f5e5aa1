"""Who uses which secret."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from threadline.app import App
from threadline.model.document import child
from threadline.operations import endpoints


@dataclass(frozen=True, slots=True)
class Use:
    """An endpoint, whose `name` is its address, or a bot that would miss the secret."""

    kind: Literal["endpoint", "bot"]
    name: str
    title: str

    def __str__(self) -> str:
        return f"{self.kind} {self.title}"


async def uses(app: App, organization: str) -> dict[str, list[Use]]:
    """By SRN; a secret that nobody uses is left out."""
    found: dict[str, list[Use]] = {}
    for endpoint in await endpoints.of(app, organization):
        if endpoint.secret:
            use = Use("endpoint", endpoint.address, f"{endpoint.name} ({endpoint.address})")
            found.setdefault(endpoint.secret, []).append(use)
    for bot in await app.store.bots():
        if bot.organization == organization:
            for srn in dict.fromkeys(dict(named(bot.document)).values()):
                found.setdefault(srn, []).append(Use("bot", bot.name, bot.name))
    return found


def named(bot: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The secrets that a bot's document names, each with its path. Pure."""
    headers = bot.get("Headers")
    fields = headers.items() if isinstance(headers, Mapping) else ()
    for path, value in (
        ("Secret", bot.get("Secret")),
        *((child("Headers", str(name)), value) for name, value in fields),
    ):
        if isinstance(value, str) and value.startswith("srn:"):
            yield path, value
