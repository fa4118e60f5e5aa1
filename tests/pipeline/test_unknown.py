"""Was it sent? What is decided after each look at the provider's list."""

from __future__ import annotations

import pytest

from tests.pipeline.samples import NOON, found, unknown
from threadline.errors import ListFailed
from threadline.model.clock import MINUTE, SECOND
from threadline.model.messages import Found, Status
from threadline.pipeline.retry import Waits
from threadline.pipeline.unknown import decide, unread, window

LATER = NOON + MINUTE

ONE = [found("SM1")]
REWRITTEN = [found("SM1", "hi, as Twilio has it")]
ONE_OF_TWO = [found("SM1", "something else"), found("SM2", "hi")]
TWINS = [found("SM1"), found("SM2")]
STRANGERS = [found("SM1", "one"), found("SM2", "two")]


@pytest.mark.parametrize(
    ("passes", "lost", "candidates", "resend", "decision"),
    [
        (0, 0, ONE, True, ("adopted", "SM1")),
        (1, 0, ONE, False, ("adopted", "SM1")),
        (1, 1, ONE, True, ("adopted", "SM1")),
        (0, 0, REWRITTEN, True, ("adopted", "SM1")),
        (0, 0, ONE_OF_TWO, True, ("adopted", "SM2")),
        (0, 0, TWINS, True, ("parked", None)),
        (1, 0, STRANGERS, True, ("parked", None)),
        (0, 0, [], True, ("again", None)),
        (0, 0, [], False, ("again", None)),
        (1, 0, [], True, ("resend", None)),
        (1, 0, [], False, ("parked", None)),
        (1, 1, [], True, ("parked", None)),
    ],
)
def test_an_unknown_attempt_is_settled(
    passes: int,
    lost: int,
    candidates: list[Found],
    resend: bool,
    decision: tuple[str, str | None],
):
    settled = decide(unknown(passes, lost), candidates, resend=resend, later=LATER)

    assert decision == (settled.kind, settled.provider_id)
    assert passes + 1 == settled.passes


def test_one_look_is_never_enough_to_send_again():
    settled = decide(unknown(), [], resend=True, later=LATER)

    assert ("again", LATER, "") == (settled.kind, settled.due_at, settled.note)


def test_what_is_adopted_has_the_status_that_the_provider_gives():
    text = found("SM1", status=Status.DELIVERED)

    assert Status.DELIVERED is decide(unknown(), [text], resend=True, later=LATER).status


@pytest.mark.parametrize("passes", [0, 1])
@pytest.mark.parametrize("resend", [True, False])
@pytest.mark.parametrize("candidates", [[], ONE, TWINS], ids=len)
def test_whatever_is_decided_is_told_in_a_sentence(
    candidates: list[Found], resend: bool, passes: int
):
    settled = decide(unknown(passes), candidates, resend=resend, later=LATER)

    assert settled.kind == "again" or settled.note.endswith(".")
    assert settled.kind == "again" or settled.code


def test_a_text_may_have_been_made_until_the_lease_of_its_worker_is_over():
    attempt, waits = unknown(), Waits(lease=60 * SECOND)

    looked_at = window(attempt, waits)

    assert (NOON, NOON + 60 * SECOND) == (looked_at.since, looked_at.until)
    assert (attempt.sending.contact, attempt.sending.ours) == (
        looked_at.contact,
        looked_at.ours,
    )


def test_a_list_that_cannot_be_read_is_no_look():
    settled = unread(unknown(1), ListFailed("Twilio is down."), now=NOON, later=LATER)

    assert ("again", 1, LATER) == (settled.kind, settled.passes, settled.due_at)


def test_an_answer_that_is_too_late_anyway_holds_nothing_back():
    attempt = unknown(1)
    now = attempt.sending.expires_at

    settled = unread(attempt, ListFailed("Twilio is down."), now=now, later=LATER)

    assert "parked" == settled.kind
    assert "too late" in settled.note
