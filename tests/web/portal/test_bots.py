"""Bots in the browser: made of blueprints, run and stopped, gone back to what they were."""

from __future__ import annotations

import re

import pytest

from tests.operations.test_bot_versions import BROKEN, MINE
from tests.operations.texting import Texting
from tests.web.portal.conftest import MINE as FLOWIT
from tests.web.portal.conftest import OTHER_ADDRESS, People, words
from tests.world import ADDRESS, ECHO, flow_bot
from threadline.bots import blueprints
from threadline.operations import bot_drafts, bot_versions, bots, endpoint_changes

BOT = "MySmsBot"
OF = {"organization": FLOWIT, "name": BOT}
OWN = f"{FLOWIT}-{BOT}"


async def test_bots_are_listed_with_what_they_do(people: People):
    await bots.set_state(people.app, **OF, state="PAUSED")
    await bot_drafts.save(people.app, **OF, source=BROKEN)
    viewer = await people.browser("viewer")
    page = await viewer.get("bots")

    assert (
        f"{BOT} draft paused A flow, run here version 1 {ADDRESS} 2030-01-02 12:30 UTC"
        in words(page)
    )
    assert "AcmeBot" not in page.text
    assert "New bot" not in words(page)
    assert "New bot" in words(await (await people.browser("builder")).get("bots"))


async def test_a_place_without_bots_says_how_to_begin(people: People):
    await endpoint_changes.delete(people.app, organization="acme", address=OTHER_ADDRESS)
    await bots.delete(people.app, organization="acme", name="AcmeBot")
    page = await (await people.browser("owner", "acme")).get("bots")

    assert "No bot yet" in words(page)
    assert 'href="/o/acme/new-bot"' in page.text


async def test_the_gallery_has_every_blueprint_with_how_it_talks(people: People):
    page = words(await (await people.browser("builder")).get("new-bot"))

    for one in blueprints.known().values():
        assert one.title in page
        assert one.dialogue.splitlines()[0].removeprefix("> ") in page


async def test_a_bot_is_made_of_a_blueprint_with_what_was_filled_in(people: People):
    builder = await people.browser("builder")
    form = {"Name": "Questions", "values.company": "<b>Blue Door</b>", "values.hours": " "}
    made = await builder.do("new-bot?blueprint=faq", "create", **form)
    document = await bots.describe(people.app, organization=FLOWIT, name="Questions")
    [version] = (await bot_versions.list_(people.app, organization=FLOWIT, name="Questions"))[
        "data"
    ]
    nodes = document["Flow"]["nodes"]

    assert made.url.path == f"/o/{FLOWIT}/bots/Questions"
    assert "Questions is there." in words(made)
    assert nodes["ask"]["text"].startswith("<b>Blue Door</b>: ask about HOURS")
    assert "Mon-Fri 9am to 6pm" in nodes["hours"]["text"]
    assert ("builder@flowit.example", "Made of the blueprint faq.") == (
        version["made_by"],
        version["note"],
    )


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"Name": BOT}, "There is a bot 'MySmsBot'."),
        ({"Name": "a b"}, "names no bot."),
        ({"Name": "x" * 95}, "Choose a name of at most 93 characters."),
        ({"Name": "New", "values.company": "y" * 301}, "Write a text of 1 to 300"),
    ],
    ids=lambda one: str(one)[:20],
)
async def test_what_cannot_be_made_is_told_and_what_was_typed_stays(
    people: People, form: dict[str, str], said: str
):
    builder = await people.browser("builder")
    typed = {"values.hours": "when we like", **form}
    page = await builder.do("new-bot?blueprint=faq", "create", **typed)

    assert 422 == page.status_code
    assert said in words(page)
    for value in typed.values():
        assert f'value="{value}"' in page.text


async def test_a_blueprint_that_is_not_there_is_no_page(people: People):
    page = await (await people.browser("builder")).get("new-bot?blueprint=fax")

    assert (404, True) == (page.status_code, "Did you mean" in words(page))


async def test_a_bot_is_shown_with_its_endpoints_its_own_first(people: People):
    page = await (await people.browser("viewer")).get(f"bots/{BOT}")
    text = words(page)

    assert f'href="/preview?endpoint={OWN}"' in page.text
    assert f"MySmsBot default endpoint its own {OWN}" in text
    assert text.index(OWN) < text.index(ADDRESS)
    for word in ("Edit", "Pause", "Delete the bot"):
        assert word not in text
    assert (
        f'href="/o/{FLOWIT}/bots/{BOT}/edit"'
        in (await (await people.browser("builder")).get(f"bots/{BOT}")).text
    )


