"""What people look up, and what they are told when it is not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.operations.test_apply import flowit
from tests.world import ADDRESS, ANN, Account, document, world
from threadline.app import App
from threadline.errors import NotFound
from threadline.operations import bots, conversations, endpoints, secrets
from threadline.operations.apply import apply


async def test_a_misspelt_address_is_told_with_what_was_meant(app: App):
    await apply(app, documents=[flowit()])
    with pytest.raises(NotFound, match=f"Did you mean `{ADDRESS}`"):
        await endpoints.describe(app, address="myorganisation-twiliosms")


async def test_who_asks_for_one_organization_hears_nothing_of_another(app: App):
    await apply(app, documents=[flowit(), {"Organization": "acme"}])
    said = []
    for address in (ADDRESS, "myorganisation-twiliosms"):
        with pytest.raises(NotFound) as why:
            await endpoints.describe(app, address=address, organization="acme")
        said.append(str(why.value))

    assert all(one.endswith("There is none yet.") for one in said)


LISTS = (bots.list_, endpoints.list_, secrets.list_, conversations.list_)


async def test_a_list_of_an_organization_that_is_not_there_says_so(app: App):
    await apply(app, documents=[flowit()])
    for list_ in LISTS:
        with pytest.raises(NotFound, match=r"no organization 'flowti'. Did you mean `flowit`"):
            await list_(app, organization="flowti")


async def test_an_organization_that_is_new_has_nothing(app: App):
    await apply(app, documents=[{"Organization": "flowit"}])
    found = [await list_(app, organization="flowit") for list_ in LISTS]

    assert [{"data": [], "next": None}] * len(LISTS) == found


async def test_a_conversation_is_found_however_the_number_is_written(
    tmp_path: Path, database_url: str
):
    async with world(tmp_path, database_url) as here:
        await here.apply(document(Account()))
        await here.text("hi")
        await here.until(here.received, ["Hello!", "Tea or coffee?"])
        written = "+1 (555) 010-0001"
        found = await conversations.show(here.app, endpoint=ADDRESS, contact=written)
        [listed] = (await conversations.list_(here.app, organization="flowit"))["data"]

        assert ANN == listed["contact"]
        assert "hi" == found["timeline"]["data"][0]["element"]["message"]
        assert found["timeline"]["data"][0]["at"].endswith("Z")
        assert 2 == len(found["attempts"]["data"])


async def test_who_never_wrote_is_told_apart_from_an_address_that_is_not_there(app: App):
    await apply(app, documents=[flowit()])
    with pytest.raises(NotFound, match="Nothing was said between"):
        await conversations.show(app, endpoint=ADDRESS, contact=ANN)
    with pytest.raises(NotFound, match="There is no endpoint 'nobody'"):
        await conversations.show(app, endpoint="nobody", contact=ANN)
