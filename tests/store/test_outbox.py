"""What every store promises about drafts, attempts and receipts. Runs on both engines."""

from __future__ import annotations

import asyncio

import pytest

from tests.conftest import Calendar
from tests.store.samples import ANN, BOB, answer, endpoint, text
from threadline.model.catalog import ResumeSenders
from threadline.model.clock import seconds
from threadline.model.endpoint import Endpoint
from threadline.model.messages import Receipt, Status
from threadline.model.rows import Outcome, Sending, Settled
from threadline.store import SqlStore

PAUSE = seconds(300)


async def drafts(store: SqlStore, *texts: str, contact: str = ANN, **more: int) -> Endpoint:
    """An endpoint whose bot has just answered so."""
    tea = await endpoint(store)
    await store.keep(tea, [text(f"{contact}-{texts}", contact)])
    [claimed] = await store.claim_turns(1)
    await store.finish_turns([answer(claimed, *texts, **more)])
    return tea


async def sent(store: SqlStore, sending: Sending, sid: str) -> None:
    done = Outcome(sending, "sent", provider_id=sid, status=Status.QUEUED)
    assert await store.record_outcomes([done]) == [True]


async def statuses(store: SqlStore, contact: str = ANN) -> list[str]:
    entries = await store.timeline("flowit-sms", contact)
    return [e["status"] for e in entries if e["author"] == "bot"]


async def test_drafts_of_a_conversation_leave_in_order(store: SqlStore):
    await drafts(store, "one", "two")
    await drafts(store, "three", contact=BOB)

    claimed = (await store.claim_drafts(10)).sendings
    assert sorted(one.text for one in claimed) == ["one", "three"]
    assert (await store.claim_drafts(10)).sendings == []
    await sent(store, next(one for one in claimed if one.text == "one"), "SM1")

    assert [one.text for one in (await store.claim_drafts(10)).sendings] == ["two"]


async def test_workers_racing_never_share_a_draft(store: SqlStore):
    for n in range(8):
        await drafts(store, "one", "two", contact=f"+1555010{n:04}")

    claims = await asyncio.gather(*(store.claim_drafts(2) for _ in range(10)))

    got = [one.draft_id for found in claims for one in found.sendings]
    assert 8 == len(got) == len(set(got))
    assert {"one"} == {one.text for found in claims for one in found.sendings}


@pytest.mark.parametrize(
    ("kind", "released"),
    [
        ("sent", True),
        ("failed", True),
        ("waiting", False),
        ("paused", False),
        ("unknown", False),
    ],
)
async def test_what_holds_back_the_next_draft(
    store: SqlStore, clock: Calendar, kind: str, released: bool
):
    await drafts(store, "one", "two")
    [sending] = (await store.claim_drafts(1)).sendings

    due = 0 if kind == "sent" else clock() + seconds(30)
    await store.record_outcomes([Outcome(sending, kind, due_at=due)])  # type: ignore[arg-type]

    assert (["two"] if released else []) == [
        s.text for s in (await store.claim_drafts(9)).sendings
    ]


async def test_a_draft_that_waits_is_tried_again_when_it_is_due(
    store: SqlStore, clock: Calendar
):
    await drafts(store, "one")
    [first] = (await store.claim_drafts(1)).sendings
    why = Outcome(first, "waiting", note="slow down", code="throttled", due_at=clock() + 5)
    await store.record_outcomes([why])

    clock.skip(1)
    [second] = (await store.claim_drafts(1)).sendings

    assert (first.draft_id, 2) == (second.draft_id, second.attempts)
    assert first.attempt != second.attempt


async def test_a_paused_sender_sends_nothing_until_it_resumes(store: SqlStore, clock: Calendar):
    await drafts(store, "one")
    await drafts(store, "two", contact=BOB)
    [sending, *others] = (await store.claim_drafts(2)).sendings
    pause = [Outcome(s, "paused", due_at=clock() + seconds(300)) for s in (sending, *others)]
    await store.record_outcomes(pause)

    assert (await store.claim_drafts(9)).sendings == []
    await store.change([ResumeSenders("flowit")])
    clock.skip(301)
    assert len((await store.claim_drafts(9)).sendings) == 2


async def test_a_draft_that_is_too_late_is_dropped_and_said(store: SqlStore, clock: Calendar):
    await drafts(store, "one", expires_at=clock() + seconds(10))

    clock.skip(11)

    assert (await store.claim_drafts(9)).sendings == []
    assert await statuses(store) == ["too late, dropped"]


async def test_who_opts_out_while_a_draft_waits_is_not_texted(store: SqlStore):
    tea = await drafts(store, "one", "two")
    [first] = (await store.claim_drafts(1)).sendings

    await store.keep(tea, [text(9, says="stop", consent="stop")])
    await sent(store, first, "SM1")

    assert (await store.claim_drafts(9)).sendings == []
    assert await statuses(store) == ["queued", "not sent: opted out"]


