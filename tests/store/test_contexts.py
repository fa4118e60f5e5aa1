"""What is known about a contact is known in all conversations with the same bot."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tests.store.samples import ANN, BOB, DOCUMENT, answer, endpoint, text
from threadline.model.catalog import SaveEndpoint
from threadline.model.endpoint import Endpoint
from threadline.store import SqlStore


async def other_bot(store: SqlStore, address: str) -> Endpoint:
    document = DOCUMENT | {"Address": address, "TargetBotReference": "OtherBot"}
    await store.change([SaveEndpoint("flowit", document, f"AC1/{address}")])
    return next(one for one in await store.endpoints() if one.address == address)


async def known(store: SqlStore, place: Endpoint, n: int, contact: str = ANN) -> Any:
    """What the bot finds when the contact texts there."""
    await store.keep(place, [text(n, contact)])
    [claimed] = await store.claim_turns(1)
    await store.finish_turns([replace(answer(claimed), context=claimed.context)])
    return claimed.context


async def learn(
    store: SqlStore, place: Endpoint, n: int, context: Mapping[str, Any], contact: str = ANN
) -> None:
    await store.keep(place, [text(n, contact)])
    [claimed] = await store.claim_turns(1)
    await store.finish_turns([replace(answer(claimed), context=context)])


async def test_what_a_bot_learns_is_known_where_the_contact_texts_it_next(store: SqlStore):
    tea, shop = await endpoint(store, "tea"), await endpoint(store, "shop")
    await learn(store, tea, 1, {"name": "Ann"})

    assert {"name": "Ann"} == await known(store, shop, 2)
    await learn(store, shop, 3, {"name": "Ann", "size": "large"})
    assert {"name": "Ann", "size": "large"} == await known(store, tea, 4)


async def test_another_contact_another_bot_and_another_organization_know_nothing(
    store: SqlStore,
):
    tea = await endpoint(store, "tea")
    acme = await endpoint(store, "acme-tea", "acme")
    other = await other_bot(store, "other")
    await known(store, acme, 1)
    await learn(store, tea, 2, {"name": "Ann"})

    assert {} == await known(store, tea, 3, BOB)
    assert {} == await known(store, acme, 4)
    assert {} == await known(store, other, 5)


async def test_what_was_not_changed_does_not_take_away_what_was_learned_meanwhile(
    store: SqlStore,
):
    tea, shop = await endpoint(store, "tea"), await endpoint(store, "shop")
    await known(store, shop, 1)
    await store.keep(shop, [text(2)])
    [slow] = await store.claim_turns(1)
    await learn(store, tea, 3, {"name": "Ann"})
    await store.finish_turns([replace(answer(slow), context=slow.context)])

    assert {"name": "Ann"} == await known(store, shop, 4)


async def test_two_conversations_that_learn_at_once_do_not_wait_for_each_other(
    store: SqlStore,
):
    places = [await endpoint(store, name) for name in ("tea", "shop")]
    for n, place in enumerate(places):
        await known(store, place, n)
    for round in range(10):
        for n, place in enumerate(places):
            await store.keep(place, [text(f"{round}-{n}")])
        claimed = await store.claim_turns(2)
        learned = [replace(answer(one), context={"round": round}) for one in claimed]
        done = await asyncio.gather(*(store.finish_turns([one]) for one in learned))

        assert [True, True] == [one.ours for [one] in done]
    assert {"round": 9} == await known(store, places[0], 99)


async def test_what_is_redacted_in_one_place_is_forgotten_in_all(store: SqlStore):
    tea, shop = await endpoint(store, "tea"), await endpoint(store, "shop")
    await known(store, shop, 1)
    await learn(store, tea, 2, {"name": "Ann"})
    await store.redact_conversation("tea", ANN, "Dan")

    assert {} == await known(store, shop, 3)
