"""
What every bot promises. A bot's test subclasses this: the bot type brings the samples (the
fixtures `type` and `documents`), the contract brings the questions.
"""

from __future__ import annotations

import asyncio
import json
import traceback
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from typing import Any, ClassVar

import pytest

from threadline.errors import BotFailed, Problem
from threadline.model.bot import BotRecord
from threadline.model.endpoint import Endpoint
from threadline.model.turn import Reply, Turn
from threadline.ports import Bot, BotType, SecretValue

Documents = Sequence[Mapping[str, Any]]

SECRET = "-".join(("canary", "2f9c"))
"""The value of every secret that a bot is given. It must never show."""

ENDPOINT = Endpoint(
    1,
    "flowit",
    {
        "Address": "flowit-sms",
        "Name": "Flowit",
        "Status": "online",
        "EngagementType": "Web",
        "TargetBotReference": "greeter",
    },
)

TURN = Turn(
    id="7-1",
    endpoint=ENDPOINT,
    bot="greeter",
    conversation=7,
    session="7-1",
    contact="+15550100001",
    text="hello",
    first=True,
    at=1_893_587_400_000_000,
)

STRANGE = {
    "empty": "",
    "blank": " \n\t",
    "a NUL": "a\x00b",
    "half a character": "a\ud83db",
    "emoji": "👩‍👩‍👧‍👦🏽",
    "right to left": "שלום \u202e",
    "markup": "<message>${x}</message>{% for %}{{ 7 * 7 }}",
    "a command": "STOP",
    "very long": "x" * 40_000,
    "a number": "٣",
}


class SecretsOf:
    """A vault with one value for every name."""

    def __init__(self, value: SecretValue = SECRET) -> None:
        self.value = value

    async def reveal(self, srn: str) -> SecretValue:
        return self.value


class BotContract:
    broken: ClassVar[Mapping[str, Mapping[str, Any]]]
    """Documents in which `check` has to find something, by what is wrong."""

    @pytest.fixture
    def documents(self) -> Documents:
        """Bots that answer every turn."""
        raise NotImplementedError

    async def bot(self, type: BotType, document: Mapping[str, Any]) -> Bot:
        return await type.open(record(document), SecretsOf())

    async def test_a_bot_answers_a_turn(self, type: BotType, documents: Documents):
        for document in documents:
            bot = await self.bot(type, document)
            reply = await bot.reply(TURN)

            assert isinstance(reply, Reply)
            assert reply.elements

    async def test_the_same_turn_has_the_same_answer(self, type: BotType, documents: Documents):
        for document in documents:
            bot = await self.bot(type, document)
            first = await bot.reply(TURN)
            again = await bot.reply(TURN)

            assert first == again

    async def test_the_same_turn_has_the_same_answer_from_a_bot_opened_anew(
        self, type: BotType, documents: Documents
    ):
        for document in documents:
            first = await (await self.bot(type, document)).reply(TURN)
            again = await (await self.bot(type, document)).reply(TURN)

            assert first == again

    async def test_what_a_bot_wants_to_find_again_survives_the_store(
        self, type: BotType, documents: Documents
    ):
        for document in documents:
            bot = await self.bot(type, document)
            reply = await bot.reply(TURN)
            stored = json.loads(json.dumps([reply.state, reply.context]))

            assert stored == [reply.state, reply.context]

    async def test_a_bot_goes_on_from_what_the_store_kept(
        self, type: BotType, documents: Documents
    ):
        for document in documents:
            bot, turn = await self.bot(type, document), TURN
            for number in range(2, 5):
                reply = await bot.reply(turn)
                state, context = json.loads(json.dumps([reply.state, reply.context]))
                turn = replace(
                    turn,
                    id=f"7-{number}",
                    first=reply.ended,
                    state={} if reply.ended else state,
                    context=context,
                )

                assert isinstance(reply, Reply)

    async def test_a_bot_changes_nothing_of_what_it_was_asked(
        self, type: BotType, documents: Documents
    ):
        for document in documents:
            turn = replace(TURN, context={"cart": {"items": ["tea"]}})
            before = deepcopy(turn)
            await (await self.bot(type, document)).reply(turn)

            assert before == turn

    async def test_a_bot_keeps_what_it_does_not_know_in_the_context(
        self, type: BotType, documents: Documents
    ):
        for document in documents:
            turn = replace(TURN, context={"kept": [1, {"a": None}]})
            reply = await (await self.bot(type, document)).reply(turn)

            assert [1, {"a": None}] == reply.context["kept"]

    async def test_contacts_do_not_disturb_each_other(
        self, type: BotType, documents: Documents
    ):
        for document in documents:
            bot = await self.bot(type, document)
            turns = [
                replace(TURN, id=f"{n}-1", conversation=n, contact=f"+1555010{n:04}")
                for n in range(20)
            ]
            together = await asyncio.gather(*map(bot.reply, turns))
            alone = [await bot.reply(turn) for turn in turns]

            assert alone == together

    @pytest.mark.parametrize("text", STRANGE.values(), ids=STRANGE)
    async def test_whatever_a_contact_writes_is_answered_or_refused(
        self, type: BotType, documents: Documents, text: str
    ):
        for document in documents:
            bot = await self.bot(type, document)
            try:
                reply: Reply | None = await bot.reply(replace(TURN, text=text))
            except BotFailed:
                reply = None

            assert reply is None or isinstance(reply, Reply)

    async def test_nothing_shows_a_secret(self, type: BotType, documents: Documents):
        for document in documents:
            bot = await self.bot(type, document)
            told = [repr(bot), str(bot), repr(type)]
            try:
                await bot.reply(replace(TURN, text="a\ud83db"))
            except BotFailed as why:
                told += [str(why), repr(why), traceback.format_exc()]

            assert not [one for one in told if SECRET in one]

    def test_a_good_document_has_no_problem(self, type: BotType, documents: Documents):
        for document in documents:
            problems = type.check(record(document).document, "")

            assert [] == problems

    def test_a_wrong_document_has_problems_that_say_what_to_do(self, type: BotType):
        for name, document in self.broken.items():
            problems = type.check(record(document).document, "bots[0].")

            assert problems, name
            assert all(isinstance(one, Problem) and one.mend for one in problems), name
            assert all(one.path.startswith("bots[0].") for one in problems), name


def record(document: Mapping[str, Any]) -> BotRecord:
    """The bot of this document in the organization `flowit`."""
    return BotRecord("flowit", 1, {"Name": "greeter", "Type": "test", **document})
