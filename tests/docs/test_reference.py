"""The pages of docs/reference tell what is so: all of it, and nothing else."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.docs import api, commands, errors, fields, settings
from tests.docs.write import REFERENCE
from threadline.app import App, open_app
from threadline.channels import CHANNELS
from threadline.channels.twilio import account
from threadline.cli.documents import Batch
from threadline.model import endpoint as endpoints
from threadline.model import engagement_fields
from threadline.model.access import MEANINGS
from threadline.model.document import load
from threadline.model.paging import MOST
from threadline.operations.apply import apply
from threadline.operations.endpoints import list_
from threadline.operations.plan import PARTS, SECRET_FIELDS
from threadline.settings import Settings
from threadline.web.api.access import BURST
from threadline.web.api.bodies import LARGEST
from threadline.web.api.openapi import REFUSALS


def page(name: str) -> str:
    return (REFERENCE / name).read_text("utf-8")


ERRORS, DOCUMENTS, API = page("errors.md"), page("documents.md"), page("api.md")


def test_the_commands_are_told_as_they_are():
    """If this fails: python -m tests.docs.write"""
    assert commands.page() == page("commands.md")


def test_every_setting_is_told_as_it_is():
    """If this fails: python -m tests.docs.write"""
    assert settings.table() in page("settings.md")
    assert settings.page(page("settings.md")) == page("settings.md")


def test_every_route_is_told_as_it_is():
    """If this fails: python -m tests.docs.write"""
    assert api.page(API) == API


def test_what_is_so_of_every_route_is_told_as_it_is():
    head = API.partition(api.BEGIN)[0]
    rate = Settings.model_fields["api_rate"].default

    assert dict(MEANINGS) == dict(re.findall(r"^\| `([a-z]+)` \| (.*) \|$", head, re.M)[:-1])
    assert {*REFUSALS} - {"default"} | {"503"} == set(re.findall(r"^\| (\d+) \|", head, re.M))
    assert f"more than {rate} a second (`THREADLINE_API_RATE`) after {rate * BURST} at" in head
    assert f"more than {LARGEST // 1024 // 1024} MB" in head
    assert f"at most `limit` things, up to {MOST}." in head


def test_every_code_is_explained_once():
    explained = re.findall(r"^### (\w+)$", ERRORS, re.MULTILINE)
    known = errors.classes() | errors.problems()

    assert set() == known - set(explained)
    assert set() == set(explained) - known
    assert len(set(explained)) == len(explained)


def test_every_explanation_is_a_sentence_or_two():
    for code, text in re.findall(r"^### (\w+)\n(.+?)\n(?=\n|\Z)", ERRORS, re.M | re.S):
        assert text.rstrip("`")[-1] in ".)", code
        assert 400 > len(text), code


def test_links_lead_somewhere():
    for one in sorted(REFERENCE.glob("*.md")):
        text = one.read_text("utf-8")
        heads = {
            re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-")
            for head in re.findall(r"^#+ (.*)$", text, re.MULTILINE)
        }
        for link in re.findall(r"\]\((?!https?:)([^)]*)\)", text):
            file, _, anchor = link.partition("#")
            assert not file or (REFERENCE / file).resolve().exists(), f"{one.name}: {link}"
            assert file or anchor in heads, f"{one.name}: {link}"


SETTINGS = {one.parts[0] for one in engagement_fields.FIELDS}


def test_every_field_of_engagement_config_and_of_a_secret_is_told_as_it_is():
    """If this fails: python -m tests.docs.write"""
    assert fields.page(DOCUMENTS) == DOCUMENTS


def test_every_field_of_a_document_is_told():
    known = [
        *(*PARTS, *SECRET_FIELDS[:3], *SETTINGS, *engagement_fields.POLICY),
        *(*engagement_fields.POLICY.values(), *endpoints.TARGETS, *CHANNELS, *account.FIELDS),
        *("Secret", "PublicUrl", "apiKeySid", "apiKeySecret", "authTokens"),
        *("messagingServiceSid", "region", "edge", "FromEnv", "FromFile", "FlowFile"),
    ]
    told = set(re.findall(r"\w+", " ".join(re.findall(r"`([^`\n]+)`", DOCUMENTS))))

    assert set() == set(known) - told


@pytest.fixture
async def app(tmp_path: Path) -> AsyncIterator[App]:
    opened = await open_app(Settings.read(data=tmp_path / "data"))
    yield opened
    await opened.close()


async def test_the_example_of_documents_is_applied(
    app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    [example] = re.findall(r"```yaml\n(.+?)```", DOCUMENTS, re.DOTALL)
    (tmp_path / "flowit.yaml").write_text(example, "utf-8")
    (tmp_path / "botkey.txt").write_text("a key of twenty letters\n")
    (tmp_path / "tea.yaml").write_text(
        "nodes: {start: {type: Start, next: end}, end: {type: End}}", "utf-8"
    )
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", f"AC{'0' * 32}")
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "0" * 32)
    batch = Batch(Settings.read())
    batch.read(tmp_path / "flowit.yaml")
    first = await apply(app, documents=batch.values)
    again = await apply(app, documents=batch.values)

    assert [] == batch.problems
    assert ["create"] * 8 == [one["action"] for one in first["changes"]]
    assert ["keep"] * 6 == [one["action"] for one in again["changes"]]
    written: Any = load(example).value["Endpoints"]
    listed = (await list_(app, organization="flowit"))["data"]
    assert written == [one for one in listed if one["EngagementType"] != "Web"]
    assert "a key of twenty letters" == await app.vault.reveal(
        "srn:vault::flowit:secret:botkey"
    )


async def test_the_example_has_every_field_of_engagement_config():
    [example] = re.findall(r"```yaml\n(.+?)```", DOCUMENTS, re.DOTALL)
    config = load(example).value["Endpoints"][0]["EngagementConfig"]
    told = re.findall(r"^\| `(\w+)[`.]", DOCUMENTS.partition("### EngagementConfig")[2], re.M)

    assert set(config) == set(told)
    assert SETTINGS < set(told)
