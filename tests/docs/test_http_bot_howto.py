"""What docs/howto/http-bot.md tells is so: its code runs, its documents are the real ones."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.bots.contract import ENDPOINT, SECRET, TURN, SecretsOf, record
from threadline.bots import blueprints
from threadline.bots.http import HttpBots, wire
from threadline.egress import Answer, Egress
from threadline.egress.gates import PublicOnly
from threadline.errors import BotRefused
from threadline.model.clock import SECOND
from threadline.model.document import load
from threadline.model.elsewhere import MAX_TIMEOUT_SECONDS, TIMEOUT_SECONDS
from threadline.model.timeline import Option, SuggestionPrompt, Text
from threadline.model.turn import Reply
from threadline.pipeline.retry import Waits

PAGE = Path("docs/howto/http-bot.md").read_text()
KEY = "srn:vault::flowit:secret:botkey"


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


@pytest.fixture
def bot(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, Any]:
    """The page's program, loaded from its two blocks."""
    monkeypatch.setenv("BOT_KEY", SECRET)
    monkeypatch.chdir(tmp_path)
    program: dict[str, Any] = {"__name__": "bot"}
    for block in blocks("python"):
        exec(compile(block, "http-bot.md", "exec"), program)
    program["Bot"].log_message = lambda *_: None
    return program


@pytest.fixture
def url(bot: dict[str, Any]) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), bot["Bot"]) as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.01])
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/chat"
        server.shutdown()
        thread.join()
    bot["answers"].close()


@pytest.fixture
async def egress() -> AsyncIterator[Egress]:
    opened = Egress(["127.0.0.0/8"])
    yield opened
    await opened.close()


async def test_the_bot_of_the_page_talks(egress: Egress, url: str):
    bots = HttpBots(egress.user, lambda: time.time_ns() // 1000)
    bot = await bots.open(record({"Url": url, "Secret": KEY}), SecretsOf())
    first = await bot.reply(TURN)
    second = await bot.reply(replace(TURN, state=first.state, text="again"))
    last = await bot.reply(replace(TURN, text="Bye "))

    assert Reply((Text("You said: hello"), Text("(1)")), {"count": 1}) == first
    assert Reply((Text("You said: again"), Text("(2)")), {"count": 2}) == second
    assert Reply((Text("Goodbye!"),), ended=True) == last


async def test_the_bot_of_the_page_says_what_the_blueprint_shows(egress: Egress, url: str):
    found = blueprints.known()["http-bot"]
    bots = HttpBots(egress.user, lambda: time.time_ns() // 1000)
    filled = blueprints.fill(found, "Mine", {"url": url})
    bot = await bots.open(record({**filled, "Secret": KEY}), SecretsOf())
    reply, ran = Reply(), []
    for n, line in enumerate(found.dialogue.splitlines()):
        if line.startswith("> "):
            turn = replace(TURN, id=str(n), text=line.removeprefix("> "), state=reply.state)
            reply = await bot.reply(turn)
            ran += [line, *(one.text for one in reply.elements if isinstance(one, Text))]
            ran += ["[end]"] if reply.ended else []

    assert found.dialogue.splitlines() == ran


@pytest.mark.parametrize("ago", [-301, 301])
async def test_the_bot_of_the_page_refuses_an_overheard_request(
    egress: Egress, url: str, ago: int
):
    bots = HttpBots(egress.user, lambda: time.time_ns() // 1000 - ago * SECOND)
    bot = await bots.open(record({"Url": url, "Secret": KEY}), SecretsOf())
    with pytest.raises(BotRefused, match="answered 403"):
        await bot.reply(TURN)


@pytest.mark.parametrize("secret", [{"Secret": KEY}, {}], ids=["a wrong key", "no key"])
async def test_the_bot_of_the_page_refuses_a_stranger(
    egress: Egress, url: str, secret: dict[str, str]
):
    bots = HttpBots(egress.user, lambda: time.time_ns() // 1000)
    bot = await bots.open(record({"Url": url, **secret}), SecretsOf("another"))
    with pytest.raises(BotRefused, match="answered 403"):
        await bot.reply(TURN)


def test_the_bot_of_the_page_does_a_turn_once(bot: dict[str, Any]):
    done: list[str] = []

    def order(turn: dict[str, Any]) -> dict[str, Any]:
        done.append(turn["turn"])
        return {"messages": [f"Ordered {len(done)}."]}

    bot["reply"] = order
    first, again = bot["reply_once"]({"turn": "7-1"}), bot["reply_once"]({"turn": "7-1"})
    bot["answers"].close()

    assert first == again
    assert ["7-1"] == done


def test_the_bots_document_of_the_page_is_good():
    [text] = blocks("yaml")
    document = load(text).value
    bots = HttpBots(Egress().user, lambda: 0)

    assert [] == bots.check({**document, "Organization": "flowit"}, "")


def test_the_request_of_the_page_is_what_is_sent():
    shown = json.loads(blocks("json")[0])
    turn = replace(
        TURN,
        id="7-12",
        endpoint=ENDPOINT,
        bot="echo",
        session="7-3",
        first=False,
        text="two more, please",
        context={"name": "Ann"},
        state={"count": 1},
        reply_url=lambda: shown["replyUrl"],
    )

    assert json.loads(wire.ask(turn)) == shown


def test_every_field_of_the_request_is_explained():
    rows = "".join(line for line in PAGE.splitlines() if line.startswith("| `"))
    explained = set(re.findall(r"`([A-Za-z]+)`", rows))

    assert set() == set(json.loads(wire.ask(TURN))) - explained
    assert set() == set(wire.FIELDS) - explained


def test_the_answer_of_the_page_is_understood():
    shown = blocks("json")[1].encode()
    turn = replace(TURN, context={"name": "Ann", "coupon": "A1"}, state={"count": 1})
    reply = wire.read(Answer(200, {"content-type": "application/json"}, shown), turn)

    menu = SuggestionPrompt((Option("y", "Yes"), Option("n", "No")))
    context = {"name": "Ann", "drink": "tea"}
    assert Reply((Text("Three teas it is."), menu), {"count": 2}, context) == reply


def test_the_numbers_of_the_page_are_the_real_ones():
    *some, last = (str(wait // SECOND) for wait in Waits().turn)

    assert f"after about {', '.join(some)} and {last} seconds" in PAGE
    assert f"from 1 to {MAX_TIMEOUT_SECONDS} seconds. {TIMEOUT_SECONDS} by default" in PAGE
    assert f"may have {wire.MAX_ANSWER // 1024} kB" in PAGE
    assert f"at most {wire.MAX_CONTEXT // 1024} kB" in PAGE
    assert f"At most {wire.MAX_MESSAGES}." in PAGE


def test_the_setting_of_the_page_opens_networks():
    [line] = blocks("ini")
    name, _, value = line.strip().partition("=")
    gate = PublicOnly(value.split(","))

    assert "THREADLINE_ALLOW_NETWORKS" == name
    assert [True, False] == [gate.admits("10.1.2.3"), gate.admits("10.2.0.1")]


def test_every_link_of_the_page_leads_to_a_heading():
    headings = re.findall(r"^## (.*)$", PAGE, re.MULTILINE)
    anchors = {re.sub(r"[^a-z -]", "", one.lower()).replace(" ", "-") for one in headings}

    assert anchors == set(re.findall(r"\]\(#([^)]*)\)", PAGE))
