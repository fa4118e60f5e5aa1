"""What people texted while nobody listened is fetched, once, before anything is sent."""

from __future__ import annotations

import asyncio
import dataclasses
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from tests.conftest import LEASE
from tests.pipeline.carrying import carrying
from tests.pipeline.told import creating, listing
from tests.web.nodes import Node, node
from tests.web.provider import Provider
from tests.web.rows import ask, change, on
from tests.world import ADDRESS, ANN, BOB, ECHO, OURS, Account, document, flow_bot, until, world
from threadline import carrier
from threadline.app import App, open_app
from threadline.carrier.faults import Rule
from threadline.egress import Egress
from threadline.model.catchup import CatchUp
from threadline.model.clock import DAY, HOUR, MINUTE, SECOND, seconds
from threadline.operations.apply import apply
from threadline.pipeline import catchup, turns
from threadline.pipeline.retry import Waits
from threadline.settings import Settings

KEYS = "main:" + "A" * 43 + "="
HANDSETS = [f"+1555020{n:04}" for n in range(20)]
NOON = 1_893_585_600_000_000


@dataclass
class Shifted:
    """The real time, as that of the carrier is, but for so many microseconds."""

    by: int = 0

    def __call__(self) -> int:
        return time.time_ns() // 1000 + self.by


@dataclass
class Away:
    """An endpoint of which no webhook arrives, and nothing works on its rows by itself."""

    app: App
    clock: Shifted
    carrier: carrier.Carrier
    account: Account
    database_url: str

    def text(self, body: str, handset: str = ANN, ago: float = 100) -> str:
        return texts(self.carrier, body, handset, ago)

    async def catch_up(self, **waits: int) -> int:
        """As the worker does, until nothing is due; how many texts were new."""
        store, new = self.app.store, 0
        given = dataclasses.replace(self.app.settings.waits, **waits)
        while found := await store.claim_catch_up(10):
            for due in found:
                new += await catchup.catch_up(store, self.app, self.clock, given, due)
        return new

    async def answer(self) -> None:
        """Every turn that is due."""
        store, waits = self.app.store, self.app.settings.waits
        while claimed := await store.claim_turns(10):
            for one in claimed:
                await turns.take(store, self.app, self.clock, waits, one)

    async def said(self, author: str, handset: str = ANN) -> list[str]:
        """By the contact, the bot or the system, in order."""
        found = await self.app.store.timeline(ADDRESS, handset)
        elements = [one["element"] for one in found if one["author"] == author]
        return [str(one.get("message", one.get("text"))) for one in elements]


def texts(simulated: carrier.Carrier, body: str, handset: str = ANN, ago: float = 0) -> str:
    """Somebody texted so many seconds ago; the carrier has it, whoever was told."""
    number = simulated.state.numbers[OURS]
    sid = simulated.inbound.take(simulated.handsets[handset], number, body, ())[0].sid
    message = simulated.state.message(number.account, sid or "")
    assert message is not None
    at = message.created - seconds(ago)
    simulated.state.change_message(message, created=at, sent=at)
    return message.sid


def received(simulated: carrier.Carrier, handset: str) -> list[str]:
    """Without what the carrier answers by itself to STOP."""
    found = simulated.handsets[handset].texts()
    return [t.body for t in found if t.direction == "received" and not t.automatic]


def asking(simulated: carrier.Carrier) -> Rule:
    """Counts how often the list of what came is asked for; it takes its time."""
    slowly = {"where": "list", "what": "slow_before", "seconds": 0.3, "times": None}
    return simulated.faults.add({**slowly, "to": OURS})


async def online(
    data: Path, database_url: str, account: Account, since: int, **settings: Any
) -> None:
    """What an operator did so long ago, in microseconds."""
    read = Settings.read(data=data, database_url=database_url, **settings)
    app = await open_app(read, Shifted(-since))
    await apply(app, documents=[document(account, flow_bot(ECHO))])
    await app.close()


