"""Group commit: many callers, one transaction, and nobody pays for another's mistake."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from tests.store.samples import DOCUMENT, endpoint, text
from threadline.errors import StoreDown, Taken
from threadline.model.catalog import SaveEndpoint, SaveOrganization
from threadline.store import SqlStore
from threadline.store.batch import Batcher, Work


class Disk:
    """A disk that takes its time, refuses what is faulty, and may be gone."""

    def __init__(self) -> None:
        self.commits: list[list[Work]] = []
        self.free = asyncio.Event()
        self.free.set()
        self.gone = False

    async def commit(self, work: Sequence[Work]) -> list[list[Any]]:
        await self.free.wait()
        if self.gone:
            raise StoreDown("the disk is gone")
        for _kind, items in work:
            if any(item == "faulty" for item in items):
                raise ValueError("faulty")
        self.commits.append([(kind, list(items)) for kind, items in work])
        return [[f"{kind} {item}" for item in items] for kind, items in work]


@pytest.fixture
def disk() -> Disk:
    return Disk()


async def gathered(batcher: Batcher, *items: Any) -> list[Any]:
    """What each of so many callers at once gets, an error included."""
    puts = [batcher.put("keep", [item]) for item in items]
    return await asyncio.gather(*puts, return_exceptions=True)


async def test_who_comes_alone_is_written_at_once(disk: Disk):
    assert ["keep 1"] == await Batcher(disk.commit).put("keep", [1])
    assert [[("keep", [1])]] == disk.commits


async def test_who_comes_while_a_commit_runs_shares_the_next_one(disk: Disk):
    batcher = Batcher(disk.commit)
    disk.free.clear()
    first = asyncio.create_task(batcher.put("keep", [0]))
    await asyncio.wait({first}, timeout=0)
    waiting = asyncio.create_task(gathered(batcher, *range(1, 100)))
    await asyncio.wait({waiting}, timeout=0)

    disk.free.set()
    results = [await first, *await waiting]

    assert [[f"keep {n}"] for n in range(100)] == results
    assert [("keep", list(range(100)))] == [
        ("keep", [n for commit in disk.commits for _kind, items in commit for n in items])
    ]
    assert 2 >= len(disk.commits)


async def test_each_caller_gets_its_own_results_in_its_own_order(disk: Disk):
    batcher = Batcher(disk.commit)

    found = await asyncio.gather(
        batcher.put("keep", [1, 2]),
        batcher.put("finish", [3]),
        batcher.put("keep", [4]),
        batcher.put("keep", []),
    )

    assert [["keep 1", "keep 2"], ["finish 3"], ["keep 4"], []] == found
    assert [[("keep", [1, 2, 4]), ("finish", [3])]] == disk.commits


async def test_one_faulty_member_fails_alone(disk: Disk):
    found = await gathered(Batcher(disk.commit), 1, 2, 3, "faulty", 5, 6, 7)

    assert isinstance(found.pop(3), ValueError)
    assert [[f"keep {n}"] for n in (1, 2, 3, 5, 6, 7)] == found
    kept = [n for commit in disk.commits for _kind, items in commit for n in items]
    assert [1, 2, 3, 5, 6, 7] == kept


async def test_without_a_store_everybody_is_told_so_and_nobody_is_tried_alone(disk: Disk):
    disk.gone = True
    batcher = Batcher(disk.commit)

    found = await gathered(batcher, 1, 2, 3)

    assert ["the disk is gone"] * 3 == [str(one) for one in found]
    assert all(isinstance(one, StoreDown) for one in found)
    disk.gone = False
    assert [["keep 4"]] == await gathered(batcher, 4)


async def test_a_batch_has_a_size_and_what_is_over_goes_with_the_next(disk: Disk):
    await gathered(Batcher(disk.commit, most=3), *range(7))

    assert [3, 3, 1] == [len(items) for [(_kind, items)] in disk.commits]


async def test_a_caller_that_gives_up_does_not_undo_what_is_under_way(disk: Disk):
    batcher = Batcher(disk.commit)
    disk.free.clear()
    leaving = asyncio.create_task(batcher.put("keep", [1]))
    staying = asyncio.create_task(batcher.put("keep", [2]))
    await asyncio.wait({leaving, staying}, timeout=0)

    leaving.cancel()
    disk.free.set()

    assert ["keep 2"] == await staying
    assert [[("keep", [1, 2])]] == disk.commits


async def test_closed_it_finishes_what_waits_and_refuses_what_comes(disk: Disk):
    batcher = Batcher(disk.commit)
    waiting = asyncio.create_task(batcher.put("keep", [1]))
    await asyncio.wait({waiting}, timeout=0)

    await batcher.close()

    assert ["keep 1"] == await waiting
    with pytest.raises(StoreDown):
        await batcher.put("keep", [2])


async def test_in_a_real_store_who_is_refused_is_refused_alone(store: SqlStore):
    tea = await endpoint(store)
    rival = SaveEndpoint("flowit", DOCUMENT | {"Address": "rival"}, "AC1/flowit-sms")

    found = await asyncio.gather(
        store.keep(tea, [text(1)]),
        store.change([SaveOrganization("acme"), rival]),
        store.change([SaveOrganization("globex")]),
        store.keep(tea, [text(2)]),
        return_exceptions=True,
    )

    assert [[True], None, [True]] == [one for one in found if not isinstance(one, Taken)]
    assert isinstance(found[1], Taken)
    assert ["flowit", "globex"] == [one.name for one in await store.organizations()]
