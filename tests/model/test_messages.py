"""What becomes of a text: a status only moves forward."""

from __future__ import annotations

from itertools import permutations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadline.model.messages import Hook, Status


def test_a_late_status_changes_nothing():
    assert Status.DELIVERED == Status.DELIVERED.advance(Status.SENT)


@pytest.mark.parametrize("reported", ["queued", "sending", "sent", "delivered", "failed"])
def test_a_status_moves_forward(reported: str):
    assert Status(reported) == Status.ACCEPTED.advance(Status(reported))


def test_the_first_final_status_stays():
    finals = [Status.DELIVERED, Status.UNDELIVERED, Status.FAILED, Status.CANCELED]

    assert [first for first, _ in permutations(finals, 2)] == [
        first.advance(second) for first, second in permutations(finals, 2)
    ]


def test_a_delivered_text_can_still_be_read():
    assert Status.READ == Status.DELIVERED.advance(Status.READ)
    assert Status.READ == Status.SENT.advance(Status.READ)


@pytest.mark.parametrize("final", [Status.FAILED, Status.UNDELIVERED, Status.CANCELED])
def test_a_text_that_failed_cannot_be_read(final: Status):
    assert final == final.advance(Status.READ)


def test_a_text_that_was_read_stays_read():
    assert {Status.READ} == {Status.READ.advance(reported) for reported in Status}


def test_no_report_ever_moves_a_status_back():
    pairs = product(Status, Status)

    assert [] == [(a, b) for a, b in pairs if a.advance(b).rank < a.rank]


@given(st.permutations([Status.QUEUED, Status.SENDING, Status.SENT, Status.DELIVERED]))
def test_the_order_of_the_callbacks_does_not_matter(reports: list[Status]):
    status = Status.ACCEPTED
    for reported in reports:
        status = status.advance(reported)

    assert Status.DELIVERED == status


@given(st.lists(st.sampled_from(Status)), st.sampled_from(Status))
def test_a_report_that_comes_twice_counts_once(before: list[Status], reported: Status):
    status = Status.ACCEPTED
    for one in before:
        status = status.advance(one)
    once = status.advance(reported)

    assert once == once.advance(reported)


def test_six_ranks_and_five_final_statuses():
    final = {Status.DELIVERED, Status.UNDELIVERED, Status.FAILED, Status.CANCELED, Status.READ}

    assert final == {status for status in Status if status.final}
    assert {0, 1, 2, 3, 4, 5} == {status.rank for status in Status}


def test_what_a_person_wrote_does_not_show_in_a_log_of_the_request():
    hook = Hook("POST", "https://sms.example.com", "", "", {}, b"Body=my+secret")

    assert "my+secret" not in repr(hook)
