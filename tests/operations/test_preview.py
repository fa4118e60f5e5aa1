"""What other channels would say in the place of a bot's messenger."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Calendar
from tests.operations.texting import Texting
from tests.store.samples import answer
from tests.world import ADDRESS as SMS
from tests.world import Account, document, flow_bot
from threadline.app import App, open_app
from threadline.model.resources.visitors import OtherWay
from threadline.model.rows import Said
from threadline.model.timeline import Element, Item, List, Note, StarRating, Text
from threadline.operations import preview
from threadline.operations.apply import apply
from threadline.settings import Settings

ADDRESS = "flowit-MySmsBot"
VISITOR = "preview-0123456789abcdef"
MENU = List("Menu", selectable=True, items=(Item("t", "Tea"), Item("c", "Coffee")))


async def ways(
    folder: Path, clock: Calendar, said: list[Element], **config: Any
) -> tuple[OtherWay, App]:
    app = await open_app(Settings.read(data=folder), clock)
    await apply(app, documents=[document(Account(), flow_bot(), config=config)])
    texting = Texting(app, await app.endpoint_at(ADDRESS))
    await texting.text("hi", VISITOR)
    finished = answer(await texting.claim())
    finished.said = [Said(one) for one in said]
    await app.store.finish_turns([finished])
    [way] = await preview.other_ways(app, texting.endpoint, VISITOR)
    return way, app


async def test_sms_says_texts_and_discards_the_rest_with_the_reason(
    tmp_path: Path, clock: Calendar
):
    way, app = await ways(tmp_path, clock, [Text("x" * 161), MENU, Note("A note.", "x")])
    text, menu = way["said"]
    await app.close()

    assert ("Twilio SMS", SMS, False) == (way["label"], way["endpoint"], way["in_text"])
    assert (["x" * 161], 2, "") == (text["texts"], text["segments"], text["discarded"])
    assert ([], 0, "A list cannot be shown by SMS.") == (
        menu["texts"],
        menu["segments"],
        menu["discarded"],
    )


async def test_the_settings_of_the_bots_own_endpoint_count(tmp_path: Path, clock: Calendar):
    way, app = await ways(tmp_path, clock, [MENU, StarRating("How was it?")], Fallback="text")
    endpoint = await app.endpoint_at(ADDRESS)
    [other] = await preview.other_ways(app, endpoint, VISITOR, in_text=False)
    await app.close()

    assert way["in_text"]
    assert "Menu\n1. Tea\n2. Coffee" == way["said"][0]["texts"][0]
    assert [[], []] == [one["texts"] for one in other["said"]]


async def test_before_anything_was_said_nothing_would_be(tmp_path: Path, clock: Calendar):
    app = await open_app(Settings.read(data=tmp_path), clock)
    await apply(app, documents=[document(Account(), flow_bot())])
    [way] = await preview.other_ways(app, await app.endpoint_at(ADDRESS), VISITOR)
    await app.close()

    assert [] == way["said"]


@pytest.mark.parametrize("other", [("u", "a", "0"), ("t", "b", "0"), ("t", "a", "1")])
def test_who_tries_it_is_the_same_only_in_one_session_and_beginning(other: tuple[str, ...]):
    first = preview.visitor("t", "a", "0")

    assert preview.visitor("t", "a", "0") == first
    assert preview.visitor(*other) != first
    assert 16 <= len(first) <= 200
