"""Coming in: the first account, signing in and out, links, sessions that end."""

from __future__ import annotations

import re

import pytest

from tests.web.portal.conftest import People, words
from threadline.model.clock import DAY, HOUR
from threadline.model.people import Membership
from threadline.operations import sessions, tenants, users
from threadline.web.portal.browser import named

PASSWORD = "four words that fit"


async def begin(people: People, **given: str) -> object:
    browser = people.nobody()
    path = users.first_link(people.app).removeprefix("https://sms.example.com")
    page = await browser.get(path)
    token = re.search(r'name="token" value="([^"]+)"', page.text)
    assert token, page.text
    form = {
        "token": token[1],
        "name": "Ann",
        "email": "Ann@Example.com",
        "password": PASSWORD,
        "organization": "flowit",
    }
    return browser, await browser.post(path, form | given)


async def test_the_first_account_is_made_with_the_link_from_the_log_and_owns_it(
    people: People,
):
    browser, answer = await begin(people)

    assert 303 == answer.status_code, words(answer)
    assert "/o/flowit/" == answer.headers["location"]
    assert "ann@example.com · owner of flowit" in words(await browser.get("profile"))


async def test_the_first_account_begins_with_a_sample_bot_if_it_is_wanted(people: People):
    browser, answer = await begin(people, organization="", new="tea", title="Tea", sample="yes")
    bots = words(await browser.get("/o/tea/bots"))

    assert "/o/tea/" == answer.headers["location"]
    assert "MySmsBot" in bots
    assert 200 == (await browser.get("/o/tea/preview?endpoint=tea-MySmsBot")).status_code


async def test_without_the_wish_a_new_place_is_empty(people: People):
    browser, _answer = await begin(people, organization="", new="tea", title="Tea")

    assert "MySmsBot" not in words(await browser.get("/o/tea/bots"))


async def test_the_sample_leaves_a_bot_of_its_name_alone(people: People):
    before = (await people.app.catalog()).bots["flowit", "MySmsBot"]
    await begin(people, sample="yes")

    assert before == (await people.app.catalog()).bots["flowit", "MySmsBot"]


async def test_there_is_one_first_account(people: People):
    await begin(people)
    browser = people.nobody()

    answer = await browser.get(users.first_link(people.app))

    assert 401 == answer.status_code
    assert "somebody has an account by now" in words(answer)


async def test_nobody_is_first_without_the_code(people: People):
    answer = await people.nobody().get("/start?code=guessed")

    assert 401 == answer.status_code


async def test_a_weak_password_is_told_and_nothing_is_made(people: People):
    _browser, answer = await begin(people, password="short")

    assert 422 == answer.status_code
    assert "It has to have 10 to 200 characters." in words(answer)
    assert not await people.app.store.any_user()


async def sign_in(people: People, password: str, then: str = "/") -> object:
    browser = people.nobody()
    page = await browser.get(f"/sign-in?next={then}")
    token = re.search(r'name="token" value="([^"]+)"', page.text)
    assert token
    form = {"email": "ann@example.com", "password": password, "next": then, "token": token[1]}
    return browser, await browser.post("/sign-in", form)


async def test_who_signs_in_comes_to_where_they_wanted(people: People):
    await begin(people)

    browser, answer = await sign_in(people, PASSWORD, "/o/flowit/profile")

    assert "/o/flowit/profile" == answer.headers["location"]
    assert 200 == (await browser.get("profile")).status_code


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:1"]
)
async def test_signing_in_leads_nowhere_else(people: People, elsewhere: str):
    await begin(people)

    _browser, answer = await sign_in(people, PASSWORD, elsewhere)

    assert "/" == answer.headers["location"]


async def test_after_five_wrong_passwords_the_next_has_to_wait(people: People):
    await begin(people)
    for _try in range(5):
        _browser, answer = await sign_in(people, "not the password")
        assert 401 == answer.status_code

    _browser, refused = await sign_in(people, PASSWORD)
    people.clock.skip(2)
    _browser, let_in = await sign_in(people, PASSWORD)

    assert 429 == refused.status_code
    assert "Too many wrong passwords" in words(refused)
    assert 303 == let_in.status_code


async def test_an_address_without_an_account_is_told_the_same(people: People):
    await begin(people)

    _browser, wrong = await sign_in(people, "not the password")
    browser = people.nobody()
    page = await browser.get("/sign-in")
    token = re.search(r'name="token" value="([^"]+)"', page.text)
    assert token
    form = {"email": "bob@example.com", "password": "x" * 12, "token": token[1]}
    unknown = await browser.post("/sign-in", form)

    assert 401 == unknown.status_code
    assert sessions.WRONG in words(wrong)
    assert sessions.WRONG in words(unknown)


async def test_who_signed_out_is_out(people: People):
    browser, _answer = await begin(people)

    answer = await browser.post("/sign-out", {})

    assert "/sign-in" == answer.headers["location"]
    page = await browser.get("profile")
    assert 303 == page.status_code
    assert page.headers["location"].startswith("/sign-in?next=%2Fo%2Fflowit%2Fprofile")


