"""
What other ways to put a bot on SMS were probed with, asked of the whole product: what they
lose, double, reorder or cut arrives here once, in order and whole.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import JSONResponse

from tests.bots.server import Asked, serving
from tests.pipeline.carrying import carrying, received, set_up
from tests.pipeline.told import DROPPED, creating
from tests.web.nodes import node
from tests.web.provider import Provider, new_sid
from tests.web.rows import counts, on
from tests.world import ANN, BOB, Account, World, document, until, world
from threadline.egress import Answer, Egress

QUICK = {"unknown": 0.1, "send_retries": (0.05, 0.1)}
TWILIO_WAITS = 15
"""Seconds, and then it gives up on a webhook."""
MOST = 1600
"""Characters that it takes for one text."""


class Bot:
    """Somebody's bot: it echoes, except where told, and thinks for as long as it has to."""

    def __init__(self, thinks_about: str = "") -> None:
        self.thinks_about = thinks_about
        self.asked: list[str] = []
        self.says: dict[str, str] = {}
        self.document = {"Name": "Theirs", "Type": "http", "Url": serving(self.answer)}

    async def answer(self, asked: Asked) -> JSONResponse:
        text = asked.turn["text"]
        self.asked.append(text)
        while text and text == self.thinks_about:
            await asyncio.sleep(0.01)
        media = [one["url"] for one in asked.turn["media"]]
        return JSONResponse({"messages": [self.says.get(text, text or f"saw {media}")]})

    async def is_thinking(self) -> bool:
        return self.thinks_about in self.asked


class Peer:
    """The product with such a bot, and Twilio's side of it played by the test."""

    def __init__(self, here: World, bot: Bot, account: Account) -> None:
        self.here = here
        self.bot = bot
        self.twilio = Provider(here.egress, here.url, account)

    async def gets(self, *texts: str, handset: str = ANN) -> list[str]:
        """What the handset has got, once it is what is wanted and one more text is answered."""
        await self.here.until(lambda: self.here.received(handset), list(texts))
        await self.twilio.text("and that is all", handset)
        everything = [*texts, "and that is all"]
        found = await self.here.until(lambda: self.here.received(handset), everything)
        return list(found)[:-1] if found[-1:] == everything[-1:] else list(found)


@asynccontextmanager
async def running(data: Path, database_url: str, bot: Bot | None = None) -> AsyncIterator[Peer]:
    account, bot = Account(), bot or Bot()
    async with world(data, database_url, **QUICK) as here:
        await here.apply(document(account, bot.document))
        yield Peer(here, bot, account)


@pytest.fixture
async def peer(tmp_path: Path, database_url: str) -> AsyncIterator[Peer]:
    async with running(tmp_path, database_url) as made:
        yield made


@pytest.mark.parametrize("headers", [None, {}], ids=["wrong", "missing"])
async def test_wrong_or_missing_signature_is_refused(
    peer: Peer, database_url: str, headers: dict[str, str] | None
):
    before = await counts(database_url)

    answer = await peer.twilio.post(
        peer.twilio.fields("let me in"), token="not the token", headers=headers
    )

    assert 403 == answer.status
    assert before == await counts(database_url)
    assert [] == await peer.gets()
    assert ["and that is all"] == peer.bot.asked


async def test_same_messagesid_twice_gives_one_reply(peer: Peer):
    sid = new_sid()

    found = [await peer.twilio.text("once", sid=sid) for _ in range(2)]

    assert [200, 200] == [answer.status for answer in found]
    assert ["once"] == await peer.gets("once")


async def test_same_messagesid_5x_at_once_gives_one_reply(peer: Peer):
    sid = new_sid()

    found = await asyncio.gather(*(peer.twilio.text("once", sid=sid) for _ in range(5)))

    assert [200] * 5 == [answer.status for answer in found]
    assert ["once"] == await peer.gets("once")


@on("postgres")
async def test_mms_without_text_gets_a_reply(peer: Peer):
    picture = "https://api.example.com/picture"
    media = {"NumMedia": "1", "MediaUrl0": picture, "MediaContentType0": "image/png"}

    answer = await peer.twilio.text("", **media)

    assert 200 == answer.status
    reply = f"saw {[picture]}"
    assert [reply] == await peer.gets(reply)


async def test_second_sender_while_the_first_s_turn_runs_gets_a_reply(peer: Peer):
    peer.bot.thinks_about = "a long story"
    await peer.twilio.text("a long story", ANN)
    assert await until(peer.bot.is_thinking, bool)

    await peer.twilio.text("a short one", BOB)

    assert ["a short one"] == await peer.gets("a short one", handset=BOB)
    assert [] == await peer.here.received(ANN)
    peer.bot.thinks_about = ""
    assert ["a long story"] == await peer.gets("a long story")


