"""Who uses which secret."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from threadline.app import App
from threadline.model.srn import mentioned
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
            for srn in dict.fromkeys(srn for _path, srn in mentioned(bot.document)):
                found.setdefault(srn, []).append(Use("bot", bot.name, bot.name))
    return found