async def test_a_bot_is_paused_stopped_and_run(people: People):
    builder = await people.browser("builder")
    for state in ("PAUSED", "STOPPED", "RUNNING"):
        page = await builder.do(f"bots/{BOT}", "set_state", state=state)
        shown = await bots.describe(people.app, **OF)
        assert f"MySmsBot is {state}." in words(page)
        assert (state, 1) == (shown["State"], shown["Version"])
    wrong = await builder.do(f"bots/{BOT}", "set_state", state="ON")

    assert (422, True) == (wrong.status_code, "No state 'ON'" in words(wrong))


async def test_a_draft_is_announced_with_what_is_wrong_in_it(people: People):
    await bot_drafts.save(people.app, **OF, source=BROKEN, by="Ann")
    page = words(await (await people.browser("viewer")).get(f"bots/{BOT}"))

    assert "a draft made of version 1" in page
    assert "by Ann, with 1 problem" in page


async def test_versions_are_listed_and_each_tells_what_it_changed(people: People):
    await bots.replace(people.app, **OF, document=flow_bot(ECHO), by="Ann")
    await bot_drafts.save(people.app, **OF, source=MINE)
    await bot_drafts.publish(people.app, **OF, note="<i>mine</i>", by="Bob")
    viewer = await people.browser("viewer")
    page = words(await viewer.get(f"bots/{BOT}"))
    third = await viewer.get(f"bots/{BOT}/versions/3")
    second = await viewer.get(f"bots/{BOT}/versions/2?with=now")
    first = words(await viewer.get(f"bots/{BOT}/versions/1"))

    assert re.search(r"Version 3 now <i>mine</i> .* Bob Version 2 .* Ann Version 1 ", page)
    assert '<span class="added">+# This is mine.' in third.text
    assert "From version 2 to version 3" in words(third)
    assert "From version 2 to version 3" in words(second)
    assert "From version 1 to version 3" in first
    assert "Roll back" not in first


async def test_the_first_version_has_nothing_to_be_compared_with(people: People):
    page = words(await (await people.browser("viewer")).get(f"bots/{BOT}/versions/1"))

    assert "there is nothing to compare it with" in page
    assert "Flow: nodes:" in page


async def test_a_bot_goes_back(people: People):
    await bots.replace(people.app, **OF, document=flow_bot(ECHO))
    builder = await people.browser("builder")
    page = await builder.do(f"bots/{BOT}/versions/1", "roll_back", note="it was better")
    again = await builder.do(f"bots/{BOT}/versions/3", "roll_back", note="")
    shown = await bots.describe(people.app, **OF)

    assert "MySmsBot is version 3, which says what version 1 said." in words(page)
    assert "it was better" in words(page)
    assert (flow_bot()["Flow"], 3) == (shown["Flow"], shown["Version"])
    assert (422, True) == (again.status_code, "The bot is this version." in words(again))


@pytest.mark.parametrize("version", ["9", "0", "x", "1e3", "٣", "9" * 40])
async def test_what_never_was_is_no_page(people: People, version: str):
    page = await (await people.browser("viewer")).get(f"bots/{BOT}/versions/{version}")

    assert 404 == page.status_code


async def test_a_bot_is_deleted_with_its_own_endpoint(people: People):
    await bots.create(people.app, organization=FLOWIT, document=flow_bot(name="Spare"))
    builder = await people.browser("builder")
    gone = await builder.do("bots/Spare", "delete")
    nothing = await builder.get("bots/Spare")

    assert "Spare is gone." in words(gone)
    assert f"/o/{FLOWIT}/bots" == gone.url.path
    assert 404 == nothing.status_code
    assert "flowit-Spare" not in [one.address for one in await people.app.store.endpoints()]


async def test_a_bot_that_is_in_use_says_by_what(people: People):
    await bots.create(people.app, organization=FLOWIT, document=flow_bot(name="Spare"))
    own = await people.app.endpoint_at("flowit-Spare")
    await Texting(people.app, own).answered("hi")
    builder = await people.browser("builder")
    used = await builder.do(f"bots/{BOT}", "delete")
    texted = await builder.do("bots/Spare", "delete")

    assert f"Used by endpoint MySms ({ADDRESS})." in words(used)
    assert "There are conversations with its default endpoint flowit-Spare" in words(texted)
    assert {BOT, "Spare", "AcmeBot"} == {one.name for one in await people.app.store.bots()}
