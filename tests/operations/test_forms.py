"""Forms: what may be filled in is declared once, and what is filled in is checked by it."""

from __future__ import annotations

from typing import Any

import pytest

from threadline.app import App
from threadline.channels import CHANNELS
from threadline.channels.twilio import account
from threadline.errors import Invalid
from threadline.model import engagement
from threadline.model.fields import Field, Limit, get, put
from threadline.operations import forms, secrets
from threadline.operations.apply import apply

SID, TOKEN = f"AC{'0' * 32}", "hush0123456789abcdef0123456789ab"
SAID = {"accountSid": f" {SID} ", "authToken": TOKEN, "phoneNumber": "+15550100000"}


@pytest.fixture(autouse=True)
async def flowit(app: App) -> None:
    await apply(app, documents=[{"Organization": "flowit"}])


async def refused(app: App, template: str, value: Any) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as why:
        await secrets.create(
            app, organization="flowit", name="keys", value=value, template=template
        )
    assert TOKEN not in str(why.value)
    return [(one.code, one.path) for one in why.value.problems]


async def test_a_secret_from_a_form_is_kept_as_its_template_says(app: App):
    value = forms.value_of(account.TEMPLATE, {**SAID, "region": " ", "authTokens": "a\n\nb\n"})
    made = await secrets.create(
        app, organization="flowit", name="keys", value=value, template="twilio"
    )

    assert ("srn:vault::flowit:secretdoc:keys", "secretdoc") == (made["Srn"], made["Type"])
    expected = {**SAID, "accountSid": SID, "authTokens": ["a", "b"]}
    assert expected == await app.vault.reveal(made["Srn"])


async def test_a_token_is_one_text(app: App):
    value = forms.value_of(forms.BEARER, {"": f" {TOKEN}\n"})
    made = await secrets.create(
        app, organization="flowit", name="key", value=value, template="bearer"
    )

    assert ("secret", TOKEN) == (made["Type"], await app.vault.reveal(made["Srn"]))


async def test_every_problem_of_a_form_is_told_at_once_at_its_field(app: App):
    wrong = {"accountSid": "AC1", "authToken": TOKEN, "phoneNumber": "12"}

    assert [
        ("account_invalid", "Value.accountSid"),
        ("number_invalid", "Value.phoneNumber"),
    ] == (await refused(app, "twilio", wrong))
    assert [("secret_incomplete", "Value.authToken")] == await refused(
        app, "twilio", {"accountSid": SID, "phoneNumber": "+15550100000"}
    )


async def test_an_empty_form_is_refused(app: App):
    empty = forms.value_of(forms.BEARER, {})

    assert [("secret_empty", "Value")] == await refused(app, "bearer", empty)


async def test_a_template_that_is_not_there_is_told_with_those_that_are(app: App):
    with pytest.raises(Invalid, match="bearer, json") as why:
        forms.template_of(app, "twillio")

    assert ["template_unknown"] == [one.code for one in why.value.problems]


def test_a_document_that_is_no_json_is_told_without_it():
    with pytest.raises(Invalid) as why:
        forms.value_of(forms.CUSTOM, {"": f"{{{TOKEN}"})

    assert ["secret_invalid"] == [one.code for one in why.value.problems]
    assert TOKEN not in str(why.value)


async def test_every_channel_tells_what_it_can_be_told(app: App):
    found = {one["type"]: one for one in (await forms.list_channels(app))["data"]}

    assert {*CHANNELS} == {*found}
    assert ("Twilio SMS", "twilio") == (
        found["TwilioSms"]["label"],
        found["TwilioSms"]["template"],
    )
    names = {kind: {one["name"] for one in said["fields"]} for kind, said in found.items()}
    assert {"Secret", "MessagesPerSecond"} <= names["TwilioSms"] - names["Web"]
    assert {"AwayMessage", "MaxIdenticalTexts"} <= names["Web"]


@pytest.mark.parametrize("kind", CHANNELS)
def test_every_field_has_what_a_form_needs_and_its_default_is_allowed(kind: str):
    config: dict[str, Any] = {}
    for one in CHANNELS[kind].fields:
        assert one.label, one.name
        assert one.help.endswith("."), one.name
        assert one.kind != "choice" or one.default in one.choices, one.name
        assert one.kind != "number" or one.limit, one.name
        put(config, one, one.default)
    problems: list[Any] = []
    engagement.check(config, lambda *said: problems.append(said))

    assert [] == problems


@pytest.mark.parametrize("one", [f for f in CHANNELS["TwilioSms"].fields if f.limit], ids=str)
def test_the_bounds_of_a_number_are_those_that_are_told(one: Field):
    assert one.limit is not None
    wrong = {
        said: _problems(one, said)
        for said in (one.limit.most, one.limit.most + 1, "x", True, one.limit.least - 1)
    }

    assert [one.limit.most] == [said for said, found in wrong.items() if not found]


def _problems(one: Field, value: Any) -> list[Any]:
    config: dict[str, Any] = {}
    put(config, one, value)
    problems: list[Any] = []
    engagement.check(config, lambda *said: problems.append(said))
    return problems


def test_a_field_is_found_written_and_taken_away_where_it_stands():
    one = Field("Policy.userSession.expireOnInactivityInMinutes", "", "")
    config = {"Policy": {"conversation": {"maxDurationInMinutes": 9}}, "Kept": True}
    before = {"Policy": {"conversation": {"maxDurationInMinutes": 9}}, "Kept": True}
    put(config, one, 5)
    written = get(config, one)
    put(config, one, None)

    assert (5, None) == (written, get(config, one))
    assert before == config


def test_a_limit_is_told_in_words():
    assert "6 to 36,000 seconds" == Limit(6, 36_000, "seconds").told
    assert "up to 10 minutes" == Limit(0, 10, "minutes", broken=True).told
