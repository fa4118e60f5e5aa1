"""Numbers in the browser: how each goes, paused and resumed by hand."""

from __future__ import annotations

from dataclasses import replace

from tests.operations.texting import Texting
from tests.store.samples import BOB
from tests.web.portal.conftest import OTHERS, People, words
from tests.world import ADDRESS
from threadline.operations import optouts


async def test_a_number_is_told_with_all_that_is_known_of_it(people: People):
    await people.texting.answered("one", "two")
    await optouts.add(
        people.app,
        endpoint=ADDRESS,
        contact=BOB,
        reason="asked by phone",
        organization="flowit",
    )
    people.app.lookout.heard(people.texting.endpoint.id)
    await people.app.lookout.flush()
    page = words(await (await people.browser("viewer")).get("numbers"))

    assert "+1 555-010-9999" in page or "+15550109999" in page
    assert "MySms sending 1000 a second 2 texts since 2030-01-02 12:30 UTC" in page
    assert "1 contact 2030-01-02 12:30 UTC" in page
    assert "Pause" not in page


async def test_a_number_is_paused_with_a_reason_and_resumed(people: People):
    operator = await people.browser("operator")
    asked = words(await operator.get(f"numbers?pause={ADDRESS}"))
    paused = await operator.do("numbers", "pause", endpoint=ADDRESS, reason="nonsense")
    await people.texting.answered("one")
    held = await people.texting.goes()
    resumed = await operator.do("numbers", "resume", endpoint=ADDRESS)

    assert "Nothing is sent from it until somebody resumes it." in asked
    assert "paused by hand nonsense" in words(paused)
    assert "sends again." in words(resumed)
    assert ([], ["one"]) == (held, await people.texting.goes())


async def test_a_pause_needs_a_reason_and_says_so_where_it_is_asked(people: People):
    operator = await people.browser("operator")
    page = await operator.do(f"numbers?pause={ADDRESS}", "pause", endpoint=ADDRESS, reason=" ")

    assert "reason_missing" in words(page)
    assert "Nothing is sent from it until" in words(page)


async def test_a_viewer_pauses_nothing(people: People):
    viewer = await people.browser("viewer")
    refused = await viewer.do("numbers", "pause", endpoint=ADDRESS, reason="nonsense")

    assert 403 == refused.status_code
    assert "sending" in words(await viewer.get("numbers"))


async def test_the_number_of_another_organization_is_not_there(people: People):
    stranger = await people.browser("operator", OTHERS)
    refused = await stranger.do("numbers", "pause", endpoint=ADDRESS, reason="nonsense")

    assert 404 == refused.status_code
    assert ADDRESS not in (await stranger.get("numbers")).text


async def test_a_messenger_is_no_number(people: People):
    app = people.app
    messenger = await app.endpoint_at("flowit-MySmsBot")
    sending = replace(messenger, route=f"web/{messenger.address}")  # as its channel does
    await Texting(app, sending).answered("Tea or coffee?", contact=f"preview-{'a' * 32}")
    browser = await people.browser("viewer")
    page = words(await browser.get("numbers"))
    home = words(await browser.get(""))

    assert "flowit-MySmsBot" not in page
    assert "Done: Try it Done: Set up a number 4 Text it" in home
