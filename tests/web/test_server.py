"""A server from its start to its end: what it refuses, what it finishes, what it logs."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import JSONResponse

from tests.bots.server import Asked, serving
from tests.pipeline.carrying import carrying, received, set_up
from tests.web.nodes import Node, node
from tests.web.provider import Provider
from tests.web.rows import on
from tests.world import Account, until
from threadline.app import open_app
from threadline.egress import Egress
from threadline.errors import NotSent, RequestFailed
from threadline.settings import Settings
from threadline.web.server import listen

HANDSET = "+15550200001"
CANARY = "the dog's name is Xerxes"
LEVELS = {"info", "warning", "error"}


@pytest.fixture
async def egress() -> AsyncIterator[Egress]:
    made = Egress()
    yield made
    await made.close()


class SlowBot:
    """A bot of somebody else's that answers when it is let."""

    def __init__(self) -> None:
        self.asked = 0
        self.may_answer = False
        self.document = {"Name": "Slow", "Type": "http", "Url": serving(self.answer)}

    async def answer(self, asked: Asked) -> JSONResponse:
        self.asked += 1
        while not self.may_answer:
            await asyncio.sleep(0.01)
        return JSONResponse({"messages": [f"echo of {asked.turn['text']}"]})


async def test_told_to_stop_it_finishes_the_turn_in_hand_and_takes_no_more(
    tmp_path: Path, database_url: str, egress: Egress
):
    account, bot = Account(), SlowBot()
    await set_up(tmp_path, database_url, account, bot.document, allow_networks="127.0.0.0/8")
    async with (
        carrying(egress, account) as (simulated, carrier_url),
        node(
            tmp_path, egress, database_url=database_url, twilio_api_url=carrier_url
        ) as running,
    ):
        provider = Provider(egress, running.url, account)
        await provider.text("one", HANDSET)

        async def asked() -> int:
            return bot.asked

        assert 1 == await until(asked, lambda n: n == 1)
        stopping = asyncio.create_task(running.end(signal.SIGTERM))
        assert await until(lambda: refuses(provider), bool)
        bot.may_answer = True
        code = await stopping

        assert 0 == code
        assert ["echo of one"] == received(simulated, HANDSET)
        assert 1 == bot.asked


async def refuses(provider: Provider) -> bool:
    """Whether nobody listens there any more."""
    try:
        await provider.egress.provider.request("GET", f"{provider.url}/healthz")
    except NotSent:
        return True
    except RequestFailed:
        return False
    return False


@on("postgres")
async def test_told_to_stop_it_leaves_a_bot_that_takes_for_ever_to_the_next_start(
    tmp_path: Path, database_url: str, egress: Egress
):
    account, bot = Account(), SlowBot()
    await set_up(tmp_path, database_url, account, bot.document, allow_networks="127.0.0.0/8")
    async with (
        carrying(egress, account) as (simulated, carrier_url),
        node(
            tmp_path, egress, database_url=database_url, twilio_api_url=carrier_url, grace=0.5
        ) as running,
    ):
        await Provider(egress, running.url, account).text("one", HANDSET)

        async def asked() -> int:
            return bot.asked

        assert 1 == await until(asked, lambda n: n == 1)
        started = time.monotonic()
        code = await running.end(signal.SIGTERM)
        assert 0 == code
        assert 8 > time.monotonic() - started
        assert [] == received(simulated, HANDSET)

        bot.may_answer = True
        await running.start()

        async def answered() -> list[str]:
            return received(simulated, HANDSET)

        assert ["echo of one"] == await until(answered, bool)


@on("sqlite")
async def test_its_log_says_what_happens_but_not_what_is_said_nor_by_whom(
    tmp_path: Path, database_url: str, egress: Egress
):
    account = Account()
    await set_up(tmp_path, database_url, account)
    async with (
        carrying(egress, account) as (simulated, carrier_url),
        node(
            tmp_path, egress, database_url=database_url, twilio_api_url=carrier_url
        ) as running,
    ):
        for fault in (
            {"where": "create", "what": "refuse", "status": 429},
            {"where": "create", "what": "accept_and_refuse"},
            {"where": "delivery", "what": "undelivered", "code": 30003, "to": "+15550200002"},
        ):
            simulated.faults.add(fault)
        provider = Provider(egress, running.url, account)
        await provider.text(CANARY, HANDSET)
        await provider.text(CANARY, HANDSET, To="+15550108888")
        await provider.text(CANARY, "+15550200002")
        await provider.post(provider.fields(CANARY, HANDSET), token="wrong")

        async def log() -> list[str]:
            return [json.loads(line)["event"] for line in running.log.splitlines()]

        wanted = ["serving", "send", "hook_rejected"]
        events = await until(
            log, lambda found: found.count("send") > 2 and set(wanted) <= set(found)
        )
        await provider.text("STOP", HANDSET)
        assert 0 == await running.end()

        assert set(wanted) <= set(events)
        entries = [json.loads(line) for line in running.log.splitlines()]
        assert LEVELS >= {entry["level"] for entry in entries}
        basic = b64encode(f"{account.sid}:{account.token}".encode()).decode()
        numbers = (HANDSET, "+15550200002", account.number, "+15550108888")
        private = [CANARY, "Xerxes", account.token, basic]
        private += [one for number in numbers for one in (number, number[1:], number[2:])]
        assert [] == [one for one in private if one in running.log]
        assert "exception" not in running.log


async def test_two_processes_on_one_file_are_one_too_many(tmp_path: Path):
    url = f"sqlite:///{tmp_path}/threadline.db"
    first = await open_app(Settings.read(data=tmp_path, database_url=url))
    second = Node(tmp_path / "second", {"database_url": url})
    await second.start()
    assert second.process is not None

    code = await second.process.wait()

    assert 1 == code
    assert second.log.startswith("busy: Another process works on ")
    assert "Traceback" not in second.log
    await first.store.ping()
    await first.close()


async def test_two_processes_on_one_port_are_one_too_many(tmp_path: Path):
    with listen("127.0.0.1", 0) as line:
        second = Node(tmp_path, {}, port=line.getsockname()[1])
        await second.start()
        assert second.process is not None

        code = await second.process.wait()

    assert 1 == code
    assert second.log.startswith(f"busy: Cannot listen on 127.0.0.1:{second.port}")


@pytest.mark.parametrize(
    ("settings", "code", "exits"),
    [
        ({"database_url": "mysql://localhost/x"}, "setting_invalid", 1),
        ({"database_url": "postgresql://127.0.0.1:9/x"}, "store_down", 3),
        ({"port": "many", "lease": "-1"}, "setting_invalid", 1),
        ({"vault_keys": "short"}, "keys_malformed", 1),
    ],
    ids=str,
)
async def test_what_cannot_start_says_why_in_a_sentence(
    tmp_path: Path, settings: dict[str, Any], code: str, exits: int
):
    refused = Node(tmp_path, settings)
    await refused.start()
    assert refused.process is not None

    found = await refused.process.wait()

    assert exits == found
    assert "Traceback" not in refused.log
    assert refused.log.startswith(f"{code}: ")


def test_a_server_that_was_killed_is_back_before_it_has_loaded_what_texts_do_not_need():
    program = "import sys, threadline.web.server; print('fastapi' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", program], stdout=subprocess.PIPE, check=True)

    assert b"False\n" == said.stdout
