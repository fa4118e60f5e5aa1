"""One bot or endpoint at a time, by several people at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.operations.conftest import everything
from tests.operations.test_apply import SAMPLE, flowit
from tests.operations.texting import Texting
from tests.world import ADDRESS, Account, document, flow_bot
from threadline.app import App
from threadline.errors import Invalid, NotFound, Outdated
from threadline.model import etags
from threadline.operations import bots, endpoint_changes, endpoints, tenants
from threadline.operations.apply import apply
from threadline.operations.plan import Plan

BOT = "MySmsBot"


@pytest.fixture
async def flow(app: App) -> App:
    """With flowit's endpoint and its bot."""
    await apply(app, documents=[flowit()])
    return app


@pytest.fixture
async def other(flow: App) -> AsyncIterator[App]:
    """Another node on the same store: it does not wait for the first one."""
    made = App(flow.settings, flow.store, flow.vault._keys, flow.clock)
    yield made
    await made.egress.close()


async def document_of(app: App) -> dict[str, Any]:
    return dict((await endpoints.describe(app, address=ADDRESS))["endpoint"])


async def refused(doing: Any) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as why:
        await doing
    assert all(one.message and one.mend for one in why.value.problems)
    return [(one.code, one.path) for one in why.value.problems]


async def test_what_was_planned_on_is_not_overwritten_unseen(flow: App):
    plan = await Plan.begin(flow)
    plan.add({"Organization": "flowit", "Endpoints": [{**SAMPLE, "Name": "Mine"}]}, "at")
    await plan.check()
    await apply(flow, documents=[{"Organization": "flowit", "Title": "Theirs"}])
    before = await everything(flow)
    with pytest.raises(Outdated, match="Somebody changed flowit in the meantime"):
        await plan.carry_out()

    assert before == await everything(flow)


async def test_what_was_planned_without_an_organization_does_not_meet_a_new_one(app: App):
    plan = await Plan.begin(app)
    plan.add({"Organization": "flowit", "Title": "Mine"}, "at")
    await plan.check()
    await apply(app, documents=[{"Organization": "flowit", "Title": "Theirs"}])
    with pytest.raises(Outdated):
        await plan.carry_out()

    assert ["Theirs"] == [one.title for one in await app.store.organizations()]


async def test_another_organizations_changes_are_no_hindrance(flow: App):
    plan = await Plan.begin(flow)
    plan.add({"Organization": "flowit", "Endpoints": [{**SAMPLE, "Name": "Mine"}]}, "at")
    await plan.check()
    await apply(flow, documents=[{"Organization": "acme"}])
    await plan.carry_out()

    assert "Mine" == (await document_of(flow))["Name"]


async def test_what_many_change_at_the_same_time_is_all_there(flow: App, other: App):
    fields = [f"Field{n}" for n in range(12)]
    async with asyncio.timeout(30):
        await asyncio.gather(
            *(
                endpoint_changes.patch(
                    (flow, other)[n % 2],
                    organization="flowit",
                    address=ADDRESS,
                    fields={one: n},
                )
                for n, one in enumerate(fields)
            )
        )

    found = await document_of(flow)
    assert {one: n for n, one in enumerate(fields)} == {one: found.get(one) for one in fields}


async def test_of_two_who_saw_the_same_one_is_told_that_it_changed(flow: App, other: App):
    tag = etags.of(await endpoints.describe(flow, address=ADDRESS))
    found = await asyncio.gather(
        *(
            endpoint_changes.replace(
                one,
                organization="flowit",
                address=ADDRESS,
                document={**SAMPLE, "Name": f"Name {n}"},
                if_match=tag,
            )
            for n, one in enumerate((flow, other, flow, other))
        ),
        return_exceptions=True,
    )

    done = [one for one in found if not isinstance(one, BaseException)]
    assert 1 == len(done)
    assert [Outdated] * 3 == [type(one) for one in found if isinstance(one, BaseException)]
    assert done[0]["endpoint"] == await document_of(flow)


async def test_a_bot_does_not_go_while_an_endpoint_comes_that_names_it(flow: App, other: App):
    spare = flow_bot(name="Spare")
    await bots.create(flow, organization="flowit", document=spare)
    web = {
        "Address": "page",
        "Name": "Page",
        "Status": "online",
        "EngagementType": "Web",
        "TargetBotReference": "Spare",
    }
    found = await asyncio.gather(
        endpoint_changes.create(flow, organization="flowit", document=web),
        bots.delete(other, organization="flowit", name="Spare"),
        return_exceptions=True,
    )

    [why] = [one for one in found if isinstance(one, BaseException)]
    assert isinstance(why, Invalid)
    assert why.problems[0].code in ("bot_unknown", "bot_in_use")
    there = {one.name for one in await flow.store.bots()}
    assert {one.target for one in await flow.store.endpoints()} <= there


