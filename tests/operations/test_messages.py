"""Texts that went no further: found, tried again, given up, and what may not be done."""

from __future__ import annotations

import pytest

from tests.conftest import Calendar
from tests.operations.texting import ORG, Texting, texting
from tests.store.samples import ANN, BOB, answer
from tests.world import ADDRESS
from threadline.app import App
from threadline.errors import Invalid, NotFound
from threadline.model.clock import seconds
from threadline.model.rows import Postponed, Settled
from threadline.model.timeline import Note
from threadline.operations import conversations, messages
from threadline.operations.apply import apply

OPTED_OUT = "They opted out, so they are not texted."


@pytest.fixture
async def here(app: App) -> Texting:
    return await texting(app)


async def retry(here: Texting, id: str, organization: str = ORG) -> dict[str, object]:
    return dict(await messages.retry(here.app, organization=organization, id=id))


async def discard(here: Texting, id: str, organization: str = ORG) -> dict[str, object]:
    return dict(await messages.discard(here.app, organization=organization, id=id))


async def refused(doing: object) -> str:
    """What is said when it is not done: code and sentence."""
    with pytest.raises(Invalid) as why:
        await doing  # type: ignore[misc]
    [problem] = why.value.problems
    assert problem.mend
    return f"{problem.code}: {problem.message}"


# The list


async def test_a_parked_text_of_either_side_is_listed_with_its_reason(
    here: Texting, clock: Calendar
):
    await here.parks("where is it?", "The bot was silent.")
    clock.skip(60)
    await here.answered("one", contact=BOB)
    await here.loses_sight()
    await here.gives_up()
    found = await here.listed()

    assert [
        {
            "id": found[0]["id"],
            "author": "bot",
            "endpoint": ADDRESS,
            "contact": BOB,
            "at": "2030-01-02T12:31:00.000Z",
            "text": "one",
            "status": "parked: not known whether it was sent",
            "why": "It is not there.",
        },
        {
            "id": found[1]["id"],
            "author": "contact",
            "endpoint": ADDRESS,
            "contact": ANN,
            "at": "2030-01-02T12:30:00.000Z",
            "text": "where is it?",
            "status": "put aside unanswered",
            "why": "The bot was silent.",
        },
    ] == found


async def test_each_parked_text_has_its_own_reason(here: Texting):
    await here.text("first")
    await here.text("second")
    for why in ("No answer.", "A broken answer."):
        await here.park(await here.claim(), why)
    await here.text("third")
    note = Note("The bot was silent.", "bot_failed")
    await here.app.store.postpone_turns([Postponed(await here.claim(), 0, note, attempts=1)])

    assert {("first", "No answer."), ("second", "A broken answer.")} == {
        (one["text"], one["why"]) for one in await here.listed()
    }


async def test_what_failed_or_is_looked_up_or_waits_is_listed_when_it_is_asked_for(
    here: Texting, clock: Calendar
):
    await here.answered("bad")
    await here.sends("failed", note="The number is not a mobile.")
    await here.answered("lost", "next")
    await here.loses_sight()
    await here.text("hello?")
    claimed = await here.claim()
    note = Note("The bot was silent.", "bot_failed")
    later = clock() + seconds(5)
    await here.app.store.postpone_turns([Postponed(claimed, later, note, attempts=1)])
    told = {
        state: {(one["text"], one["status"], one["why"]) for one in await here.listed(state)}
        for state in ("failed", "unknown", "waiting", "parked")
    }

    looked_up = "not known whether it was sent; being looked up"
    assert {
        "failed": {("bad", "failed", "The number is not a mobile.")},
        "unknown": {("lost", looked_up, "No answer came.")},
        "waiting": {
            ("next", "waiting for an earlier text", ""),
            ("hello?", "waiting for the bot", "The bot was silent."),
        },
        "parked": set(),
    } == told


async def test_a_state_that_is_none_is_refused(here: Texting):
    told = await refused(messages.list_(here.app, organization=ORG, state="lost"))

    assert "field_invalid: 'lost' is no state of a text." == told


