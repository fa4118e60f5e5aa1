"""What was said is taken away for good, wherever it was kept; only that it was said stays."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from tests.operations.texting import ORG, Texting, texting
from tests.store.samples import ANN, BOB, OURS, answer
from tests.web.rows import TABLES, contents
from tests.world import ADDRESS
from threadline.app import App
from threadline.errors import Invalid, NotFound
from threadline.model.clock import HOUR
from threadline.model.messages import Inbound, Receipt, Status
from threadline.model.rows import Outcome
from threadline.model.timeline import Media
from threadline.operations import conversations, desk, messages, optouts
from threadline.pipeline import digest

GONE = {"type": "redacted", "by": "Cara", "at": "2030-01-02T12:30:00.000Z"}


@pytest.fixture
async def here(app: App) -> Texting:
    return await texting(app)


async def redact(here: Texting, id: str, organization: str = ORG) -> list[str]:
    found = await desk.redact_message(here.app, organization=organization, id=id, by="Cara")
    return found["messages"]


async def redact_all(here: Texting, contact: str = ANN) -> int:
    found = await desk.redact_conversation(
        here.app, endpoint=ADDRESS, contact=contact, by="Cara"
    )
    return found["conversations"]


async def elements(here: Texting, contact: str = ANN) -> list[Any]:
    return [one["element"] for one in await here.app.store.timeline(ADDRESS, contact)]


async def kept(here: Texting, words: str) -> list[str]:
    """The tables in which the words still stand."""
    written = await contents(here.app.settings.database)
    return [name for name in TABLES if words in str(written[name])]


async def refused(here: Texting, id: str) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as why:
        await redact(here, id)
    return [(one.path, one.mend) for one in why.value.problems]


async def test_a_text_of_the_contact_is_gone_wherever_it_was(here: Texting):
    params = (("Body", "my secret"), ("From", ANN))
    await here.answered("hello")
    await here.text("my secret", params=params)
    await here.app.store.finish_turns([answer(await here.claim(), "aha")])
    before = await kept(here, "my secret")
    names = await redact(here, "1-3")

    assert (["inbox", "timeline"], []) == (before, await kept(here, "my secret"))
    assert ["1-3"] == names
    assert GONE == (await elements(here))[2]
    assert ["hi", "hello", "aha"] == [
        one["message"] for one in await elements(here) if "message" in one
    ]


async def test_what_came_in_one_message_goes_together(here: Texting):
    await here.text("look", media=(Media("https://x.example/a"), Media("https://x.example/b")))
    await here.app.store.finish_turns([answer(await here.claim(), "nice")])
    names = await redact(here, "1-2")

    assert ["1-1", "1-2", "1-3"] == names
    assert [GONE, GONE, GONE] == (await elements(here))[:3]
    assert ([], []) == (await kept(here, "x.example"), await kept(here, "look"))


async def test_a_file_without_words_is_found(here: Texting):
    await here.answered("hello")
    await here.text("", media=(Media("https://x.example/a"),))
    await here.app.store.finish_turns([answer(await here.claim())])

    assert ["1-3"] == await redact(here, "1-3")
    assert [] == await kept(here, "x.example")


async def test_of_many_texts_the_right_one_is_found(here: Texting):
    for n in range(40):
        here.app.clock.skip(3600)  # type: ignore[attr-defined]
        await here.answered(says=f"secret {n}'", contact=ANN if n % 3 else BOB)
    entries = await here.app.store.timeline(ADDRESS, ANN)
    wanted = next(e for e in entries if e["element"]["message"] == "secret 20'")
    await redact(here, f"{wanted['conversation_id']}-{wanted['seq']}")

    assert [] == await kept(here, "secret 20'")
    assert ["inbox", "timeline"] == sorted(await kept(here, "secret 19"))


async def test_what_the_bot_said_is_gone_and_keeps_what_became_of_it(here: Texting):
    await here.answered("your code is 42")
    await here.sends("sent", provider_id="SM9", status=Status.DELIVERED)
    await redact(here, "1-2")
    [_hi, entry] = await here.app.store.timeline(ADDRESS, ANN)

    assert [] == await kept(here, "your code is 42")
    assert (GONE, "delivered", "SM9") == (
        entry["element"],
        entry["status"],
        entry["provider_id"],
    )


async def test_notes_that_quote_it_are_gone_too(here: Texting):
    await here.answered("your code\nis 42")
    await here.loses_sight()
    await messages.discard(here.app, organization=ORG, id="1-2")
    before = await kept(here, "“your code is 42”")
    names = await redact(here, "1-2")

    assert (["timeline", "attempts"], []) == (before, await kept(here, "“your code is 42”"))
    assert 2 == len(names)
    assert ["No answer came."] == await here.notes()


@pytest.mark.parametrize("state", ["waiting", "sending", "unknown"])
async def test_what_may_still_be_sent_is_discarded_first(here: Texting, state: str):
    await here.answered("your code is 42")
    if state == "sending":
        await here.sending()
    if state == "unknown":
        await here.loses_sight()
    mend = "Discard it first: `threadline message discard 1-2`."
    mend = "Try again in a moment." if state == "sending" else mend

    assert [("1-2", mend)] == await refused(here, "1-2")
    assert "timeline" in await kept(here, "your code is 42")


async def test_what_the_bot_may_still_be_asked_is_discarded_first(here: Texting):
    await here.text("one")
    waiting = await refused(here, "1-1")
    await here.park(await here.claim(), "The bot was silent.")
    parked = await refused(here, "1-1")

    assert [("1-1", "Discard it first: `threadline message discard 1-1`.")] == waiting == parked


async def test_a_text_that_failed_cannot_be_tried_again_once_it_is_redacted(here: Texting):
    await here.answered("your code is 42")
    await here.sends("failed", note="The number is not a mobile.")
    await redact(here, "1-2")
    with pytest.raises(Invalid, match="nothing of it is left to send"):
        await messages.retry(here.app, organization=ORG, id="1-2")


async def test_what_is_reported_later_does_not_send_an_empty_text(here: Texting):
    await here.answered("your code is 42", expires_at=here.app.clock() + HOUR)
    sending = await here.sends("sent", provider_id="SM9", status=Status.SENT)
    await redact(here, "1-2")
    later = Receipt(
        "SM9", Status.UNDELIVERED, attempt=sending.attempt, then="retry", wait=1, tries=3
    )
    await here.app.store.apply_receipts(here.endpoint, [later], 0)
    here.app.clock.skip(60)  # type: ignore[attr-defined]

    assert [] == await here.goes()


async def test_the_webhook_of_a_redacted_text_does_not_bring_it_back(here: Texting):
    """It was read from the provider's list, and its webhook comes late."""
    await here.text("my secret")
    await here.app.store.finish_turns([answer(await here.claim())])
    await redact(here, "1-1")
    again = Inbound(
        provider_id="SM1",
        contact=ANN,
        ours=OURS,
        text="my secret",
        sender=str(here.endpoint.route),
        params=(("Body", "my secret"),),
    )
    await here.app.store.keep(here.endpoint, [again])

    assert [] == await kept(here, "my secret")


