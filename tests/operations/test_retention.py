"""What is older than an organization keeps is taken away for good, wherever it was kept."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from tests.conftest import Calendar
from tests.operations.conftest import problems
from tests.operations.test_apply import flowit
from tests.operations.texting import ORG, Texting, texting
from tests.store.samples import ANN, BOB, answer
from tests.web.rows import TABLES, ask, contents
from tests.world import ADDRESS
from threadline.app import App
from threadline.model.clock import DAY
from threadline.model.messages import Status
from threadline.model.timeline import Media
from threadline.operations import conversations, desk, messages, optouts, retention, tenants
from threadline.operations.apply import apply
from threadline.operations.export import export
from threadline.pipeline import digest
from threadline.pipeline import retention as stage

SECONDS = DAY // 1_000_000


@pytest.fixture
async def here(app: App) -> Texting:
    return await texting(app)


def later(here: Texting, days: float) -> None:
    clock = here.app.clock
    assert isinstance(clock, Calendar)
    clock.skip(days * SECONDS)


async def keep(here: Texting, days: int | None) -> None:
    await tenants.change(here.app, name=ORG, fields={"retention_days": days})


async def take_away(here: Texting, limit: int = 250) -> int:
    """How many texts a look takes away."""
    texts, after, more = 0, stage.FIRST, True
    while more:
        step = await stage.take_on(here.app.store, here.app.clock, "here", ORG, after, limit)
        texts, after, more = texts + step.texts, step.after, step.more
    return texts


async def kept(here: Texting, words: str) -> list[str]:
    """The tables in which the words still stand."""
    written = await contents(here.app.settings.database)
    return [name for name in TABLES if words in str(written[name])]


async def elements(here: Texting, contact: str = ANN) -> list[Any]:
    return [one["element"] for one in await here.app.store.timeline(ADDRESS, contact)]


async def found(here: Texting, text: str) -> list[str]:
    while (await digest.read_on(here.app.store, here.app.clock, "here")).more:
        pass
    listed = await conversations.list_(here.app, organization=ORG, text=text)
    return [one["contact"] for one in listed["data"]]


async def test_what_is_older_is_gone_wherever_it_was_and_what_is_younger_stays(here: Texting):
    params = (("Body", "old secret"), ("From", ANN))
    await here.text("old secret", params=params, media=(Media("https://x.example/a"),))
    await here.app.store.finish_turns([answer(await here.claim(), "old answer")])
    await here.sends("sent", provider_id="SM9", status=Status.DELIVERED)
    later(here, 5)
    await here.answered("young answer", says="young question")
    await here.sends("sent", provider_id="SM8")
    before = [await found(here, "secret"), await found(here, "question")]
    await keep(here, 3)
    texts = await take_away(here)
    [first, *_rest] = await elements(here)
    [old] = [
        one
        for one in await here.app.store.timeline(ADDRESS, ANN)
        if one["provider_id"] == "SM9"
    ]

    assert 3 == texts
    assert ("redacted", "retention") == (first["type"], first["by"])
    assert [[], [], []] == [
        await kept(here, words) for words in ("old secret", "old answer", "x.example")
    ]
    assert ["inbox", "timeline"] == await kept(here, "young question")
    assert "delivered" == old["status"]
    assert [[ANN], [ANN]] == before
    assert [[], [ANN]] == [await found(here, "secret"), await found(here, "question")]
    assert 0 == await take_away(here)


async def test_what_was_said_is_kept_for_good_unless_somebody_says_otherwise(here: Texting):
    await here.answered("hello", says="hi there")
    later(here, 5000)

    assert 0 == await take_away(here)
    assert ["inbox", "timeline"] == await kept(here, "hi there")


async def test_a_shorter_time_takes_away_what_was_kept_until_then(here: Texting):
    for n in range(5):
        await here.answered(f"answer {n}", says=f"text {n}")
        await here.sends("sent", provider_id=f"SMx{n}")
        later(here, 10)
    await keep(here, 45)
    long = await take_away(here)
    await keep(here, 15)
    short = await take_away(here)
    await keep(here, None)
    later(here, 1000)

    assert (2, 6) == (long, short)
    assert 0 == await take_away(here)
    assert [] == await kept(here, "text 3")
    assert ["inbox", "timeline"] == await kept(here, "text 4")


@pytest.mark.parametrize("state", ["waiting", "held", "unknown", "parked"])
async def test_what_may_still_be_sent_stays_until_it_may_not(here: Texting, state: str):
    await here.answered(*(["first"] if state == "held" else []), "your code is 42")
    if state in ("unknown", "parked"):
        await here.loses_sight()
    if state == "parked":
        later(here, 1)
        await here.gives_up()
    later(here, 5)
    await keep(here, 3)
    await take_away(here)
    before = await kept(here, "your code is 42")
    seq = 3 if state == "held" else 2
    await messages.discard(here.app, organization=ORG, id=f"1-{seq}")
    await take_away(here)

    assert {"timeline", "outbox"} <= {*before}
    assert [] == await kept(here, "your code is 42")


async def test_what_is_being_sent_stays(here: Texting):
    await here.answered("your code is 42")
    [sending] = await here.sending()
    later(here, 5)
    await keep(here, 3)

    assert 1 == await take_away(here)
    assert {"timeline", "outbox"} <= {*await kept(here, sending.text)}


async def test_what_the_bot_may_still_be_asked_stays_until_it_may_not(here: Texting):
    await here.text("a riddle", media=(Media("https://x.example/a"),))
    later(here, 5)
    await keep(here, 3)
    waiting = [await take_away(here), await kept(here, "a riddle")]
    await here.park(await here.claim(), "The bot was silent.")
    parked = [await take_away(here), await kept(here, "x.example")]
    later(here, 5)
    late = [await take_away(here), await kept(here, "x.example")]
    await messages.discard(here.app, organization=ORG, id="1-1")
    texts = await take_away(here)

    assert [[0, ["inbox", "timeline"]]] * 3 == [waiting, parked, late]
    assert 2 == texts
    assert ([], []) == (await kept(here, "a riddle"), await kept(here, "x.example"))


async def test_notes_that_quote_go_too_however_young_they_are(here: Texting):
    await here.answered("your code is 42")
    await here.loses_sight()
    later(here, 5)
    await messages.discard(here.app, organization=ORG, id="1-2")
    before = await kept(here, "“your code is 42”")
    await keep(here, 3)
    await take_away(here)

    assert ["timeline", "attempts"] == before
    assert [] == await kept(here, "your code is 42")
    assert ["No answer came."] == await here.notes()


async def test_the_bot_forgets_whom_nothing_younger_is_kept_of(here: Texting):
    for contact, name in ((ANN, "Ann"), (BOB, "Bob")):
        await here.text(f"I am {name}", contact)
        finished = answer(await here.claim())
        finished = dataclasses.replace(finished, context={"name": name}, state={"at": name})
        await here.app.store.finish_turns([finished])
    later(here, 5)
    await here.text("Bob again", BOB)
    finished = answer(await here.claim())
    await here.app.store.finish_turns([dataclasses.replace(finished, context={"name": "Bob"})])
    await keep(here, 3)
    await take_away(here)

    assert [] == await kept(here, "Ann")
    assert ["inbox", "timeline", "conversations"] == await kept(here, "Bob")


async def test_opt_outs_and_counts_stay(here: Texting):
    await here.text("STOP", consent="stop")
    await here.app.store.finish_turns([answer(await here.claim())])
    await found(here, "stop")
    later(here, 5)
    await keep(here, 3)
    texts = await take_away(here)
    told = await optouts.history(here.app, endpoint=ADDRESS, contact=ANN)

    assert 1 == texts
    assert ["STOP"] == [one["said"] for one in told["history"]]
    assert [1] == [row["received"] for row in await here.app.store.tallies(ORG, 0)]


async def test_what_was_redacted_by_hand_stays_as_it_was(here: Texting):
    await here.answered(says="hi")
    await desk.redact_message(here.app, organization=ORG, id="1-1", by="Cara")
    later(here, 5)
    await keep(here, 3)

    assert 0 == await take_away(here)
    assert ["Cara"] == [one["by"] for one in await elements(here)]


async def test_another_organization_keeps_its_own(here: Texting):
    await here.answered("hello", says="hi there")
    await apply(here.app, documents=[{"Organization": "acme", "RetentionDays": 1}])
    later(here, 5)
    await stage.take_all(here.app.store, here.app.clock, "here", ["acme", ORG])

    assert ["inbox", "timeline"] == await kept(here, "hi there")


async def test_portions_are_as_small_as_asked_for_and_lose_nothing(here: Texting):
    for n in range(7):
        await here.answered(f"answer {n}", says=f"text {n}")
        await here.sends("sent", provider_id=f"SMx{n}")
    later(here, 5)
    await keep(here, 3)

    assert 14 == await take_away(here, limit=2)
    assert ([], []) == (await kept(here, "text "), await kept(here, "answer "))


async def test_a_text_from_the_future_holds_nothing_up_and_goes_when_its_time_comes(
    here: Texting,
):
    clock = here.app.clock
    assert isinstance(clock, Calendar)
    later(here, 30)
    await here.answered(says="too early")
    later(here, -30)
    await here.answered(says="in time")
    later(here, 5)
    await keep(here, 3)
    first = [await take_away(here), await kept(here, "too early")]
    later(here, 30)

    assert [1, ["inbox", "timeline"]] == first
    assert [] == await kept(here, "in time")
    assert 1 == await take_away(here)
    assert [] == await kept(here, "too early")


async def test_it_is_told_what_another_time_would_take_away(here: Texting):
    for _day in range(4):
        await here.answered("hello", says="hi")
        await here.sends("sent")
        later(here, 10)
    await found(here, "hi")

    async def would_go(days: int | None) -> int:
        return await retention.would_go(here.app, organization=ORG, days=days)

    fresh = [await would_go(days) for days in (50, 25, 5, None)]
    await keep(here, 25)

    assert [0, 4, 8, 0] == fresh
    assert [0, 0, 2, 0] == [await would_go(days) for days in (50, 25, 15, None)]


async def test_documents_say_for_how_long_and_export_says_it_again(app: App):
    days = {"RetentionDays": 30}
    await apply(app, documents=[{**flowit(), **days}])
    [whole] = (await export(app))["documents"]
    same = await apply(app, documents=[flowit()])
    [after] = (await export(app))["documents"]
    told = await apply(app, documents=[{**flowit(), "RetentionDays": None}])
    [last] = (await export(app))["documents"]

    assert (30, 30) == (whole["RetentionDays"], after["RetentionDays"])
    assert "keep" == same["changes"][0]["action"]
    assert [{"path": "RetentionDays", "old": 30}] == told["changes"][0]["fields"]
    assert "RetentionDays" not in last


@pytest.mark.parametrize("days", [0, 3651, -1, "30", 1.5, True])
async def test_days_that_are_none_are_refused(app: App, days: Any):
    [one] = await problems(app, {"Organization": "flowit", "RetentionDays": days})

    assert ("field_invalid", "documents[0].RetentionDays") == (one.code, one.path)


async def test_nothing_is_left_to_look_at_again(here: Texting):
    await here.parks("where is it?")
    later(here, 5)
    await keep(here, 3)
    await take_away(here)
    url = here.app.settings.database
    before = await ask(url, "SELECT conversation_id, seq FROM overdue")
    await messages.discard(here.app, organization=ORG, id="1-1")
    await take_away(here)

    assert [(1, 1), (1, 1)] == before
    assert [] == await ask(url, "SELECT * FROM overdue")
