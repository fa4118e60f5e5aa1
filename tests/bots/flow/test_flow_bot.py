"""The socket: how the rest of Threadline checks, opens and asks a flow."""

import pytest
from tests.bots.flow.conversation import FLOW, turn

from threadline.errors import BotFailed, Invalid
from threadline.model.bot import BotRecord
from threadline.model.timeline import Text
from threadline.ports import Bot, BotType, Vault

ECHO = {
    "nodes": {
        "start": {"type": "Start", "next": "say"},
        "say": {"type": "Dialogue", "text": "${msg.payload.user.message}", "next": "end"},
        "end": {"type": "End"},
    }
}


class NoVault:
    async def reveal(self, srn: str) -> str:
        raise AssertionError("a flow has no secrets")


def record(**document: object) -> BotRecord:
    return BotRecord("flowit", 1, {"Name": "echo", "Type": "flow", **document})


async def test_a_flow_bot_answers():
    plug: BotType = FLOW
    vault: Vault = NoVault()
    bot: Bot = await plug.open(record(Flow=ECHO), vault)
    reply = await bot.reply(turn("hello"))

    assert (Text("hello"),) == reply.elements
    assert reply.ended


async def test_a_bot_with_a_broken_flow_does_not_open():
    with pytest.raises(Invalid) as invalid:
        await FLOW.open(record(Flow={"nodes": {}}), NoVault())

    assert ["Flow.nodes"] == [problem.path for problem in invalid.value.problems]


async def test_a_bot_without_a_flow_does_not_open():
    with pytest.raises(Invalid):
        await FLOW.open(record(), NoVault())


@pytest.mark.parametrize(
    ("at", "path"), [("", "Flow"), ("bots[0].", "bots[0].Flow"), ("bots[0]", "bots[0].Flow")]
)
def test_a_bot_without_a_flow_is_told_where_it_belongs(at, path):
    assert [("field_missing", path)] == [
        (problem.code, problem.path) for problem in FLOW.check({}, at)
    ]


def test_a_sound_bot_has_no_problems():
    assert [] == FLOW.check({"Flow": ECHO}, "")


async def test_a_flow_that_fails_fails_as_a_bot():
    broken = {**ECHO["nodes"], "say": {**ECHO["nodes"]["say"], "text": "${1 | divided_by: 0}"}}
    bot = await FLOW.open(record(Flow={"nodes": broken}), NoVault())
    with pytest.raises(BotFailed, match="Node `say`: In the template: divided_by"):
        await bot.reply(turn("hi"))
