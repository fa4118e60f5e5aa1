"""
What every command keeps to: an example that is one, the common flags, and its exit codes.

The commands are those of the program, so one that is new is tried too.
"""

from __future__ import annotations

import os
import re
import shlex
import socket
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from tests.cli.conftest import Done, sample
from tests.cli.running import run
from tests.docs.commands import Command, every_command

COMMANDS = [one for one in every_command() if not one.is_group]
COMMON = ("--json", "--quiet/-q", "--org", "--data", "--database-url", "--url", "--key")
WITHOUT = {
    "threadline serve": "it is the server",
    "threadline demo": "it is a server with a handset",
    "threadline chat": "it is a conversation in a terminal",
    "threadline explain": "it prints a page, and asks nobody",
}
"""Commands without the common flags, and why they have none."""
NO_END = ("threadline conversation follow",)
"""Commands that go on until Ctrl-C, once they got in."""
LOCAL = ("threadline bot test", "threadline bot new")
"""Commands that ask no server, whatever flags they get."""
SHARED = [one for one in COMMANDS if one.name not in WITHOUT]
REMOTE = [one for one in SHARED if one.name not in LOCAL]
KEY = "threadline_nobody-made-this-key"


def flags(command: Command) -> set[str]:
    return {one.name for one in command.parts}


def examples(command: Command) -> list[list[str]]:
    """The words after `threadline` of every example in its help."""
    text = command.about.partition("Example")[2]
    found = re.findall(r"^s?:? *threadline (.*?)(?: [>|] .*)?$", text, re.MULTILINE)
    return [shlex.split(one) for one in found]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the files are that the examples name."""
    found = tmp_path_factory.mktemp("desk")
    sample(found)
    (found / "classic.json").write_text('[{"id": "s", "type": "start", "wires": []}]')
    for command in COMMANDS:
        for word in (word for example in examples(command) for word in example):
            if re.fullmatch(r"[\w/.-]+\.(yaml|yml|json|txt)", word):
                (found / word).parent.mkdir(parents=True, exist_ok=True)
                if not (found / word).exists():
                    (found / word).write_text('{"Name": "MySmsBot", "Address": "a"}\n')
    return found


@pytest.fixture
def at_desk(folder: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.chdir(folder)
    monkeypatch.setenv("TWILIO_TOKEN", "0" * 32)
    for name in [one for one in os.environ if one.startswith("THREADLINE_")]:
        monkeypatch.delenv(name)
    return monkeypatch


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A running server's address, and its data folder, with the sample applied."""
    desk = sample(tmp_path_factory.mktemp("server"))
    assert 0 == desk.run("apply", "flowit.yaml").code
    with desk.serving() as running:
        yield running.url, desk.data


@pytest.fixture
def server(served: tuple[str, Path]) -> str:
    return served[0]


@pytest.fixture
def nobody() -> str:
    """An address where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as line:
        return f"http://127.0.0.1:{line.getsockname()[1]}"


def asked(patch: pytest.MonkeyPatch, command: Command, *more: str) -> Done:
    return run(patch, *examples(command)[0], *more)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda one: one.name)
def test_every_command_has_an_example_of_itself(command: Command):
    found = examples(command)
    names = [" ".join(["threadline", *one])[: len(command.name)] for one in found]

    assert found
    assert {command.name} == set(names)


@pytest.mark.parametrize("command", SHARED, ids=lambda one: one.name)
def test_every_command_has_the_common_flags(command: Command):
    assert set() == set(COMMON) - flags(command)


def test_no_exception_is_kept_for_nothing():
    assert set(WITHOUT) == {one.name for one in COMMANDS if not set(COMMON) <= flags(one)}


@pytest.mark.parametrize("command", REMOTE, ids=lambda one: one.name)
def test_a_stranger_gets_nothing_of_a_server(
    at_desk: pytest.MonkeyPatch, server: str, command: Command
):
    done = asked(at_desk, command, "--url", server, "--key", KEY)

    assert (1, "") == (done.code, done.out)
    assert done.err.startswith("unauthenticated: ")
    assert done.err.endswith(f"({server}/docs/errors#unauthenticated)\n")
    assert 1 == done.err.count("\n")


@pytest.mark.parametrize("command", REMOTE, ids=lambda one: one.name)
def test_a_server_that_cannot_be_reached_has_an_exit_code_of_its_own(
    at_desk: pytest.MonkeyPatch, nobody: str, command: Command
):
    done = asked(at_desk, command, "--url", nobody, "--key", KEY)

    assert (3, "") == (done.code, done.out)
    assert done.err.startswith("not_sent: ")
    assert done.err.endswith("(threadline explain not_sent)\n")
    assert 1 == done.err.count("\n")


@pytest.mark.parametrize(
    "command", [one for one in REMOTE if one.name not in NO_END], ids=lambda one: one.name
)
def test_the_owner_gets_json_if_it_is_wanted_or_a_link_to_what_is_wrong(
    at_desk: pytest.MonkeyPatch, served: tuple[str, Path], command: Command
):
    """Through the socket of the server, in whichever order; some find what they want gone."""
    url, data = served
    done = asked(at_desk, command, "--data", str(data), "--json")
    codes = [line.partition(": ")[0] for line in done.err.splitlines()]

    assert done.code in (0, 1)
    if done.code == 0:
        orjson.loads(done.out)
    else:
        assert [f"({url}/docs/errors#{one})" for one in codes] == [
            line.split(" ")[-1] for line in done.err.splitlines()
        ]


@pytest.mark.parametrize("command", SHARED, ids=lambda one: one.name)
def test_a_flag_that_does_not_exist_is_wrong_usage(
    at_desk: pytest.MonkeyPatch, command: Command
):
    done = asked(at_desk, command, "--no-such-flag")

    assert (2, "") == (done.code, done.out)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda one: one.name)
def test_help_is_printed_without_colours(at_desk: pytest.MonkeyPatch, command: Command):
    done = run(at_desk, *command.name.split()[1:], "--help")

    assert (0, "") == (done.code, done.err)
    assert "\x1b" not in done.out
    assert "Example" in done.out
