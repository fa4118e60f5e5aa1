"""Everything in which a document can be wrong: a stable code, the way to it, what to do."""

from __future__ import annotations

import asyncio
import copy
import time
from typing import Any

import pytest

from tests.conftest import Calendar
from tests.operations.conftest import problems, told
from tests.operations.test_apply import KEYS, SAMPLE, flowit
from tests.world import Account, document, flow_bot
from threadline.app import App, open_app
from threadline.errors import Invalid
from threadline.model.document import MAX_PROBLEMS
from threadline.operations.apply import apply
from threadline.settings import Settings

AT = "documents[0].Endpoints[0]."
VALUE = "documents[0].Secrets[0].Value"
CONFIG = f"{AT}EngagementConfig."


@pytest.fixture(params=["sqlite"])
def database_url(request: pytest.FixtureRequest, tmp_path: Any) -> str:
    """What a document says is read the same way over every engine."""
    return f"sqlite:///{tmp_path}/threadline.db"


def sample(**changed: Any) -> dict[str, Any]:
    fields = {**SAMPLE, **changed}
    return flowit(None, {name: value for name, value in fields.items() if value is not ...})


def config(**fields: Any) -> dict[str, Any]:
    return sample(EngagementConfig={"Secret": KEYS, **fields})


def keys(**changed: Any) -> dict[str, Any]:
    """The sample with another secret."""
    found = flowit()
    value = found["Secrets"][0]["Value"] | changed
    found["Secrets"][0]["Value"] = {k: v for k, v in value.items() if v is not ...}
    return found


ENDPOINTS: dict[str, tuple[dict[str, Any], tuple[str, str]]] = {
    "no target": (sample(TargetBotReference=...), ("target_missing", "TargetBotReference")),
    "two targets": (
        sample(TargetVAReference="va"),
        ("target_ambiguous", "TargetVAReference"),
    ),
    "a virtual assistant online": (
        sample(TargetBotReference=..., TargetVAReference="va"),
        ("target_unsupported", "TargetVAReference"),
    ),
    "an enhanced bot online": (
        sample(TargetBotReference=..., EnhancedBot={"BotName": "LexOne"}),
        ("target_unsupported", "EnhancedBot"),
    ),
    "no type": (sample(EngagementType=...), ("type_unknown", "EngagementType")),
    "an unknown type": (sample(EngagementType="Fax"), ("type_unknown", "EngagementType")),
    "a list as a type": (sample(EngagementType=["x"]), ("type_unknown", "EngagementType")),
    "no address": (sample(Address=...), ("address_missing", "Address")),
    "an address with a blank": (sample(Address="my sms"), ("address_invalid", "Address")),
    "an address with a slash": (sample(Address="a/b"), ("address_invalid", "Address")),
    "an endless address": (sample(Address="a" * 101), ("address_invalid", "Address")),
    "a number as an address": (sample(Address=7), ("address_missing", "Address")),
    "no name": (sample(Name=...), ("name_missing", "Name")),
    "no status": (sample(Status=...), ("status_invalid", "Status")),
    "another status": (sample(Status="ONLINE"), ("status_invalid", "Status")),
    "an unknown bot": (sample(TargetBotReference="X"), ("bot_unknown", "TargetBotReference")),
    "an unknown bot for texts that come": (
        sample(InboundBotReference="X"),
        ("bot_unknown", "InboundBotReference"),
    ),
    "an unknown bot for texts that go": (
        sample(OutboundBotReference="X"),
        ("bot_unknown", "OutboundBotReference"),
    ),
    "a number as a bot": (
        sample(InboundBotReference=7),
        ("field_invalid", "InboundBotReference"),
    ),
    "domains that are a text": (
        sample(AllowedDomains="*"),
        ("field_invalid", "AllowedDomains"),
    ),
    "no secret": (
        sample(EngagementConfig={}),
        ("secret_missing", "EngagementConfig.Secret"),
    ),
    "no config": (sample(EngagementConfig=...), ("secret_missing", "EngagementConfig.Secret")),
    "an unknown secret": (
        config(Secret="srn:vault::flowit:secretdoc:nokeys"),
        ("secret_missing", "EngagementConfig.Secret"),
    ),
    "a secret of another organization": (
        config(Secret="srn:vault::acme:secretdoc:twiliokeys"),
        ("secret_foreign", "EngagementConfig.Secret"),
    ),
    "a secret that is one text": (
        config(Secret="srn:vault::flowit:secret:twiliokeys"),
        ("secret_type", "EngagementConfig.Secret"),
    ),
    "a secret's alias alone": (
        config(Secret="twiliokeys"),
        ("srn_invalid", "EngagementConfig.Secret"),
    ),
    "a public URL without a scheme": (
        config(PublicUrl="sms.example.com"),
        ("public_url_invalid", "EngagementConfig.PublicUrl"),
    ),
}
for name, wrong in {
    "FirstMessage": ["Utterance", 1, True, ["start"], {}],
    "OnUnknown": ["drop", 0, ["park"]],
    "AwayMessage": [7, False, ["away"], {"text": "away"}],
    "ErrorMessage": [7, {}],
    "Policy": ["10 minutes", 10, []],
}.items():
    for said in wrong:
        expected = ("config_invalid", f"EngagementConfig.{name}")
        ENDPOINTS[f"{name} as {said!r}"] = (config(**{name: said}), expected)
