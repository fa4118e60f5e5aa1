"""Every bot has an endpoint of its own from the moment it is made."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import LEASE, Calendar
from tests.operations.conftest import changes, everything, told
from tests.operations.test_changing import refused
from tests.operations.texting import Texting
from tests.web.rows import change
from tests.world import ECHO, flow_bot
from threadline.app import App
from threadline.model.versions import UNTOLD
from threadline.operations import bots, default_endpoints, endpoint_changes, endpoints, export
from threadline.operations.apply import apply
from threadline.store import migrations, open_store
from threadline.store.statements import Engine

ADDRESS = "flowit-MySmsBot"
DEFAULT = {
    "Address": ADDRESS,
    "Name": "MySmsBot default endpoint",
    "Status": "online",
    "EngagementType": "Web",
    "TargetBotReference": "MySmsBot",
    "InboundBotReference": "MySmsBot",
    "OutboundBotReference": "MySmsBot",
}
BROUGHT_THEM = 11
"""The step that the tables took."""
FLOWIT = {"Organization": "flowit", "Bots": [flow_bot()]}


@pytest.fixture
async def flow(app: App) -> App:
    await apply(app, documents=[FLOWIT])
    return app


async def documents(app: App) -> list[Any]:
    return [one.document for one in await app.store.endpoints()]


async def test_a_bot_that_is_applied_has_an_endpoint_on_the_web(flow: App):
    assert [DEFAULT] == await documents(flow)


async def test_a_bot_that_is_created_has_one_too(app: App):
    await apply(app, documents=[{"Organization": "flowit"}])
    await bots.create(app, organization="flowit", document=flow_bot())

    assert [DEFAULT] == await documents(app)


async def test_it_is_told_among_what_was_done_and_is_nothing_to_paste(app: App):
    found = await apply(app, documents=[FLOWIT])

    assert ("create", "endpoint", ADDRESS) in [
        (one["action"], one["kind"], one["name"]) for one in found["changes"]
    ]
    assert [] == found["endpoints"]


async def test_a_dry_run_tells_it_and_makes_none(app: App):
    assert f"+ endpoint {ADDRESS}" in await changes(app, FLOWIT, dry_run=True)
    assert [] == await documents(app)


async def test_a_bot_that_is_there_gets_no_second_one(flow: App):
    before = await everything(flow)

    assert ["= organization flowit", "= bot MySmsBot"] == await changes(flow, FLOWIT)
    assert before == await everything(flow)
    changed = {**FLOWIT, "Bots": [flow_bot(ECHO)]}
    assert ["= organization flowit", "~ bot MySmsBot"] == await changes(flow, changed)
    assert [DEFAULT] == await documents(flow)


async def test_what_the_document_says_of_the_endpoint_is_so(app: App):
    own = {**DEFAULT, "Name": "Mine", "Status": "offline"}
    await apply(app, documents=[{**FLOWIT, "Endpoints": [own]}])

    assert [own] == await documents(app)


async def test_an_endpoint_of_ours_that_has_the_address_stays_as_it_is(flow: App):
    theirs = {**DEFAULT, "Address": "flowit-New", "Name": "Older than its bot"}
    await endpoint_changes.create(flow, organization="flowit", document=theirs)
    await bots.create(flow, organization="flowit", document=flow_bot(name="New"))

    assert theirs == (await endpoints.find(flow, "flowit-New")).document


async def test_what_is_exported_gives_the_same_elsewhere_and_again(flow: App):
    patched = {"Name": "Try me", "AllowedDomains": ["https://example.com"]}
    await endpoint_changes.patch(flow, organization=None, address=ADDRESS, fields=patched)
    [exported] = (await export.export(flow))["documents"]

    kinds = ["organization flowit", "bot MySmsBot", f"endpoint {ADDRESS}"]
    assert [f"= {one}" for one in kinds] == await changes(flow, exported)
    elsewhere = await changes(flow, exported | {"Organization": "acme", "Endpoints": []})
    assert "+ endpoint acme-MySmsBot" in elsewhere


async def test_an_address_that_another_organization_has_is_refused_with_the_bot(app: App):
    await apply(app, documents=[{"Organization": "a-b", "Bots": [flow_bot(name="c")]}])
    other = {"Organization": "a", "Bots": [flow_bot(name="b-c")]}

    assert [("address_taken", "documents[0].Bots[0].Name")] == await told(app, other)


async def test_two_organizations_in_one_file_do_not_get_the_same_address(app: App):
    one = {"Organization": "a-b", "Bots": [flow_bot(name="c")]}
    other = {"Organization": "a", "Bots": [flow_bot(name="b-c")]}

    assert [("address_taken", "documents[1].Bots[0].Name")] == await told(app, one, other)


async def test_a_name_that_makes_no_address_is_refused_and_the_longest_is_not(app: App):
    fits = "x" * (100 - len("flowit-"))
    too_long = {"Organization": "flowit", "Bots": [flow_bot(name=f"{fits}x")]}

    assert [("name_too_long", "documents[0].Bots[0].Name")] == await told(app, too_long)
    await apply(app, documents=[{"Organization": "flowit", "Bots": [flow_bot(name=fits)]}])
    assert [f"flowit-{fits}"] == [one.address for one in await app.store.endpoints()]


async def test_a_bot_goes_with_its_endpoint(flow: App):
    await bots.delete(flow, organization="flowit", name="MySmsBot")

    assert [[], []] == (await everything(flow))[1:3]


async def test_a_bot_that_somebody_wrote_to_is_kept(flow: App):
    [endpoint] = await flow.store.endpoints()
    await Texting(flow, endpoint).answered("hi")
    before = await everything(flow)
    gone = bots.delete(flow, organization="flowit", name="MySmsBot")

    assert [("bot_in_use", "Name")] == await refused(gone)
    assert before == await everything(flow)


@pytest.mark.parametrize(
    "fields",
    [
        {"InboundBotReference": "Spare"},
        {"OutboundBotReference": "Spare"},
        {"EngagementType": "TwilioSms", "Status": "offline"},
    ],
    ids=str,
)
async def test_an_endpoint_that_is_for_more_does_not_go_with_the_bot(
    flow: App, fields: dict[str, Any]
):
    await bots.create(flow, organization="flowit", document=flow_bot(name="Spare"))
    await endpoint_changes.patch(flow, organization=None, address=ADDRESS, fields=fields)
    before = await everything(flow)

    gone = bots.delete(flow, organization="flowit", name="MySmsBot")
    assert [("bot_in_use", "Name")] == await refused(gone)
    assert before == await everything(flow)


async def test_the_endpoint_does_not_go_without_its_bot(flow: App):
    gone = endpoint_changes.delete(flow, organization="flowit", address=ADDRESS)

    assert [("endpoint_default", "Address")] == await refused(gone)
    assert [DEFAULT] == await documents(flow)


async def test_bots_from_before_have_one_and_a_first_version(
    new_database_url: str, clock: Calendar
):
    engine: Engine = "sqlite" if new_database_url.startswith("sqlite") else "postgres"
    await change(new_database_url, migrations.CREATE)
    for number, statements in migrations.steps(engine):
        if number < BROUGHT_THEM:
            await change(new_database_url, f"INSERT INTO migrations VALUES ({number}, 0)")
            for one in statements:
                await change(new_database_url, one)
    await change(new_database_url, "INSERT INTO organizations VALUES ('flowit', '', 7, 0)")
    for name in ("MySmsBot", "y" * 100):
        document = f'{{"Name": "{name}", "Type": "flow", "State": "PAUSED"}}'
        values = f"('flowit', '{name}', 5, '{document}', 7)"
        await change(new_database_url, f"INSERT INTO bots VALUES {values}")
    store = await open_store(new_database_url, clock, LEASE)
    found = await store.endpoints()
    [version] = await store.bot_versions("flowit", "MySmsBot", 10)
    await store.close()

    assert [default_endpoints.document("flowit", "MySmsBot")] == [one.document for one in found]
    assert (5, 7, UNTOLD) == (version.version, version.made_at, version.made)
    assert "PAUSED" == version.document["State"]
