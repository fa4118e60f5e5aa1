"""`apply`: what is true afterwards, and what of it was new."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.conftest import Calendar
from tests.operations.conftest import changes, everything
from tests.world import ECHO, Account, document, flow_bot
from threadline.app import App, open_app
from threadline.errors import Invalid, Taken
from threadline.operations import endpoints, secrets
from threadline.operations.apply import apply
from threadline.settings import Settings

SAMPLE = {
    "Address": "myorganization-twiliosms",
    "OutboundBotReference": "MySmsBot",
    "InboundBotReference": "MySmsBot",
    "EngagementType": "TwilioSms",
    "Status": "online",
    "AllowedDomains": ["*.servisbot.com", "https://servisbot.com"],
    "EngagementConfig": {"Secret": "srn:vault::flowit:secretdoc:twiliokeys"},
    "Useragent": "useragent",
    "TargetBotReference": "MySmsBot",
    "Name": "MySms",
}
KEYS = "srn:vault::flowit:secretdoc:twiliokeys"


def flowit(account: Account | None = None, *sample: dict[str, Any]) -> dict[str, Any]:
    """The issue's own example, whole."""
    value = (account or Account()).value
    return {
        "Organization": "flowit",
        "Title": "Flow IT",
        "Secrets": [{"Name": "twiliokeys", "Type": "secretdoc", "Value": value}],
        "Bots": [flow_bot()],
        "Endpoints": list(sample) or [SAMPLE],
    }


async def listed(app: App, organization: str) -> list[Any]:
    """Its endpoints, without those that bots have by themselves."""
    found = (await endpoints.list_(app, organization=organization))["data"]
    return [one for one in found if not one["Name"].endswith(" default endpoint")]


async def test_the_documented_endpoint_is_accepted_and_given_back_as_it_is(app: App):
    await apply(app, documents=[flowit()])

    found = await endpoints.describe(app, address="myorganization-twiliosms")
    assert [SAMPLE] == await listed(app, "flowit")
    assert list(SAMPLE.items()) == list(found["endpoint"].items())


async def test_fields_that_nobody_knows_are_kept(app: App):
    more = {
        "Created": 1545043630304,
        "Style": {"name": "Æ 😀", "roundel": None},
        "LanguageTargets": {"en": {"Type": "Bot", "Alias": "MySmsBot"}},
        "EngagementConfig": {**SAMPLE["EngagementConfig"], "Ours": [1, 2.5, True]},  # type: ignore[dict-item]
    }
    await apply(app, documents=[flowit(None, {**SAMPLE, **more})])

    [found] = await listed(app, "flowit")
    assert {**SAMPLE, **more} == found


async def test_the_messaging_endpoint_is_told_ready_to_paste(app: App):
    found = await apply(app, documents=[flowit()])

    base = "https://sms.example.com/v1/engage/myorganization-twiliosms"
    [told] = found["endpoints"]
    assert {"": f"{base}#rc=4&rp=ct,rt,5xx&ct=2000&rt=3500"} == told["urls"]


async def test_every_region_has_a_messaging_endpoint(settings: Settings, clock: Calendar):
    regions = {"eu-1": "https://eu.example.com/", "us-1": "https://us.example.com"}
    app = await open_app(settings.model_copy(update={"regions": regions}), clock)
    found = await apply(app, documents=[flowit()])
    await app.close()

    urls = found["endpoints"][0]["urls"]
    assert ["eu-1", "us-1"] == list(urls)
    assert urls["eu-1"].startswith("https://eu.example.com/v1/engage/")


async def test_applying_twice_changes_nothing(app: App, clock: Calendar):
    account = Account()
    first = await changes(app, flowit(account))
    before = await everything(app)
    clock.skip(60)
    second = await changes(app, flowit(account))

    kinds = [
        "organization flowit",
        f"secret {KEYS}",
        "bot MySmsBot",
        "endpoint myorganization-twiliosms",
    ]
    assert [f"+ {one}" for one in (*kinds, "endpoint flowit-MySmsBot")] == first
    assert [f"= {one}" for one in kinds] == second
    assert before == await everything(app)