for part, name in (
    ("userSession", "expireOnInactivityInMinutes"),
    ("conversation", "maxDurationInMinutes"),
):
    at = f"EngagementConfig.Policy.{part}"
    ENDPOINTS[f"{part} as a number"] = (config(Policy={part: 10}), ("config_invalid", at))
    for said in (0, -1, "10", True, [], 1e300):
        policy = {part: {name: said}}
        expected = ("config_invalid", f"{at}.{name}")
        ENDPOINTS[f"{name} as {said!r}"] = (config(Policy=policy), expected)


@pytest.mark.parametrize(("wrong", "expected"), ENDPOINTS.values(), ids=ENDPOINTS)
async def test_an_endpoint_is_refused_with(
    app: App, wrong: dict[str, Any], expected: tuple[str, str]
):
    code, field = expected

    assert [(code, f"{AT}{field}")] == await told(app, wrong)


@pytest.mark.parametrize(
    "fine",
    [
        {"FirstMessage": "utterance", "OnUnknown": "park"},
        {"FirstMessage": "start", "OnUnknown": "resend"},
        {"AwayMessage": "We are out.", "ErrorMessage": ""},
        {"FirstMessage": None, "AwayMessage": None, "Policy": None},
        {"Policy": {"userSession": {"expireOnInactivityInMinutes": 0.5}, "conversation": {}}},
        {"Policy": {"conversation": {"maxDurationInMinutes": 525_600}, "ours": 1}},
    ],
    ids=str,
)
async def test_a_channel_can_be_configured_with(app: App, fine: dict[str, Any]):
    found = await apply(app, documents=[config(**fine)], dry_run=True)

    assert 5 == len(found["changes"])


SECRETS: dict[str, tuple[dict[str, Any], tuple[str, str]]] = {
    "no account": (keys(accountSid=...), ("secret_incomplete", f"{VALUE}.accountSid")),
    "no token": (keys(authToken=...), ("secret_incomplete", f"{VALUE}.authToken")),
    "an empty token": (keys(authToken=""), ("secret_incomplete", f"{VALUE}.authToken")),
    "no number": (keys(phoneNumber=...), ("secret_incomplete", f"{VALUE}.phoneNumber")),
    "an account that is none": (
        keys(accountSid="AC1"),
        ("account_invalid", f"{VALUE}.accountSid"),
    ),
    "a number that cannot be": (
        keys(phoneNumber="+1555"),
        ("number_invalid", f"{VALUE}.phoneNumber"),
    ),
    "a number without its country": (
        keys(phoneNumber="(555) 010-9999"),
        ("number_invalid", f"{VALUE}.phoneNumber"),
    ),
    "an API key without its secret": (
        keys(apiKeySid=f"SK{'0' * 32}"),
        ("api_key_incomplete", f"{VALUE}.apiKeySecret"),
    ),
    "an API key that is none": (
        keys(apiKeySid="SK1", apiKeySecret="x"),
        ("api_key_invalid", f"{VALUE}.apiKeySid"),
    ),
    "a service that is none": (
        keys(messagingServiceSid="MG1"),
        ("service_invalid", f"{VALUE}.messagingServiceSid"),
    ),
    "a region without an edge": (keys(region="ie1"), ("region_incomplete", f"{VALUE}.edge")),
    "an edge that is none": (
        keys(region="ie1", edge="!"),
        ("region_invalid", f"{VALUE}.edge"),
    ),
}


