"""What an operator types about health, forms and templates."""

from __future__ import annotations

import json

from tests.cli.conftest import ADDRESS, Desk
from tests.cli.running import CANARY

SID = f"AC{'0' * 32}"


def test_a_secret_is_asked_for_field_by_field(desk: Desk):
    desk.run("apply", "flowit.yaml")
    typed = f"{SID}\n{CANARY}\n+15550100003\n\n\n\n\n\n\n"
    done = desk.run("secret", "create", "more", "--template", "twilio", stdin=typed)

    assert (0, "srn:vault::flowit:secretdoc:more  secretdoc  version 1\n") == (
        done.code,
        done.out,
    )
    assert "Account SID" in done.err


def test_what_is_typed_is_checked_as_the_template_says(desk: Desk):
    desk.run("apply", "flowit.yaml")
    typed = f"AC1\n{CANARY}\n+15550100003\n\n\n\n\n\n\n"
    done = desk.run("secret", "create", "more", "--template", "twilio", stdin=typed)

    assert 1 == done.code
    assert "account_invalid: Value.accountSid" in done.err


def test_a_secret_needs_a_file_or_a_template(desk: Desk):
    desk.run("apply", "flowit.yaml")
    nothing = desk.run("secret", "create", "more")
    other = desk.run("secret", "create", "more", "--template", "twillio")

    assert (1, 1) == (nothing.code, other.code)
    assert "There is no value to store." in nothing.err
    assert "There is no template 'twillio'." in other.err
    assert "bearer, json, twilio" in other.err


def test_templates_and_types_are_told(desk: Desk):
    desk.run("apply", "flowit.yaml")
    templates = desk.run("secret", "templates", "--quiet")
    types = desk.run("endpoint", "types")

    assert ["bearer", "json", "twilio", "webhook"] == templates.out.splitlines()
    assert "TwilioSms  Twilio SMS" in types.out.splitlines()
    assert "    MaxSegmentsPerDay: " in types.out


def test_an_endpoint_that_is_not_well_ends_with_1_and_says_why(desk: Desk):
    desk.run("apply", "flowit.yaml")
    desk.run("sender", "pause", ADDRESS, "--reason", "the bot says nonsense")
    every = desk.run("endpoint", "check")
    as_json = desk.run("endpoint", "check", "--json")

    assert (1, 1) == (every.code, as_json.code)
    assert (
        f"{ADDRESS}  online  wrong  It was paused by hand: the bot says nonsense" in every.out
    )
    assert ADDRESS in [one["endpoint"] for one in json.loads(as_json.out)]


def test_an_endpoint_is_told_step_by_step(desk: Desk):
    desk.env["THREADLINE_TWILIO_API_URL"] = "http://127.0.0.1:9"  # nobody is there
    desk.run("apply", "flowit.yaml")
    done = desk.run("endpoint", "check", ADDRESS)

    lines = done.out.splitlines()
    assert "ok    Secret chosen: It uses the secret twiliokeys." == lines[0]
    assert lines[1].startswith("?     Credentials valid: Twilio could not be asked: ")
    assert 0 == done.code