async def test_the_order_of_fields_is_no_difference(app: App):
    account = Account()
    value = dict(reversed(account.value.items()))
    await changes(app, flowit(account, dict(reversed(SAMPLE.items()))))
    other = flowit(account) | {"Secrets": [{"Name": "twiliokeys", "Value": value}]}

    assert {"="} == {one[0] for one in await changes(app, other)}


async def test_a_dry_run_tells_the_difference_and_writes_nothing(app: App):
    account = Account()
    await apply(app, documents=[flowit(account)])
    before = await everything(app)
    other = flowit(
        Account(number="+15550107777"), {**SAMPLE, "Name": "New", "Status": "offline"}
    )
    del other["Endpoints"][0]["Useragent"]
    other["Endpoints"][0]["AllowedDomains"] = ["*.servisbot.com", "https://example.com"]
    found = await apply(app, documents=[other], dry_run=True)

    assert not found["applied"]
    assert before == await everything(app)
    assert {
        "organization": [],
        "bot": [],
        "secret": [{"path": "Value"}],
        "endpoint": [
            {"path": "Status", "old": "online", "new": "offline"},
            {
                "path": "AllowedDomains[1]",
                "old": "https://servisbot.com",
                "new": "https://example.com",
            },
            {"path": "Useragent", "old": "useragent"},
            {"path": "Name", "old": "MySms", "new": "New"},
        ],
    } == {one["kind"]: one["fields"] for one in found["changes"]}


async def test_a_dry_run_of_the_first_document_writes_nothing(app: App):
    assert all(one[0] == "+" for one in await changes(app, flowit(), dry_run=True))
    assert [[], [], [], []] == await everything(app)


async def test_a_changed_bot_has_a_new_version(app: App):
    account = Account()
    await apply(app, documents=[flowit(account)])
    await apply(app, documents=[flowit(account) | {"Bots": [flow_bot(ECHO)]}])

    [bot] = await app.store.bots()
    assert (2, flow_bot(ECHO)) == (bot.version, bot.document)


async def test_a_bot_that_is_paused_is_the_same_version(app: App):
    account = Account()
    await apply(app, documents=[flowit(account)])
    paused = {**flow_bot(), "State": "PAUSED"}
    await apply(app, documents=[flowit(account) | {"Bots": [paused]}])

    [bot] = await app.store.bots()
    assert (1, False) == (bot.version, bot.running)


async def test_what_is_not_mentioned_stays(app: App):
    account = Account()
    await apply(app, documents=[flowit(account)])
    before = await everything(app)
    done = await changes(app, {"Organization": "flowit"})

    assert ["= organization flowit"] == done
    assert before == await everything(app)


async def test_a_title_is_changed_when_it_is_written(app: App):
    await apply(app, documents=[{"Organization": "flowit", "Title": "Flow IT"}])
    await apply(app, documents=[{"Organization": "flowit", "Title": "Flow\0 IT 2"}])

    [found] = await app.store.organizations()
    assert "Flow� IT 2" == found.title


async def test_an_endpoint_may_wait_offline_for_its_secret(app: App):
    waiting = {**SAMPLE, "Status": "offline", "EngagementConfig": {}}
    await apply(app, documents=[flowit() | {"Secrets": [], "Endpoints": [waiting]}])

    [found] = await listed(app, "flowit")
    assert waiting == found


async def test_several_organizations_come_in_one_go(app: App):
    ours = document(Account())
    theirs = document(Account("+15550108888"), organization="acme", address="acme-sms")
    await apply(app, documents=[ours, theirs])

    assert ["acme", "flowit"] == sorted(one.name for one in await app.store.organizations())
    assert 1 == len(await listed(app, "acme"))


async def test_a_changed_secret_is_a_new_version_and_moves_the_number(app: App):
    first, second = Account(), Account(number="+15550107777")
    await apply(app, documents=[flowit(first)])
    await apply(app, documents=[{"Organization": "flowit", "Secrets": [secret(second)]}])

    assert 2 == (await secrets.describe(app, srn=KEYS))["Version"]
    assert second.value == dict(await app.vault.reveal(KEYS))  # type: ignore[arg-type]
    assert None is await app.store.endpoint_on(route(first))
    there = await app.store.endpoint_on(route(second))
    assert there is not None
    assert "myorganization-twiliosms" == there.address