@pytest.mark.parametrize(("wrong", "expected"), SECRETS.values(), ids=SECRETS)
async def test_a_secret_of_an_endpoint_is_refused_with(
    app: App, wrong: dict[str, Any], expected: tuple[str, str]
):
    assert [expected] == await told(app, wrong)


async def test_a_stored_secret_that_will_not_do_is_told_by_its_name(app: App):
    lame = {"Name": "lame", "Value": {"accountSid": Account().sid, "authToken": "canary-1"}}
    await apply(app, documents=[{"Organization": "flowit", "Secrets": [lame]}])
    using = config(Secret="srn:vault::flowit:secretdoc:lame")
    [problem] = await problems(app, using)

    assert ("secret_incomplete", f"{CONFIG}Secret") == (problem.code, problem.path)
    assert "srn:vault::flowit:secretdoc:lame: The secret lacks phoneNumber." == problem.message
    assert "canary-1" not in str(problem)


DOCUMENTS: dict[str, tuple[Any, tuple[str, str]]] = {
    "a list": ([], ("document_invalid", "documents[0]")),
    "a text": ("flowit", ("document_invalid", "documents[0]")),
    "no organization": ({}, ("name_invalid", "documents[0].Organization")),
    "an organization in capitals": (
        {"Organization": "Flowit"},
        ("name_invalid", "documents[0].Organization"),
    ),
    "an organization with a colon": (
        {"Organization": "a:b"},
        ("name_invalid", "documents[0].Organization"),
    ),
    "a title that is a list": (
        {"Organization": "flowit", "Title": []},
        ("field_invalid", "documents[0].Title"),
    ),
    "a title that is longer than a line": (
        {"Organization": "flowit", "Title": "a" * 201},
        ("field_invalid", "documents[0].Title"),
    ),
    "a misspelt part": (
        {"Organization": "flowit", "Endpoint": []},
        ("field_unknown", "documents[0].Endpoint"),
    ),
    "endpoints that are no list": (
        {"Organization": "flowit", "Endpoints": SAMPLE},
        ("field_invalid", "documents[0].Endpoints"),
    ),
    "bots that are an empty mapping": (
        {"Organization": "flowit", "Bots": {}},
        ("field_invalid", "documents[0].Bots"),
    ),
    "a bot that is a text": (
        {"Organization": "flowit", "Bots": ["MySmsBot"]},
        ("field_invalid", "documents[0].Bots[0]"),
    ),
    "a bot of another organization": (
        {"Organization": "flowit", "Bots": [{**flow_bot(), "Organization": "acme"}]},
        ("organization_foreign", "documents[0].Bots[0].Organization"),
    ),
}
for name, bot, expected in (
    ("a bot without a name", {"Type": "flow"}, ("name_invalid", "Name")),
    ("a bot without a type", {"Type": ...}, ("type_unknown", "Type")),
    ("a bot of an unknown type", {"Type": "lex"}, ("type_unknown", "Type")),
    ("a bot whose type is a list", {"Type": []}, ("type_unknown", "Type")),
    ("a bot in an unknown state", {"State": "ON"}, ("state_invalid", "State")),
    ("a bot without a flow", {"Flow": ...}, ("field_missing", "Flow")),
    ("a bot behind no URL", {"Type": "http"}, ("url_missing", "Url")),
    (
        "a bot inside our network",
        {"Type": "http", "Url": "http://127.0.0.1/"},
        ("url_forbidden", "Url"),
    ),
    (
        "a bot with another's secret",
        {"Type": "http", "Url": "https://example.com/", "Secret": "srn:vault::acme:secret:key"},
        ("secret_foreign", "Secret"),
    ),
    (
        "a bot with an unknown secret",
        {
            "Type": "http",
            "Url": "https://example.com/",
            "Secret": "srn:vault::flowit:secret:key",
        },
        ("secret_missing", "Secret"),
    ),
    (
        "a header with an unknown secret",
        {
            "Type": "http",
            "Url": "https://example.com/",
            "Headers": {"Authorization": "srn:vault::flowit:secret:key"},
        },
        ("secret_missing", "Headers.Authorization"),
    ),
):
    whole = {**flow_bot(), **bot} | ({"Name": ...} if name == "a bot without a name" else {})
    whole = {field: value for field, value in whole.items() if value is not ...}
    DOCUMENTS[name] = (
        {"Organization": "flowit", "Bots": [whole]},
        (expected[0], f"documents[0].Bots[0].{expected[1]}"),
    )