async def test_an_attempt_whose_worker_died_becomes_unknown_never_waiting(
    store: SqlStore, clock: Calendar
):
    await drafts(store, "one", "two")
    await store.claim_drafts(1)

    assert await store.expire(seconds(5)) == 0
    clock.skip(61)
    assert await store.expire(seconds(5)) == 1

    assert (await store.claim_drafts(9)).sendings == []
    assert await store.claim_unknown(9) == []
    clock.skip(6)
    assert [one.sending.text for one in await store.claim_unknown(9)] == ["one"]


async def unknown(store: SqlStore, clock: Calendar) -> tuple[Endpoint, Sending]:
    tea = await drafts(store, "one", "two")
    [sending] = (await store.claim_drafts(1)).sendings
    await store.record_outcomes([Outcome(sending, "unknown", due_at=clock())])
    return tea, sending


async def test_an_unknown_attempt_is_adopted(store: SqlStore, clock: Calendar):
    await unknown(store, clock)
    [found] = await store.claim_unknown(1)

    decision = Settled(found, "adopted", 1, provider_id="SM7", status=Status.SENT)
    assert await store.record_settled([decision]) == [True]

    assert [one.text for one in (await store.claim_drafts(9)).sendings] == ["two"]
    assert {"SM7"} == await store.bound(["SM7", "SM8"])
    assert await statuses(store) == ["sent", "being sent"]


async def test_an_unknown_attempt_is_sent_again_under_a_new_one(
    store: SqlStore, clock: Calendar
):
    _tea, first = await unknown(store, clock)
    [found] = await store.claim_unknown(1)
    assert found.lost == 0
    await store.record_settled([Settled(found, "resend", 2, note="not there", due_at=0)])

    [second] = (await store.claim_drafts(9)).sendings
    assert ("one", first.draft_id) == (second.text, second.draft_id)
    await store.record_outcomes([Outcome(second, "unknown", due_at=clock())])
    [again] = await store.claim_unknown(1)
    assert again.lost == 1


async def test_a_parked_draft_lets_its_successors_go(store: SqlStore, clock: Calendar):
    await unknown(store, clock)
    [found] = await store.claim_unknown(1)

    await store.record_settled([Settled(found, "parked", 2, note="nobody knows")])

    assert [one.text for one in (await store.claim_drafts(9)).sendings] == ["two"]


async def test_a_callback_settles_an_unknown_attempt(store: SqlStore, clock: Calendar):
    tea, sending = await unknown(store, clock)

    told = Receipt("SM7", Status.DELIVERED, attempt=sending.attempt)
    assert await store.apply_receipts(tea, [told], PAUSE) == [True]

    assert await store.claim_unknown(9) == []
    assert [one.text for one in (await store.claim_drafts(9)).sendings] == ["two"]
    assert (await statuses(store))[0] == "delivered"


async def test_a_late_answer_never_overwrites_a_callback(store: SqlStore):
    tea = await drafts(store, "one")
    [sending] = (await store.claim_drafts(1)).sendings
    told = Receipt("SM7", Status.DELIVERED, attempt=sending.attempt)
    await store.apply_receipts(tea, [told], PAUSE)

    late = Outcome(sending, "sent", provider_id="SM7", status=Status.QUEUED)
    assert await store.record_outcomes([late]) == [False]

    assert await statuses(store) == ["delivered"]


async def test_a_late_callback_of_a_lost_attempt_keeps_its_draft_from_going_again(
    store: SqlStore, clock: Calendar
):
    tea, first = await unknown(store, clock)
    [found] = await store.claim_unknown(1)
    await store.record_settled([Settled(found, "resend", 2, due_at=clock())])

    told = Receipt("SM7", Status.SENT, attempt=first.attempt)
    await store.apply_receipts(tea, [told], PAUSE)

    assert [one.text for one in (await store.claim_drafts(9)).sendings] == ["two"]


async def test_callbacks_in_any_order_end_in_the_same_status(store: SqlStore):
    tea = await drafts(store, "one")
    [sending] = (await store.claim_drafts(1)).sendings
    await sent(store, sending, "SM1")

    for status in (Status.DELIVERED, Status.SENT, Status.QUEUED):
        assert await store.apply_receipts(tea, [Receipt("SM1", status)], PAUSE) == [True]

    assert await statuses(store) == ["delivered"]


async def test_a_receipt_has_to_fit_its_attempt(store: SqlStore):
    tea = await drafts(store, "one")
    coffee = await endpoint(store, "coffee", "acme")
    [sending] = (await store.claim_drafts(1)).sendings
    await sent(store, sending, "SM1")

    def told(sid: str, attempt: int | None) -> Receipt:
        return Receipt(sid, Status.DELIVERED, attempt=attempt)

    assert await store.apply_receipts(tea, [told("SM2", sending.attempt)], PAUSE) == [False]
    assert await store.apply_receipts(tea, [told("SM2", None)], PAUSE) == [False]
    assert await store.apply_receipts(tea, [told("SM1", 10**9)], PAUSE) == [False]
    assert await store.apply_receipts(coffee, [told("SM1", sending.attempt)], PAUSE) == [False]
    assert await statuses(store) == ["queued"]