@pytest.mark.parametrize(("steps", "each"), [(1, 12 * HOUR), (15, 11 * HOUR + HOUR // 2)])
async def test_a_session_ends_when_it_rests_and_after_a_week(
    people: People, steps: int, each: int
):
    browser = await people.browser("viewer")
    for _step in range(steps):
        assert 200 == (await browser.get("profile")).status_code
        people.clock.skip(each / 1_000_000)

    answer = await browser.get("profile")

    assert 303 == answer.status_code


async def test_a_changed_password_signs_out_elsewhere(people: People):
    here, _answer = await begin(people)
    there, _answer = await sign_in(people, PASSWORD)
    new = "another few words"

    answer = await here.do("profile", "change_password", old=PASSWORD, new=new, again=new)

    assert "Your password is changed." in words(answer)
    assert 200 == (await here.get("profile")).status_code
    assert 303 == (await there.get("profile")).status_code


async def test_a_form_without_the_pages_token_does_nothing(people: People):
    browser = await people.browser("owner")

    answer = await browser.post("profile", {"do": "rename", "name": "Eve", "token": "guessed"})
    other_site = await browser.client.post(
        browser.url("profile"),
        data={"do": "rename", "name": "Eve", "token": await browser.token()},
        headers={"Sec-Fetch-Site": "cross-site"},
    )

    assert 403 == answer.status_code
    assert 403 == other_site.status_code
    assert "Eve" not in (await browser.get("profile")).text


async def test_who_is_asked_in_joins_with_the_link(people: People):
    await tenants.rename(people.app, name="flowit", title="Leaf & Cup")
    made = await users.invite(
        people.app, organization="flowit", email="bob@example.com", role="builder"
    )
    browser = people.nobody()
    page = await browser.get(made["link"])
    token = re.search(r'name="token" value="([^"]+)"', page.text)
    assert token
    form = {"token": token[1], "name": "Bob", "password": PASSWORD}

    answer = await browser.post(made["link"], form)
    again = await people.nobody().get(made["link"])

    assert "Join Leaf & Cup" in words(page)
    assert "/o/flowit/" == answer.headers["location"]
    assert "builder of Leaf & Cup" in words(await browser.get("profile"))
    assert 401 == again.status_code


async def test_a_link_that_was_used_while_its_page_was_open_is_told(people: People):
    answer = await people.nobody().post("/join?code=used", {"token": "", "name": "Bob"})

    assert 401 == answer.status_code
    assert "The link was used, or its time is over." in words(answer)


async def test_a_link_ends_after_its_time(people: People):
    made = await users.invite(people.app, organization="flowit", email="bob@example.com")
    people.clock.skip(7 * DAY / 1_000_000)

    answer = await people.nobody().get(made["link"])

    assert 401 == answer.status_code


async def test_a_link_to_join_does_not_open_the_account_that_somebody_has(people: People):
    await begin(people)
    made = await users.invite(people.app, organization="acme", email="ann@example.com")
    browser = people.nobody()
    page = await browser.get(made["link"])
    token = re.search(r'name="token" value="([^"]+)"', page.text)
    assert token

    wrong = await browser.post(made["link"], {"token": token[1], "password": "not hers, no"})
    before = await users.list_(people.app, organization="acme")
    right = await browser.post(made["link"], {"token": token[1], "password": PASSWORD})
    after = await users.list_(people.app, organization="acme")

    assert 401 == wrong.status_code
    assert [("", False)] == [(one["name"], one["joined"]) for one in before["data"]]
    assert "/o/acme/" == right.headers["location"]
    assert [("Ann", True)] == [(one["name"], one["joined"]) for one in after["data"]]


@pytest.mark.parametrize(
    ("says", "agent"),
    [
        (
            "Edge on Windows",
            "Mozilla/5.0 (Windows NT 10.0) Chrome/150.0 Safari/537.36 Edg/150.0",
        ),
        (
            "Safari on an iPhone",
            "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Safari/6",
        ),
        ("Firefox on Linux", "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Firefox/150.0"),
        ("curl/8.5", "curl/8.5"),
        ("A browser", ""),
    ],
)
def test_a_browser_is_told_by_its_name(says: str, agent: str):
    assert says == named(agent)


async def test_who_is_in_several_organizations_can_switch(people: People):
    browser = await people.browser("viewer")
    user = await people.app.store.user(email="viewer@flowit.example")
    assert user is not None
    assert "acme" not in words(await browser.get("profile"))
    now = people.clock()
    await people.app.store.save_member(user.id, Membership("acme", "owner", now, now))

    here = await browser.get("profile")
    there = await browser.get("/o/acme/profile")

    assert 'href="/o/acme/"' in here.text
    assert "viewer of flowit" in words(here)
    assert "owner of acme" in words(there)


async def test_who_was_taken_out_sees_nothing_at_the_next_click(people: People):
    browser = await people.browser("operator")
    assert 200 == (await browser.get("profile")).status_code
    await users.remove(people.app, organization="flowit", id="operator@flowit.example")

    assert 404 == (await browser.get("profile")).status_code