async def test_an_account_can_be_given_back_its_old_token(app: App):
    first = Account()
    rotated = Account(sid=first.sid)
    for account in (first, rotated, first):
        await apply(app, documents=[flowit(account)])

    assert 3 == (await secrets.describe(app, srn=KEYS))["Version"]
    assert first.value == dict(await app.vault.reveal(KEYS))  # type: ignore[arg-type]


def secret(account: Account, name: str = "twiliokeys") -> dict[str, Any]:
    return {"Name": name, "Type": "secretdoc", "Value": account.value}


def route(account: Account) -> str:
    return f"{account.sid}/{account.number}"


def endpoint(address: str, keys: str, status: str = "online") -> dict[str, Any]:
    config = {"Secret": f"srn:vault::flowit:secretdoc:{keys}"}
    return {**SAMPLE, "Address": address, "Status": status, "EngagementConfig": config}


A, B = Account("+15550101111"), Account("+15550102222")


def two(first: dict[str, Any], *more: dict[str, Any], **parts: Any) -> dict[str, Any]:
    keys = [secret(A, "a"), secret(B, "b")]
    return {
        "Organization": "flowit",
        "Secrets": keys,
        "Bots": [flow_bot()],
        "Endpoints": [first, *more],
        **parts,
    }


@pytest.mark.parametrize(
    ("before", "after", "holds_a", "holds_b"),
    [
        (
            [("one", "a", "online")],
            [("two", "a", "online"), ("one", "b", "online")],
            "two",
            "one",
        ),
        (
            [("one", "a", "online"), ("two", "b", "online")],
            [("one", "b", "online"), ("two", "a", "online")],
            "two",
            "one",
        ),
        (
            [("one", "a", "online"), ("two", "a", "offline")],
            [("two", "a", "online"), ("one", "a", "offline")],
            "two",
            None,
        ),
        (
            [("one", "a", "online"), ("two", "b", "online")],
            [("three", "a", "online"), ("one", "b", "online"), ("two", "b", "offline")],
            "three",
            "one",
        ),
    ],
    ids=["handed on", "swapped", "taken over", "round in a ring"],
)
async def test_a_number_moves_between_endpoints_within_one_file(
    app: App, before: Any, after: Any, holds_a: str | None, holds_b: str | None
):
    await apply(app, documents=[two(*(endpoint(*one) for one in before))])
    await apply(app, documents=[two(*(endpoint(*one) for one in after))])

    holders = [await app.store.endpoint_on(route(one)) for one in (A, B)]
    assert [holds_a, holds_b] == [one and one.address for one in holders]


async def test_two_secrets_may_swap_their_numbers(app: App):
    both = [endpoint("one", "a"), endpoint("two", "b")]
    await apply(app, documents=[two(*both)])
    swapped = [secret(B, "a"), secret(A, "b")]
    await apply(app, documents=[{"Organization": "flowit", "Secrets": swapped}])

    holders = [await app.store.endpoint_on(route(one)) for one in (A, B)]
    assert ["two", "one"] == [one and one.address for one in holders]


async def test_of_two_at_once_one_is_done_and_the_other_leaves_nothing(app: App):
    ours = document(Account())
    theirs = document(Account("+15550108888"), organization="acme")
    found = await asyncio.gather(
        apply(app, documents=[ours]), apply(app, documents=[theirs]), return_exceptions=True
    )

    [refused] = [one for one in found if isinstance(one, BaseException)]
    winner = "acme" if found[0] is refused else "flowit"
    assert isinstance(refused, Invalid | Taken)
    assert [winner] == [one.name for one in await app.store.organizations()]
    assert [winner] == [one.organization for one in await app.store.bots()]
    assert [winner] == [one.organization for one in await app.store.secrets()]
    assert [winner] * 2 == [one.organization for one in await app.store.endpoints()]


async def test_a_thousand_endpoints_are_applied_in_reasonable_time(app: App):
    bot = flow_bot()
    web = {"EngagementType": "Web", "Name": "Page", "Status": "online"}
    pages = [
        {**web, "Address": f"page-{n}", "TargetBotReference": bot["Name"]} for n in range(1000)
    ]
    async with asyncio.timeout(10):
        await apply(app, documents=[{"Organization": "a", "Bots": [bot], "Endpoints": pages}])

    assert 1001 == len(await app.store.endpoints())
