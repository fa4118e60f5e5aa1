"""The page on which a bot's messenger is tried, and who may open it."""

from __future__ import annotations

from tests.web.portal.conftest import HOST, People, words
from tests.world import ADDRESS as SMS
from tests.world import flow_bot
from threadline.operations import bots

ADDRESS, OTHERS = "flowit-MySmsBot", "acme-AcmeBot"


async def test_without_an_address_it_shows_the_first_and_names_the_others(people: People):
    browser = await people.browser("viewer")
    before = (await browser.get("preview")).text
    extra = flow_bot(name="Another")
    await bots.create(people.app, organization="flowit", document=extra)
    after = await browser.get("preview")

    assert f"/messenger/{ADDRESS}?preview=0" in before
    assert "/messenger/flowit-Another?preview=0" in after.text
    assert "Another MySmsBot" in words(after)
    assert "AcmeBot" not in after.text


async def test_it_shows_the_messenger_of_whoever_is_signed_in(people: People):
    browser = await people.browser("builder")
    page = (await browser.get(f"preview?endpoint={ADDRESS}")).text
    inside = (await browser.get(f"/messenger/{ADDRESS}?preview=0")).text
    anew = (await browser.get(f"/messenger/{ADDRESS}?preview=1")).text
    other = await people.browser("viewer")
    theirs = (await other.get(f"/messenger/{ADDRESS}?preview=0")).text

    assert f'<iframe src="/messenger/{ADDRESS}?preview=0"' in page
    assert "data-builder" in inside
    assert "data-builder" not in theirs
    assert 3 == len({one.partition('data-visitor="')[2][:40] for one in (inside, anew, theirs)})


async def test_it_tells_how_to_put_it_into_a_page_and_which_sites_may(people: People):
    browser = await people.browser("viewer")
    page = words(await browser.get(f"preview?endpoint={ADDRESS}"))

    script = f'<script src="{HOST}/messenger.js" data-endpoint="{ADDRESS}" async></script>'
    assert script in page
    assert "No site may show it yet but this server." in page


async def test_what_sms_would_say_stands_beside_it_when_asked(people: People):
    browser = await people.browser("viewer")
    without = words(await browser.get(f"preview?endpoint={ADDRESS}"))
    beside = words(await browser.get(f"preview?endpoint={ADDRESS}&sms=1"))

    assert "What Twilio SMS would say" not in without
    assert "What Twilio SMS would say" in beside


async def test_the_short_address_leads_there(people: People):
    browser = await people.browser("viewer")
    answer = await browser.get(f"/preview?endpoint={ADDRESS}&sms=1")

    assert 303 == answer.status_code
    assert f"/o/flowit/preview?endpoint={ADDRESS}&sms=1" == answer.headers["location"]


async def test_who_is_not_signed_in_signs_in_first(people: People):
    for address in (ADDRESS, "nowhere"):
        answer = await people.nobody().get(f"/preview?endpoint={address}")

        assert 303 == answer.status_code
        assert answer.headers["location"].startswith("/sign-in?next=%2Fpreview")


async def test_a_messenger_of_another_organization_is_not_there(people: People):
    browser = await people.browser("owner")
    for path in ("preview?endpoint={}", "/preview?endpoint={}"):
        found = [await browser.get(path.format(one)) for one in (OTHERS, "nowhere", SMS)]

        assert [404] * 3 == [one.status_code for one in found]
    inside = (await browser.get(f"/messenger/{OTHERS}?preview=0")).text
    assert "data-builder" not in inside
    assert "data-visitor" not in inside
