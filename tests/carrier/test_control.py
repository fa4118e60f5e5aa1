"""The carrier's own switches, and the carrier as a program of its own."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.carrier.world import ANN, BOT, FOREIGN, PATIENCE, SID, TOKEN, World, basic
from threadline.carrier import Carrier
from threadline.carrier.state import ALERTS_KEPT
from threadline.egress import Egress

NEW: dict[str, Any] = {
    "sid": "AC" + "9" * 32,
    "token": "new",
    "numbers": [{"number": "+15550400000"}],
}


async def test_a_page_tells_what_this_is(world: World) -> None:
    async with world.http.get(world.url) as answer:
        page = await answer.text()

    assert "a simulated Twilio" in page
    assert f"{BOT}   {world.receiver.url}/sms" in page
    assert f"{FOREIGN}   (no SmsUrl yet)" in page


async def test_an_account_is_added_while_it_runs(world: World) -> None:
    status, shown = await world.ask("POST", "/carrier/accounts", NEW)

    found, _ = await world.api(
        "GET", "/Messages.json", auth=(NEW["sid"], "new"), account=NEW["sid"]
    )

    assert (201, "+15550400000", 200) == (status, shown["numbers"][0]["number"], found)


async def test_accounts_are_listed_without_their_secrets(world: World) -> None:
    _, found = await world.ask("GET", "/carrier/accounts")

    assert [SID] == [one["sid"] for one in found["accounts"]][:1]
    assert TOKEN not in json.dumps(found)


async def test_secrets_do_not_show_in_a_repr(world: World) -> None:
    shown = repr(world.carrier.state.accounts[SID])

    assert TOKEN not in shown


async def test_an_account_that_is_added_again_keeps_its_number(world: World) -> None:
    before = world.carrier.state.numbers[BOT]
    again = {
        "sid": SID,
        "token": "rotated",
        "numbers": [{"number": BOT, "sms_url": "http://x"}],
    }
    await world.ask("POST", "/carrier/accounts", again)

    after = world.carrier.state.numbers[BOT]
    found, _ = await world.api("GET", ".json", auth=(SID, "rotated"))

    assert (before.sid, "http://x", 200) == (after.sid, after.sms_url, found)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"sid": "AC1"}, "`sid` is AC and 32"),
        ({"token": ""}, "`token` is the account's"),
        ({"numbers": ["+1"]}, "A number is written as"),
        ({"numbers": [{"number": "12345"}]}, "not a full phone number"),
        ({"numbers": [{"number": "+15550400000", "colour": "red"}]}, "has no colour"),
        ({"numbers": [{"number": "+15550400000", "sms_url": 1}]}, "`sms_url` is a text"),
        ({"numbers": [{"number": "+15550400000", "sms": "no"}]}, "`sms` is true or false"),
        ({"numbers": [{"number": BOT}]}, "belongs to another account"),
        ({"keys": 7}, "`keys` is an object"),
    ],
    ids=str,
)
async def test_an_account_that_cannot_be_read_is_explained_and_changes_nothing(
    world: World, change: dict[str, Any], sentence: str
) -> None:
    status, error = await world.ask("POST", "/carrier/accounts", NEW | change)

    assert 400 == status
    assert sentence in error["error"]
    assert "+15550400000" not in world.carrier.state.numbers


async def test_alerts_are_read_from_where_one_was(world: World) -> None:
    world.point("", sms_application_sid="AP" + "0" * 32)
    for body in ("one", "two"):
        await world.text(body)

    _, found = await world.ask("GET", "/alerts?after=1")
    status, _ = await world.ask("GET", "/alerts?after=x")

    assert ([2], 400) == ([one["n"] for one in found["alerts"]], status)


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        ({"where": "nowhere", "what": "drop"}, "`where` is one of create, list"),
        ({"where": "list", "what": "drop"}, "`what` is one of refuse"),
        ({"where": "create", "what": "refuse", "times": 0}, "`times` is a whole number"),
        ({"where": "create", "what": "refuse", "when": 1}, "takes status, code"),
        ({"where": "create", "what": "lost", "seconds": 1}, "takes nothing"),
        ({"where": "create", "what": "slow_after", "seconds": "1"}, "`seconds` is a number"),
        ([], "The body is a JSON object"),
    ],
    ids=str,
)
async def test_a_wish_that_cannot_be_read_is_explained(
    world: World, wish: Any, sentence: str
) -> None:
    status, error = await world.ask("POST", "/faults", wish)

    assert 400 == status
    assert sentence in error["error"]


async def test_memory_is_bounded() -> None:
    egress = Egress()
    state = Carrier(egress).state
    for n in range(ALERTS_KEPT + 1):
        state.alert(SID, 11200, f"{n}")
    await egress.close()

    assert ("1", ALERTS_KEPT) == (state.alerts[0].message, len(state.alerts))


async def test_the_same_seed_gives_the_same_names() -> None:
    egress = Egress()
    names = [Carrier(egress, seed=seed).state.sid("SM") for seed in (1, 1, 2)]
    await egress.close()

    assert names[0] == names[1] != names[2]


@asynccontextmanager
async def running(*options: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """The carrier as a process of its own."""
    program = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "threadline.carrier",
        *options,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield program
    finally:
        if program.returncode is None:
            program.kill()
        await program.communicate()


async def test_the_carrier_runs_alone(tmp_path: Path) -> None:
    config = tmp_path / "carrier.json"
    account = {"sid": SID, "token": TOKEN, "numbers": [{"number": BOT}]}
    config.write_text(json.dumps({"accounts": [account], "latency": 0, "seed": 1}))

    async with running("--port", "0", "--config", str(config)) as program:
        assert program.stdout is not None
        async with asyncio.timeout(PATIENCE):
            url = (await program.stdout.readline()).decode().strip()
        form = {"To": ANN, "From": BOT, "Body": "hi"}
        path = f"{url}/2010-04-01/Accounts/{SID}/Messages.json"
        async with aiohttp.ClientSession(headers=basic(SID, TOKEN)) as http:
            async with http.post(path, data=form) as answer:
                assert 201 == answer.status
            async with http.get(f"{url}/handsets/{ANN}/texts?wait=5") as answer:
                texts = (await answer.json())["texts"]
            with pytest.raises((aiohttp.ServerDisconnectedError, aiohttp.ClientOSError)):
                await http.post(path, data=form | {"To": "+15555550105"})
        program.send_signal(signal.SIGTERM)
        async with asyncio.timeout(PATIENCE):
            await program.wait()

    assert ["hi"] == [one["body"] for one in texts]
    assert program.returncode in (0, -signal.SIGTERM)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "The carrier cannot start"),
        ('{"accounts": [{"sid": "AC1"}]}', "`sid` is AC and 32"),
        ('{"latency": "fast"}', "`latency` is a number"),
        ("[]", "is a JSON object"),
    ],
)
async def test_a_config_that_cannot_be_read_is_explained(
    tmp_path: Path, text: str, sentence: str
) -> None:
    config = tmp_path / "carrier.json"
    config.write_text(text)

    async with running("--port", "0", "--config", str(config)) as program:
        async with asyncio.timeout(PATIENCE):
            _, said = await program.communicate()

    assert 1 == program.returncode
    assert sentence in said.decode()
    assert "Traceback" not in said.decode()