async def test_4_texts_in_a_row_from_one_sender_are_answered_in_their_order(peer: Peer):
    peer.bot.thinks_about = "0"
    for n in range(4):
        assert 200 == (await peer.twilio.text(f"{n}")).status
    assert await until(peer.bot.is_thinking, bool)

    peer.bot.thinks_about = ""

    assert ["0", "1", "2", "3"] == await peer.gets("0", "1", "2", "3")


@on("sqlite")
async def test_bot_that_takes_17_s_is_not_waited_for_with_the_ack(peer: Peer):
    peer.bot.thinks_about = "think"
    began = time.monotonic()

    answer = await peer.twilio.text("think")

    assert 200 == answer.status
    assert TWILIO_WAITS > time.monotonic() - began
    assert await until(peer.bot.is_thinking, bool)
    assert [] == await peer.here.received()
    opened = await peer.here.app.bot(
        await peer.here.app.endpoint_at(peer.twilio.address), "Theirs"
    )
    assert 17 < opened.timeout  # type: ignore[attr-defined]
    peer.bot.thinks_about = ""
    assert ["think"] == await peer.gets("think")


@on("sqlite")
async def test_twilio_429_twice_is_delivered(peer: Peer):
    await peer.here.post("/faults", creating("refuse", status=429, times=2))

    await peer.twilio.text("through")

    assert ["through"] == await peer.gets("through")


@pytest.mark.parametrize("status", [500, 502, 503])
@on("sqlite")
async def test_twilio_5xx_twice_is_delivered(peer: Peer, status: int):
    await peer.here.post("/faults", creating("refuse", status=status, times=2))

    await peer.twilio.text("through")

    assert ["through"] == await peer.gets("through")


@pytest.mark.parametrize("what", ["reset_before", "reset_after"])
@on("postgres")
async def test_twilio_drops_the_connection_once_is_delivered_once(peer: Peer, what: str):
    await peer.here.post("/faults", creating(what))
    await peer.here.post("/faults", DROPPED)

    await peer.twilio.text("through")

    assert ["through"] == await peer.gets("through")


@pytest.mark.parametrize(
    "reply",
    [" ".join(f"{n:07}" for n in range(500)), "x" * 4000, "😀" * 2000],
    ids=["words", "one word", "emoji"],
)
@on("sqlite")
async def test_reply_of_4_000_chars_arrives_all_of_it(peer: Peer, reply: str):
    peer.bot.says["tell me everything"] = reply

    await peer.twilio.text("tell me everything")

    async def so_far() -> str:
        return "".join("".join(await peer.here.received()).split())

    whole = "".join(reply.split())
    assert whole == await until(so_far, lambda found: found == whole)
    assert [] == [part for part in await peer.here.received() if len(part) > MOST]
    await peer.twilio.text("next")
    assert f"{whole}next" == await until(so_far, lambda found: found == f"{whole}next")


async def test_kill_9_during_the_turn_gives_the_reply_after_the_restart(
    tmp_path: Path, database_url: str
):
    egress, account, bot = Egress(), Account(), Bot("think")
    await set_up(tmp_path, database_url, account, bot.document, allow_networks="127.0.0.0/8")
    async with (
        carrying(egress, account) as (simulated, carrier_url),
        node(tmp_path, egress, database_url=database_url, twilio_api_url=carrier_url) as killed,
    ):
        twilio = Provider(egress, killed.url, account)
        answers: list[Answer] = [await twilio.text("think")]
        assert await until(bot.is_thinking, bool)

        await killed.kill()
        bot.thinks_about = ""
        await killed.start()
        await killed.ready(egress)
        answers.append(await twilio.text("after that"))

        async def replies() -> list[str]:
            return received(simulated, ANN)

        assert [200, 200] == [answer.status for answer in answers]
        expected = ["think", "after that"]
        assert expected == await until(replies, lambda found: found == expected)
    await egress.close()


TEXTS = {
    "blank params": ("hello", {"FromCity": "", "FromState": "", "ToZip": "", "Unheard": ""}),
    "unicode": ("Grüße aus Łódź, ¿qué tal? 你好 مرحبا", {}),
    "emoji": ("👩‍👩‍👧 🇩🇪 ☺️ 😀", {}),
    "everything that forms escape": ("a+b&c=d%20e;f#g?h\n\"i' <j>", {}),
}


@pytest.mark.parametrize("name", TEXTS)
@on("postgres")
async def test_blank_params_unicode_and_emoji_come_through(peer: Peer, name: str):
    text, params = TEXTS[name]

    answer = await peer.twilio.text(text, **params)

    assert 200 == answer.status
    assert [text] == await peer.gets(text)


def test_every_row_of_the_comparison_has_its_test():
    rows = {
        *("signature", "messagesid_twice", "messagesid_5x", "mms_without_text"),
        *("second_sender", "4_texts", "17_s", "429_twice", "5xx_twice", "drops_the_connection"),
        *("4_000_chars", "kill_9", "blank_params_unicode_and_emoji"),
    }
    tests: dict[str, Any] = {n: v for n, v in globals().items() if n.startswith("test_")}

    assert set() == {row for row in rows if not any(row in name for name in tests)}