# A text from a contact


async def test_a_parked_text_is_put_to_the_bot_again(here: Texting):
    await here.parks("where is it?")
    told = await retry(here, await here.id_of("where is it?"))
    claimed = await here.claim()
    await here.app.store.finish_turns([answer(claimed, "There.")])

    assert ("where is it?", 1) == (claimed.text, claimed.attempts)
    assert ("waiting", []) == (told["status"], told["warnings"])
    assert ["There."] == await here.goes()
    assert "An operator had this tried again: “where is it?”" == (await here.notes())[-1]
    assert [] == await here.listed()


async def test_a_text_that_is_being_answered_is_not_disturbed_by_a_retry(here: Texting):
    """Its worker keeps its claim, and the older text follows."""
    await here.parks("old")
    id = await here.id_of("old")
    await here.text("new")
    claimed = await here.claim()
    await retry(here, id)
    taken = await here.app.store.claim_turns(9)
    [kept] = await here.app.store.renew_turns([claimed])
    [done] = await here.app.store.finish_turns([answer(claimed, "to the new one")])
    following = await here.claim()
    await here.app.store.finish_turns([answer(following, "to the old one")])

    assert ([], True, True) == (taken, kept, done.ours)
    assert ("new", "old") == (claimed.text, following.text)
    assert [] == await here.app.store.claim_turns(9)


async def test_a_retry_while_the_bot_rests_begins_at_once(here: Texting, clock: Calendar):
    await here.parks("old")
    id = await here.id_of("old")
    await here.text("new")
    note = Note("The bot was silent.", "bot_failed")
    later = clock() + seconds(300)
    postponed = Postponed(await here.claim(), later, note, attempts=3)
    await here.app.store.postpone_turns([postponed])
    await retry(here, id)
    claimed = await here.claim()

    assert ("old", 1) == (claimed.text, claimed.attempts)


async def test_a_parked_text_can_be_given_up(here: Texting):
    await here.parks("where is it?")
    id = await here.id_of("where is it?")
    await discard(here, id)

    assert [] == await here.listed()
    assert [] == await here.app.store.claim_turns(9)
    assert "An operator discarded this: “where is it?”" == (await here.notes())[-1]
    again = await refused(retry(here, id))
    assert "retry_refused: It was answered, or discarded before." == again


async def test_a_text_that_waits_for_the_bot_can_be_given_up(here: Texting):
    await here.text("one")
    await here.text("two")
    await discard(here, await here.id_of("one", "waiting"))
    claimed = await here.claim()
    await here.app.store.finish_turns([answer(claimed, "hello")])

    [told] = (await conversations.list_(here.app, organization=ORG))["data"]
    assert ("two", 0) == (claimed.text, told["waiting"])
    assert ["hello"] == await here.goes()


async def test_what_followed_a_text_that_is_given_up_is_answered_at_once(
    here: Texting, clock: Calendar
):
    await here.text("one")
    await here.text("two")
    note = Note("The bot was silent.", "bot_failed")
    postponed = Postponed(await here.claim(), clock() + seconds(300), note, attempts=3)
    await here.app.store.postpone_turns([postponed])
    await discard(here, await here.id_of("one", "waiting"))
    claimed = await here.claim()

    assert ("two", 1) == (claimed.text, claimed.attempts)


async def test_nothing_is_given_up_while_the_bot_is_being_asked(here: Texting):
    await here.text("one")
    await here.claim()
    told = await refused(discard(here, await here.id_of("one", "waiting")))

    assert "discard_refused: A text of this conversation is being answered right now." == told


async def test_a_text_that_was_answered_is_not_answered_twice(here: Texting):
    await here.answered("hello")
    told = await refused(retry(here, "1-1"))

    assert "retry_refused: It was answered, or discarded before." == told


async def test_a_text_that_waits_for_the_bot_need_not_be_tried_again(here: Texting):
    await here.text("one")
    told = await refused(retry(here, await here.id_of("one", "waiting")))

    assert "retry_refused: It waits for the bot." == told


