"""A real bot, made with the Microsoft 365 Agents SDK and listening on this machine."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from microsoft_agents.activity import (
    Activity,
    Attachment,
    CardAction,
    CardImage,
    HeroCard,
)
from microsoft_agents.hosting.aiohttp import CloudAdapter, start_agent_process
from microsoft_agents.hosting.core import (
    AgentApplication,
    CardFactory,
    MemoryStorage,
    MessageFactory,
    TurnContext,
    TurnState,
)
from microsoft_agents.hosting.core.authorization import (
    AgentAuthConfiguration,
    AnonymousTokenProvider,
)

TEA = CardAction(type="imBack", title="Tea", value="tea, please")
SITE = CardAction(type="openUrl", title="Our site", value="https://tea.example/")
CALL = CardAction(type="call", title="Call us", value="tel:+15550100009")
BUY = CardAction(type="postBack", title="Buy", value={"sku": 1})
MINT = HeroCard(
    title="Mint",
    subtitle="from the garden",
    text="Fresh.",
    images=[CardImage(url="https://tea.example/mint.jpg", alt="Leaves")],
    buttons=[BUY, SITE],
)


class Anonymous:
    """Connections of a bot that nobody has to prove anything to."""

    def get_token_provider(self, identity: Any, url: str) -> AnonymousTokenProvider:
        return AnonymousTokenProvider()

    def get_default_connection_configuration(self) -> AgentAuthConfiguration:
        return AgentAuthConfiguration(anonymous_allowed=True)


@dataclass
class Agent:
    """`url` is where it listens, `asked` what it got; `patience` is what "slow" waits for."""

    url: str = ""
    asked: list[Activity] = field(default_factory=list)
    patience: asyncio.Event = field(default_factory=asyncio.Event)

    def texts(self) -> list[str | None]:
        return [one.text for one in self.asked if one.type == "message"]

    async def joined(self, context: TurnContext, state: TurnState) -> None:
        added = context.activity.members_added or []
        self.asked.append(context.activity)
        if any(one.id != context.activity.recipient.id for one in added):
            await context.send_activity("Welcome!")

    async def heard(self, context: TurnContext, state: TurnState) -> None:
        self.asked.append(context.activity)
        match context.activity.text:
            case "menu":
                menu = MessageFactory.suggested_actions([TEA, SITE, CALL], "Tea or coffee?")
                await context.send_activity(menu)
            case "card":
                card = MessageFactory.attachment(CardFactory.hero_card(MINT))
                await context.send_activity(card)
            case "picture":
                where = "https://tea.example/cup.png"
                cup = Attachment(content_type="image/png", content_url=where, name="A cup")
                await context.send_activity(MessageFactory.attachment(cup))
            case "adaptive":
                card = CardFactory.adaptive_card({"type": "AdaptiveCard", "body": []})
                await context.send_activity(MessageFactory.attachment(card))
            case "much":
                await context.send_activity(Activity(type="typing"))
                await context.send_activity(Activity(type="event", name="seen"))
                await context.send_activity("One.")
                await context.send_activity("Two.")
            case "bye":
                await context.send_activity("Goodbye!")
                await context.send_activity(Activity(type="endOfConversation"))
            case "silence":
                pass
            case "slow":
                await self.patience.wait()
                await context.send_activity("At last.")
            case text:
                value = context.activity.value
                await context.send_activity(f"You said: {text if value is None else value}")


@asynccontextmanager
async def running() -> AsyncIterator[Agent]:
    agent = Agent()
    connections: Any = Anonymous()
    adapter = CloudAdapter(connection_manager=connections)
    app = AgentApplication[TurnState](storage=MemoryStorage(), connection_manager=connections)
    app.conversation_update("membersAdded")(agent.joined)
    app.activity("message")(agent.heard)

    async def messages(request: web.Request) -> web.StreamResponse:
        return await start_agent_process(request, app, adapter) or web.Response()

    server = web.Application()
    server.router.add_post("/api/messages", messages)
    async with listening(server) as url:
        agent.url = f"{url}/api/messages"
        yield agent
        agent.patience.set()


@asynccontextmanager
async def listening(app: web.Application) -> AsyncIterator[str]:
    """The server's address on a free port of this machine."""
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
