"""A bot is tried: it answers, nothing is kept, and what is wrong is told."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import JSONResponse, Response

from tests.bots.server import Asked, serving
from tests.operations.test_bot_versions import BOT, MINE, WRONG
from tests.operations.test_changing import refused
from tests.web.rows import counts
from tests.world import flow_bot
from threadline.app import App, open_app
from threadline.errors import Invalid, NotFound
from threadline.model.resources.bot_versions import BotTried
from threadline.operations import bot_trial
from threadline.operations.apply import apply
from threadline.settings import Settings


@pytest.fixture
async def app(tmp_path: Path, database_url: str) -> AsyncIterator[App]:
    """With a bot, and leave to ask bots on this machine."""
    read = Settings.read(data=tmp_path, database_url=database_url, allow_networks="127.0.0.0/8")
    opened = await open_app(read)
    await apply(opened, documents=[{"Organization": "flowit", "Bots": [flow_bot()]}])
    yield opened
    await opened.close()


async def talk(app: App, *texts: str, source: str | None = None) -> list[BotTried]:
    told: list[BotTried] = []
    for text in texts:
        before = json.loads(json.dumps(told[-1]["state"])) if told else None
        told.append(await bot_trial.turn(app, **BOT, text=text, source=source, state=before))
    return told


def said(one: BotTried) -> list[str]:
    return [it["message"] for it in one["elements"] if it["type"] == "message"]


async def test_a_bot_answers_turn_by_turn_and_begins_again_after_its_end(
    app: App, database_url: str
):
    before = await counts(database_url)
    first, second, third, fourth = await talk(app, "hi", "coffee", "tea", "hi")

    assert ["Hello!", "Tea or coffee?"] == said(first) == said(fourth)
    assert ["Out of beans.", "Tea or coffee?"] == said(second)
    assert (["Good choice."], True) == (said(third), third["ended"])
    assert [1, 1, 1, 2] == [one["state"]["session"] for one in (first, second, third, fourth)]
    assert before == await counts(database_url)


async def test_what_is_not_published_is_tried_with_the_lines_it_goes_through(app: App):
    [tried] = await talk(app, "hi", source=MINE)

    assert ["Hello!"] == said(tried)
    assert [("start", 5), ("hello", 6), ("end", 7)] == [
        (one["node"], one["line"]) for one in tried["steps"]
    ]


async def test_what_cannot_be_published_cannot_be_tried(app: App):
    with pytest.raises(Invalid) as why:
        await talk(app, "hi", source=WRONG)

    assert [("wire_unknown_node", 4)] == [(one.code, one.line) for one in why.value.problems]
    assert [("field_invalid", "source")] == await refused(talk(app, "hi", source="- a"))


async def test_why_a_bot_does_not_answer_is_told_and_the_talk_goes_on(app: App):
    source = (
        "Type: flow\nFlow:\n  nodes:\n    start: {type: Start, next: ask}\n"
        "    ask: {type: Input, next: much}\n"
        '    much: {type: Dialogue, text: "{% for n in (1..400) %}${msg.payload.user.message}'
        '{% endfor %}", next: ask}\n'
    )
    first, second, third = await talk(app, "hi", "x" * 100, "y", source=source)

    assert first["error"] is None
    assert second["error"] is not None
    assert second["error"].startswith("Node `much`: ")
    assert ("much", 6) == (second["steps"][-1]["node"], second["steps"][-1]["line"])
    assert first["state"] == second["state"]
    assert ["y" * 400] == said(third)


async def test_a_bot_behind_a_url_is_asked(app: App):
    asked: list[Any] = []

    def answer(request: Asked) -> Response:
        asked.append(request.turn)
        count = request.turn["state"].get("count", 0) + 1
        said = {"messages": [f"({count})"], "state": {"count": count}}
        return JSONResponse({**said, "end": request.turn["text"] == "bye"})

    source = f"Type: http\nUrl: {serving(answer)}\n"
    told = await talk(app, "hi", "again", "bye", "hi", source=source)

    assert [["(1)"], ["(2)"], ["(3)"], ["(1)"]] == [said(one) for one in told]
    assert [True, False, False, True] == [one["first"] for one in asked]
    assert ["hi", "again", "bye", "hi"] == [one["text"] for one in asked]
    assert {"flowit-MySmsBot"} == {one["endpoint"]["Address"] for one in asked}
    assert 4 == len({one["turn"] for one in asked})


async def test_a_bot_behind_a_url_that_fails_is_told_in_words(app: App):
    source = f"Type: http\nUrl: {serving(lambda _asked: Response(status_code=500))}\n"
    [tried] = await talk(app, "hi", source=source)

    assert "answered 500" in str(tried["error"])
    assert [] == tried["elements"]


@pytest.mark.parametrize(
    "state",
    [
        7,
        [],
        {"session": 1},
        {"session": "1", "turn": 1, "open": True, "bot": {}},
        {"session": 1, "turn": 1, "open": True, "bot": {"state": 7}},
        {"session": 1, "turn": 1, "open": True, "bot": {"context": {"x": "y" * 70_000}}},
    ],
    ids=lambda one: str(one)[:30],
)
async def test_what_was_never_given_is_not_taken_back(app: App, state: Any):
    tried = bot_trial.turn(app, **BOT, text="hi", state=state)

    assert [("state_unknown", "state")] == await refused(tried)


async def test_a_trial_has_its_bounds(app: App):
    tried = bot_trial.turn(app, **BOT, text="x" * 10_001)

    assert [("text_too_long", "text")] == await refused(tried)
    with pytest.raises(NotFound):
        await bot_trial.turn(app, organization="flowit", name="None", text="hi")