@asynccontextmanager
async def away(
    data: Path, database_url: str, since: int = HOUR, **config: Any
) -> AsyncIterator[Away]:
    """Online since so long ago, in microseconds."""
    egress, account, clock = Egress(), Account(), Shifted(-since)
    async with carrying(egress, account) as (simulated, carrier_url):
        read = Settings.read(
            data=data, database_url=database_url, twilio_api_url=carrier_url, lease=LEASE / 1e6
        )
        app = await open_app(read, clock)
        try:
            await apply(app, documents=[document(account, flow_bot(ECHO), config=config)])
            clock.by = 0
            yield Away(app, clock, simulated, account, database_url)
        finally:
            await app.close()
            await egress.close()


# What is fetched, and what is not


async def test_what_no_webhook_told_is_fetched_once_in_order_and_answered(
    tmp_path: Path, database_url: str
):
    async with away(tmp_path, database_url) as here:
        for n in range(5):
            here.text(f"{n}", ago=300 - n)
        here.text("hello", BOB)

        assert 6 == await here.catch_up()
        await here.answer()
        here.clock.by = 10 * MINUTE
        assert 0 == await here.catch_up()
        await here.answer()

        assert ["0", "1", "2", "3", "4"] == await here.said("contact")
        assert ["0", "1", "2", "3", "4"] == await here.said("bot")
        assert ["hello"] == await here.said("bot", BOB)


async def test_nothing_is_fetched_of_the_long_history_of_a_number(
    tmp_path: Path, database_url: str
):
    async with away(tmp_path, database_url) as here:
        for n in range(200):
            here.text(f"old {n}", f"+1555010{n % 9:04}", ago=3610 + 7200 * (200 - n))
        here.text("new", ago=3500)

        assert 1 == await here.catch_up()

        kept = await ask(database_url, "SELECT text FROM inbox")
        assert [("new",)] == kept


@on("sqlite")
async def test_a_text_of_the_last_minute_is_left_to_its_webhook(
    tmp_path: Path, database_url: str
):
    async with away(tmp_path, database_url) as here:
        here.text("early", ago=70)
        here.text("late", BOB, ago=50)

        assert 1 == await here.catch_up()
        assert ["early"] == await here.said("contact")
        here.clock.by = 6 * MINUTE
        assert 1 == await here.catch_up(settled=0)
        assert ["late"] == await here.said("contact", BOB)


async def test_what_is_too_old_is_kept_and_not_answered_and_a_note_says_why(
    tmp_path: Path, database_url: str
):
    async with away(tmp_path, database_url, since=9 * HOUR) as here:
        here.text("this morning", ago=4 * 3600 + 60)
        here.text("just now", ago=4 * 3600 - 60)

        assert 2 == await here.catch_up()
        await here.answer()

        assert ["this morning", "just now"] == await here.said("contact")
        assert ["just now"] == await here.said("bot")
        [note] = await here.said("system")
        assert "older than 4 hours, so the bot was not asked" in note


@on("sqlite")
async def test_an_endpoint_decides_how_old_is_too_old(tmp_path: Path, database_url: str):
    async with away(tmp_path, database_url, CatchUpMaxAge=200) as here:
        here.text("old", ago=210)
        here.text("new", ago=190)

        await here.catch_up()
        await here.answer()

        assert ["new"] == await here.said("bot")


@on("postgres")
async def test_a_text_that_the_list_shows_only_later_is_fetched_still(
    tmp_path: Path, database_url: str
):
    async with away(tmp_path, database_url, since=3 * DAY) as here:
        assert 0 == await here.catch_up()
        here.clock.by = 6 * MINUTE

        here.text("where was I?", ago=20 * 3600)

        assert 1 == await here.catch_up()