for name, kept, expected in (
    ("a secret without a name", {"Value": {"a": "b"}}, ("name_invalid", "Name")),
    ("a secret with a colon", {"Name": "a:b", "Value": {"a": "b"}}, ("name_invalid", "Name")),
    ("a secret without a value", {"Name": "a"}, ("secret_empty", "Value")),
    ("an empty document", {"Name": "a", "Value": {}}, ("secret_empty", "Value")),
    ("an empty text", {"Name": "a", "Type": "secret", "Value": ""}, ("secret_empty", "Value")),
    ("a document that is a text", {"Name": "a", "Value": "x"}, ("secret_invalid", "Value")),
    (
        "a field that is a number",
        {"Name": "a", "Value": {"b": 1}},
        ("secret_invalid", "Value.b"),
    ),
    (
        "a number in a list",
        {"Name": "a", "Value": {"b": ["c", 1]}},
        ("secret_invalid", "Value.b[1]"),
    ),
    (
        "a secret of an unknown type",
        {"Name": "a", "Type": "aws", "Value": "x"},
        ("type_unknown", "Type"),
    ),
    (
        "a secret whose type is a list",
        {"Name": "a", "Type": [], "Value": "x"},
        ("type_unknown", "Type"),
    ),
    (
        "an endless secret",
        {"Name": "a", "Value": {"b": "x" * 70_000}},
        ("secret_too_large", "Value"),
    ),
    (
        "a misspelt field",
        {"Name": "a", "Value": {"b": "c"}, "Typ": "secret"},
        ("field_unknown", "Typ"),
    ),
):
    DOCUMENTS[name] = (
        {"Organization": "flowit", "Secrets": [kept]},
        (expected[0], f"documents[0].Secrets[0].{expected[1]}"),
    )


@pytest.mark.parametrize(("wrong", "expected"), DOCUMENTS.values(), ids=DOCUMENTS)
async def test_a_document_is_refused_with(app: App, wrong: Any, expected: tuple[str, str]):
    assert [expected] == await told(app, wrong)


async def test_a_flow_is_refused_with_every_problem_of_it(app: App):
    flow = copy.deepcopy(flow_bot()["Flow"])
    flow["nodes"]["hello"]["next"] = "nowhere"
    flow["nodes"]["ask"]["type"] = "Promt"
    found = await problems(app, flowit() | {"Bots": [flow_bot(flow)]})

    nodes = "documents[0].Bots[0].Flow.nodes"
    assert [
        ("wire_unknown_node", f"{nodes}.hello.next"),
        ("node_unknown_type", f"{nodes}.ask.type"),
    ] == [(one.code, one.path) for one in found]
    assert "Did you mean `Prompt`?" == found[1].mend


