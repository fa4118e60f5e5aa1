"""What an endpoint's secret has to say, and what is told when it does not."""

from __future__ import annotations

from typing import Any

import pytest

from tests.channels.twilio.payloads import OURS, SECRET, SERVICE, SID, TOKEN
from threadline.channels import CHANNELS
from threadline.channels.twilio import account

KEY = {"apiKeySid": "SK" + "a" * 32, "apiKeySecret": "swordfish"}


def problems(value: Any) -> list[tuple[str, str]]:
    found = CHANNELS["TwilioSms"].check_secret(value, "secrets[0].")
    return [(one.code, one.path.removeprefix("secrets[0]").strip(".")) for one in found]


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"phoneNumber": "+1 (555) 867-5310"},
        {"phoneNumber": "whatsapp:+15558675310"},
        {"phoneNumber": "55512"},
        {"accountSid": f" {SID}\n"},
        KEY,
        {"authTokens": ["another"]},
        {"authTokens": []},
        {"messagingServiceSid": SERVICE},
        {"messagingServiceSid": "", "region": None},
        {"region": "ie1", "edge": "dublin"},
        {"sharedKeys": {"webhooks_sharedkey_1": "s"}},
        {"somethingElse": [1]},
    ],
    ids=lambda more: str(more)[:50],
)
def test_a_good_secret_has_no_problem(more: dict[str, Any]):
    assert [] == problems(SECRET | more)


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"accountSid": "AC123"}, ("account_invalid", "accountSid")),
        ({"accountSid": "SK" + "0" * 32}, ("account_invalid", "accountSid")),
        ({"authToken": ""}, ("secret_incomplete", "authToken")),
        ({"authToken": 7}, ("secret_incomplete", "authToken")),
        ({"phoneNumber": "0401 712"}, ("number_invalid", "phoneNumber")),
        ({"phoneNumber": "15558675310"}, ("number_invalid", "phoneNumber")),
        ({"phoneNumber": "+1555"}, ("number_invalid", "phoneNumber")),
        ({"phoneNumber": "FLOWIT"}, ("number_invalid", "phoneNumber")),
        ({"apiKeySid": KEY["apiKeySid"]}, ("api_key_incomplete", "apiKeySecret")),
        ({"apiKeySecret": "swordfish"}, ("api_key_incomplete", "apiKeySid")),
        (KEY | {"apiKeySid": SID}, ("api_key_invalid", "apiKeySid")),
        ({"messagingServiceSid": "MG1"}, ("service_invalid", "messagingServiceSid")),
        ({"messagingServiceSid": [1]}, ("service_invalid", "messagingServiceSid")),
        ({"region": "ie1"}, ("region_incomplete", "edge")),
        ({"edge": "dublin"}, ("region_incomplete", "region")),
        ({"region": "ie1", "edge": "evil.example/#"}, ("region_invalid", "edge")),
        ({"authTokens": "another"}, ("tokens_invalid", "authTokens")),
        ({"authTokens": [""]}, ("tokens_invalid", "authTokens")),
        ({"sharedKeys": ["x"]}, ("shared_keys_invalid", "sharedKeys")),
        ({"sharedKeys": {"x": ""}}, ("shared_keys_invalid", "sharedKeys")),
    ],
    ids=lambda case: str(case)[:50],
)
def test_a_bad_field_is_named(more: dict[str, Any], expected: tuple[str, str]):
    assert [expected] == problems(SECRET | more)


def test_every_missing_key_is_named_in_one_sentence():
    (problem,) = CHANNELS["TwilioSms"].check_secret({"phoneNumber": OURS}, "secrets[0].")

    assert "The secret lacks accountSid and authToken." == problem.message
    assert "secrets[0]" == problem.path


def test_everything_wrong_is_told_at_once():
    wrong = {"accountSid": "AC1", "phoneNumber": "x", "edge": "dublin", "authTokens": 1}

    assert [
        ("secret_incomplete", "authToken"),
        ("account_invalid", "accountSid"),
        ("number_invalid", "phoneNumber"),
        ("region_incomplete", "region"),
        ("tokens_invalid", "authTokens"),
    ] == problems(wrong)


@pytest.mark.parametrize("value", [None, "a text"])
def test_a_secret_that_is_no_document_says_so(value: Any):
    assert [("secret_incomplete", "")] == problems(value)


def test_no_problem_quotes_the_secret():
    """Somebody may have pasted the token into the wrong field."""
    wrong = dict.fromkeys([*SECRET, "apiKeySid", "messagingServiceSid", "region"], TOKEN)
    found = CHANNELS["TwilioSms"].check_secret(wrong, "")

    assert found
    assert not [one for one in found if TOKEN in str(one)]


def test_an_account_shows_no_token():
    shown = repr(account.read(SECRET | KEY | {"authTokens": ["another"]}))

    assert SID in shown
    assert not [hidden for hidden in (TOKEN, "swordfish", "another") if hidden in shown]


def test_its_own_token_is_tried_first_and_each_only_once():
    us = account.read(SECRET | {"authTokens": [" next ", TOKEN]})

    assert (TOKEN, "next") == us.tokens


def test_an_api_key_logs_in_but_signs_nothing():
    us = account.read(SECRET | KEY)

    assert (KEY["apiKeySid"], "swordfish") == us.login
    assert (TOKEN,) == us.tokens


def test_the_number_is_kept_in_one_way_of_writing():
    assert OURS == account.read(SECRET | {"phoneNumber": "+1 (555) 867-5310"}).number


def test_the_secret_needs_what_the_console_shows():
    assert ("accountSid", "authToken", "phoneNumber") == CHANNELS["TwilioSms"].secret_fields