# A text to a contact


async def test_a_text_that_failed_is_sent_again(here: Texting, clock: Calendar):
    await here.answered("one", expires_at=clock() + seconds(900))
    await here.sends("failed", note="The number is not a mobile.")
    clock.skip(3600)
    told = await retry(here, await here.id_of("one", "failed"))
    [sending] = await here.sending()

    assert ("waiting", []) == (told["status"], told["warnings"])
    assert ("one", 1) == (sending.text, sending.attempts)
    assert clock() + seconds(900) == sending.expires_at


async def test_a_second_retry_gives_a_text_as_long_as_the_first(here: Texting, clock: Calendar):
    await here.answered("one", expires_at=clock() + seconds(900))
    for _ in range(2):
        await here.sends("failed")
        clock.skip(3600)
        await retry(here, await here.id_of("one", "failed"))
    [sending] = await here.sending()

    assert clock() + seconds(900) == sending.expires_at


async def test_a_text_that_came_too_late_is_sent_after_all(here: Texting, clock: Calendar):
    await here.answered("one", expires_at=clock() + seconds(10))
    clock.skip(11)
    await here.goes()
    await retry(here, "1-2")

    assert ["one"] == await here.goes()


async def test_a_retry_of_what_may_have_been_sent_says_that_it_may_come_twice(here: Texting):
    await here.answered("one")
    await here.loses_sight()
    await here.gives_up()
    told = await retry(here, await here.id_of("one"))

    twice = "Nobody knows whether it was sent before, so it may arrive twice."
    assert [twice] == told["warnings"]
    assert ["one"] == await here.goes()


async def test_a_retry_behind_later_texts_says_that_it_comes_out_of_order(here: Texting):
    await here.answered("one", "two")
    await here.sends("failed")
    await here.sends("sent", provider_id="SM100")
    told = await retry(here, await here.id_of("one", "failed"))

    late = "Later texts of the conversation went out already, so it arrives out of order."
    assert [late] == told["warnings"]


async def test_what_has_not_gone_yet_stays_behind_a_text_that_is_tried_again(here: Texting):
    await here.answered("one", "two", "three")
    await here.sends("failed")
    await retry(here, await here.id_of("one", "failed"))
    behind = [status for _text, status in await here.said()]
    order = [await here.sends("sent", provider_id=f"SM10{n}") for n in range(3)]

    assert ["one", "two", "three"] == [one.text for one in order]
    assert ["waiting to be sent", *["waiting for an earlier text"] * 2] == behind


async def test_a_retry_waits_for_an_earlier_text(here: Texting):
    await here.answered("one", "two")
    await here.sends("failed")
    await here.sends("failed")
    await retry(here, await here.id_of("one", "failed"))
    told = await retry(here, await here.id_of("two", "failed"))

    assert "held" == told["status"]
    assert ["one"] == await here.goes()


async def test_who_opted_out_is_not_texted_again_by_a_retry(here: Texting):
    await here.answered("one")
    await here.sends("failed")
    await here.parks("hm")
    await here.text("STOP", consent="stop")
    for id in (await here.id_of("one", "failed"), await here.id_of("hm")):
        assert f"suppressed: {OPTED_OUT}" == await refused(retry(here, id))


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("", "It waits to be sent."),
        ("sending", "It is being sent right now."),
        ("unknown", "It is not known whether it was sent, which is being looked up."),
        ("sent", "It was sent."),
    ],
)
async def test_what_is_on_its_way_is_not_tried_again(here: Texting, kind: str, sentence: str):
    await here.answered("one", "two")
    if kind == "sending":
        await here.sending()
    elif kind:
        await here.sends(kind)

    assert f"retry_refused: {sentence}" == await refused(retry(here, "1-2"))


async def test_what_waits_behind_an_earlier_text_is_told_so(here: Texting):
    await here.answered("one", "two")
    told = await refused(retry(here, "1-3"))

    assert "retry_refused: It waits for an earlier text of the conversation." == told