async def test_days_away_are_made_up_for_in_steps_oldest_first(
    tmp_path: Path, database_url: str
):
    async with away(tmp_path, database_url, since=6 * DAY - HOUR) as here:
        asked = asking(here.carrier)
        for days in (5.5, 4.5, 3.5, 2.5, 1.5, 0.5):
            here.text(f"{days}", ago=days * 86_400)

        await catchup.gate(here.app.store, here.clock, here.app.settings.waits)
        [due] = await here.app.store.claim_catch_up(1)
        store, waits = here.app.store, here.app.settings.waits
        assert 2 == await catchup.catch_up(store, here.app, here.clock, waits, due)

        assert ["5.5", "4.5"] == await here.said("contact")
        paused = "SELECT paused_code FROM senders"
        assert [("catch_up",)] == await ask(database_url, paused)
        assert 4 == await here.catch_up()
        assert ["5.5", "4.5", "3.5", "2.5", "1.5", "0.5"] == await here.said("contact")
        assert [("",)] == await ask(database_url, paused)
        assert 5 == asked.struck


# Before anything is sent


async def test_a_stop_from_the_downtime_is_known_before_what_waited_is_sent(
    tmp_path: Path, database_url: str
):
    async with away(tmp_path, database_url) as here:
        store, waits = here.app.store, here.app.settings.waits
        for handset in (ANN, BOB):
            here.text("hi", handset)
        await here.catch_up()
        here.clock.by = 20 * MINUTE
        assert 1 == await catchup.gate(store, here.clock, waits)

        here.text("STOP", ago=5)
        await here.answer()
        assert [] == (await store.claim_drafts(10)).sendings
        await here.catch_up()

        sendings = (await store.claim_drafts(10)).sendings
        assert [BOB] == [one.contact for one in sendings]
        [status] = [e["status"] for e in await store.timeline(ADDRESS, ANN) if e["status"]]
        assert "not sent: opted out" == status


async def test_when_the_list_cannot_be_had_sending_goes_on_after_a_while_with_an_alarm(
    tmp_path: Path, database_url: str
):
    async with away(tmp_path, database_url) as here:
        store, waits = here.app.store, here.app.settings.waits
        here.text("hi")
        await here.catch_up()
        here.clock.by = 20 * MINUTE
        await catchup.gate(store, here.clock, waits)
        await here.answer()
        down = here.carrier.faults.add(listing(times=None))
        here.text("are you there?")

        with capture_logs() as logs:
            for _ in range(3):
                await here.catch_up()
                assert [] == (await store.claim_drafts(10)).sendings
                here.clock.by += 15 * SECOND
            assert ["catch_up_failed"] * 3 == [one["event"] for one in logs]
            here.clock.by += 15 * SECOND
            await here.catch_up()
            [sending] = (await store.claim_drafts(10)).sendings
            assert "hi" == sending.text
            here.clock.by += MINUTE
            await here.catch_up()

        [alarm] = [one for one in logs if one["log_level"] == "error"]
        assert ("catch_up_late", ADDRESS) == (alarm["event"], alarm["endpoint"])
        assert "a STOP among them is not known yet" in alarm["means"]

        here.carrier.faults.remove(down.id)
        here.clock.by += MINUTE
        assert 1 == await here.catch_up()
        assert ["hi", "are you there?"] == await here.said("contact")


@on("sqlite")
async def test_an_endpoint_whose_secret_is_of_no_use_holds_up_no_other(
    tmp_path: Path, database_url: str
):
    async with away(tmp_path, database_url) as here:
        other = document(Account("+15550109998"), address="other")
        await apply(here.app, documents=[other])
        await change(database_url, "DELETE FROM secrets WHERE alias = 'other-keys'")
        here.clock.by = 2 * MINUTE
        here.text("hi")

        with capture_logs() as logs:
            assert 1 == await here.catch_up()

        [failed] = [one for one in logs if one["event"] == "catch_up_failed"]
        assert ("other", "secret_missing") == (failed["endpoint"], failed["code"])


# The whole product


async def waiting_draft(running: Node, database_url: str, account: Account) -> None:
    """A text to Ann waits because the carrier takes none, and then the server is gone."""
    provider = Provider(Egress(), running.url, account)
    assert 200 == (await provider.text("news?")).status
    await provider.egress.close()

    async def tried() -> list[Any]:
        due = "SELECT id FROM outbox WHERE attempts > 0 AND status = 'waiting'"
        return await ask(database_url, due)

    assert await until(tried, bool)
    await running.kill()


