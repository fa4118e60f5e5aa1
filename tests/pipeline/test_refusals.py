"""When the carrier says no: to this text, to this contact, to this account, or not now."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pipeline.told import (
    AGAIN,
    FULL,
    assert_told,
    become,
    creating,
    echo,
    notes,
    statuses,
)
from tests.web.rows import on
from tests.world import (
    ADDRESS,
    ANN,
    BOB,
    ECHO,
    Account,
    World,
    document,
    flow_bot,
    until,
    world,
)
from threadline.operations import secrets

QUICK = {"send_retries": (0.05, 0.1), "grace": 1}
SECRET = f"srn:vault::flowit:secretdoc:{ADDRESS}-keys"


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (21211, "The contact's address is not a number that Twilio can text. It was not sent."),
        (21614, "The contact's number is a landline or cannot receive texts. It was not sent."),
        (
            99999,
            r"Twilio did not send the text: see https://www.twilio.com/docs/api/errors/99999. "
            r"It said: .* It was not sent.",
        ),
    ],
)
@on("postgres")
async def test_a_text_that_the_carrier_refuses_fails_and_the_next_one_goes_on(
    tmp_path: Path, database_url: str, code: int, sentence: str
):
    async with world(tmp_path, database_url, **QUICK) as here:
        await echo(here)
        await here.post("/faults", creating("refuse", status=400, code=code, message="No."))

        await here.text("one")
        assert ["failed"] == await become(here, "failed")
        await here.text("two")

        assert ["two"] == await here.until(here.received, ["two"])
        assert_told([sentence], await notes(here))


@on("sqlite")
async def test_the_carrier_says_when_to_come_back_and_gets_the_time(
    tmp_path: Path, database_url: str
):
    async with world(tmp_path, database_url, **QUICK) as here:
        await echo(here)
        await here.post("/faults", creating("refuse", status=429, retry_after=1))

        await here.text("one")
        assert ["delivered"] == await become(here, "delivered")
        first, second = await here.app.store.attempts(ADDRESS, ANN)

        assert 990_000 <= second["started_at"] - first["ended_at"]
        assert (("refused", "20429"), ("accepted", None)) == tuple(
            (one["status"], one["provider_code"]) for one in (first, second)
        )
        assert_told([FULL], await notes(here))


@on("postgres")
async def test_a_text_that_is_throttled_for_ever_fails_in_the_end(
    tmp_path: Path, database_url: str
):
    async with world(tmp_path, database_url, **QUICK) as here:
        await echo(here)
        await here.post("/faults", creating("refuse", status=429, times=3))

        await here.text("one")
        assert ["failed"] == await become(here, "failed")
        await here.text("two")

        assert ["two"] == await here.until(here.received, ["two"])
        gave_up = FULL.replace(AGAIN, r"It was not sent\.")
        assert_told([FULL, FULL, gave_up], await notes(here))


@on("sqlite")
async def test_a_text_that_is_not_delivered_says_why(tmp_path: Path, database_url: str):
    async with world(tmp_path, database_url, **QUICK) as here:
        await echo(here)
        await here.post("/faults", {"where": "delivery", "what": "undelivered", "code": 30005})

        await here.text("one")

        assert ["failed"] == await become(here, "failed")
        assert [] == await here.received()
        assert ["The contact's number is unknown or no longer in use."] == await notes(here)
        await here.text("two")
        assert ["two"] == await here.until(here.received, ["two"])


async def test_who_opted_out_at_the_carrier_is_not_texted_until_start(
    tmp_path: Path, database_url: str
):
    async with world(tmp_path, database_url, **QUICK) as here:
        await echo(here)
        await here.post("/faults", creating("refuse", status=400, code=21610))
        await here.text("one")
        suppressed = "not sent: opted out"
        assert [suppressed] == await become(here, suppressed)

        await here.text("two")
        assert 2 == len(await until(lambda: notes(here), lambda told: len(told) == 2))
        attempts = await here.app.store.attempts(ADDRESS, ANN)
        await here.text("START")
        await here.text("three")

        assert ["three"] == await here.until(here.received, ["three"])
        assert 1 == len(attempts)  # the second text was not answered
        told = [
            r"This person has opted out of texts from this number\. They can text START to be "
            r"texted again\. They will not be texted again from this number\.",
            r"The contact has opted out, so the bot was not asked\. START would lift that\.",
            r"The contact wants to be texted again, so the bot was not asked\.",
        ]
        assert_told(told, await notes(here))


async def test_wrong_credentials_pause_the_sender_until_the_secret_is_replaced(
    tmp_path: Path, database_url: str
):
    async with world(tmp_path, database_url, **QUICK | {"paused": 300}) as here:
        account = Account()
        key = {"apiKeySid": f"SK{'0' * 32}", "apiKeySecret": "mistyped"}
        whole = document(account, flow_bot(ECHO))
        whole["Secrets"][0]["Value"] = account.value | key
        await here.apply(whole)
        connected = {"number": account.number, "sms_url": await hook(here)}
        plan = {"sid": account.sid, "token": account.token, "numbers": [connected]}
        await here.post("/carrier/accounts", plan)

        await here.text("one")
        paused = r"Twilio does not accept the credentials\..*This sender is paused until .*"
        waiting = "waiting to be sent"
        assert [waiting] == await here.until(lambda: _noted(here), [waiting])
        await here.text("from Bob", handset=BOB)
        assert [waiting] == await become(here, waiting, handset=BOB)
        assert 1 == len(await here.app.store.attempts(ADDRESS, ANN))
        assert [] == await here.app.store.attempts(ADDRESS, BOB)
        await secrets.replace(here.app, srn=SECRET, value=account.value)

        assert ["one"] == await here.until(here.received, ["one"])
        assert ["from Bob"] == await here.until(lambda: here.received(BOB), ["from Bob"])
        assert_told([paused], await notes(here))


async def hook(here: World) -> str:
    return (await here.app.endpoint_at(ADDRESS)).messaging_endpoint(here.app.public_url)


async def _noted(here: World) -> list[str]:
    """The statuses, once the operator was told something."""
    return await statuses(here) if await notes(here) else []
