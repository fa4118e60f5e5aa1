"""What an operator types about the database, and reads of it."""

from __future__ import annotations

import json
import sqlite3
import sys
from contextlib import closing

import pytest

from tests.cli.conftest import Desk
from tests.cli.running import run
from threadline.cli.reach import Reach
from threadline.cli.terminal import coloured, progress

APPLIED = ("apply", "flowit.yaml")


@pytest.fixture
def here(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """In the folder of the desk, with its file applied."""
    monkeypatch.chdir(desk.folder)
    monkeypatch.setenv("TWILIO_TOKEN", desk.env["TWILIO_TOKEN"])
    assert 0 == run(monkeypatch, *APPLIED).code
    return monkeypatch


def spoil(desk: Desk) -> None:
    with closing(sqlite3.connect(desk.data / "threadline.db")) as db, db:
        db.execute("UPDATE migrations SET number = 9999 WHERE number = 1")


def test_a_new_database_is_made_and_then_left_alone(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(desk.folder)
    first, again = (run(monkeypatch, "db", "upgrade") for _ in range(2))

    assert first.out.startswith("Brought the tables from step 0 to step ")
    assert again.out.endswith(", as they were before.\n")
    assert (0, 0) == (first.code, again.code)


def test_a_sound_database_is_told_so_and_nothing_with_quiet(here: pytest.MonkeyPatch):
    loud, quiet = run(here, "db", "check"), run(here, "db", "check", "--quiet")

    assert loud.out.startswith("The database is sound, at step ")
    assert (0, "", "") == (quiet.code, quiet.out, quiet.err)


def test_each_finding_is_a_line_with_its_mend_and_the_exit_code_says_so(
    desk: Desk, here: pytest.MonkeyPatch
):
    spoil(desk)
    done = run(here, "db", "check")
    as_json = run(here, "db", "check", "--json")
    quiet = run(here, "db", "check", "--quiet")

    assert 1 == done.code == as_json.code == quiet.code
    assert [
        "database_behind: migrations: The tables never got step 1. "
        "Bring them up to date: `threadline db upgrade`.",
        "database_ahead: migrations: The tables have step 9999, which this version does not "
        "know. Use the newer version that made it.",
    ] == done.out.splitlines()
    codes = [one["code"] for one in json.loads(as_json.out)["findings"]]
    assert codes == [line.split()[0] for line in quiet.out.splitlines()]


def test_a_database_that_is_not_there_is_told_so_and_not_made(
    here: pytest.MonkeyPatch, desk: Desk
):
    done = run(here, "db", "check", "--data", "nowhere")

    assert (1, "") == (done.code, done.out)
    assert done.err.startswith("not_found: There is no database nowhere/threadline.db yet.")
    assert not (desk.folder / "nowhere").exists()


def test_a_backup_is_made_and_put_back(here: pytest.MonkeyPatch, desk: Desk):
    made = run(here, "db", "backup", "copy.db")
    whole = run(here, "db", "backup", "whole.db", "--with-keys")
    put = run(here, "db", "restore", "copy.db")
    checked = run(here, "db", "check")

    assert made.out.startswith("Copied the database to copy.db (0.")
    assert "Keep a copy of threadline-data/vault.keys apart from it" in made.err
    assert "Copied the vault's keys to whole.db.keys." in whole.out
    assert "" == whole.err
    assert "threadline-data/threadline.db.before-restore" in put.out
    assert "What was said after the backup was made is not in it." in put.err
    assert 0 == checked.code
    listed = run(here, "endpoint", "list")
    assert "myorganization-twiliosms" in listed.out


def test_under_a_server_a_backup_is_made_and_nothing_else_is_touched(
    here: pytest.MonkeyPatch, desk: Desk
):
    with desk.serving() as server:
        made = run(here, "db", "backup", "copy.db", "--json")
        checked = run(here, "db", "check", "--json")
        put, up = run(here, "db", "restore", "copy.db"), run(here, "db", "upgrade")
        stopped = server.stop()

    assert (0, "copy.db") == (made.code, json.loads(made.out)["file"])
    assert (0, []) == (checked.code, json.loads(checked.out)["findings"])
    for done in (put, up):
        assert (1, "") == (done.code, done.out)
        assert done.err.startswith("busy: Another process works on ")
        assert done.err.endswith(f"({server.url}/docs/errors#busy)\n")
    assert 0 == stopped.code


def test_the_keys_are_rotated_with_and_without_a_server(here: pytest.MonkeyPatch, desk: Desk):
    alone = run(here, "vault", "rotate")
    with desk.serving():
        served = run(here, "vault", "rotate", "--no-add-key")

    assert alone.out.startswith("Added the key k")
    assert alone.out.endswith("Sealed 1 secret anew.\n")
    assert "Sealed 0 secrets anew.\n" == served.out


class Screen:
    """A terminal, or not one, to write to."""

    def __init__(self, tty: bool) -> None:
        self.tty, self.said = tty, ""

    def isatty(self) -> bool:
        return self.tty

    def write(self, text: str) -> int:
        self.said += text
        return len(text)

    def flush(self) -> None:
        """Nothing waits."""


@pytest.mark.parametrize(
    ("tty", "quiet", "shown"),
    [(True, False, True), (True, True, False), (False, False, False)],
    ids=["a terminal", "quiet", "a pipe"],
)
def test_how_far_it_is_shows_only_to_people_who_want_it(
    monkeypatch: pytest.MonkeyPatch, tty: bool, quiet: bool, shown: bool
):
    screen = Screen(tty)
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    with progress(Reach(quiet=quiet), "Copying pages") as told:
        told(3, 7)
        told(7, 7)

    assert shown == ("7/7" in screen.said)
    assert shown == ("Copying pages" in screen.said)


@pytest.mark.parametrize(
    ("tty", "variables", "colours"),
    [
        (True, {}, True),
        (True, {"NO_COLOR": "1"}, False),
        (True, {"TERM": "dumb"}, False),
        (False, {}, False),
    ],
    ids=["a terminal", "nobody wants colours", "an old terminal", "a pipe"],
)
def test_colours_show_only_on_terminals_that_have_them(
    monkeypatch: pytest.MonkeyPatch, tty: bool, variables: dict[str, str], colours: bool
):
    monkeypatch.setattr(sys, "stdout", Screen(tty))
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    assert colours == ("\x1b[" in coloured("busy", "red"))