async def test_texts_to_a_server_that_is_down_are_answered_in_order_when_it_is_back(
    tmp_path: Path, database_url: str
):
    egress, account = Egress(), Account()
    await online(tmp_path, database_url, account, 3 * HOUR)
    async with carrying(egress, account) as (simulated, carrier_url):
        settings = {"database_url": database_url, "twilio_api_url": carrier_url}
        often = ",".join(["1"] * 20)
        full = simulated.faults.add(creating("refuse", status=429, times=None))
        async with node(tmp_path, egress, **settings, send_retries=often) as running:
            await waiting_draft(running, database_url, account)
            simulated.faults.remove(full.id)
            # An hour passes.
            await change(
                database_url,
                f"UPDATE senders SET known_since = known_since - {HOUR}, "
                f"caught_up_at = caught_up_at - {HOUR}",
            )
            [before] = await ask(database_url, "SELECT COUNT(*) FROM attempts")
            for body in ("one", "two", "three"):
                texts(simulated, body, BOB)
            texts(simulated, "STOP", ANN)
            asked = asking(simulated)

            await running.start()
            await running.ready(egress)

            async def answered() -> list[str]:
                return received(simulated, BOB)

            assert ["one", "two", "three"] == await until(answered, lambda now: len(now) >= 3)
            assert [] == received(simulated, ANN)
            dropped = f"SELECT status FROM outbox WHERE contact = '{ANN}'"
            assert [("suppressed",)] == await ask(database_url, dropped)
            [after] = await ask(database_url, "SELECT COUNT(*) FROM attempts")
            assert before[0] + 3 == after[0]
            assert 1 == asked.struck

            # It goes down once more, and there is nothing new.
            await running.kill()
            await change(
                database_url, f"UPDATE senders SET caught_up_at = caught_up_at - {HOUR}"
            )
            await running.start()

            async def read_again() -> int:
                return asked.struck

            assert 2 == await until(read_again, lambda now: now >= 2)
            assert 0 == await running.end()
            assert ["one", "two", "three"] == received(simulated, BOB)
            assert [(5,)] == await ask(database_url, "SELECT COUNT(*) FROM inbox")
    await egress.close()


async def test_of_two_nodes_that_start_one_asks_and_each_text_is_kept_once(
    tmp_path: Path, postgres_url: str
):
    egress, account = Egress(), Account()
    shared = {"database_url": postgres_url, "vault_keys": KEYS}
    await online(tmp_path, postgres_url, account, HOUR, vault_keys=KEYS)
    async with carrying(egress, account) as (simulated, carrier_url):
        for n in range(3):
            for handset in HANDSETS:
                texts(simulated, f"{n}", handset, ago=100 - n)
        asked = asking(simulated)
        nodes = [
            Node(tmp_path / name, {**shared, "twilio_api_url": carrier_url, "lease": 20})
            for name in ("one", "two")
        ]
        try:
            await asyncio.gather(*(one.start() for one in nodes))
            await asyncio.gather(*(one.ready(egress) for one in nodes))

            async def answers() -> int:
                return sum(len(received(simulated, one)) for one in HANDSETS)

            assert 60 == await until(answers, lambda n: n >= 60)
            assert {("0", "1", "2")} == {tuple(received(simulated, one)) for one in HANDSETS}
            assert [(60,)] == await ask(postgres_url, "SELECT COUNT(*) FROM inbox")
            assert 1 == asked.struck
            assert 1 == sum(one.events.count("caught_up") for one in nodes)
        finally:
            for one in nodes:
                if one.process is not None and one.process.returncode is None:
                    await one.kill()
            await egress.close()