async def test_everything_wrong_is_told_at_once_and_nothing_is_written(app: App):
    wrong = flowit(None, {**SAMPLE, "Name": "", "TargetBotReference": "X", "Status": "on"})
    wrong["Secrets"][0]["Value"]["phoneNumber"] = "+1"
    wrong["Bots"].append({"Name": "second", "Type": "http"})
    wrong["Colour"] = "red"

    assert {
        ("field_unknown", "documents[0].Colour"),
        ("url_missing", "documents[0].Bots[1].Url"),
        ("name_missing", f"{AT}Name"),
        ("status_invalid", f"{AT}Status"),
        ("bot_unknown", f"{AT}TargetBotReference"),
        ("number_invalid", f"{VALUE}.phoneNumber"),
        ("name_invalid", "documents[1].Organization"),
    } == set(await told(app, wrong, {"Organization": "?"}))


async def test_a_wrong_organization_does_not_hide_what_else_is_wrong(app: App):
    wrong = flowit(None, {**SAMPLE, "Name": ""}) | {"Organization": "Flow IT"}

    assert [
        ("name_invalid", "documents[0].Organization"),
        ("name_missing", f"{AT}Name"),
    ] == await told(app, wrong)


async def test_two_nameless_things_are_not_the_same_thing(app: App):
    nameless = {k: v for k, v in SAMPLE.items() if k != "Address"} | {"Status": "offline"}
    wrong = flowit(None, nameless, nameless) | {"Bots": [flow_bot(), *[{"Type": "flow"}] * 2]}
    found = [code for code, _path in await told(app, wrong)]

    assert 2 == found.count("name_invalid") == found.count("address_missing")
    assert not {"name_taken", "address_taken"} & set(found)


async def test_the_same_address_or_name_twice_in_one_file_is_refused(app: App):
    wrong = flowit(None, SAMPLE, {**SAMPLE, "Name": ""})
    wrong["Bots"] *= 2
    wrong["Secrets"] *= 2

    assert [
        ("name_taken", "documents[0].Secrets[1].Name"),
        ("name_taken", "documents[0].Bots[1].Name"),
        ("address_taken", "documents[0].Endpoints[1].Address"),
        ("name_missing", "documents[0].Endpoints[1].Name"),
    ] == await told(app, wrong)


async def test_an_address_of_another_organization_is_taken_without_telling_whose(app: App):
    await apply(app, documents=[document(Account(), organization="acme")])
    [problem] = await problems(app, flowit())

    assert ("address_taken", f"{AT}Address") == (problem.code, problem.path)
    assert "acme" not in str(problem)


async def test_a_number_online_twice_names_the_other_endpoint_of_the_organization(app: App):
    account = Account()
    await apply(app, documents=[flowit(account)])
    [problem] = await problems(app, flowit(account, {**SAMPLE, "Address": "second"}))

    assert ("sender_taken", f"{CONFIG}Secret") == (problem.code, problem.path)
    assert "The endpoint myorganization-twiliosms is online" in problem.message


async def test_a_number_online_twice_says_nothing_of_another_organizations_endpoint(app: App):
    account = Account()
    await apply(app, documents=[document(account, organization="acme", address="theirs-sms")])
    [problem] = await problems(app, flowit(account))

    assert "sender_taken" == problem.code
    assert "acme" not in str(problem)
    assert "theirs" not in str(problem)


@pytest.mark.parametrize("organization", ["flowit", "acme"])
async def test_a_number_online_twice_in_one_file_is_refused(app: App, organization: str):
    account = Account()
    second = document(account, organization=organization, address="second")
    second["Bots"] = [flow_bot(name="MySecondBot")]
    second["Endpoints"][0]["TargetBotReference"] = "MySecondBot"
    [problem] = await problems(app, flowit(account), second)

    path = "documents[1].Endpoints[0].EngagementConfig.Secret"
    assert ("sender_taken", path) == (problem.code, problem.path)
    named = "myorganization-twiliosms" in problem.message
    assert named == (organization == "flowit")


