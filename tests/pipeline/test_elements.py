"""What is not plain text: how it goes out, and how its options come back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.pipeline.samples import NOON, claimed, endpoint
from tests.world import ADDRESS, TEA, Account, World, document, flow_bot, world
from threadline.channels import CHANNELS
from threadline.egress import Egress
from threadline.model.messages import Draft
from threadline.model.rows import Session
from threadline.model.timeline import (
    ButtonPrompt,
    ButtonPromptContainer,
    Element,
    Goal,
    Option,
    SuggestionPrompt,
    Text,
)
from threadline.model.turn import Reply, no_past
from threadline.pipeline import turns

VISITOR = "visitor-3f1c9a7e5b2d"
OPEN = Session(3, True, "MySmsBot", NOON, NOON)
XML = """
<TimelineMessage>
  <TextMsg>How shall we reach you, ${msg.payload.user.message}?</TextMsg>
  <ButtonPromptContainer interactionType="event">
    <ButtonPrompt id="phone" label="Call me"/>
    <ButtonPrompt id="post" label="Write to me"/>
  </ButtonPromptContainer>
</TimelineMessage>
"""
REACH = {
    "nodes": {
        "start": {"type": "Start", "next": "how"},
        "how": {"type": "Markup", "xml": XML, "next": "wait"},
        "wait": {"type": "Input", "store": "said", "next": "keep"},
        "keep": {
            "type": "Set Context",
            "values": {"done": "${msg.payload.markupInteraction}"},
            "next": "so",
        },
        "so": {
            "type": "Dialogue",
            "text": "${said} by ${done.result.id | default: 'nothing'}.",
            "next": "end",
        },
        "end": {"type": "End"},
    }
}
ASKED = ["How shall we reach you, Ann & Bob?", "1. Call me\n2. Write to me"]


@pytest.mark.parametrize(
    ("answer", "understood"),
    [
        ("2", "Write to me by post."),
        ("wirte to me", "Write to me by post."),
        ("neither", "neither by nothing."),
    ],
)
async def test_options_by_text_are_numbered_and_the_answer_is_the_option(
    tmp_path: Path, database_url: str, answer: str, understood: str
):
    async with world(tmp_path, database_url) as here:
        await here.apply(document(Account(), flow_bot(REACH), config={"Fallback": "text"}))
        await here.text("Ann & Bob")
        assert ASKED == await here.until(here.received, ASKED)

        await here.text(answer)

        assert [*ASKED, understood] == await here.until(here.received, [*ASKED, understood])
        contact = [one for one in await here.timeline() if one["author"] == "contact"]
        assert answer == contact[1]["element"]["message"]


async def test_without_a_fallback_a_number_is_a_number(tmp_path: Path, database_url: str):
    async with world(tmp_path, database_url) as here:
        await here.apply(document(Account(), flow_bot(REACH)))
        await here.text("Ann & Bob")
        assert ASKED[:1] == await here.until(here.received, ASKED[:1])

        await here.text("2")

        assert (
            "2 by nothing."
            == (await here.until(here.received, [ASKED[0], "2 by nothing."]))[-1]
        )
        [left_out] = [one for one in await here.timeline() if one["discarded"]]
        assert "Buttons cannot be shown by SMS" in left_out["discarded"]


async def test_a_menu_of_a_flow_by_text_is_answered_by_its_number(
    tmp_path: Path, database_url: str
):
    async with world(tmp_path, database_url) as here:
        await here.apply(document(Account(), flow_bot(TEA), config={"Fallback": "text"}))
        menu = ["Hello!", "Tea or coffee?", "1. tea\n2. coffee"]
        await here.text("hi")
        assert menu == await here.until(here.received, menu)

        await here.text("1")

        assert "Good choice." == (await here.until(here.received, [*menu, "Good choice."]))[-1]


async def test_a_page_shows_elements_and_tells_what_was_done_with_them(
    tmp_path: Path, database_url: str
):
    async with world(tmp_path, database_url) as here:
        await here.apply(document(Account(), flow_bot(REACH), EngagementType="Web"))
        await post(here, Type="message", Value="Ann & Bob")
        shown = await here.until(
            lambda: said(here), ["message", "message", "buttonPromptContainer"]
        )
        buttons = (await here.timeline(VISITOR))[-1]

        value = {"source": shown[-1], "id": "post", "title": "Write to me"}
        await post(here, Type="markupInteraction", Value=value, MessageId="7")
        await post(here, Type="markupInteraction", Value=value, MessageId="7")

        then = [*shown, "markupInteraction", "message"]
        assert then == await here.until(lambda: said(here), then)
        click, answer = (await here.timeline(VISITOR))[3:]
        assert {"type": "markupInteraction", **value} == click["element"]
        assert "contact" == click["author"]
        assert "Write to me by post." == answer["element"]["message"]
        assert ("", "") == (buttons["discarded"], buttons["status"])

        await here.app.store.redact_text("flowit", 1, click["seq"], "Cara")
        assert [*shown, "redacted", "message"] == await said(here)


async def post(here: World, **said: Any) -> None:
    answer = await here.ask(
        "POST", f"{here.url}/v1/engage/{ADDRESS}", {**said, "CustomerReference": VISITOR}
    )
    assert 200 == answer.status


async def said(here: World) -> list[str]:
    return [one["element"]["type"] for one in await here.timeline(VISITOR)]


async def test_a_text_that_is_to_be_seen_for_a_while_is_followed_after_it(
    tmp_path: Path, database_url: str
):
    slow = "<TimelineMessage><TextMsg minimumDisplayTime='1'>a</TextMsg><TextMsg>b</TextMsg>"
    flow = {
        "start": {"type": "Start", "next": "say"},
        "say": {"type": "Markup", "xml": f"{slow}</TimelineMessage>", "next": "end"},
        "end": {"type": "End"},
    }
    async with world(tmp_path, database_url) as here:
        await here.apply(document(Account(), flow_bot({"nodes": flow})))
        await here.text("hi")
        assert ["a", "b"] == await here.until(here.received, ["a", "b"])

        first, second = here.asked
        assert 0.95 < second.began - first.began


async def test_a_markup_that_cannot_be_read_is_noted_and_the_rest_goes_on(
    tmp_path: Path, database_url: str
):
    broken = "<TimelineMessage>\n  <TextMsg>${msg.payload.user.message}</TextMsg></List>"
    flow = {
        "start": {"type": "Start", "next": "say"},
        "say": {"type": "Markup", "xml": broken, "next": "then"},
        "then": {"type": "Dialogue", "text": "And then?", "next": "end"},
        "end": {"type": "End"},
    }
    async with world(tmp_path, database_url) as here:
        await here.apply(document(Account(), flow_bot({"nodes": flow})))
        await here.text("hi")
        assert ["And then?"] == await here.until(here.received, ["And then?"])

        note = (await here.timeline())[1]["element"]
        assert "markup_invalid" == note["code"]
        assert "At line 2, column 26: mismatched tag." in note["text"]


async def spoken(*elements: Element) -> list[list[Draft]]:
    """The drafts of each element, by SMS with a fallback."""
    secret, config = Account().value, {"Fallback": "text"}
    egress = Egress()
    try:
        channel = CHANNELS["TwilioSms"].open(
            endpoint(**config),
            secret,
            client=egress.provider,
            base_url="",
            public_url="",
            clock=lambda: NOON,
        )
    finally:
        await egress.close()
    return [[one.draft] for one in turns.say_all(channel, elements) if one.draft]


YES = SuggestionPrompt((Option("y", "Yes"), Option("n", "No")))
CALL = ButtonPromptContainer((ButtonPrompt("c", "Call me"),), interaction_type="event")


async def test_options_of_one_turn_are_numbered_through():
    drafts = await spoken(YES, Text("Or:"), CALL)

    assert ["1. Yes\n2. No", "Or:", "3. Call me"] == [one.text for [one] in drafts]
    assert [(1, ""), (2, ""), (3, "buttonPromptContainer")] == [
        (choice.number, choice.source) for [one] in drafts for choice in one.options
    ]


async def test_what_was_offered_counts_for_one_answer_and_is_not_told_to_the_bot():
    state = {"at": "ask"}
    [[menu]] = await spoken(YES)
    offered = turns.finish(
        claimed(OPEN), [turns.Said(YES, draft=menu)], Reply((YES,), state), OPEN, NOON
    )

    asked = turns._turn(claimed(OPEN, text="2", state=offered.state), endpoint(), OPEN, no_past)
    then = turns.finish(claimed(OPEN), [], Reply((), asked.state), OPEN, NOON)

    assert ("No", None, state) == (asked.text, asked.event, asked.state)
    assert state == then.state


async def test_a_goal_is_only_a_record_with_a_fallback_too():
    assert [] == await spoken(Goal("sold"))
