"""What a visitor hears of their own conversation, and who else may."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, aclosing
from pathlib import Path

import pytest

from tests.conftest import Calendar
from tests.operations.texting import Texting
from tests.store.samples import answer
from tests.web.messenger.conftest import ADDRESS, ANN, BOB, Messenger, served
from tests.world import ADDRESS as SMS
from tests.world import Account, document, flow_bot
from threadline.app import open_app
from threadline.errors import Invalid
from threadline.model.feed import Happened
from threadline.operations import bots, desk, visitors
from threadline.operations.apply import apply
from threadline.settings import Settings
from threadline.web.messenger import stream


async def test_a_visitor_is_told_what_both_said_and_what_they_say_from_then_on(
    messenger: Messenger,
):
    await messenger.post("")
    async with messenger.line() as line:
        assert ["", "Hello!"] == await line.words(2)

        await messenger.post("hi")

        assert ["hi", "You said hi."] == await line.words(2)


async def test_an_entry_says_who_said_it_and_when(messenger: Messenger):
    await messenger.post("")
    async with messenger.line() as line:
        said, answer = await line.entry(), await line.entry()

    assert ("visitor", "bot") == (said["author"], answer["author"])
    assert {"id", "at", "author", "element"} == {*answer}
    assert {"type": "message", "message": "Hello!"} == answer["element"]


async def test_who_was_cut_off_goes_on_with_nothing_skipped_or_told_twice(messenger: Messenger):
    await messenger.post("")
    async with messenger.line() as line:
        await line.words(2)
    for n in range(5):
        await messenger.post(f"{n}")
    async with messenger.line(last=line.ids[0]) as again:
        first = await again.words(3)
    async with messenger.line(last=again.ids[-1]) as more:
        rest = await more.words(8)

    ids = [line.ids[0], *again.ids, *more.ids]
    said = [word for n in range(5) for word in (f"{n}", f"You said {n}.")]
    assert sorted(["Hello!", *said]) == sorted(first + rest)
    assert 12 == len(set(ids))


async def test_it_is_told_on_another_node_too(tmp_path: Path, postgres_url: str):
    keys = {"vault_keys": "main:" + "A" * 43 + "="}
    async with (
        served(tmp_path / "one", postgres_url, **keys) as one,
        served(tmp_path / "two", postgres_url, **keys) as other,
        other.line() as line,
    ):
        await line.standing(answers=True)
        await one.post("")

        assert ["", "Hello!"] == await line.words(2)


async def test_texts_that_come_while_the_past_is_told_are_told_once(messenger: Messenger):
    await messenger.post("")

    async def talk() -> None:
        for n in range(20):
            await messenger.post(f"{n}")

    talking = asyncio.create_task(talk())
    async with AsyncExitStack() as open_lines:
        lines = [await open_lines.enter_async_context(messenger.line()) for _ in range(4)]
        told = [await one.words(42) for one in lines]
        await talking

    assert [42] * 4 == [len(set(one.ids)) for one in lines]
    assert 1 == len({tuple(one) for one in told})


async def test_another_visitor_hears_nothing_of_it(messenger: Messenger):
    await messenger.post("")
    await messenger.post("a secret")
    async with messenger.line(BOB) as line:
        before = await line.standing(answers=True)
        await messenger.post("another secret")
        await messenger.post("", BOB)

        assert [] == before
        assert ["", "Hello!"] == await line.words(2)


@pytest.mark.parametrize(
    "proof", ["", "Bearer", "Bearer short", "Basic " + ANN, f"Bearer {ANN} x"]
)
async def test_without_the_reference_of_a_visitor_there_is_nothing_to_hear(
    messenger: Messenger, proof: str
):
    answer = await messenger.client.get(
        f"/messenger/{ADDRESS}/events", headers={"Authorization": proof}
    )

    assert 401 == answer.status_code
    assert "CustomerReference" in answer.json()["detail"]


async def test_the_reference_stands_in_no_address(messenger: Messenger):
    url = f"/messenger/{ADDRESS}/events?CustomerReference={ANN}&visitor={ANN}"

    assert 401 == (await messenger.client.get(url)).status_code


async def test_what_was_discarded_is_not_for_visitors(messenger: Messenger):
    await messenger.post("")
    async with messenger.line() as line:
        await line.words(2)
        await messenger.post("unknown")
        assert ["unknown"] == await line.words(1)

        await messenger.post("hi")

        assert ["hi", "You said hi."] == await line.words(2)


def happened(element: dict[str, object], author: str = "bot", discarded: str = "") -> Happened:
    return Happened((1, 2, 3), "flowit", ADDRESS, ANN, 0, author, element, discarded, 1)


@pytest.mark.parametrize(
    "element",
    [{"type": "goal", "name": "paid"}, {"type": "note", "text": "It failed.", "code": "x"}],
)
@pytest.mark.parametrize("everything", [True, False])
def test_a_record_is_told_to_nobody(element: dict[str, object], everything: bool):
    assert [] == visitors.entries([happened(element)], everything, live=True)


def test_an_element_that_we_do_not_know_is_told_to_the_builder_only():
    one = happened({"type": "Hologram"}, discarded="No page knows it.")
    [told] = visitors.entries([one], True, live=True)

    assert [] == visitors.entries([one], False, live=True)
    assert "No page knows it." == told["discarded"]


def test_who_of_the_organization_answered_is_not_told():
    element = {"type": "message", "message": "Hi", "by": "ann@example.com"}
    [told] = visitors.entries([happened(element, "operator")], False, live=True)

    assert ("person", {"type": "message", "message": "Hi"}) == (told["author"], told["element"])


def test_a_notification_for_the_page_is_told_only_as_it_happens():
    one = happened({"type": "hostNotification", "notification": "cart:3"})

    assert [] == visitors.entries([one], False, live=False)
    assert 1 == len(visitors.entries([one], False, live=True))


@pytest.mark.parametrize("id", ["1", "1-", "-1", "a-b", "1-2-3", "1-" + "9" * 19, "¹-1"])
def test_a_place_that_is_none_is_told(id: str):
    with pytest.raises(Invalid, match="event_unknown"):
        visitors.place(id)


async def test_a_place_that_is_none_is_refused(messenger: Messenger):
    async with messenger.line(last="nonsense") as line:
        await line.answer.aread()

        assert 422 == line.answer.status_code


async def test_it_is_told_whether_the_bot_is_being_asked(tmp_path: Path, clock: Calendar):
    app = await open_app(Settings.read(data=tmp_path), clock)
    await apply(app, documents=[document(Account(), flow_bot())])
    texting = Texting(app, await app.endpoint_at(ADDRESS))
    await texting.text("hi", ANN)
    async with aclosing(visitors.follow(app, texting.endpoint, ANN)) as following:
        said, before = await anext(following), await anext(following)
        finished = answer(await texting.claim(), "Hello!")
        await app.store.finish_turns([finished])
        answered, after = await anext(following), await anext(following)

        assert ["visitor", "bot"] == [one.entries[0]["author"] for one in (said, answered)]
        assert [True, False] == [
            one.standing["waiting"] for one in (before, after) if one.standing
        ]
    await app.close()


async def test_a_bot_that_pauses_answers_nobody(messenger: Messenger):
    await messenger.post("")
    async with messenger.line() as line:
        await line.standing(answers=True)
        await bots.set_state(
            messenger.world.app, organization="flowit", name="MySmsBot", state="PAUSED"
        )
        await messenger.post("hi")
        await line.standing(answers=False)


async def test_an_operator_who_takes_over_is_told(messenger: Messenger):
    await messenger.post("")
    pair = {"endpoint": ADDRESS, "contact": ANN, "organization": "flowit"}
    async with messenger.line() as line:
        await line.words(2)
        await desk.reply(
            messenger.world.app, **pair, text="I am Eve.", take_over=True, by="Eve"
        )
        found = await line.standing(person=True)

    assert ["person"] == [one["author"] for one in found if one["author"] == "person"]


async def test_where_there_is_no_messenger_there_is_nothing_to_hear(messenger: Messenger):
    for address in ("nowhere", SMS):
        async with messenger.line(address=address) as line:
            await line.answer.aread()

            assert 404 == line.answer.status_code


async def test_one_visitor_has_only_so_many_lines(messenger: Messenger):
    async with AsyncExitStack() as open_lines:
        for _ in range(stream.MOST_EACH_VISITOR):
            await open_lines.enter_async_context(messenger.line())
        async with messenger.line() as line, messenger.line(BOB) as other:
            assert (429, 200) == (line.answer.status_code, other.answer.status_code)
            assert "30" == line.answer.headers["retry-after"]

    async def again() -> int:
        async with messenger.line() as line:
            return line.answer.status_code

    assert 200 == await messenger.world.until(again, 200)


async def test_a_quiet_line_is_kept_alive(
    messenger: Messenger, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(visitors, "QUIET", 0.05)
    async with messenger.line() as line:
        lines = line.answer.aiter_lines()
        while await anext(lines) != ": ":
            pass