async def test_an_endpoint_with_a_history_is_kept(flow: App):
    endpoint = await endpoints.find(flow, ADDRESS)
    await Texting(flow, endpoint).answered("hi")
    gone = endpoint_changes.delete(flow, organization="flowit", address=ADDRESS)

    assert [("endpoint_used", "Address")] == await refused(gone)
    assert SAMPLE == await document_of(flow)


async def test_an_endpoint_that_nobody_texted_can_go_and_its_bot_after_it(flow: App):
    gone = await endpoint_changes.delete(flow, organization="flowit", address=ADDRESS)
    bot = await bots.delete(flow, organization="flowit", name=BOT)

    assert SAMPLE == gone["endpoint"]
    assert (BOT, 1) == (bot["Name"], bot["Version"])
    assert [[], []] == (await everything(flow))[1:3]


@pytest.mark.parametrize(
    "field", ["TargetBotReference", "InboundBotReference", "OutboundBotReference"]
)
async def test_a_bot_that_an_endpoint_names_is_kept(flow: App, field: str):
    await bots.create(flow, organization="flowit", document=flow_bot(name="Spare"))
    await endpoint_changes.patch(
        flow, organization="flowit", address=ADDRESS, fields={field: "Spare"}
    )
    gone = bots.delete(flow, organization="flowit", name="Spare")

    assert [("bot_in_use", "Name")] == await refused(gone)


async def test_the_same_name_in_another_organization_is_no_hindrance(flow: App):
    await apply(flow, documents=[{"Organization": "acme", "Bots": [flow_bot()]}])
    await bots.delete(flow, organization="acme", name=BOT)

    assert ["flowit"] == [one.organization for one in await flow.store.bots()]


async def test_a_change_that_changes_nothing_makes_no_version(flow: App):
    shown = await bots.describe(flow, organization="flowit", name=BOT)
    stored = {one: value for one, value in shown.items() if one != "State"}
    same = await bots.replace(flow, organization="flowit", name=BOT, document=stored)
    paused = await bots.patch(flow, organization="flowit", name=BOT, fields={"State": "PAUSED"})
    told = await bots.describe(flow, organization="flowit", name=BOT)

    assert shown == same
    assert (1, "PAUSED") == (paused["Version"], paused["State"])
    assert paused == told


async def test_a_name_is_for_good(flow: App):
    bot = bots.replace(flow, organization="flowit", name=BOT, document=flow_bot(name="New"))
    endpoint = endpoint_changes.patch(
        flow, organization="flowit", address=ADDRESS, fields={"Address": "new"}
    )

    assert [("name_fixed", "Name")] == await refused(bot)
    assert [("name_fixed", "Address")] == await refused(endpoint)


async def test_every_problem_is_told_at_once_by_its_path_in_the_document(flow: App):
    wrong = {**SAMPLE, "Name": "", "Status": "on", "TargetBotReference": "X"}
    bot = {"Name": BOT, "Type": "flow", "Flow": {"nodes": {}}, "State": "?"}

    assert [
        ("endpoint_exists", "Address"),
        ("name_missing", "Name"),
        ("status_invalid", "Status"),
        ("bot_unknown", "TargetBotReference"),
    ] == await refused(endpoint_changes.create(flow, organization="flowit", document=wrong))
    found = await refused(bots.create(flow, organization="flowit", document=bot))
    assert ("bot_exists", "Name") == found[0]
    assert ("state_invalid", "State") in found
    assert any(path.startswith("Flow") for _code, path in found)


@pytest.mark.parametrize("document", [[], "x", None, 7], ids=str)
async def test_what_is_no_document_is_told_so(flow: App, document: Any):
    for doing in (
        bots.create(flow, organization="flowit", document=document),
        bots.replace(flow, organization="flowit", name=BOT, document=document),
        endpoint_changes.create(flow, organization="flowit", document=document),
    ):
        assert [("field_invalid", "body")] == await refused(doing)


async def test_what_another_organization_has_can_not_be_changed(flow: App):
    acme = document(Account("+15550108888"), organization="acme", address="acme-sms")
    await apply(flow, documents=[acme])
    before = await everything(flow)
    for doing in (
        bots.describe(flow, organization="acme", name="nobody"),
        endpoint_changes.patch(flow, organization="acme", address=ADDRESS, fields={"A": 1}),
        endpoint_changes.replace(flow, organization="acme", address=ADDRESS, document=SAMPLE),
        endpoint_changes.delete(flow, organization="acme", address=ADDRESS),
        tenants.rename(flow, name="flowit", title="Mine", organization="acme"),
        tenants.describe(flow, name="flowit", organization="acme"),
    ):
        with pytest.raises(NotFound):
            await doing

    assert before == await everything(flow)


async def test_a_taken_address_does_not_say_whose_it_is(flow: App):
    await apply(flow, documents=[{"Organization": "acme", "Bots": [flow_bot()]}])
    with pytest.raises(Invalid) as why:
        await endpoint_changes.create(flow, organization="acme", document=SAMPLE)

    codes = {one.code: str(one) for one in why.value.problems}
    assert "flowit" not in codes["address_taken"]
    assert "endpoint_exists" not in codes
