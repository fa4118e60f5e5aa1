"""The blocking client is the asynchronous one without its waits."""

from __future__ import annotations

from tests.client.unasync import CLIENT, modules


def test_the_blocking_client_is_made_from_the_asynchronous_one():
    made = modules()
    there = {path: path.read_text("utf-8") for path in (CLIENT / "sync").glob("*.py")}

    assert made == there, "Run: python -m tests.client.unasync"
