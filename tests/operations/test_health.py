"""How an endpoint does: its set-up as it is observed, and what goes on with it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Calendar
from tests.operations.texting import ORG, Texting, texting
from tests.world import ADDRESS, ANN, OURS, Account, World, document, until, world
from threadline.app import App
from threadline.errors import NotFound
from threadline.model.catchup import CaughtUp, Gate
from threadline.model.checks import Check, worst
from threadline.operations import endpoint_changes, health, secrets, senders
from threadline.operations.apply import apply

MINUTE = 60


@pytest.fixture
async def here(app: App) -> Texting:
    return await texting(app)


async def seen(app: App, address: str = ADDRESS) -> dict[str, Any]:
    """Its checks by name, without a look at the provider."""
    found = await health.overview(app, organization=ORG)
    [one] = [health.told(one) for one in found if one.endpoint.address == address]
    return {part["name"]: part for part in (*one["steps"], *one["parts"])} | {"all": one}


async def looked(there: World) -> dict[str, Any]:
    found = await health.checks(there.app, address=ADDRESS)
    return {one["name"]: one["state"] for one in (*found["steps"], *found["parts"])}


def test_a_whole_is_as_well_as_its_worst_part():
    parts = [
        Check("queue", "ok", ""),
        Check("sender", "wrong", ""),
        Check("page", "unknown", ""),
    ]

    assert "wrong" == worst(parts)
    assert "unknown" == worst([parts[0], parts[2]])
    assert "ok" == worst([])


async def test_steps_are_ticked_off_as_they_are_observed(tmp_path: Path, database_url: str):
    async with world(tmp_path, database_url) as there:
        account = Account()
        await there.apply(document(account))
        before = await health.checks(there.app, address=ADDRESS)
        await there.text("hello")
        await until(there.received, lambda found: len(found) > 1)
        after = await until(lambda: looked(there), lambda found: {*found.values()} == {"ok"})
        heard = (await seen(there.app))["first_text"]["observed_at"]

    assert [
        ("secret", "ok"),
        ("credentials", "ok"),
        ("number", "ok"),
        ("webhook", "ok"),
        ("first_text", "waiting"),
        ("answered", "waiting"),
    ] == [(one["name"], one["state"]) for one in before["steps"]]
    assert ("waiting", OURS) == (before["state"], before["steps"][4]["value"])
    assert {"ok"} == {*after.values()}
    assert heard is not None


async def test_what_is_set_up_wrong_at_the_provider_is_told_and_mended(
    tmp_path: Path, database_url: str
):
    async with world(tmp_path, database_url) as there:
        account = Account()
        await there.apply(document(account))
        there.carrier.state.change_number(
            there.carrier.state.numbers[OURS], sms_url="https://demo.example.com"
        )
        wrong = await health.checks(there.app, address=ADDRESS)
        at_once = await health.checks(there.app, address=ADDRESS)
        await secrets.replace(
            there.app,
            srn=f"srn:vault::flowit:secretdoc:{ADDRESS}-keys",
            value={**account.value, "authToken": "f" * 32},
        )
        replaced = await looked(there)

    step = wrong["steps"][3]
    assert ("wrong", "webhook", "wrong") == (wrong["state"], step["name"], step["state"])
    assert step["value"].startswith(f"{there.url}/v1/engage/{ADDRESS}#")
    assert wrong["steps"] == at_once["steps"]
    assert ("wrong", "waiting") == (replaced["credentials"], replaced["number"])


async def test_a_page_does_not_wait_for_the_provider(tmp_path: Path, database_url: str):
    async with world(tmp_path, database_url) as there:
        await there.apply(document(Account()))

        async def steps() -> list[str]:
            found = await health.checks(there.app, address=ADDRESS, patience=0)
            return [one["name"] for one in found["steps"]]

        first = await steps()
        whole = await until(steps, lambda found: "webhook" in found)

    assert ["secret", "credentials", "first_text", "answered"] == first
    assert ["secret", "credentials", "number", "webhook"] == whole[:4]


async def test_an_endpoint_without_a_secret_says_what_is_next(app: App):
    await texting(app)
    await endpoint_changes.patch(
        app,
        organization=ORG,
        address=ADDRESS,
        fields={"Status": "offline", "EngagementConfig": {"Secret": None}},
    )
    found = await health.checks(app, address=ADDRESS)

    assert ("secret", "wrong", "There is no secret yet.") == tuple(
        found["steps"][0][name] for name in ("name", "state", "message")
    )
    assert "wrong" == (await seen(app))["secret"]["state"]


async def test_what_was_heard_is_told_after_a_restart(here: Texting, clock: Calendar):
    here.app.lookout.heard(here.endpoint.id)
    here.app.lookout.reported(here.endpoint.id)
    await here.app.lookout.flush()
    clock.skip(90)
    found = await seen(here.app)

    assert ("ok", "2030-01-02T12:30:00.000Z") == (
        found["first_text"]["state"],
        found["first_text"]["observed_at"],
    )
    assert "2030-01-02T12:30:00.000Z" == found["callbacks"]["observed_at"]
    [sender] = (await senders.list_(here.app, organization=ORG))["data"]
    assert "2030-01-02T12:30:00.000Z" == sender["heard_at"]


async def test_a_text_from_before_is_seen_without_its_time(here: Texting):
    await here.text("hello")
    found = await seen(here.app)

    assert ("ok", None) == (found["first_text"]["state"], found["first_text"]["observed_at"])
    assert "waiting" == found["answered"]["state"]


async def test_an_answer_that_was_sent_is_seen(here: Texting):
    await here.answered("hi")
    await here.sends("sent", provider_id="SM77")

    assert "ok" == (await seen(here.app))["answered"]["state"]


async def test_a_paused_sender_is_wrong_and_says_how_to_go_on(here: Texting):
    await senders.pause(here.app, endpoint=ADDRESS, reason="the bot says nonsense")
    found = await seen(here.app)

    assert ("wrong", "It was paused by hand: the bot says nonsense") == (
        found["sender"]["state"],
        found["sender"]["message"],
    )
    assert f"`threadline sender resume {ADDRESS}`" in found["sender"]["mend"]
    assert "wrong" == found["all"]["state"]


@pytest.mark.parametrize(
    ("age", "state"), [(30, "ok"), (5 * MINUTE, "unknown"), (11 * MINUTE, "wrong")]
)
async def test_an_old_queue_is_told(here: Texting, clock: Calendar, age: int, state: str):
    await here.answered("one", "two")
    clock.skip(age)
    await here.text("more")
    found = await seen(here.app)

    assert state == found["queue"]["state"]
    assert found["queue"]["message"].startswith("1 for a bot and 2 to be sent wait")


async def test_a_failure_is_told_with_what_it_means(here: Texting):
    await here.answered("hi")
    await here.sends("failed", provider_code="30006", note="It is a landline.")
    found = await seen(here.app)

    assert found["failures"]["message"].endswith(" (30006): It is a landline.")
    assert "ok" == found["failures"]["state"]


async def test_requests_with_a_wrong_signature_are_counted_until_a_text_comes(
    here: Texting, clock: Calendar
):
    lookout, id = here.app.lookout, here.endpoint.id
    lookout.refused(id)
    await lookout.flush()
    lookout.refused(id)
    await lookout.flush()
    wrong = (await seen(here.app))["signatures"]
    clock.skip(1)
    lookout.heard(id)
    await lookout.flush()
    again = (await seen(here.app))["signatures"]

    assert "wrong" == wrong["state"]
    assert wrong["message"].startswith("2 refused so far, ")
    assert "ok" == again["state"]


async def test_forged_requests_are_seen_and_reach_nobody(tmp_path: Path, database_url: str):
    async with world(tmp_path, database_url) as there:
        await there.apply(document(Account()))
        forged = await there.ask("POST", f"{there.url}/v1/engage/{ADDRESS}", {"Body": "x"})
        await there.app.lookout.flush()
        found = (await seen(there.app))["signatures"]
        said = await there.timeline(ANN)

    assert (403, "wrong", []) == (forged.status, found["state"], said)


async def test_catch_up_that_is_late_is_told(here: Texting, clock: Calendar):
    await here.app.store.gate_senders(Gate(0, clock(), ""))
    [due] = await here.app.store.claim_catch_up(9)
    at_first = (await seen(here.app))["catch_up"]["state"]
    await here.app.store.record_caught_up([CaughtUp(due, clock(), clock(), opens=True)])
    caught_up = (await seen(here.app))["catch_up"]["state"]
    clock.skip(3600)
    late = (await seen(here.app))["catch_up"]["state"]

    assert ("waiting", "ok", "wrong") == (at_first, caught_up, late)


async def test_the_endpoints_of_another_organization_are_not_told(here: Texting):
    await apply(here.app, documents=[{"Organization": "acme"}])

    assert [] == await health.overview(here.app, organization="acme")
    with pytest.raises(NotFound):
        await health.checks(here.app, address=ADDRESS, organization="acme")