async def test_a_text_that_is_listed_and_told_at_once_is_answered_once_and_complete(
    tmp_path: Path, database_url: str
):
    quick, account = {"catch_up": 0.05, "settled": 0}, Account()
    async with world(tmp_path, database_url, **quick) as here:
        await here.apply(document(account, flow_bot(ECHO)))
        provider = Provider(here.egress, here.url, account)
        await here.post("/faults", {"where": "webhook", "what": "drop", "times": None})
        late, racing = HANDSETS[:10], HANDSETS[10:]

        async def rows(where: str) -> int:
            [[found]] = await ask(database_url, f"SELECT COUNT(*) FROM inbox WHERE {where}")
            return int(found)

        async def told(handset: str, sid: str) -> int:
            return (await provider.text("hi", handset, sid)).status

        # Of some the webhook comes when they are there already,
        listed = {one: (await here.text("hi", one))["sid"] for one in late}
        assert 10 == await here.until(lambda: rows("params = '[]'"), 10)
        assert {200} == {await told(one, sid) for one, sid in listed.items()}

        # and of others while the list is read.
        async def race(handset: str) -> int:
            return await told(handset, (await here.text("hi", handset))["sid"])

        assert {200} == set(await asyncio.gather(*(race(one) for one in racing)))

        assert 20 == await here.until(lambda: rows("params LIKE '%MessageSid%'"), 20)
        assert 20 == await rows("true")
        for one in HANDSETS:
            assert ["hi"] == await here.until(lambda who=one: here.received(who), ["hi"])
        entries = [await here.timeline(one) for one in HANDSETS]
        assert [2] * 20 == [len(found) for found in entries]


async def test_it_is_asked_again_and_again_for_what_no_webhook_told(
    tmp_path: Path, database_url: str
):
    async with world(tmp_path, database_url, catch_up=0.05, settled=0) as here:
        await here.apply(document(Account(), flow_bot(ECHO)))
        await here.post("/faults", {"where": "webhook", "what": "drop", "times": None})

        for n in range(1, 4):
            await here.text(f"{n}")
            said = [f"{m}" for m in range(1, n + 1)]
            assert said == await here.until(here.received, said)


@on("sqlite")
async def test_who_does_not_want_it_is_not_caught_up_with(tmp_path: Path, database_url: str):
    async with world(tmp_path, database_url, catch_up=0, settled=0) as here:
        await here.apply(document(Account(), flow_bot(ECHO)))
        asked = asking(here.carrier)
        await here.post("/faults", {"where": "webhook", "what": "drop"})

        await here.text("lost")
        await here.text("hi", BOB)

        assert ["hi"] == await here.until(lambda: here.received(BOB), ["hi"])
        assert [] == await here.received()
        assert 0 == asked.struck


# Pure


def due(known_since: int = NOON, caught_up_at: int = 0, opens_at: int = 0) -> CatchUp:
    return CatchUp(1, 1, "flowit-sms", known_since, caught_up_at, opens_at)


@pytest.mark.parametrize(
    ("what", "now", "expected"),
    [
        (due(), NOON, (NOON, NOON - MINUTE, True)),
        (due(), NOON + HOUR, (NOON, NOON + HOUR - MINUTE, True)),
        (due(opens_at=NOON + 2 * HOUR), NOON + HOUR, (NOON, NOON + HOUR, True)),
        (due(caught_up_at=NOON + HOUR), NOON + 2 * HOUR, (NOON, NOON + 119 * MINUTE, True)),
        (
            due(NOON - 9 * DAY, NOON),
            NOON + HOUR,
            (NOON - DAY, NOON + 59 * MINUTE, True),
        ),
        (due(NOON - 9 * DAY, NOON), NOON + 5 * DAY, (NOON - DAY, NOON + DAY, False)),
    ],
)
def test_how_far_back_the_list_is_read(
    what: CatchUp, now: int, expected: tuple[int, int, bool]
):
    assert expected == catchup.span(what, now, Waits())


@pytest.mark.parametrize(
    ("opens_in", "expected"), [(0, 15), (60, 15), (10, 10), (-1, 15), (15, 15)]
)
def test_when_a_list_that_failed_is_asked_for_again(opens_in: int, expected: int):
    found = due(opens_at=NOON + opens_in * SECOND)

    assert NOON + expected * SECOND == catchup.after_failure(found, NOON, Waits())
