"""An operator answers in the bot's place, and hands the conversation back."""

from __future__ import annotations

import pytest

from tests.operations.texting import ORG, Texting, texting
from tests.store.samples import ANN, BOB, answer
from tests.world import ADDRESS
from threadline.app import App
from threadline.errors import Invalid, NotFound
from threadline.model.clock import HOUR
from threadline.model.rows import Postponed
from threadline.model.timeline import Note
from threadline.operations import conversations, desk, endpoint_changes, optouts, senders
from threadline.pipeline.turns import begin, left


@pytest.fixture
async def here(app: App) -> Texting:
    return await texting(app)


async def take(here: Texting, by: str = "operator", contact: str = ANN) -> str:
    found = await desk.take_over(here.app, endpoint=ADDRESS, contact=contact, by=by)
    return found["before"]


async def back(here: Texting, by: str = "operator") -> str:
    found = await desk.hand_back(here.app, endpoint=ADDRESS, contact=ANN, by=by)
    return found["before"]


async def taken(here: Texting) -> dict[str, str]:
    listed = await conversations.list_(here.app, organization=ORG)
    return {one["contact"]: one["taken_by"] for one in listed["data"]}


async def reply(here: Texting, text: str = "We call you.", **more: object) -> dict[str, object]:
    found = await desk.reply(here.app, endpoint=ADDRESS, contact=ANN, text=text, **more)  # type: ignore[arg-type]
    return dict(found)


async def refused(here: Texting, text: str = "We call you.") -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as why:
        await reply(here, text)
    assert all(one.mend for one in why.value.problems)
    return [(one.code, one.path) for one in why.value.problems]


async def change(here: Texting, fields: dict[str, object]) -> None:
    """Of the endpoint."""
    await endpoint_changes.patch(here.app, organization=ORG, address=ADDRESS, fields=fields)


async def by_author(here: Texting, author: str = "operator") -> list[tuple[str, str]]:
    entries = await here.app.store.timeline(ADDRESS, ANN)
    return [(e["element"]["message"], e["status"]) for e in entries if e["author"] == author]


async def test_it_is_told_who_has_taken_a_conversation_over(here: Texting):
    await here.answered("hello")
    await here.answered("hello", contact=BOB)
    before = await take(here, "Cara", "+1 (555) 010-0001")

    assert "" == before
    assert {ANN: "Cara", BOB: ""} == await taken(here)
    assert [
        "Cara took the conversation over: the bot is not asked until it is handed back."
    ] == await here.notes()


async def test_one_operator_can_take_it_from_another(here: Texting):
    await here.answered("hello")
    await take(here)
    first = await take(here, "Cara")
    again = await take(here, "Cara")
    returned = await back(here, "Cara")

    assert ("operator", "Cara", "Cara") == (first, again, returned)
    assert [
        "An operator took the conversation over: the bot is not asked until it is handed back.",
        "Cara took the conversation over from another operator.",
        "Cara handed the conversation back: the next text goes to the bot.",
    ] == await here.notes()


async def test_what_nobody_has_taken_over_cannot_be_handed_back(here: Texting):
    await here.answered("hello")
    with pytest.raises(NotFound, match="Nobody has taken over"):
        await back(here)


async def test_who_never_wrote_cannot_be_taken_over(here: Texting):
    with pytest.raises(NotFound, match="Nothing was said between"):
        await take(here)


async def test_a_worker_is_told_who_answers(here: Texting):
    await here.answered("hello")
    await take(here, "Cara")
    await here.text("and now?")
    claimed = await here.claim()

    assert "Cara" == claimed.taken_by


async def test_what_the_bot_answers_after_that_is_dropped(here: Texting):
    await here.text("tea")
    held = await here.claim()
    await take(here)
    [late] = await here.app.store.finish_turns([answer(held, "Good choice.")])
    again = await here.claim()

    assert not late.ours
    assert ("tea", "operator", 1) == (again.text, again.taken_by, again.attempts)
    assert [] == await here.said()


async def test_a_text_that_waits_for_its_bot_is_left_to_the_operator_at_once(here: Texting):
    await here.text("tea")
    held = await here.claim()
    later = here.app.clock() + HOUR
    await here.app.store.postpone_turns([Postponed(held, later, Note("slow"), 3)])
    nothing = await here.app.store.claim_turns(1)
    await take(here)

    assert ([], "tea") == (nothing, (await here.claim()).text)


