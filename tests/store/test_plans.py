"""What a message costs does not grow with what is stored: hot statements use their indexes."""

from __future__ import annotations

import re
import sqlite3

import asyncpg
import pytest

from tests.conftest import LEASE, Calendar
from threadline.store import migrations, open_store, statements

HOT = (
    *(
        "find_sender",
        "known_conversations",
        "carry_suppressions",
        "open_conversations",
        "find_inbox",
        "suppressed",
        "queue_conversations",
    ),
    *("claim_conversations", "heads", "renew_conversations", "finish_conversations"),
    *("finish_inbox", "postpone_conversations", "claim_outbox", "settle_attempts"),
    *("settle_outbox", "next_seq", "claim_unknown", "outbox_rows", "bound"),
    *("enqueue", "enqueue_sending", "open_attempts", "busy_senders", "sender_states"),
    *("lock_senders", "given_senders", "due_drafts", "release_next", "late_deliveries"),
    *("close_unsent", "overtaken", "hold_back", "complete_inbox", "usage_of", "add_usage"),
    "late_senders",
    *("expired_attempts", "find_attempts", "advance_attempts", "close_outbox"),
    *("view_states", "view_entries_before", "view_entries_after", "view_tries", "way_out"),
    *("replied_to", "make_room", "take_conversations", "hand_back", "inbox_from"),
    *("inbox_between", "entry_at", "view_consents", "siblings", "share_context"),
    *("orphan_attempts", "orphan_conversations", "drop_waiting", "release", "view_timeline"),
)
FREE = re.compile(
    r"SCAN (due|r|p|places|busy|\(subquery-\d+\)|\d* ?CONSTANT ROWS?.*)"
    r"|SCAN \w+ USING INDEX (attempts_open|conversations_ready)"
)
"""The rows handed in, what was just claimed, and partial indexes over what is open."""


@pytest.fixture(scope="module")
def tables() -> sqlite3.Connection:
    db = sqlite3.connect(":memory:")
    for _number, texts in migrations.steps("sqlite"):
        for text in texts:
            db.execute(text)
    return db


ROWS = 64


@pytest.mark.parametrize("name", HOT)
def test_a_hot_statement_never_reads_a_whole_table(tables: sqlite3.Connection, name: str):
    statement = statements.load("sqlite")[name]
    assert statement is not None
    text = statement.text if statement.columns is None else statement.of(ROWS)
    bound = [1] * (ROWS * statement.width + len(statement.values))

    plan = [row[3] for row in tables.execute(f"EXPLAIN QUERY PLAN {text}", bound)]

    assert [] == [step for step in plan if "SCAN" in step and not FREE.fullmatch(step)]


OVER_WHAT_STANDS_OUT = re.compile(
    r"SCAN (d|outbox USING INDEX outbox_(parked|failed|open)"
    r"|inbox USING INDEX inbox_(parked|waiting))"
)


LED = (
    *("led_by_number", "led_by_ending", "led_by_failed", "led_by_flagged", "led_by_taken"),
    *("led_by_waiting", "led_by_stopped", "led_by_endpoint", "walk_end"),
    *("walk", "chosen", "view_found", "entries_at", "latest_failures", "standing", "queues"),
    *("tallies", "advance_reader", "reader", "view_health", "view_senders", "see"),
    *("aging", "advance_retention", "inbox_window", "inbox_of", "overdue", "add_overdue"),
    *("drop_overdue", "aged_entries", "waiting_turns", "parked_turns", "quoting_notes"),
    *("at_rest", "texts_between", "forget_contact", "redact_inbox", "redact_outbox"),
    *("redact_entries", "redact_attempts", "inbox_by_id"),
)
OVER_WHAT_LEADS = re.compile(
    r"SCAN ([rfpw]|latest|ready|few|\(subquery-\d+\)|\d* ?CONSTANT ROWS?.*)"
    r"|SCAN (\w+) USING (COVERING )?INDEX (outbox|inbox|conversations|attempts)_"
    r"(parked|failed|open|waiting|flagged|taken|ready)"
    r"|SCAN e( USING INDEX sqlite_autoindex_endpoints_1)?"
)
"""Endpoints, what was handed in or found, and partial indexes over what stands out."""


@pytest.mark.parametrize("name", LED)
def test_what_is_looked_for_is_led_to_by_an_index(tables: sqlite3.Connection, name: str):
    statement = statements.load("sqlite")[name]
    assert statement is not None
    text = statement.text if statement.columns is None else statement.of(ROWS)
    bound = [1] * (ROWS * statement.width + len(statement.values))

    plan = [row[3] for row in tables.execute(f"EXPLAIN QUERY PLAN {text}", bound)]

    assert [] == [
        step for step in plan if "SCAN" in step and not OVER_WHAT_LEADS.fullmatch(step)
    ]


@pytest.mark.parametrize("name", ["view_drafts", "view_turns"])
def test_what_went_no_further_is_found_without_all_that_did(
    tables: sqlite3.Connection, name: str
):
    statement = statements.load("sqlite")[name]
    assert statement is not None
    bound = [1] * len(statement.values)

    plan = [row[3] for row in tables.execute(f"EXPLAIN QUERY PLAN {statement.text}", bound)]

    assert [] == [
        step for step in plan if "SCAN" in step and not OVER_WHAT_STANDS_OUT.fullmatch(step)
    ]


async def test_what_failed_is_found_without_all_that_did_not_on_postgres(
    new_postgres_url: str, clock: Calendar
):
    store = await open_store(new_postgres_url, clock, LEASE)
    await store.close()
    statement = statements.load("postgres")["view_drafts"]
    assert statement is not None
    values = {"organization": "'flowit'", "state": "'failed'", "at": "1", "limit": "9"}
    text = re.sub(
        r"\$(\d+)", lambda n: values.get(statement.values[int(n[1]) - 1], "1"), statement.text
    )
    connection = await asyncpg.connect(new_postgres_url)
    await connection.execute("SET enable_seqscan = off")
    plan = "\n".join(row[0] for row in await connection.fetch(f"EXPLAIN {text}"))
    await connection.close()

    assert "outbox_failed" in plan
