"""What a new place can begin with: a bot to try out, and a number that it answers."""

from __future__ import annotations

from importlib import resources
from typing import Any

from threadline.app import App
from threadline.model.document import load
from threadline.operations import carrier
from threadline.operations.apply import apply


def bot() -> dict[str, Any]:
    """The document of MySmsBot, which asks for a name and remembers it."""
    sample = resources.files("threadline.bots.flow") / "samples" / "welcome.yaml"
    found: dict[str, Any] = load(sample.read_text("utf-8")).value
    return found


async def begin(app: App, organization: str) -> str | None:
    """
    The sample bot with its default endpoint, unless there is a bot of its name; where this
    server is set to the simulated carrier also a number of it, which is returned. Raises
    `Invalid`, `RequestFailed`.
    """
    sample = bot()
    if (organization, sample["Name"]) not in (await app.catalog()).bots:
        document = {"Organization": organization, "Bots": [sample]}
        await apply(app, documents=[document], organization=organization)
    if not carrier.is_there(app):
        return None
    return await carrier.new_number(app, organization, bot=str(sample["Name"]))
