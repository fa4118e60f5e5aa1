"""An integration of somebody's own: posts in, events out, with the documented bodies."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import JSONResponse, Response

from tests.bots.server import Asked, serving
from tests.world import World, flow_bot, until, world
from threadline.egress import Answer
from threadline.operations.apply import apply

KEY = "-".join(("webhook", "key", "7f3a"))
ADDRESS = "flowit-hook"
REFERENCE = "ann@example.com:::Tea"
FLOW = {
    "nodes": {
        "start": {"type": "Start", "next": "hello"},
        "hello": {"type": "Dialogue", "text": "Hello ${name | default: 'you'}!", "next": "ask"},
        "ask": {"type": "Prompt", "text": "Tea?", "options": {"Yes": "tell", "No": "end"}},
        "tell": {"type": "Host Notification", "text": "sold", "next": "end"},
        "end": {"type": "End"},
    }
}


class Integration:
    """What a custom integration listens with. `statuses` are its next answers."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.proofs: set[str] = set()
        self.statuses: list[int] = []
        self.url = serving(self.answer)

    def answer(self, asked: Asked) -> Response:
        self.proofs.add(asked.headers["authorization"])
        status = self.statuses.pop(0) if self.statuses else 200
        if status == 200:
            self.events.append(asked.turn)
            self.keys.append(asked.headers["idempotency-key"])
        return JSONResponse({}, status)

    @property
    def texts(self) -> list[str]:
        return [text for one in self.events for text in one.get("Messages", ())]


class Here:
    def __init__(self, world: World, integration: Integration) -> None:
        self.world, self.integration = world, integration

    async def post(self, path: str = "/v1/engage/", key: str = KEY, **said: Any) -> Answer:
        document = {"Type": "message", "Value": "Hi!", "CustomerReference": REFERENCE} | said
        return await self.world.egress.provider.request(
            "POST",
            f"{self.world.url}{path}{ADDRESS}",
            data=json.dumps(document).encode(),
            content_type="application/json",
            headers={"Authorization": f"Bearer {key}"},
        )

    async def got(self, *texts: str) -> list[str]:
        async def now() -> list[str]:
            return self.integration.texts

        found: list[str] = await until(now, lambda found: len(found) >= len(texts))
        return found


@pytest.fixture
async def here(tmp_path: Path, new_database_url: str) -> AsyncIterator[Here]:
    integration = Integration()
    endpoint: Mapping[str, Any] = {
        "Address": ADDRESS,
        "Name": "Our shop",
        "Status": "online",
        "EngagementType": "Webhook",
        "EngagementConfig": {
            "Secret": "srn:vault::flowit:secret:webhookApiKey",
            "Url": integration.url,
        },
        "TargetBotReference": "MySmsBot",
    }
    async with world(tmp_path, new_database_url, send_retries=(0.05, 0.05)) as running:
        document = {
            "Organization": "flowit",
            "Secrets": [{"Name": "webhookApiKey", "Type": "secret", "Value": KEY}],
            "Bots": [flow_bot(FLOW)],
            "Endpoints": [endpoint],
        }
        await apply(running.app, documents=[document])
        yield Here(running, integration)


@pytest.mark.parametrize("path", ["/v1/engage/", "/picard/v1/engage/"])
async def test_an_integration_talks_to_the_bot(here: Here, path: str):
    answer = await here.post(path)
    await here.got("Hello you!", "Tea?")
    await here.post(path, Value="yes")
    expected = ["Messages", "Messages", "Markdown", "HostNotification"]

    async def kinds() -> list[str]:
        return [next(iter(one)) for one in here.integration.events]

    assert (200, b"{}") == (answer.status, answer.body)
    assert expected == await until(kinds, lambda found: found == expected)
    assert {f"Bearer {KEY}"} == here.integration.proofs
    assert {REFERENCE} == {one["CustomerReference"] for one in here.integration.events}
    assert {"TimelineMarkup"} == {one["ContentType"] for one in here.integration.events}
    assert "sold" == here.integration.events[-1]["HostNotification"]


async def test_who_does_not_know_the_key_is_told_so_and_changes_nothing(here: Here):
    answer = await here.post(key="guessed")

    assert (401, b"Unauthorized") == (answer.status, answer.body)
    assert [] == await here.world.app.store.conversations_with(ADDRESS, REFERENCE)


async def test_context_comes_with_a_message_or_alone(here: Here):
    alone = await here.post(Type="context", Value={"name": "Ann", "old": 1})
    await here.post(Context={"old": None})
    first = await here.got("Hello Ann!", "Tea?")
    [now] = await here.world.app.store.conversation_states(ADDRESS, REFERENCE)
    told = await here.world.timeline(REFERENCE, ADDRESS)

    assert 200 == alone.status
    assert ["Hello Ann!", "Tea?"] == first
    assert {"name": "Ann"} == now["context"]
    assert {
        "type": "note",
        "text": "The integration set in the context: name, old.",
        "code": "context_set",
    } == told[0]["element"]
    assert "contact" == told[1]["author"]


async def test_context_alone_does_not_begin_a_session_or_ask_the_bot(here: Here):
    for number in range(12):
        await here.post(Type="context", Value={"n": number})

    async def context() -> Any:
        [now] = await here.world.app.store.conversation_states(ADDRESS, REFERENCE)
        return now["context"]

    assert {"n": 11} == await until(context, lambda found: found == {"n": 11})
    [now] = await here.world.app.store.conversation_states(ADDRESS, REFERENCE)
    assert (0, "") == (now["session"], now["flagged"])
    assert [] == here.integration.events


async def test_a_message_that_is_posted_again_counts_once(here: Here):
    for _ in range(3):
        await here.post(MessageId="m-1")
    await here.got("Hello you!", "Tea?")
    await here.post(Value="no", MessageId="m-2")

    async def done() -> int:
        [now] = await here.world.app.store.conversation_states(ADDRESS, REFERENCE)
        return int(now["session_open"])

    await until(done, lambda found: found == 0)
    assert ["Hello you!", "Tea?"] == here.integration.texts


async def test_an_event_that_was_not_taken_comes_again_in_its_place(here: Here):
    here.integration.statuses = [503, 500]
    await here.post()

    assert ["Hello you!", "Tea?"] == await here.got("Hello you!", "Tea?")
    assert len(set(here.integration.keys)) == len(here.integration.keys)


async def test_an_integration_that_knows_another_key_stops_the_endpoint(here: Here):
    here.integration.statuses = [401]
    await here.post()

    async def paused() -> list[str]:
        return [str(one["paused_why"]) for one in await here.world.app.store.senders("flowit")]

    found = await until(paused, any)
    assert any("it wants another key" in one for one in found)
    assert ["Hello you!", "Tea?"] == await here.got("Hello you!", "Tea?")
