"""Conversations are found by who wrote, what was said, and how they stand."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Calendar
from tests.store.samples import ANN, BOB, answer, endpoint, text
from threadline.model.feed import Which
from threadline.model.wanted import Wanted, number
from threadline.model.words import words
from threadline.pipeline import digest
from threadline.store import SqlStore, search

CY = "+15550100003"


async def read_all(store: SqlStore, clock: Calendar) -> None:
    """All that was said so far is in the index."""
    while (await digest.read_on(store, clock, "here", 3)).more:
        pass


async def found(store: SqlStore, owner: str = "flowit", **asked: Any) -> list[str]:
    """The contacts, in the order in which they are told."""
    rows = await store.find_conversations(owner, Wanted(**asked), 100)
    return [row["contact"] for row in rows]


async def heard(store: SqlStore, typed: str, owner: str = "flowit") -> list[str]:
    return await found(store, owner, words=tuple(words(typed)))


async def test_the_latest_come_first_and_each_once(store: SqlStore):
    tea = await endpoint(store)
    for n, who in enumerate((ANN, BOB, CY, ANN)):
        await store.keep(tea, [text(n, who)])

    assert [ANN, CY, BOB] == await found(store)


async def test_a_list_is_read_on_from_every_place(store: SqlStore):
    tea = await endpoint(store)
    for n in range(30):
        await store.keep(tea, [text(n, f"+1555010{n % 7:04}")])
    whole = await store.find_conversations("flowit", Wanted(), 100)
    parts = []
    place = None
    while rows := await store.find_conversations("flowit", Wanted(), 2, place):
        place = rows[-1]["place"]
        parts += rows

    assert 7 == len(whole)
    assert whole == parts


async def test_words_are_found_however_they_are_written_and_the_last_by_its_beginning(
    store: SqlStore, clock: Calendar
):
    tea = await endpoint(store)
    await store.keep(tea, [text(1, ANN, "Crème brûlée, please! Ça va?")])
    await store.keep(tea, [text(2, BOB, "PLEASE call me about my INVOICE")])
    await store.keep(tea, [text(3, CY, "我想要一杯茶")])
    await read_all(store, clock)

    assert [ANN] == await heard(store, "creme BRULEE")
    assert [BOB, ANN] == await heard(store, "please")
    assert [BOB] == await heard(store, "please invo")
    assert [] == await heard(store, "invo please")
    assert [] == await heard(store, "in")  # two letters are a word, and no beginning
    assert [CY] == await heard(store, "茶")


async def test_what_the_bot_said_is_found_with_the_text_that_was_meant(
    store: SqlStore, clock: Calendar
):
    tea = await endpoint(store)
    await store.keep(tea, [text(1, ANN, "hello")])
    [claimed] = await store.claim_turns(1)
    await store.finish_turns([answer(claimed, "Tea is at five.", "Or at six.")])
    await read_all(store, clock)
    [row] = await store.find_conversations("flowit", Wanted(words=("tea",)), 9)

    assert ("bot", "Or at six.") == (row["author"], row["element"]["message"])
    assert "Tea is at five." == row["matched"]["message"]
    assert "MySmsBot" == row["bot"]


async def test_no_organization_finds_the_words_of_another(store: SqlStore, clock: Calendar):
    tea, acme = await endpoint(store), await endpoint(store, "acme-sms", "acme")
    await store.keep(tea, [text(1, ANN, "secret plan")])
    await store.keep(acme, [text(2, BOB, "secret sauce")])
    await read_all(store, clock)

    assert [ANN] == await heard(store, "secret")
    assert [BOB] == await heard(store, "secret", "acme")
    assert [] == await heard(store, "sauce")
    assert [] == await heard(store, "2 secret")
    assert [] == await heard(store, "secret", "nobody")


@pytest.mark.parametrize("many", [0, 3, 100])
@pytest.mark.parametrize("steps", [(1,), (2, 100)])
async def test_however_many_have_a_word_the_same_are_found(
    store: SqlStore,
    clock: Calendar,
    monkeypatch: pytest.MonkeyPatch,
    many: int,
    steps: tuple[int, ...],
):
    monkeypatch.setattr(search, "MANY", many)
    monkeypatch.setattr(search, "STEPS", steps)
    tea = await endpoint(store)
    for n in range(20):
        said = "the weather" if n % 3 else "something else"
        await store.keep(tea, [text(n, f"+1555010{n % 10:04}", said)])
    await read_all(store, clock)
    wanted = Wanted(words=("weather",))
    parts: list[Any] = []
    while rows := await store.find_conversations(
        "flowit", wanted, 3, parts[-1]["place"] if parts else None
    ):
        parts += rows

    assert [f"+1555010{n:04}" for n in range(9, -1, -1)] == [row["contact"] for row in parts]


@pytest.mark.parametrize(
    ("typed", "contacts"),
    [
        ("+1 (555) 010-0001", [ANN]),
        ("+1555", [BOB, ANN]),
        ("+", ["bob", BOB, ANN, "+445550100001"]),
        ("0001", [ANN, "+445550100001"]),
        ("10-00 02", [BOB]),
        ("5550100001", [ANN, "+445550100001"]),
        ("bob", ["bob"]),
        ("nobody", []),
        ("+15550199999", []),
    ],
)
@pytest.mark.parametrize("many", [0, 100])
async def test_a_number_is_found_in_any_writing_by_its_beginning_and_by_its_end(
    store: SqlStore,
    monkeypatch: pytest.MonkeyPatch,
    many: int,
    typed: str,
    contacts: list[str],
):
    monkeypatch.setattr(search, "MANY", many)
    tea, acme = await endpoint(store), await endpoint(store, "acme-sms", "acme")
    await store.keep(acme, [text(0)])
    for n, who in enumerate(("+445550100001", ANN, BOB, "bob"), 1):
        await store.keep(tea, [text(n, who)])
    contact, beginning, ending = number(typed) if typed != "+" else ("", "", "")

    assert contacts == await found(store, contact=contact, beginning=beginning, ending=ending)


async def everything(store: SqlStore, clock: Calendar) -> None:
    """Ann's waits, Bob's text failed and he is gone, Cy is flagged and was answered."""
    tea = await endpoint(store)
    other = await endpoint(store, "flowit-two")
    await store.keep(tea, [text(1, BOB, sender="AC1/flowit-sms")])
    [bob] = await store.claim_turns(1)
    await store.finish_turns([answer(bob, "one")])
    await store.take_off("flowit-sms", BOB, "asked by phone")
    clock.skip(3600)
    await store.keep(other, [text(2, CY)])
    [cy] = await store.claim_turns(1)
    await store.finish_turns([answer(cy)])
    await store.take_over("flowit-two", CY, "ann@example.com")
    clock.skip(3600)
    await store.keep(tea, [text(3, ANN)])


@pytest.mark.parametrize("many", [0, 100])
@pytest.mark.parametrize(
    ("asked", "contacts"),
    [
        ({}, [ANN, CY, BOB]),
        ({"waiting": True}, [ANN]),
        ({"stopped": True}, [BOB]),
        ({"taken": True}, [CY]),
        ({"taken": True, "waiting": True}, []),
        ({"open": True}, [CY, BOB]),
        ({"bot": "MySmsBot"}, [CY, BOB]),
        ({"bot": "Other"}, []),
        ({"endpoint": "flowit-two"}, [CY]),
        ({"flagged": True}, []),
        ({"failed": True}, []),
        ({"open": True, "ending": "0003"}, [CY]),
    ],
)
async def test_what_is_asked_has_to_hold_all_together(
    store: SqlStore,
    clock: Calendar,
    monkeypatch: pytest.MonkeyPatch,
    many: int,
    asked: dict[str, Any],
    contacts: list[str],
):
    monkeypatch.setattr(search, "MANY", many)
    monkeypatch.setattr(search, "STEPS", (1,))
    await everything(store, clock)

    assert contacts == await found(store, **asked)


async def test_times_are_from_one_to_before_another(store: SqlStore, clock: Calendar):
    start = clock()
    await everything(store, clock)

    assert [ANN, CY] == await found(store, since=start + 3_600_000_000)
    assert [CY] == await found(store, since=start + 1, until=start + 7_200_000_000)


async def test_what_is_forgotten_is_found_no_longer(store: SqlStore, clock: Calendar):
    tea = await endpoint(store)
    await store.keep(tea, [text(1, ANN, "my password is swordfish")])
    await store.keep(tea, [text(2, ANN, "never mind")])
    await store.keep(tea, [text(3, BOB, "swordfish for two")])
    await read_all(store, clock)
    [ann, _bob] = sorted(
        row["id"] for row in await store.find_conversations("flowit", Wanted(), 9)
    )
    await store.forget_words(ann, 1)
    after_one = await heard(store, "swordfish"), await heard(store, "mind")
    await store.forget_words(ann)

    assert ([BOB], [ANN]) == after_one
    assert [] == await heard(store, "mind")
    assert [BOB] == await heard(store, "swordfish")


async def test_what_was_read_before_something_was_forgotten_is_read_again(
    store: SqlStore, clock: Calendar
):
    tea = await endpoint(store)
    await store.keep(tea, [text(1, ANN, "swordfish")])
    await read_all(store, clock)
    await store.keep(tea, [text(2, ANN, "anchovy")])
    reading = await store.reading()
    portion = await store.feed(Which(), reading.place)
    late = digest.digest(reading, portion.found, portion.place, "slow")
    await store.forget_words(1, 2)

    assert not await store.digest(late)
    assert [] == await heard(store, "anchovy")