async def test_after_it_was_handed_back_the_bot_is_asked_in_the_same_session(here: Texting):
    await here.answered("Tea or coffee?")
    await take(here)
    await here.text("let me think")
    claimed = await here.claim()
    await here.app.store.finish_turns([left(claimed, begin(claimed, here.endpoint))])
    await back(here)
    await here.text("tea")
    claimed = await here.claim()

    assert ("tea", "", {"at": "x"}) == (claimed.text, claimed.taken_by, claimed.state)
    assert 1 == begin(claimed, here.endpoint).number


async def test_what_was_to_be_sent_still_is(here: Texting):
    await here.answered("one", "two")
    await take(here)

    assert ["one"] == await here.goes()


async def test_a_reply_is_sent_like_what_a_bot_says(here: Texting):
    await here.answered("Tea or coffee?")
    found = await reply(here)
    first = await here.goes()

    assert ["1-3"] == found["messages"]
    assert ("held", "", 1) == (found["status"], found["taken_by"], found["segments"])
    assert ["Tea or coffee?"] == first
    assert [("We call you.", "waiting for an earlier text")] == await by_author(here)


async def test_a_long_reply_goes_in_several_texts_one_after_the_other(here: Texting):
    await here.answered()
    found = await reply(here, "word " * 400)
    [first] = await here.sending()

    assert ["1-2", "1-3"] == found["messages"]
    assert ("+15550109999", ANN) == (first.ours, first.contact)
    assert ["being sent", "waiting for an earlier text"] == [
        status for _text, status in await by_author(here)
    ]


async def test_who_only_wrote_is_answered_from_the_number_they_wrote_to(here: Texting):
    await here.text("hi", service="MG1")
    await reply(here)
    [sending] = await here.sending()

    assert ("+15550109999", "MG1") == (sending.ours, sending.service)


async def test_who_replies_under_a_name_is_named(here: Texting):
    await here.answered()
    await reply(here, by="Cara")
    entries = await here.app.store.timeline(ADDRESS, ANN)

    assert {"type": "message", "message": "We call you.", "by": "Cara"} == (
        entries[-1]["element"]
    )


async def test_with_a_reply_the_conversation_can_be_taken_over(here: Texting):
    await here.answered()
    without = await reply(here)
    found = await reply(here, take_over=True, by="Cara")

    assert ("", "Cara") == (without["taken_by"], found["taken_by"])
    assert {ANN: "Cara"} == await taken(here)


async def test_who_has_opted_out_is_not_replied_to_and_nothing_is_taken_over(here: Texting):
    await here.answered()
    await optouts.add(here.app, endpoint=ADDRESS, contact=ANN, reason="by phone")
    with pytest.raises(Invalid, match="They opted out"):
        await reply(here, take_over=True)

    assert [] == await by_author(here)
    assert {ANN: ""} == await taken(here)


async def test_an_endpoint_that_is_offline_sends_no_reply(here: Texting):
    await here.answered()
    await change(here, {"Status": "offline"})

    assert [("endpoint_offline", "endpoint")] == await refused(here)


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "text_missing"), (" \n", "text_missing"), ("x" * 10_001, "text_too_long")],
)
async def test_a_reply_has_words_and_not_too_many(here: Texting, text: str, code: str):
    await here.answered()

    assert [(code, "text")] == await refused(here, text)


async def test_who_never_wrote_is_not_replied_to(here: Texting):
    with pytest.raises(NotFound, match="Nothing was said between"):
        await reply(here)


async def test_a_reply_counts_for_the_endpoints_daily_limit(here: Texting):
    await here.answered("one")
    config = {**here.endpoint.config, "MaxSegmentsPerDay": 2}
    await change(here, {"EngagementConfig": config})
    await reply(here)

    assert [("daily_limit", "text")] == await refused(here)


async def test_it_is_told_what_a_reply_waits_for(here: Texting):
    await here.answered("one")
    await senders.pause(here.app, endpoint=ADDRESS, reason="nonsense")
    found = await reply(here)

    assert [desk.PAUSED, desk.BEHIND] == found["warnings"]
