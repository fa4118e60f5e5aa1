"""Settings: by flag and by variable, and every one that is wrong told at once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from threadline.errors import Invalid
from threadline.model.clock import SECOND
from threadline.settings import Settings, variable

SETTINGS: dict[str, tuple[str, Any]] = {
    "data": ("/srv/threadline", Path("/srv/threadline")),
    "database_url": ("postgresql://u:p@h/db", "postgresql://u:p@h/db"),
    "host": ("0.0.0.0", "0.0.0.0"),
    "port": ("9090", 9090),
    "public_url": ("https://sms.example.com/bots", "https://sms.example.com/bots"),
    "region": ("eu-1", "eu-1"),
    "regions": ('{"eu-1": "https://eu.example.com"}', {"eu-1": "https://eu.example.com"}),
    "twilio_api_url": ("http://127.0.0.1:8081", "http://127.0.0.1:8081"),
    "vault_keys": ("a:b", SecretStr("a:b")),
    "allow_networks": ("10.1.0.0/16, ::1", ("10.1.0.0/16", "::1")),
    "python_bots": ("shop.bots:answer, other", ("shop.bots:answer", "other")),
    "log_level": ("debug", "debug"),
    "log_format": ("console", "console"),
    "max_in_flight": ("10", 10),
    "workers": ("8", 8),
    "lease": ("30", 30),
    "poll": ("0.5", 0.5),
    "turn_retries": ("1, 2.5", (1, 2.5)),
    "send_retries": ("3", (3,)),
    "paused": ("60", 60),
    "unknown": ("0", 0),
    "expiry": ("3600", 3600),
    "delivery": ("7", 7),
    "catch_up": ("0", 0),
    "settled": ("90", 90),
    "gate": ("30", 30),
    "requests": ("20", 20),
    "api_rate": ("7", 7),
    "url": ("https://sms.example.com", "https://sms.example.com"),
    "api_key": ("threadline_x", SecretStr("threadline_x")),
    "org": ("flowit", "flowit"),
    "secret_ttl": ("5", 5),
    "grace": ("10", 10),
}


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(variable(name), raising=False)


def problems(**flags: Any) -> dict[str, str]:
    """Path and message of everything that is wrong."""
    with pytest.raises(Invalid) as refused:
        Settings.read(**flags)
    found = refused.value.problems
    assert {"setting_invalid"} == {one.code for one in found}
    assert all(one.mend for one in found)
    return {one.path: one.message for one in found}


def test_every_setting_is_tried_here():
    assert set(SETTINGS) == set(Settings.model_fields)


@pytest.mark.parametrize(("name", "said", "expected"), [(k, *v) for k, v in SETTINGS.items()])
def test_a_setting_is_read_from_its_variable_and_a_flag_goes_first(
    name: str, said: str, expected: Any, monkeypatch: pytest.MonkeyPatch
):
    before = getattr(Settings.read(), name)
    monkeypatch.setenv(variable(name), said)
    by_variable = getattr(Settings.read(**{name: None}), name)
    by_flag = getattr(Settings.read(**{name: before}), name)

    assert expected == by_variable != before
    assert before == by_flag


@pytest.mark.parametrize("name", SETTINGS)
def test_an_empty_variable_is_as_none(name: str, monkeypatch: pytest.MonkeyPatch):
    before = getattr(Settings.read(), name)
    monkeypatch.setenv(variable(name), "")

    assert before == getattr(Settings.read(), name)


def test_everything_wrong_is_told_at_once_by_the_names_of_the_variables(
    monkeypatch: pytest.MonkeyPatch,
):
    wrong = {
        "database_url": "mysql://root:canary@db/x",
        "port": "80000",
        "public_url": "sms.example.com",
        "regions": "eu-1=https://eu.example.com",
        "twilio_api_url": "ftp://127.0.0.1",
        "allow_networks": "10.0.0.0/8,intranet",
        "log_level": "loud",
        "log_format": "xml",
        "max_in_flight": "0",
        "workers": "many",
        "lease": "0",
        "poll": "0",
        "turn_retries": "1,soon",
        "paused": "-1",
        "expiry": "99999999",
        "grace": "a while",
    }
    for name, said in wrong.items():
        monkeypatch.setenv(variable(name), said)
    found = problems()

    assert set(map(variable, wrong)) == {path.partition("[")[0] for path in found}
    assert "THREADLINE_TURN_RETRIES[1]" in found
    assert "canary" not in str(found)


@pytest.mark.parametrize(
    "url",
    [
        "sms.example.com",
        "/bots",
        "https://",
        "https://sms.example.com?a=b",
        "https://sms.example.com#rc=4",
        "https://me:canary@sms.example.com",
        "http://[::1",
        "http://host:port",
        "http://host:0",
    ],
)
def test_an_address_that_nobody_can_call_is_refused(url: str):
    assert ["THREADLINE_PUBLIC_URL"] == list(problems(public_url=url))
    assert ["THREADLINE_TWILIO_API_URL"] == list(problems(twilio_api_url=url))
    assert ["THREADLINE_REGIONS"] == list(problems(regions=json.dumps({"eu-1": url})))


@pytest.mark.parametrize("said", ["[]", "1", '{"eu-1": 1}', "{", "null"])
def test_regions_that_are_no_object_of_urls_are_refused(said: str):
    assert {"THREADLINE_REGIONS"} == {path.partition("[")[0] for path in problems(regions=said)}


def test_what_is_secret_has_no_repr():
    key = "a:canary"
    opened = Settings.read(database_url="postgresql://u:canary@h/x", vault_keys=key)

    assert "canary" not in f"{opened!r} {opened} {opened.vault_keys!r} {opened.database_mark}"
    assert key == opened.vault_keys.get_secret_value()


def test_the_database_is_in_the_data_folder_unless_it_is_named():
    plain, named = (
        Settings.read(data=Path("/srv")),
        Settings.read(database_url="sqlite:///x.db"),
    )

    assert "sqlite:////srv/threadline.db" == plain.database
    assert "sqlite:///x.db" == named.database
    assert Path("/srv/threadline.sock") == plain.socket
    assert plain.database_mark != named.database_mark


def test_the_public_url_is_where_it_listens_unless_it_is_named():
    assert "http://127.0.0.1:8080" == Settings.read().public
    assert (
        "https://a.example.com/b" == Settings.read(public_url="https://a.example.com/b/").public
    )


def test_waits_are_the_pipelines_own_unit():
    waits = Settings.read(lease=30, turn_retries="1,2.5", unknown=0.2).waits

    assert (30 * SECOND, (SECOND, 5 * SECOND // 2)) == (waits.lease, waits.turn)
    assert SECOND // 5 == waits.unknown


def test_a_document_may_name_any_variable(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TWILIO_TOKEN", "canary")
    opened = Settings.read()

    assert ("canary", None) == (opened.variable("TWILIO_TOKEN"), opened.variable("NO_SUCH"))
    assert "canary" not in repr(opened)


def test_a_misspelt_variable_is_noticed(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("THREADLINE_PUBLIC_ULR", "https://sms.example.com")
    monkeypatch.setenv("THREADLINE_OF_OUR_OWN", "1")

    meant = [("THREADLINE_PUBLIC_ULR", "THREADLINE_PUBLIC_URL")]
    assert meant == list(Settings.read().misspelt())
