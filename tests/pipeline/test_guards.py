"""Against loops and costs: what is kept and acknowledged, and asks no bot."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Calendar
from tests.pipeline.told import Listener, become, flags, heard, listener, noted
from tests.store.samples import ANN, BOB, DOCUMENT, OURS, answer, text
from tests.web.rows import on
from tests.world import Account, World, document, world
from threadline.model.catalog import SaveEndpoint, SaveOrganization
from threadline.model.endpoint import Endpoint
from threadline.model.messages import Draft
from threadline.model.rows import Said
from threadline.model.timeline import Media, Text
from threadline.store import SqlStore

SECOND = "+15550109998"
CIRCLES = "It came from one of our own numbers, so an answer would go round in circles."
BUSY = (
    "More than 3 texts came from this contact within ten minutes, which may be a loop, so the "
    "bot was not asked. (MaxTurnsPerTenMinutes)"
)
SAME = (
    "The contact sent the same text more than 2 times within ten minutes, which may be a "
    "loop, so the bot was not asked. (MaxIdenticalTexts)"
)
TEN_MINUTES = 600


async def two_endpoints(here: World, service: str = "") -> Listener:
    """One on our number, another on the second, or on a messaging service that has it."""
    first, second, bot = Account(), Account(SECOND), listener()
    await here.apply(document(first, bot.document))
    other = document(second, bot.document, address="second-sms", Name="Second")
    if service:
        other["Secrets"][0]["Value"]["messagingServiceSid"] = service
    await here.apply(other)
    return bot


@on("sqlite")
@pytest.mark.parametrize("service", ["", f"MG{'5' * 32}"], ids=["itself", "by a service"])
async def test_a_text_from_another_of_our_own_numbers_is_kept_and_asks_no_bot(
    tmp_path: Path, database_url: str, service: str
):
    async with world(tmp_path, database_url) as here:
        bot = await two_endpoints(here, service)

        told = await here.text("ping", handset=SECOND)
        await here.text("hi")

        assert ("delivered", 200) == (told["status"], told["webhook"]["status"])
        assert ["hi"] == await here.until(here.received, ["hi"])
        assert ["ping"] == await heard(here, SECOND)
        assert [(ANN, "hi")] == bot.asked
        assert [CIRCLES] == await noted(here, CIRCLES, handset=SECOND)
        assert [CIRCLES] == await flags(here)


@on("sqlite")
async def test_a_number_whose_endpoint_is_offline_may_text(tmp_path: Path, database_url: str):
    async with world(tmp_path, database_url) as here:
        bot = await two_endpoints(here)
        offline = document(Account(SECOND), bot.document, address="second-sms", Name="Second")
        await here.app.store.change(
            [SaveEndpoint("flowit", offline["Endpoints"][0] | {"Status": "offline"}, None)]
        )

        await here.text("ping", handset=SECOND)

        assert ["ping"] == await here.until(lambda: here.received(SECOND), ["ping"])


@pytest.mark.parametrize(
    ("limit", "texts", "answered", "told"),
    [
        ({"MaxTurnsPerTenMinutes": 3}, "abcde", "abc", [BUSY] * 2),
        ({"MaxIdenticalTexts": 2}, "aaaab", "aab", [SAME] * 2),
    ],
    ids=["too many", "the same again and again"],
)
async def test_what_may_be_a_loop_is_kept_and_asks_no_bot(
    tmp_path: Path,
    database_url: str,
    limit: dict[str, int],
    texts: str,
    answered: str,
    told: list[str],
):
    async with world(tmp_path, database_url) as here:
        account, bot = Account(), listener()
        await here.apply(document(account, bot.document, config=limit))

        for one in texts:
            found = await here.text(one)
            assert "delivered" == found["status"]
        await here.text("hi", handset=BOB)

        assert list(answered) == await here.until(here.received, list(answered))
        assert told == await noted(here, *told)
        assert list(texts) == await heard(here)
        assert told[:1] == await flags(here)
        assert ["hi"] == await here.until(lambda: here.received(BOB), ["hi"])
        assert [*answered] == [said for who, said in bot.asked if who == ANN]


async def guarded(store: SqlStore, **config: Any) -> Endpoint:
    saved = SaveEndpoint("flowit", DOCUMENT | {"EngagementConfig": config}, f"AC1/{OURS}")
    await store.change([SaveOrganization("flowit"), saved])
    [tea] = await store.endpoints()
    return tea


async def asks(store: SqlStore, tea: Endpoint, says: str, **more: Any) -> bool:
    """Whether the bot is to be asked about this text, which is then answered."""
    n = len(await store.timeline("flowit-sms", ANN))
    assert [True] == await store.keep(tea, [text(n, says=says, **more)])
    [claimed] = await store.claim_turns(1)
    await store.finish_turns([answer(claimed)])
    return not claimed.flag


@pytest.mark.parametrize(
    ("limit", "says"),
    [({"MaxTurnsPerTenMinutes": 2}, "abcd"), ({"MaxIdenticalTexts": 2}, "aaaa")],
    ids=["too many", "the same again and again"],
)
async def test_after_ten_minutes_the_bot_is_asked_again(
    store: SqlStore, clock: Calendar, limit: dict[str, int], says: str
):
    tea = await guarded(store, **limit)

    assert [True, True, False, False] == [await asks(store, tea, one) for one in says]
    clock.skip(TEN_MINUTES - 1)
    assert not await asks(store, tea, says[-1])
    clock.skip(1)
    assert [True, True, False] == [await asks(store, tea, one) for one in says[:3]]


async def test_texts_that_come_in_one_batch_are_counted_as_well(store: SqlStore):
    tea = await guarded(store, MaxTurnsPerTenMinutes=2)

    await store.keep(tea, [text(n) for n in range(4)])
    flagged = []
    for _text in range(4):
        [claimed] = await store.claim_turns(1)
        flagged.append(bool(claimed.flag))
        await store.finish_turns([answer(claimed)])

    assert [False, False, True, True] == flagged


async def test_a_text_that_comes_twice_is_counted_once(store: SqlStore):
    tea = await guarded(store, MaxIdenticalTexts=1)

    assert [[True], [False]] == [await store.keep(tea, [text(1)]) for _ in range(2)]
    [claimed] = await store.claim_turns(1)

    assert "" == claimed.flag


async def test_an_answer_of_yes_counts_like_any_other_text(store: SqlStore):
    tea = await guarded(store, MaxIdenticalTexts=2)

    asked = [await asks(store, tea, "YES", consent="start") for _ in range(3)]

    assert [True, True, False] == asked


async def test_pictures_without_a_word_are_not_the_same_text(store: SqlStore):
    tea = await guarded(store, MaxIdenticalTexts=2)

    asked = [
        await asks(store, tea, "", media=(Media(f"https://example.com/{n}.jpg", "image/jpeg"),))
        for n in range(4)
    ]

    assert [True] * 4 == asked


@on("sqlite")
async def test_an_endpoint_that_has_sent_its_segments_of_today_says_no_more(
    tmp_path: Path, database_url: str
):
    async with world(tmp_path, database_url) as here:
        account, bot = Account(), listener()
        await here.apply(document(account, bot.document, config={"MaxSegmentsPerDay": 3}))

        await here.text("a" * 200)  # two segments
        assert ["delivered"] == await become(here, "delivered")
        await here.text("b" * 200)
        await here.text("short")
        await here.text("shorter")

        said = ["a" * 200, "short"]
        assert said == await here.until(here.received, said)
        over = "The endpoint has sent its 3 segments of today, so this was not. "

        async def discarded() -> list[tuple[str, str]]:
            entries = await here.timeline()
            bots = [e for e in entries if e["author"] == "bot" and e["discarded"]]
            return [(e["element"]["message"], e["discarded"]) for e in bots]

        told = over + "(MaxSegmentsPerDay)"
        lost = [("b" * 200, told), ("shorter", told)]
        assert lost == await here.until(discarded, lost)


async def test_an_answer_that_is_too_much_for_the_day_is_cut_and_has_no_hole(store: SqlStore):
    tea = await guarded(store)
    await store.keep(tea, [text(1)])
    [claimed] = await store.claim_turns(1)
    finished = answer(claimed, most=3)
    finished.said = [
        Said(Text(one), draft=Draft(one, segments))
        for one, segments in (("begin", 2), ("middle", 2), ("end", 1))
    ]
    await store.finish_turns([finished])

    entries = await store.timeline("flowit-sms", ANN)
    goes = [e["element"]["message"] for e in entries if e["author"] == "bot" and e["status"]]
    assert ["begin"] == goes
