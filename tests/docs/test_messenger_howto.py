"""What docs/howto/messenger.md tells is so. Its program runs in tests/browser."""

from __future__ import annotations

import json
import re
import shlex
from importlib.resources import files
from pathlib import Path

import orjson

from tests.cli.conftest import sample
from tests.docs.test_readme import blocks
from threadline.channels import web
from threadline.model.messages import Hook, Inbound
from threadline.model.timeline import MarkupInteraction
from threadline.web.messenger import pages, stream

PAGE = Path("docs/howto/messenger.md")
TEXT = PAGE.read_text("utf-8")
ADDRESS = "flowit-MySmsBot"


def test_its_commands_do_what_they_say(tmp_path: Path):
    desk = sample(tmp_path)
    applied = desk.run("apply", "flowit.yaml")
    [command] = "\n".join(blocks("sh", PAGE)).splitlines()
    done = desk.run(*shlex.split(command.removeprefix("threadline ")))
    found = json.loads(desk.run("endpoint", "describe", ADDRESS, "--json").out)

    assert (0, 0) == (applied.code, done.code), done.err
    assert ["https://www.example.com", "*.example.org"] == found["AllowedDomains"]


def test_the_example_of_an_interaction_is_taken():
    [body] = blocks("json", PAGE)
    hook = Hook("POST", "https://sms.example.com/v1/engage/x", "", "", {}, body.encode())
    read = web.WebChannel(ADDRESS).read(hook)

    assert isinstance(read, Inbound)
    assert MarkupInteraction("buttonPromptContainer", "yes", "Yes", entry="17-4") == read.event
    assert orjson.loads(body)["CustomerReference"] == read.contact


def test_the_script_knows_the_attributes_and_events_that_are_told():
    script = (files("threadline.web.portal") / "static" / pages.EMBED).read_text("utf-8")
    attributes = set(re.findall(r"^\| `data-([a-z]+)`", TEXT, re.MULTILINE))
    [taken] = re.findall(r"const \{([^}]*)\} = script\?\.dataset", script)
    events = set(re.findall(r"`threadline:([a-z]+)`", TEXT))

    assert attributes == set(re.findall(r"[a-z]+(?=[ ,=]|$)", re.sub('"[^"]*"', "", taken)))
    assert {"open", "close", "notification"} == events
    for one in events:
        assert f'"{one}"' in script


def test_the_limits_are_those_that_hold():
    told = re.search(r"(\d+) for a visitor, (\d+) for an endpoint, (\d+) on a node", TEXT)

    assert told is not None
    assert (
        stream.MOST_EACH_VISITOR,
        stream.MOST_EACH_ENDPOINT,
        stream.MOST,
    ) == tuple(map(int, told.groups()))


def test_every_part_of_the_style_that_is_told_counts():
    for name in pages.COLOURS:
        part = re.sub("(Background|Text)Color$", "", name)
        assert name in TEXT or f"`{part}`" in TEXT
