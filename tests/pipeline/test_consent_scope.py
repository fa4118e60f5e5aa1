"""How far an opt-out reaches, and what is written down of how it came about."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.pipeline.told import Listener, become, creating, flags, listener, noted, notes
from tests.web.provider import Provider
from tests.web.rows import on
from tests.world import ADDRESS, ANN, OURS, Account, World, document, until, world

SECOND, TOLL_FREE = "+15550109998", "+18005550199"
SERVICE = f"MG{'0' * 31}1"
OTHER = "second-sms"

STOPPED = "The contact opted out of being texted, so the bot was not asked."
SILENT = "The contact has opted out, so the bot was not asked. START would lift that."
UNSUBSCRIBED = (
    "You have been unsubscribed and will get no more texts from us. Text START to subscribe "
    "again."
)
SUPPRESSED = "not sent: opted out"


async def history(here: World, address: str = ADDRESS) -> list[tuple[str, str, str]]:
    """What, by what, and in which words: all that is kept of the contact's opt-outs."""
    found = await here.app.store.consents(address, ANN)
    return [(one["what"], one["source"], one["said"]) for one in found]


async def serviced(here: World, **config: Any) -> tuple[Account, Listener]:
    """An endpoint whose secret names a messaging service with two numbers."""
    account, bot = Account(), listener()
    whole = document(account, bot.document, config=config)
    whole["Secrets"][0]["Value"] |= {"messagingServiceSid": SERVICE}
    await here.apply(whole)
    pool = [{"number": one, "service": SERVICE} for one in (OURS, SECOND)]
    plan = {"sid": account.sid, "token": account.token, "numbers": pool}
    await here.post("/carrier/accounts", plan)
    return account, bot


async def test_a_stop_to_one_number_of_a_service_is_a_stop_to_all_of_them(
    tmp_path: Path, database_url: str
):
    async with world(tmp_path, database_url) as here:
        account, bot = await serviced(here, ConsentHandling="threadline")
        provider = Provider(here.egress, here.url, account)
        by_service = {"MessagingServiceSid": SERVICE}

        await provider.text("STOP", To=SECOND, **by_service)
        await provider.text("hello?", To=OURS, **by_service)
        assert [STOPPED, SILENT] == await noted(here, STOPPED, SILENT)
        assert [] == bot.asked
        assert [UNSUBSCRIBED] == await here.until(
            lambda: here.received(ours=SECOND), [UNSUBSCRIBED]
        )
        assert [] == await here.received(ours=OURS)

        await provider.text("START", To=OURS, **by_service)
        await provider.text("hi", To=SECOND, **by_service)
        said = [UNSUBSCRIBED, "hi"]
        assert said == await here.until(lambda: here.received(ours=SECOND), said)


@on("sqlite")
async def test_a_stop_to_one_number_is_none_to_another(tmp_path: Path, database_url: str):
    async with world(tmp_path, database_url) as here:
        one, two, bot = Account(), Account(SECOND), listener()
        await here.apply(document(one, bot.document))
        await here.apply(document(two, bot.document, address=OTHER, Name="Second"))

        await Provider(here.egress, here.url, one).text("STOP")
        await Provider(here.egress, here.url, two, OTHER).text("hi")

        assert ["hi"] == await here.until(lambda: here.received(ours=SECOND), ["hi"])
        assert [("stop", "keyword", "STOP")] == await history(here)
        assert [] == await history(here, OTHER)


async def test_every_stop_and_start_of_the_contact_is_kept(tmp_path: Path, database_url: str):
    async with world(tmp_path, database_url) as here:
        account, bot = Account(), listener()
        await here.apply(document(account, bot.document, config={"OnRevocation": "stop"}))
        provider = Provider(here.egress, here.url, account)

        await provider.text(" Quit")
        await provider.text("stop")  # which changes nothing
        await provider.text("START")
        await provider.text("YES")  # and neither does this
        await provider.text("baja", OptOutType="STOP")
        await provider.text("alta", OptOutType="START")
        await provider.text("leave me alone")

        assert [
            ("stop", "keyword", " Quit"),
            ("start", "keyword", "START"),
            ("stop", "OptOutType", "baja"),
            ("start", "OptOutType", "alta"),
            ("stop", "revocation", "leave me alone"),
        ] == await history(here)


@pytest.mark.parametrize(
    ("number", "fault", "status", "source", "said"),
    [
        (
            OURS,
            creating("refuse", status=400, code=21610),
            SUPPRESSED,
            "21610",
            "This person has opted out of texts from this number.",
        ),
        (
            OURS,
            {"where": "delivery", "what": "failed", "code": 21610},
            "failed",
            "21610",
            "This person has opted out of texts from this number.",
        ),
        (
            TOLL_FREE,
            {"where": "delivery", "what": "undelivered", "code": 30004},
            "failed",
            "30004",
            "This person has opted out at the carrier of texts from this toll-free number.",
        ),
        (OURS, {"where": "delivery", "what": "undelivered", "code": 30004}, "failed", "", ""),
    ],
    ids=["21610 at once", "21610 later", "30004, toll-free", "30004, which is no opt-out"],
)
@on("sqlite")
async def test_what_the_provider_says_of_an_opt_out_is_kept(
    tmp_path: Path,
    database_url: str,
    number: str,
    fault: dict[str, Any],
    status: str,
    source: str,
    said: str,
):
    async with world(tmp_path, database_url) as here:
        account, bot = Account(number), listener()
        await here.apply(document(account, bot.document))
        await here.post("/faults", fault)

        await here.text("one", to=number)
        assert [status] == await become(here, status)
        await here.text("two", to=number)

        if source:
            [(what, by, words)] = await history(here)
            assert ("stop", source) == (what, by)
            assert words.startswith(said)
            assert SILENT == (await until(lambda: notes(here), lambda now: SILENT in now))[-1]
            assert [(ANN, "one")] == bot.asked
        else:
            assert ["two"] == await here.until(lambda: here.received(ours=number), ["two"])
            assert [] == await history(here)


@on("sqlite")
async def test_yes_does_not_lift_what_the_network_of_toll_free_numbers_has_blocked(
    tmp_path: Path, database_url: str
):
    async with world(tmp_path, database_url) as here:
        account, bot = Account(TOLL_FREE), listener()
        await here.apply(document(account, bot.document))
        provider = Provider(here.egress, here.url, account)

        for word in ("STOP", "YES", "UNSTOP"):
            await provider.text(word)

        both = [("stop", "keyword", "STOP"), ("start", "keyword", "UNSTOP")]
        assert both == await history(here)
        assert [] == await flags(here)
