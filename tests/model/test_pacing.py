"""How fast a sender goes, and when it rests."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as some

from threadline.model.clock import MINUTE, SECOND
from threadline.model.engagement import Engagement
from threadline.model.guards import Recent
from threadline.model.pacing import BURST, PATIENCE, PROBE, REPLY_GAP, Sender, gaps, rest

START = 1_893_587_400 * SECOND


@given(
    some.sampled_from([1, 3, 100, 225]),
    some.lists(some.tuples(some.integers(0, SECOND), some.integers(1, 10)), min_size=1),
)
def test_in_no_stretch_of_time_does_a_sender_send_more_than_its_pace_and_one_burst(
    a_second: int, asked: list[tuple[int, int]]
):
    sender = Sender(1, SECOND // a_second, 0, 0, 0)
    now, given_out = START, []
    for wait, segments in asked:
        now += wait
        if sender.give(segments, now):
            given_out.append((now, segments))

    for n, (first, _segments) in enumerate(given_out):
        for last in range(n, len(given_out)):
            stretch = given_out[last][0] - first
            before_the_last = sum(s for _at, s in given_out[n:last])
            assert before_the_last * sender.pace <= stretch + BURST


def test_a_sender_that_is_free_takes_what_it_is_given_at_once():
    sender = Sender(1, SECOND, 0, 0, 0)

    assert sender.give(1, START)
    assert not sender.give(1, START + SECOND - BURST - 1)
    assert sender.give(1, START + SECOND - BURST)


def test_a_long_text_takes_as_many_slots_as_it_has_segments():
    sender = Sender(1, SECOND, 0, 0, 0)
    sender.give(3, START)

    assert START + 3 * SECOND - BURST == sender.free_at


def test_a_sender_without_a_pace_takes_everything():
    sender = Sender(1, 0, 0, 0, 0)

    assert all(sender.give(10, START) for _ in range(100))


def test_what_was_not_used_is_not_saved_up():
    sender = Sender(1, SECOND, 0, 0, 0)
    sender.give(1, START)

    later = START + MINUTE
    assert [True, False] == [sender.give(1, later), sender.give(1, later)]


def test_a_paused_sender_takes_nothing():
    assert not Sender(1, 0, 0, START + 1, 0).give(1, START)


def test_a_sender_in_trouble_tries_with_one_text_and_the_others_wait_for_it():
    sender = Sender(1, 0, 0, 0, PATIENCE)

    assert sender.give(1, START)
    assert not sender.give(1, START)
    assert START + PROBE == sender.free_at


def test_a_sender_rests_longer_with_every_failure_but_never_for_more_than_a_minute():
    rests = [rest(trouble) // SECOND for trouble in range(14)]

    assert [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60] == rests


def test_after_thirty_texts_in_close_order_the_next_one_keeps_its_distance():
    assert [0] * 30 + [REPLY_GAP] + [0] * 29 + [REPLY_GAP] == gaps(61, 61)
    assert [REPLY_GAP] == gaps(31, 1)
    assert [0, 0] == gaps(2, 2)


def test_the_same_text_again_and_again_may_be_a_loop():
    recent, limits = Recent(), Engagement(max_identical=3)

    flags = [recent.add("ping", START + n, limits) for n in range(5)]

    assert ["", "", "", True, True] == [flag and "same text" in flag for flag in flags]
    assert "" == recent.add("something else", START + 6, limits)


def test_too_many_texts_in_ten_minutes_may_be_a_loop():
    recent, limits = Recent(), Engagement(max_turns=3)

    flags = [recent.add(str(n), START + n, limits) for n in range(4)]

    assert ["", "", "", True] == [flag and "More than 3 texts" in flag for flag in flags]
    assert "" == recent.add("later", START + 10 * MINUTE, limits)