async def test_what_is_redacted_already_stays_as_it_was(here: Texting):
    await here.answered("hello")
    await here.sends("sent", provider_id="SM9")
    await redact(here, "1-1")
    await desk.redact_message(here.app, organization=ORG, id="1-1", by="Dan")

    assert GONE == (await elements(here))[0]


@pytest.mark.parametrize("id", ["1-9", "9-1", "nonsense"])
async def test_what_is_not_there_cannot_be_redacted(here: Texting, id: str):
    await here.answered("hello")
    with pytest.raises(NotFound):
        await redact(here, id)


async def test_of_a_whole_conversation_nothing_is_left(here: Texting):
    await here.text("I am Ann", params=(("Body", "I am Ann"),))
    finished = answer(await here.claim(), "Hello, Ann!")
    finished = dataclasses.replace(finished, context={"name": "Ann"}, state={"at": "Ann"})
    await here.app.store.finish_turns([finished])
    await here.sends("sent", provider_id="SM9")
    await here.answered("Hello, Bob!", contact=BOB, says="I am Bob")
    count, after = await redact_all(here), await kept(here, "Ann")
    await here.text("hi again")
    claimed = await here.claim()

    assert (1, []) == (count, after)
    assert ["inbox", "outbox", "timeline"] == sorted(await kept(here, "Bob"))
    assert [GONE, GONE] == (await elements(here))[:2]
    assert ({}, {}, False) == (claimed.state, claimed.context, claimed.session.open)


async def test_everything_that_is_open_is_named_at_once(here: Texting):
    await here.parks("hm?")
    await here.answered("one", "two")
    with pytest.raises(Invalid) as why:
        await redact_all(here)

    assert ["1-1", "1-4", "1-5"] == [one.path for one in why.value.problems]


async def test_what_they_said_of_being_texted_stays_as_its_proof(here: Texting):
    await here.text("STOP", consent="stop")
    await here.app.store.finish_turns([answer(await here.claim())])
    await redact_all(here)
    told = await optouts.history(here.app, endpoint=ADDRESS, contact=ANN)

    assert GONE == (await elements(here))[0]
    assert ["STOP"] == [one["said"] for one in told["history"]]


async def test_notes_stay_unless_they_quote(here: Texting):
    await here.answered("your code is 42")
    await here.loses_sight()
    await messages.discard(here.app, organization=ORG, id="1-2")
    await desk.take_over(here.app, endpoint=ADDRESS, contact=ANN)
    await redact_all(here)

    assert ["No answer came."] == (await here.notes())[:1]
    assert ("taken_over", GONE) == (
        (await elements(here))[-1]["code"],
        (await elements(here))[-2],
    )


async def found(here: Texting, text: str) -> list[str]:
    """By the words of a text."""
    while (await digest.read_on(here.app.store, here.app.clock, "here")).more:
        pass
    listed = await conversations.list_(here.app, organization=ORG, text=text)
    return [one["contact"] for one in listed["data"]]


async def test_nobody_finds_a_conversation_by_what_is_gone(here: Texting):
    await here.answered("your code is 42", says="my secret")
    await here.answered("your code is 43", says="my riddle", contact=BOB)
    for one in await here.sending():
        await here.app.store.record_outcomes([Outcome(one, "sent")])
    before = [await found(here, "secret"), await found(here, "riddle")]
    await redact(here, "1-1")
    await redact_all(here, BOB)
    after = [await found(here, "secret"), await found(here, "riddle"), await found(here, "43")]

    assert [[ANN], [BOB]] == before
    assert [[], [], []] == after
    assert [ANN] == await found(here, "code")


async def test_who_never_wrote_has_nothing_to_redact(here: Texting):
    with pytest.raises(NotFound, match="Nothing was said between"):
        await redact_all(here)