async def test_what_followed_a_discarded_text_goes_out(here: Texting):
    await here.answered("one", "two")
    await discard(here, await here.id_of("one", "waiting"))

    assert ["two"] == await here.goes()
    assert ("one", "not sent: discarded by an operator") == (await here.said())[0]


async def test_a_text_in_doubt_is_looked_up_no_more_once_it_is_discarded(
    here: Texting, clock: Calendar
):
    await here.answered("one", "two")
    await here.loses_sight()
    told = await discard(here, await here.id_of("one", "unknown"))
    clock.skip(3600)
    shown = await conversations.show(here.app, endpoint=ADDRESS, contact=ANN)

    assert ["It may have been sent all the same."] == told["warnings"]
    assert [] == await here.app.store.claim_unknown(9)
    assert ["two"] == await here.goes()
    assert "unsettled" == shown["attempts"]["data"][0]["status"]
    assert "An operator discarded this: “one”" == shown["attempts"]["data"][0]["note"]


async def test_a_look_up_that_ends_after_the_discard_changes_nothing(here: Texting):
    await here.answered("one")
    await here.loses_sight()
    [unknown] = await here.app.store.claim_unknown(9)
    await discard(here, await here.id_of("one", "unknown"))
    [mattered] = await here.app.store.record_settled([Settled(unknown, "resend", 2)])

    assert (False, []) == (mattered, await here.goes())


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("sending", "It is being sent right now."),
        ("sent", "It was sent."),
        ("failed", "It could not be sent, and will not be."),
    ],
)
async def test_what_is_gone_is_not_discarded(here: Texting, kind: str, sentence: str):
    await here.answered("one")
    if kind == "sending":
        await here.sending()
    else:
        await here.sends(kind)

    assert f"discard_refused: {sentence}" == await refused(discard(here, "1-2"))


# Whose it is


@pytest.mark.parametrize("id", ["1-1", "1-2", "1-3"])
async def test_the_texts_of_another_organization_are_not_reached(here: Texting, id: str):
    """A text that was answered, one that failed, and one that is parked."""
    await apply(here.app, documents=[{"Organization": "acme"}])
    await here.answered("one")
    await here.sends("failed")
    await here.parks("two")
    for verb in (retry, discard):
        with pytest.raises(NotFound, match=f"There is no text {id} in acme"):
            await verb(here, id, "acme")

    listed = await messages.list_(here.app, organization="acme", state="failed")
    assert [] == listed["data"]


@pytest.mark.parametrize("id", ["7", "1-99", "1-2-3", "one"])
async def test_a_text_that_is_not_there_says_where_they_are_told(here: Texting, id: str):
    with pytest.raises(NotFound, match="`threadline message list` tells"):
        await retry(here, id)


# Flags


async def test_only_flagged_conversations_are_listed_until_somebody_has_looked(here: Texting):
    flag = "It came to another number."
    await here.text("hi", flag=flag)
    await here.text("hi", contact=BOB)
    flagged = await conversations.list_(here.app, organization=ORG, flagged=True)
    everybody = await conversations.list_(here.app, organization=ORG)
    told = await conversations.unflag(here.app, endpoint=ADDRESS, contact="+1 555 010 0001")

    left = await conversations.list_(here.app, organization=ORG, flagged=True)

    assert [(ANN, flag)] == [(one["contact"], one["flagged"]) for one in flagged["data"]]
    assert {ANN, BOB} == {one["contact"] for one in everybody["data"]}
    assert {"endpoint": ADDRESS, "contact": ANN, "flags": [flag]} == told
    assert [] == left["data"]
    assert [f"An operator looked at this conversation and took its flag off: {flag}"] == (
        await here.notes()
    )


async def test_a_conversation_without_a_flag_has_none_to_take_off(here: Texting):
    await here.text("hi")
    with pytest.raises(NotFound, match="has no flag"):
        await conversations.unflag(here.app, endpoint=ADDRESS, contact=ANN)
