"""What an operator types to read conversations, to follow them and to end a session."""

from __future__ import annotations

import json
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from subprocess import Popen
from typing import IO

import pytest

from tests.cli.conftest import ADDRESS, PATIENCE, Desk
from tests.cli.test_operate import ANN, BOB, fill, lines
from tests.operations.texting import Texting

WHEN = re.compile(r"\d\d:\d\d:\d\d  ")


@pytest.fixture
def used(desk: Desk) -> Desk:
    """Ann and Bob have texted, and were answered."""
    desk.run("apply", "flowit.yaml")
    fill(desk, _answered)
    return desk


async def _answered(here: Texting) -> None:
    await here.answered("Hello, Ann!")
    await here.answered("Hello, Bob!", contact=BOB)


@contextmanager
def following(desk: Desk, *args: str) -> Iterator[tuple[Popen[str], IO[str]]]:
    """`conversation follow` from the first on, and what it prints."""
    with desk.start("conversation", "follow", "--after", "start", *args) as program:
        assert program.stdout is not None
        try:
            yield program, program.stdout
        finally:
            program.kill()


def stopped(program: Popen[str]) -> tuple[int, str]:
    """By Ctrl-C: how it ended, and what it said of that."""
    program.send_signal(signal.SIGINT)
    _out, err = program.communicate(timeout=PATIENCE)
    return program.returncode, err


def test_a_conversation_is_shown_and_its_session_ended(used: Desk):
    shown = lines(used, "conversation", "show", ADDRESS, "+1 555 010 0001")
    ended = lines(used, "conversation", "end", ADDRESS, ANN)
    noted = lines(used, "conversation", "show", ADDRESS, ANN)
    again = used.run("conversation", "end", ADDRESS, ANN)

    assert [" contact  hi", "     bot  Hello, Ann!  [waiting to be sent]"] == [
        line[10:] for line in shown
    ]
    assert [f"The session of {ANN} has ended: their next text begins a new one."] == ended
    assert "system  An operator ended the session. The next text begins a new one." == (
        noted[-1][8:].strip()
    )
    assert (1, "") == (again.code, again.out)
    assert again.err.startswith("not_found: The conversation of")


def test_a_conversation_can_be_had_as_json(used: Desk):
    found = json.loads(used.run("conversation", "show", ADDRESS, ANN, "--json").out)
    ended = json.loads(used.run("conversation", "end", ADDRESS, ANN, "--json").out)

    assert ["contact", "bot"] == [one["author"] for one in found["timeline"]]
    assert [] == found["attempts"]
    assert {"endpoint": ADDRESS, "contact": ANN, "sessions": ["1-1"]} == ended


def test_a_list_can_be_had_as_names_alone_and_of_one_endpoint(used: Desk):
    names = lines(used, "conversation", "list", "--quiet", "--endpoint", ADDRESS)
    wrong = used.run("conversation", "list", "--endpoint", "nobody")

    assert {f"{ADDRESS} {ANN}", f"{ADDRESS} {BOB}"} == set(names)
    assert wrong.err.startswith("not_found: There is no endpoint 'nobody'.")


def test_what_is_said_is_followed_until_ctrl_c(used: Desk):
    with used.serving(), following(used) as (program, out):
        found = [out.readline() for _n in range(4)]

        assert (130, "") == stopped(program)
    assert [
        f"{ADDRESS}  {ANN}   contact  hi",
        f"{ADDRESS}  {ANN}       bot  Hello, Ann!",
        f"{ADDRESS}  {BOB}   contact  hi",
        f"{ADDRESS}  {BOB}       bot  Hello, Bob!",
    ] == [WHEN.sub("", line).rstrip("\n") for line in found]


def test_one_contact_is_followed_as_one_json_a_line(used: Desk):
    with used.serving(), following(used, ADDRESS, BOB, "--json") as (program, out):
        found = [json.loads(out.readline()) for _n in range(2)]

        assert (130, "") == stopped(program)
    assert [(BOB, 1), (BOB, 2)] == [(one["contact"], one["seq"]) for one in found]


def test_whoever_reads_no_further_is_not_told_of_an_error(used: Desk):
    with used.serving(), following(used, "--quiet") as (program, out):
        out.readline()
        out.close()
        with used.start("conversation", "end", ADDRESS, ANN) as ending:
            ending.communicate(timeout=PATIENCE)
        program.wait(PATIENCE)
        assert program.stderr is not None

        assert "" == program.stderr.read()


def test_without_a_server_there_is_nothing_to_follow(used: Desk):
    done = used.run("conversation", "follow")

    assert (3, "") == (done.code, done.out)
    assert done.err.startswith("not_sent: No server runs on ")
    assert "`threadline serve`" in done.err