async def test_the_same_number_may_be_on_an_endpoint_that_is_offline(app: App):
    account = Account()
    spare = {**SAMPLE, "Address": "second", "Status": "offline"}
    await apply(app, documents=[flowit(account, SAMPLE, spare)])

    offline = [one.address for one in await app.store.endpoints() if not one.online]
    assert ["second"] == offline


async def test_a_new_number_in_a_secret_is_refused_where_it_is_taken(app: App):
    first, second = Account(), Account("+15550108888")
    await apply(app, documents=[flowit(first)])
    await apply(app, documents=[document(second, address="second")])
    other = {"Name": "twiliokeys", "Value": second.value}
    [problem] = await problems(app, {"Organization": "flowit", "Secrets": [other]})

    assert ("sender_taken", VALUE) == (problem.code, problem.path)
    assert "The endpoint second is online" in problem.message


async def test_a_secret_that_endpoints_use_cannot_become_incomplete(app: App):
    await apply(app, documents=[flowit()])
    lame = {"Name": "twiliokeys", "Value": {"accountSid": Account().sid, "authToken": "x"}}

    assert [("secret_incomplete", f"{VALUE}.phoneNumber")] == await told(
        app, {"Organization": "flowit", "Secrets": [lame]}
    )


async def test_what_was_meant_is_suggested(app: App):
    await apply(app, documents=[flowit()])
    bot = await problems(app, sample(TargetBotReference="MySmsBott"))
    key = await problems(app, config(Secret="srn:vault::flowit:secretdoc:twiliokey"))
    part = await problems(app, {"Organization": "flowit", "Bot": []})

    assert bot[-1].mend.startswith("Did you mean `MySmsBot`?")
    assert key[-1].mend.startswith(f"Did you mean `{KEYS}`?")
    assert "Did you mean `Bots`?" == part[0].mend


async def test_a_bot_in_an_opened_network_is_accepted(settings: Settings, clock: Calendar):
    opened = settings.model_copy(update={"allow_networks": ("127.0.0.0/8",)})
    app = await open_app(opened, clock)
    bot = {"Name": "MySmsBot", "Type": "http", "Url": "http://127.0.0.1:9/chat"}
    found = await apply(app, documents=[flowit() | {"Bots": [bot]}])
    await app.close()

    assert found["applied"]


async def test_a_problem_never_quotes_a_secret(app: App):
    value = {"accountSid": "canary-1", "authToken": "canary-2", "phoneNumber": "+canary-3"}
    wrong = flowit()
    wrong["Secrets"] = [
        {
            "Name": "twiliokeys",
            "Value": value | {"region": "canary-4", "apiKeySid": "canary-5"},
        },
        {"Name": "a", "Type": "secretdoc", "Value": "canary-6"},
        {"Name": "b", "Value": {"c": ["canary-7", 7]}},
        {"Name": "b", "Type": "secret", "Value": {"d": "canary-8"}},
    ]
    with pytest.raises(Invalid) as refused:
        await apply(app, documents=[wrong])

    assert "canary" not in repr(refused.value) + str(refused.value)
    assert 7 <= len(refused.value.problems)


async def test_much_that_is_wrong_is_told_in_part_and_keeps_nobody_waiting(app: App):
    """Its time does not grow with the square of what is in it, and texts have their turn."""
    many = 3000
    wrong = {
        "Organization": "flowit",
        "Bots": [flow_bot(name=f"b{n}") for n in range(many)],
        "Endpoints": [{**SAMPLE, "Address": f"a{n}", "Name": n} for n in range(many)],
    }
    turns = 0

    async def texts() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    texting = asyncio.create_task(texts())
    began = time.monotonic()
    found = await problems(app, wrong)
    took = time.monotonic() - began
    texting.cancel()

    assert MAX_PROBLEMS == len(found)
    assert 10 < turns
    assert 5 > took