async def test_a_failed_delivery_says_why_on_the_timeline(store: SqlStore):
    tea = await drafts(store, "one")
    [sending] = (await store.claim_drafts(1)).sendings
    await sent(store, sending, "SM1")

    why = Receipt("SM1", Status.UNDELIVERED, None, "30003", "The phone is switched off.")
    await store.apply_receipts(tea, [why, why], PAUSE)

    assert await statuses(store) == ["failed"]
    entries = await store.timeline("flowit-sms", ANN)
    assert [e["element"]["text"] for e in entries if e["author"] == "system"] == [
        "The phone is switched off."
    ]


async def test_an_opt_out_that_the_provider_reports_is_remembered(store: SqlStore):
    tea = await drafts(store, "one")
    [sending] = (await store.claim_drafts(1)).sendings
    note = "They opted out."
    stopped = Outcome(sending, "suppressed", provider_code="21610", note=note, code="opted_out")
    await store.record_outcomes([stopped])

    await store.keep(tea, [text(9)])
    [claimed] = await store.claim_turns(1)
    await store.finish_turns([answer(claimed, "again")])

    assert (await store.claim_drafts(9)).sendings == []
    assert await statuses(store) == ["not sent: opted out"] * 2


async def test_who_opted_out_stays_so_when_the_endpoint_gets_another_account(store: SqlStore):
    tea = await drafts(store, "one")
    moved = [
        text(n, says=says, consent=consent, sender="AC2/+15550109999")
        for n, says, consent in ((7, "stop", "stop"), (8, "hello", None))
    ]

    await store.keep(tea, moved[:1])
    assert [] == (await store.claim_drafts(9)).sendings

    await store.keep(tea, [text(9, says="hello", sender="AC3/+15550109999")])
    flags = []
    for _turn in range(2):
        [claimed] = await store.claim_turns(1)
        flags.append(claimed.flag)
        await store.finish_turns([answer(claimed)])
    assert "opted out" in flags[1]

    await store.keep(tea, [text(10, says="start", consent="start", sender="AC3/+15550109999")])
    await store.keep(tea, [text(11, says="hello", sender="AC3/+15550109999")])
    [started] = await store.claim_turns(1)
    await store.finish_turns([answer(started)])
    [hello] = await store.claim_turns(1)
    assert "" == hello.flag
    await store.finish_turns([answer(hello, "welcome back")])
    assert ["welcome back"] == [one.text for one in (await store.claim_drafts(9)).sendings]


async def test_a_late_failure_of_a_lost_attempt_does_not_undo_what_was_sent_since(
    store: SqlStore, clock: Calendar
):
    tea, first = await unknown(store, clock)
    [found] = await store.claim_unknown(1)
    await store.record_settled([Settled(found, "resend", 2, due_at=clock())])
    [second] = (await store.claim_drafts(1)).sendings
    await sent(store, second, "SM2")
    await store.apply_receipts(tea, [Receipt("SM2", Status.DELIVERED)], PAUSE)

    late = Receipt("SM1", Status.FAILED, first.attempt, "30008", "Nobody knows why.")
    assert [True] == await store.apply_receipts(tea, [late], PAUSE)

    assert "delivered" == (await statuses(store))[0]


async def test_a_failure_keeps_its_reason_when_an_older_report_comes_with_it(store: SqlStore):
    tea = await drafts(store, "one")
    [sending] = (await store.claim_drafts(1)).sendings
    await sent(store, sending, "SM1")

    failed = Receipt("SM1", Status.UNDELIVERED, None, "30003", "The phone is switched off.")
    await store.apply_receipts(tea, [failed, Receipt("SM1", Status.SENT)], PAUSE)

    [attempt] = await store.attempts("flowit-sms", ANN)
    assert ("undelivered", "30003") == (attempt["provider_status"], attempt["provider_code"])


async def test_an_id_that_is_another_attempts_fits_no_second_one(store: SqlStore):
    tea = await drafts(store, "one")
    await drafts(store, "two", contact=BOB)
    one, two = sorted((await store.claim_drafts(2)).sendings, key=lambda s: s.text)
    await sent(store, one, "SM1")

    assert [False] == await store.apply_receipts(
        tea, [Receipt("SM1", Status.SENT, attempt=two.attempt)], PAUSE
    )


async def test_a_text_found_undelivered_is_failed_and_not_sent_again(
    store: SqlStore, clock: Calendar
):
    await unknown(store, clock)
    [found] = await store.claim_unknown(1)

    decision = Settled(found, "failed", 1, "SM7", Status.UNDELIVERED, "Not delivered.", "x")
    await store.record_settled([decision])

    assert ["two"] == [one.text for one in (await store.claim_drafts(9)).sendings]
    assert "failed" == (await statuses(store))[0]
