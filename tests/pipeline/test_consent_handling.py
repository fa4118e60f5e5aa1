"""
STOP, START and HELP where Threadline confirms them, and a wish to be left alone in free words.

The keywords are posted as Twilio posts them for an account whose own handling is off: the
carrier hears nothing of them, so it neither blocks nor answers.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Calendar
from tests.pipeline.told import (
    Listener,
    become,
    creating,
    flags,
    listener,
    noted,
    notes,
    statuses,
)
from tests.store.samples import DOCUMENT, OURS, answer, text
from tests.web.provider import Provider
from tests.web.rows import on
from tests.world import ADDRESS, ANN, Account, World, document, until, world
from threadline.model.catalog import SaveEndpoint, SaveOrganization
from threadline.model.clock import HOUR, MINUTE, SECOND
from threadline.model.endpoint import Endpoint
from threadline.store import SqlStore

UNSUBSCRIBED = (
    "You have been unsubscribed and will get no more texts from us. Text START to subscribe "
    "again."
)
SUBSCRIBED = "You are subscribed again. Text HELP for help, STOP to unsubscribe."
HELP = "Text STOP to unsubscribe. Message and data rates may apply."

STOPPED = "The contact opted out of being texted, so the bot was not asked."
STARTED = "The contact wants to be texted again, so the bot was not asked."
SILENT = "The contact has opted out, so the bot was not asked. START would lift that."
HELPED = "The contact asked for help, which is answered without the bot."
REVOKED = (
    "The contact wrote in their own words that they want no more texts. They were taken off, "
    "and the bot was not asked."
)
DOUBT = (
    "This reads as if the contact wants no more texts. Take them off with "
    "`threadline optout add`, or go on if it was not meant so."
)
FREE = "please stop texting me"
OURS_TO_SAY = {"ConsentHandling": "threadline"}
WORDS = {"stop": "Bye.", "start": "Hi again.", "help": "Call us."}


async def begin(here: World, **config: Any) -> tuple[Provider, Listener]:
    """An endpoint whose bot remembers what it was asked."""
    account, bot = Account(), listener()
    await here.apply(document(account, bot.document, config=config))
    return Provider(here.egress, here.url, account), bot


@pytest.mark.parametrize(
    ("texts", "stop", "start", "help_"),
    [
        (None, UNSUBSCRIBED, SUBSCRIBED, HELP),
        (WORDS, "Bye.", "Hi again.", "Call us."),
        ({"help": "Call us."}, UNSUBSCRIBED, SUBSCRIBED, "Call us."),
    ],
    ids=["in its own words", "in the endpoint's words", "in both"],
)
async def test_threadline_confirms_each_keyword_and_no_bot_is_asked(
    tmp_path: Path, database_url: str, texts: Any, stop: str, start: str, help_: str
):
    async with world(tmp_path, database_url) as here:
        provider, bot = await begin(here, **OURS_TO_SAY, ConsentTexts=texts)
        said: list[str] = []
        for word, confirmed in (("HELP", help_), ("stop", stop), ("Start", start)):
            said.append(confirmed)
            await provider.text(word)
            assert said == await here.until(here.received, said)

        assert ["delivered"] * 3 == await become(here, *["delivered"] * 3)
        assert [HELPED, STOPPED, STARTED] == await noted(here, HELPED, STOPPED, STARTED)
        assert [] == bot.asked
        await provider.text("hi")
        assert [*said, "hi"] == await here.until(here.received, [*said, "hi"])


@on("sqlite")
async def test_a_stop_is_confirmed_once_and_nothing_else_is_said_after_it(
    tmp_path: Path, database_url: str
):
    async with world(tmp_path, database_url) as here:
        provider, bot = await begin(here, **OURS_TO_SAY)

        for word in ("STOP", "stop", "hello?", "Quit"):
            await provider.text(word)

        assert [STOPPED, STOPPED, SILENT, STOPPED] == await noted(
            here, STOPPED, STOPPED, SILENT, STOPPED
        )
        assert ["delivered"] == await become(here, "delivered")
        assert [UNSUBSCRIBED] == await here.received()
        assert [] == bot.asked


@on("sqlite")
async def test_who_has_opted_out_still_gets_help(tmp_path: Path, database_url: str):
    async with world(tmp_path, database_url) as here:
        provider, _bot = await begin(here, **OURS_TO_SAY)

        await provider.text("STOP")
        await provider.text("HELP")

        said = [UNSUBSCRIBED, HELP]
        assert said == await here.until(here.received, said)


async def test_what_waits_is_dropped_at_stop_and_the_confirmation_goes_before_nothing_else(
    tmp_path: Path, database_url: str
):
    async with world(tmp_path, database_url, send_retries=(30,)) as here:
        provider, _bot = await begin(here, **OURS_TO_SAY)
        await here.post("/faults", creating("refuse", status=429))
        await provider.text("one")
        [_waits] = await until(lambda: notes(here), bool)
        await provider.text("two")
        waiting = ["waiting to be sent", "waiting for an earlier text"]
        assert waiting == await become(here, *waiting)

        await provider.text("STOP")

        dropped = ["not sent: opted out"] * 2
        assert [*dropped, "delivered"] == await become(here, *dropped, "delivered")
        assert [UNSUBSCRIBED] == await here.received()


@on("sqlite")
async def test_start_from_somebody_who_never_opted_out_is_for_the_bot(
    tmp_path: Path, database_url: str
):
    async with world(tmp_path, database_url) as here:
        provider, bot = await begin(here, **OURS_TO_SAY)

        await provider.text("START")

        assert ["START"] == await here.until(here.received, ["START"])
        assert [(ANN, "START")] == bot.asked


@pytest.mark.parametrize(
    ("config", "more"),
    [({}, False), (OURS_TO_SAY, True)],
    ids=["Twilio handles it by default", "Twilio says that it has answered"],
)
@on("sqlite")
async def test_nothing_is_confirmed_by_us_where(
    tmp_path: Path, database_url: str, config: dict[str, str], more: bool
):
    async with world(tmp_path, database_url) as here:
        provider, bot = await begin(here, **config)

        for word in ("HELP", "STOP", "START"):
            answered = {"OptOutType": word} if more else {}
            await provider.text(word, **answered)

        assert [HELPED, STOPPED, STARTED] == await noted(here, HELPED, STOPPED, STARTED)
        assert [] == await statuses(here)
        assert [] == await here.received()
        assert [] == bot.asked


@pytest.mark.parametrize(
    ("config", "asked", "told", "flagged", "said"),
    [
        ({}, True, [DOUBT], [DOUBT], [FREE, "hi"]),
        ({"OnRevocation": "flag"} | OURS_TO_SAY, True, [DOUBT], [DOUBT], [FREE, "hi"]),
        ({"OnRevocation": "ignore"}, True, [], [], [FREE, "hi"]),
        ({"OnRevocation": "stop"}, False, [REVOKED, SILENT], [REVOKED], []),
        (
            {"OnRevocation": "stop"} | OURS_TO_SAY,
            False,
            [REVOKED, SILENT],
            [REVOKED],
            [UNSUBSCRIBED],
        ),
    ],
    ids=["unless told otherwise", "flag", "ignore", "stop", "stop, which is confirmed"],
)
@on("sqlite")
async def test_a_wish_for_no_more_texts_in_free_words(
    tmp_path: Path,
    database_url: str,
    config: dict[str, str],
    asked: bool,
    told: list[str],
    flagged: list[str],
    said: list[str],
):
    async with world(tmp_path, database_url) as here:
        provider, bot = await begin(here, **config)

        await provider.text(FREE)
        await provider.text("hi")

        assert told == await noted(here, *told)
        assert said == await here.until(here.received, said)
        assert ([(ANN, FREE), (ANN, "hi")] if asked else []) == bot.asked
        assert flagged == await flags(here)
        history = await here.app.store.consents(ADDRESS, ANN)
        stop = [] if asked else [("stop", "revocation", FREE)]
        assert stop == [(one["what"], one["source"], one["said"]) for one in history]


async def confirming(store: SqlStore) -> Endpoint:
    """An endpoint that confirms by itself, in a store without a worker."""
    config = DOCUMENT | {"EngagementConfig": OURS_TO_SAY}
    await store.change(
        [SaveOrganization("flowit"), SaveEndpoint("flowit", config, f"AC1/{OURS}")]
    )
    [tea] = await store.endpoints()
    return tea


async def leaves(store: SqlStore) -> list[str]:
    """What a worker would send, one after the other."""
    return [one.text for one in (await store.claim_drafts(9)).sendings]


async def test_a_second_stop_does_not_drop_the_confirmation_of_the_first(store: SqlStore):
    tea = await confirming(store)

    await store.keep(tea, [text(1, says="STOP", consent="stop")])
    await store.keep(tea, [text(2, says="STOP", consent="stop")])

    assert [UNSUBSCRIBED] == await leaves(store)


async def test_two_stops_that_come_together_are_confirmed_once(store: SqlStore):
    tea = await confirming(store)

    await store.keep(tea, [text(n, says="STOP", consent="stop") for n in (1, 2)])

    assert [UNSUBSCRIBED] == await leaves(store)


@pytest.mark.parametrize("together", [True, False])
async def test_a_confirmation_that_is_overtaken_by_a_stop_is_not_sent(
    store: SqlStore, together: bool
):
    tea = await confirming(store)
    words = ("stop", "start", "stop")
    texts = [text(n, says=word, consent=word) for n, word in enumerate(words)]

    for batch in [texts] if together else [[one] for one in texts]:
        await store.keep(tea, batch)

    found = await store.timeline("flowit-sms", ANN)
    said = [one["status"] for one in found if one["status"]]
    assert ["waiting to be sent"] == [one for one in said if "opted out" not in one]
    assert [UNSUBSCRIBED] == await leaves(store)


@pytest.mark.parametrize(("late", "goes"), [(0, [UNSUBSCRIBED]), (5 * MINUTE, [])])
async def test_a_confirmation_is_sent_within_five_minutes_or_not_at_all(
    store: SqlStore, clock: Calendar, late: int, goes: list[str]
):
    tea = await confirming(store)
    await store.keep(tea, [text(1, says="STOP", consent="stop")])

    clock.skip(late // SECOND)

    assert goes == await leaves(store)


async def test_a_stop_that_is_caught_up_after_hours_is_not_confirmed_any_more(
    store: SqlStore, clock: Calendar
):
    tea = await confirming(store)
    late = text(1, says="STOP", consent="stop", sent_at=clock() - 3 * HOUR)

    await store.keep(tea, [late])
    await store.keep(tea, [text(2)])
    for _text in range(2):
        [claimed] = await store.claim_turns(1)
        await store.finish_turns([answer(claimed)])

    assert "opted out" in claimed.flag
    assert [] == await leaves(store)
