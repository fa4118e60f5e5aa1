"""What a code means is told at the terminal, and every refusal says where."""

from __future__ import annotations

import orjson
import pytest

from tests.cli.conftest import Desk
from tests.cli.running import run
from tests.docs.errors import classes, problems
from threadline import pages
from threadline.cli import complaints
from threadline.errors import Invalid, NotFound, NotSent, Problem

WRONG = Problem("reason_missing", "Reason", "There is none.", "Say one.")


def test_a_code_is_explained(monkeypatch: pytest.MonkeyPatch):
    done = run(monkeypatch, "explain", "reason_missing")

    assert (0, "") == (done.code, done.err)
    assert done.out.startswith("What is done by hand needs a reason")
    assert pages.explanations()["reason_missing"] + "\n" == done.out


def test_quietly_only_the_code_is_told(monkeypatch: pytest.MonkeyPatch):
    done = run(monkeypatch, "explain", "not_found", "--quiet")

    assert (0, "not_found\n") == (done.code, done.out)


def test_without_a_code_every_code_is_listed(monkeypatch: pytest.MonkeyPatch):
    done = run(monkeypatch, "explain")

    assert classes() | problems() == set(done.out.split())


def test_explanations_are_told_as_json(monkeypatch: pytest.MonkeyPatch):
    one = orjson.loads(run(monkeypatch, "explain", "not_found", "--json").out)
    every = orjson.loads(run(monkeypatch, "explain", "--json").out)

    assert {"not_found": pages.explanations()["not_found"]} == one
    assert pages.explanations() == every


def test_a_code_that_is_none_is_refused_with_the_nearest(monkeypatch: pytest.MonkeyPatch):
    done = run(monkeypatch, "explain", "not_fuond")

    assert (1, "") == (done.code, done.out)
    assert "Did you mean `not_found`?" in done.err


def test_every_problem_is_a_line_that_ends_with_where_it_is_explained():
    why = Invalid([WRONG, WRONG])

    assert [
        "reason_missing: Reason: There is none. Say one. (threadline explain reason_missing)"
    ] * 2 == list(complaints.lines(why))


def test_what_a_server_refuses_is_explained_by_that_server():
    with pytest.raises(NotFound) as raised, complaints.said_by("https://sms.example.com/"):
        raise NotFound("There is no such thing.")

    assert [
        "not_found: There is no such thing. (https://sms.example.com/docs/errors#not_found)"
    ] == list(complaints.lines(raised.value))


def test_a_server_that_cannot_be_reached_explains_nothing():
    with pytest.raises(NotSent) as raised, complaints.said_by("https://sms.example.com"):
        raise NotSent("No server answers.")

    assert ["not_sent: No server answers. (threadline explain not_sent)"] == list(
        complaints.lines(raised.value)
    )


def test_exit_codes_tell_a_refusal_from_a_server_out_of_reach():
    assert (1, 3) == (complaints.exit_code(NotFound("")), complaints.exit_code(NotSent("")))


def test_the_link_of_a_refusal_leads_to_the_page_of_the_running_server(desk: Desk):
    with desk.serving() as server:
        done = desk.run("key", "list")

    assert 1 == done.code
    assert done.err.endswith(f"({server.url}/docs/errors#not_found)\n")
