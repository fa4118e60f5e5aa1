"""When the carrier fails: the contact gets each text once, and the operator reads why."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.pipeline.told import (
    BROKEN,
    DROPPED,
    FOUND,
    FULL,
    LOOKED_UP,
    MAYBE,
    RESENT,
    assert_told,
    become,
    calling,
    creating,
    echo,
    listing,
    notes,
)
from tests.web.rows import on
from tests.world import world

QUICK = {"send_retries": (0.05, 0.1), "grace": 1}
Fault = dict[str, Any]

CASES: dict[str, tuple[list[Fault], str, list[str]]] = {
    "it is throttled twice": (
        [creating("refuse", status=429, times=2)],
        "delivered",
        [FULL] * 2,
    ),
    "it fails and has not taken the text": (
        [creating("refuse", status=500)],
        "delivered",
        [MAYBE, RESENT],
    ),
    "a proxy before it fails": (
        [creating("refuse", status=502, html=True)],
        "delivered",
        [r"Twilio failed \(HTTP 502\); the text may have been sent\. " + LOOKED_UP, RESENT],
    ),
    "it fails, but has taken the text": (
        [creating("accept_and_refuse"), DROPPED],
        "delivered",
        [MAYBE, FOUND],
    ),
    "it breaks off after it has taken the text": (
        [creating("reset_after"), DROPPED],
        "delivered",
        [BROKEN + LOOKED_UP, FOUND],
    ),
    "it breaks off before it has taken the text": (
        [creating("reset_before")],
        "delivered",
        [BROKEN + LOOKED_UP, RESENT],
    ),
    "it fails, and its list fails as well": (
        [creating("refuse", status=500), listing(times=3)],
        "delivered",
        [MAYBE, RESENT],
    ),
    "it has taken the text, and its list fails": (
        [creating("accept_and_refuse"), DROPPED, listing(times=3)],
        "delivered",
        [MAYBE, FOUND],
    ),
    "it tells everything twice": ([calling("duplicate", copies=2)], "delivered", []),
    "it tells things in the wrong order": ([calling("reorder")], "delivered", []),
    "it tells the end before it answers": (
        [creating("slow_after", seconds=0.3)],
        "delivered",
        [],
    ),
    "it never tells what became of the text": ([DROPPED], "queued", []),
    "the network gives no receipts": (
        [{"where": "delivery", "what": "unconfirmed"}],
        "sent",
        [],
    ),
}
ENGINES = ("sqlite", "postgres")
ON_BOTH = {
    "it fails and has not taken the text",
    "it breaks off after it has taken the text",
    "it tells the end before it answers",
}


@pytest.mark.parametrize(
    ("case", "database_url"),
    [
        (case, engine)
        for n, case in enumerate(CASES)
        for engine in (ENGINES if case in ON_BOTH else ENGINES[n % 2 : n % 2 + 1])
    ],
    indirect=["database_url"],
)
async def test_a_text_arrives_once_though_the_carrier_misbehaves_because(
    tmp_path: Path, database_url: str, case: str
):
    faults, status, told = CASES[case]
    async with world(tmp_path, database_url, **QUICK) as here:
        await echo(here)
        for fault in faults:
            await here.post("/faults", fault)

        await here.text("one")

        assert [status] == await become(here, status)
        assert ["one"] == await here.received()
        assert_told(told, await notes(here))
        await here.text("two")
        assert ["one", "two"] == await here.until(here.received, ["one", "two"])


@on("sqlite")
async def test_a_carrier_that_never_answers_is_believed_by_its_callback(
    tmp_path: Path, database_url: str
):
    async with world(tmp_path, database_url, **QUICK) as here:
        await echo(here)
        await here.post("/faults", creating("lost"))

        await here.text("one")

        assert ["delivered"] == await become(here, "delivered")
        assert ["one"] == await here.received()
        await here.text("two")
        assert ["one", "two"] == await here.until(here.received, ["one", "two"])


async def test_a_carrier_that_never_answers_nor_calls_back_is_looked_up(
    tmp_path: Path, database_url: str
):
    async with world(tmp_path, database_url, **QUICK, lease=0.5) as here:
        await echo(here)
        await here.post("/faults", creating("lost"))
        await here.post("/faults", DROPPED)

        await here.text("one")

        assert ["delivered"] == await become(here, "delivered")
        assert ["one"] == await here.received()
        assert FOUND.replace("\\", "") in await notes(here)


@on("postgres")
async def test_while_it_is_unknown_the_operator_reads_so_and_later_texts_wait(
    tmp_path: Path, database_url: str
):
    async with world(tmp_path, database_url, **QUICK) as here:
        await echo(here)
        await here.post("/faults", creating("accept_and_refuse"))
        await here.post("/faults", DROPPED)
        await here.post("/faults", listing(times=None))
        unknown = "not known whether it was sent; being looked up"

        await here.text("one")
        assert [unknown] == await become(here, unknown)
        await here.text("two")
        waits = "waiting for an earlier text"
        assert [unknown, waits] == await become(here, unknown, waits)

        answer = await here.ask("DELETE", f"{here.carrier_url}/faults")
        assert 204 == answer.status
        assert ["one", "two"] == await here.until(here.received, ["one", "two"])


@on("postgres")
async def test_an_endpoint_that_never_sends_twice_parks_what_is_unknown(
    tmp_path: Path, database_url: str
):
    async with world(tmp_path, database_url, **QUICK) as here:
        await echo(here, OnUnknown="park")
        await here.post("/faults", creating("reset_before"))

        await here.text("one")
        parked = "parked: not known whether it was sent"
        assert [parked] == await become(here, parked)
        await here.text("two")

        assert ["two"] == await here.until(here.received, ["two"])
        told = [
            BROKEN + LOOKED_UP,
            r"The text is not at the provider after two looks, and this endpoint never sends "
            r"twice \(OnUnknown: park\)\.",
        ]
        assert_told(told, await notes(here))


@on("sqlite")
async def test_a_text_that_is_lost_twice_is_not_sent_a_third_time(
    tmp_path: Path, database_url: str
):
    async with world(tmp_path, database_url, **QUICK) as here:
        await echo(here)
        await here.post("/faults", creating("reset_before", times=2))

        await here.text("one")
        parked = "parked: not known whether it was sent"
        assert [parked] == await become(here, parked)
        await here.text("two")

        assert ["two"] == await here.until(here.received, ["two"])
        told = [BROKEN + LOOKED_UP, RESENT, BROKEN + LOOKED_UP, r".*not sent a third time\."]
        assert_told(told, await notes(here))
