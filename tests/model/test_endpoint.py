"""An endpoint's document: what it must say, and what follows when it says less."""

from __future__ import annotations

from typing import Any

import pytest

from threadline.model import endpoint
from threadline.model.endpoint import Endpoint

TYPES = {"TwilioSms": None, "Web": None}

DOCUMENT: dict[str, Any] = {
    "Address": "flowit-sms",
    "Name": "MySms",
    "Status": "online",
    "TargetBotReference": "MySmsBot",
    "EngagementType": "TwilioSms",
    "EngagementConfig": {"Secret": "srn:vault::flowit:secretdoc:twiliokeys"},
    "AllowedDomains": ["*.servisbot.com", "https://servisbot.com"],
    "Useragent": "useragent",
}


def problems(**changed: Any) -> list[tuple[str, str]]:
    document = {k: v for k, v in (DOCUMENT | changed).items() if v is not None}
    found = endpoint.check(document, TYPES, "endpoints[0].")
    assert all(one.message and one.mend for one in found)
    return [(one.code, one.path.removeprefix("endpoints[0].")) for one in found]


def opened(**changed: Any) -> Endpoint:
    return Endpoint(1, "flowit", DOCUMENT | changed)


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"Status": "offline"},
        {"Address": "cianclarke-CiansWebhook"},
        {"EngagementConfig": None, "AllowedDomains": None, "Useragent": None},
        {"Style": {}, "SomethingOfOurs": 1},
        {"InboundBotReference": "A", "OutboundBotReference": "B"},
        {"TargetBotReference": None, "TargetVAReference": "va", "Status": "offline"},
    ],
    ids=lambda changed: str(changed)[:50],
)
def test_a_good_document_has_no_problem(changed: dict[str, Any]):
    assert [] == problems(**changed)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"Address": None}, ("address_missing", "Address")),
        ({"Address": "a b"}, ("address_invalid", "Address")),
        ({"Address": "a/b"}, ("address_invalid", "Address")),
        ({"Address": "x" * 101}, ("address_invalid", "Address")),
        ({"Name": " "}, ("name_missing", "Name")),
        ({"Status": "on"}, ("status_invalid", "Status")),
        ({"Status": None}, ("status_invalid", "Status")),
        ({"EngagementType": "Pigeon"}, ("type_unknown", "EngagementType")),
        ({"TargetBotReference": None}, ("target_missing", "TargetBotReference")),
        ({"TargetVAReference": "va"}, ("target_ambiguous", "TargetVAReference")),
        (
            {"TargetBotReference": None, "EnhancedBot": {"BotName": "LexOne"}},
            ("target_unsupported", "EnhancedBot"),
        ),
        ({"EngagementConfig": "x"}, ("field_invalid", "EngagementConfig")),
        ({"AllowedDomains": "x"}, ("field_invalid", "AllowedDomains")),
        ({"InboundBotReference": 7}, ("field_invalid", "InboundBotReference")),
    ],
    ids=lambda case: str(case)[:50],
)
def test_a_bad_field_is_named(changed: dict[str, Any], expected: tuple[str, str]):
    assert [expected] == problems(**changed)


def test_everything_wrong_is_told_at_once():
    found = [code for code, _ in problems(Address=None, Name=None, EngagementType=None)]

    assert ["address_missing", "name_missing", "type_unknown"] == found


def test_inbound_and_outbound_fall_back_to_the_target():
    plain, both = opened(), opened(InboundBotReference="In", OutboundBotReference="Out")

    assert ("MySmsBot", "MySmsBot") == (plain.inbound_bot, plain.outbound_bot)
    assert ("In", "Out") == (both.inbound_bot, both.outbound_bot)


def test_a_session_ends_after_ten_minutes_unless_the_policy_says_otherwise():
    policy = {
        "userSession": {"expireOnInactivityInMinutes": 30},
        "conversation": {"maxDurationInMinutes": 0.5},
    }
    plain = opened().engagement
    ours = opened(EngagementConfig={"Policy": policy}).engagement

    assert (10, None) == (plain.policy.session_minutes, plain.policy.max_minutes)
    assert (30, 0.5) == (ours.policy.session_minutes, ours.policy.max_minutes)


@pytest.mark.parametrize("minutes", [0, -1, True, "30", None, [], {}])
def test_a_policy_that_makes_no_sense_is_as_none(minutes: Any):
    policy = {"userSession": {"expireOnInactivityInMinutes": minutes}}

    assert 10 == opened(EngagementConfig={"Policy": policy}).engagement.policy.session_minutes


def test_a_document_reads_as_it_was_written():
    ours = opened()

    assert "flowit-sms" == ours.address
    assert "MySms" == ours.name
    assert ours.online
    assert "TwilioSms" == ours.engagement_type
    assert "srn:vault::flowit:secretdoc:twiliokeys" == ours.secret
    assert None is opened(EngagementConfig={}).secret


KNOBS = {
    "MessagesPerSecond": 0.5,
    "ValidityPeriod": 300,
    "CatchUpMaxAge": 0,
    "MaxTurnsPerTenMinutes": 20,
    "MaxIdenticalTexts": 3,
    "MaxSegmentsPerDay": 1000,
    "OrderedDelivery": True,
    "SmartEncoding": False,
    "ConsentHandling": "threadline",
    "OnRevocation": "stop",
    "OnUnknown": "park",
    "ConsentTexts": {"stop": "Bye."},
}


def test_every_setting_of_an_engagement_is_read():
    ours = opened(EngagementConfig=KNOBS).engagement

    assert (0.5, 300, 0) == (ours.messages_per_second, ours.validity, ours.catch_up_max_age)
    assert (20, 3, 1000) == (ours.max_turns, ours.max_identical, ours.max_segments)
    assert (True, False, True) == (ours.ordered, ours.smart, ours.confirms)
    assert ("stop", False) == (ours.on_revocation, ours.resends)
    assert "Bye." == ours.consent_texts["stop"]
    assert "START" in opened().engagement.consent_texts["stop"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("MessagesPerSecond", 0),
        ("MessagesPerSecond", True),
        ("MessagesPerSecond", "fast"),
        ("ValidityPeriod", 5),
        ("ValidityPeriod", 36_001),
        ("ValidityPeriod", 300.5),
        ("MaxSegmentsPerDay", 0),
        ("OrderedDelivery", "yes"),
        ("SmartEncoding", 1),
        ("ConsentHandling", "nobody"),
        ("OnRevocation", True),
        ("ConsentTexts", "Bye."),
        ("ConsentTexts", {"stop": ""}),
        ("ConsentTexts", {"stopp": "Bye."}),
    ],
)
def test_a_setting_that_cannot_be_is_told_and_not_used(field: str, value: Any):
    config = {field: value}

    [(code, path)] = problems(EngagementConfig=config)

    assert "config_invalid" == code
    assert path.startswith(f"EngagementConfig.{field}")
    assert opened().engagement == opened(EngagementConfig=config).engagement
