"""What the API remembers of requests that are not to be carried out twice."""

from __future__ import annotations

import asyncio

import pytest

from tests.conftest import LEASE, Calendar
from threadline.model.access import RequestRow
from threadline.store import doors, open_store
from threadline.store.script import Moment


def test_a_request_that_is_dropped_while_it_is_asked_for_is_under_way():
    """On PostgreSQL another node may do so between the two statements."""
    script = doors.begin_request(Moment(0, 0), [RequestRow("key_1", "once", "f")])
    next(script)
    script.send([])
    script.send([])
    with pytest.raises(StopIteration) as ended:
        script.send([])
    [found] = ended.value.value

    assert ("f", 0) == (found["fingerprint"], found["status"])


async def test_of_many_nodes_one_carries_a_request_out(database_url: str, clock: Calendar):
    nodes = [await open_store(database_url, clock, LEASE)]
    if database_url.startswith("postgres"):
        nodes += [await open_store(database_url, clock, LEASE) for _n in range(2)]
    try:
        for n in range(10):
            found = await asyncio.gather(
                *(
                    nodes[m % len(nodes)].begin_request("key_1", f"once-{n}", "f")
                    for m in range(12)
                )
            )
            assert 1 == found.count(None)
            await nodes[0].end_request("key_1", f"once-{n}", 201, "told")
        kept = await nodes[-1].begin_request("key_1", "once-3", "f")
    finally:
        for one in nodes:
            await one.close()

    assert kept == RequestRow("key_1", "once-3", "f", 201, "told")
