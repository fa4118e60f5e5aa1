"""Bots elsewhere that answer later, by their reply URL."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import JSONResponse, Response

from tests.bots.server import Asked, serving
from tests.pipeline.test_handed_over import hears, noted
from tests.world import ADDRESS, ANN, Account, World, document, world
from threadline.app import REPLY_LIFE
from threadline.operations.apply import apply


@dataclass
class Bot:
    """Says nothing at once, and remembers where it may."""

    asked: list[dict[str, Any]] = field(default_factory=list)

    def answer(self, asked: Asked) -> Response:
        self.asked.append(asked.turn)
        return Response(status_code=202)

    @property
    def url(self) -> str:
        return str(self.asked[-1]["replyUrl"])


@pytest.fixture
def bot() -> Bot:
    return Bot()


@pytest.fixture
async def here(tmp_path: Path, database_url: str, bot: Bot) -> AsyncIterator[World]:
    connector = {"Name": "Slow", "Type": "http", "Url": serving(bot.answer)}
    async with world(tmp_path, database_url) as made:
        await made.apply(document(Account(), connector))
        yield made


async def post(here: World, url: str, value: Any, **headers: str) -> tuple[int, Any]:
    answer = await here.egress.provider.request(
        "POST",
        url,
        data=value if isinstance(value, bytes) else json.dumps(value).encode(),
        content_type="application/json",
        headers=headers,
    )
    return answer.status, json.loads(answer.body)


async def test_a_bot_answers_when_it_is_ready_and_its_state_is_kept(here: World, bot: Bot):
    await here.text("a pizza, please")
    await here.until(lambda: asked(bot), 1)
    first = await post(here, bot.url, {"messages": ["Baking."], "state": {"step": 1}})
    second = await post(here, bot.url, {"messages": ["Ready!", "Enjoy."], "state": {"step": 2}})
    await hears(here, "Baking.", "Ready!", "Enjoy.")
    await here.text("thanks")
    await here.until(lambda: asked(bot), 2)

    assert (202, {"kept": True}) == first == second
    assert {"step": 2} == bot.asked[1]["state"]
    assert "thanks" == bot.asked[1]["text"]


async def asked(bot: Bot) -> int:
    return len(bot.asked)


async def test_what_is_posted_twice_is_said_once(here: World, bot: Bot):
    await here.text("hi")
    await here.until(lambda: asked(bot), 1)
    key = {"Idempotency-Key": "17"}
    kept = await asyncio.gather(*(post(here, bot.url, ["Once."], **key) for _ in range(5)))
    await post(here, bot.url, ["Done."])
    await hears(here, "Once.", "Done.")

    assert [False] * 4 + [True] == sorted(one["kept"] for _status, one in kept)


async def test_what_comes_when_the_session_is_over_is_not_said(here: World, bot: Bot):
    async def session_open() -> bool:
        [now] = await here.app.store.conversation_states(ADDRESS, ANN)
        return bool(now["session_open"])

    await here.text("hi")
    await here.until(session_open, True)
    await here.app.store.end(ADDRESS, ANN)
    done = await post(here, bot.url, ["Too late."])

    assert 202 == done[0]
    assert ["It was too late: the session is over, or another bot answers in it."] == (
        await noted(here, "answered_too_late")
    )
    assert [] == await here.received()


@pytest.mark.parametrize(
    "change",
    [
        lambda url: url[:-2] + "xx",
        lambda url: url + "x",
        lambda url: url.replace("/v1/reply/", "/v1/reply/e30."),
    ],
)
async def test_a_url_that_is_not_ours_is_refused(here: World, bot: Bot, change: Any):
    await here.text("hi")
    await here.until(lambda: asked(bot), 1)

    status, said = await post(here, change(bot.url), ["Evil."])

    assert (404, "reply_url_unknown") == (status, said["code"])


@pytest.mark.parametrize("value", [7, b"{", {"text": "x"}, {"messages": [7]}, b"\xff"])
async def test_an_answer_that_cannot_be_used_is_told_at_once(here: World, bot: Bot, value: Any):
    await here.text("hi")
    await here.until(lambda: asked(bot), 1)

    status, said = await post(here, bot.url, value)

    assert (400, "answer_invalid") == (status, said["code"])


async def test_a_url_is_good_for_a_day(here: World, bot: Bot):
    await here.text("hi")
    await here.until(lambda: asked(bot), 1)
    clock = here.app.clock
    here.app.clock = lambda: clock() + REPLY_LIFE + 1

    assert 410 == (await post(here, bot.url, ["Late."]))[0]


async def test_an_answer_is_said_in_its_turn_also_while_the_bot_is_asked(here: World, bot: Bot):
    """A text that is being answered goes first."""
    slow = asyncio.Event()

    async def answer(question: Asked) -> Response:
        bot.asked.append(question.turn)
        while question.turn["text"] == "slow" and not slow.is_set():
            await asyncio.sleep(0.01)
        return JSONResponse([f"to {question.turn['text']}"])

    connector = {"Name": "Slow", "Type": "http", "Url": serving(answer)}
    await apply(here.app, documents=[{"Organization": "flowit", "Bots": [connector]}])
    await here.text("first")
    await hears(here, "to first")
    await here.text("slow")
    await here.until(lambda: asked(bot), 2)
    await post(here, bot.asked[0]["replyUrl"], ["later"])
    slow.set()

    await hears(here, "to first", "to slow", "later")
