"""Settings in the browser: the organization's title, its people, its keys, who changed what."""

from __future__ import annotations

import re
from html import unescape

import httpx2
import pytest

from tests.web.portal.conftest import MINE, OTHERS, Browser, People, words
from threadline.errors import Unauthenticated
from threadline.model.clock import HOUR, SECOND
from threadline.model.people import AuditRow, Role
from threadline.operations import keys, users

USERS, KEYS, AUDIT = "settings?tab=users", "settings?tab=keys", "settings?tab=audit"
EVA = "eva@example.com"


def codes(page: httpx2.Response) -> list[str]:
    return re.findall(r"errors#(\w+)", page.text)


def beside(page: httpx2.Response, field: str) -> str:
    """What is wrong with a field, as it stands at it."""
    found = re.search(rf'<p class="problem" id="{field}-problem">(.*?)</p>', page.text)
    return unescape(found[1]) if found else ""


async def roles(people: People) -> dict[str, str]:
    found = await users.list_(people.app, organization=MINE)
    return {one["email"]: one["role"] for one in found["data"]}


async def id_of(people: People, role: Role) -> str:
    """Of somebody of flowit with the role, who is there from then on."""
    await people.browser(role)
    return f"usr_{role}_{MINE}"


async def made(owner: Browser, *scopes: str, **form: str) -> str:
    """The key that the page shows after it was made."""
    wanted = {"do": "create_key", "name": "our CRM", "scope": list(scopes or ["read"]), **form}
    page = await owner.post(KEYS, wanted)
    found = re.search(r'data-copy="(threadline_[\w-]+)"', page.text)
    assert found, words(page)
    return found[1]


async def opens(people: People, key: str) -> bool:
    try:
        await keys.open_with(people.app, key)
    except Unauthenticated:
        return False
    return True


async def test_an_owner_gives_the_organization_another_title(people: People):
    owner = await people.browser()
    changed = await owner.do("settings", "rename", title="Tea & <i>Co</i>")
    emptied = await owner.do("settings", "rename", title="")

    assert "The organization has its new title." in words(changed)
    assert "Of Tea & <i>Co</i>." in words(changed)
    assert 'value="Tea &amp; &lt;i&gt;Co&lt;/i&gt;"' in changed.text
    assert "<i>Co</i>" not in changed.text
    assert "Of flowit." in words(emptied)


async def test_who_is_asked_in_has_a_link_that_is_shown_this_one_time(people: People):
    owner = await people.browser()
    asked = await owner.do(USERS, "invite", email=" Eva@Example.com ", role="builder")
    later = await owner.get(USERS)
    link = re.search(r'data-copy="([^"]+/join\?code=([^"]+))"', asked.text)

    assert link, words(asked)
    assert f"{EVA} may come in" in words(asked)
    assert f"{EVA} asked in" in words(later)
    assert "code=" not in later.text
    user, _link = await users.behind(people.app, link[2])
    assert (EVA, "builder") == (user.email, (await roles(people))[EVA])


async def test_what_is_wrong_with_who_is_asked_in_is_told_at_its_field(people: People):
    owner = await people.browser()
    before = await roles(people)
    page = await owner.do(USERS, "invite", email="eva at home", role="boss")

    assert (422, ["email_invalid", "role_unknown"]) == (page.status_code, codes(page))
    assert beside(page, "invite-email").startswith("This is no e-mail address.")
    assert beside(page, "invite-role").startswith("There is no role 'boss'.")
    assert 'value="eva at home"' in page.text
    assert before == await roles(people)


async def test_who_is_there_is_not_asked_in_again(people: People):
    owner = await people.browser()
    await people.browser("viewer")
    page = await owner.do(USERS, "invite", email="viewer@flowit.example", role="owner")

    assert (409, ["taken"]) == (page.status_code, codes(page))
    assert "viewer@flowit.example is in flowit already." in words(page)
    assert "viewer" == (await roles(people))["viewer@flowit.example"]


async def test_an_owner_gives_somebody_another_role(people: People):
    owner = await people.browser()
    page = await owner.do(
        USERS, "change_role", id=await id_of(people, "viewer"), role="builder"
    )

    assert "viewer@flowit.example has the role builder now." in words(page)
    row = re.search(r'aria-label="Role of viewer@flowit\.example">(.*?)</select>', page.text)
    assert row
    assert ["builder"] == re.findall(r"<option selected>(\w+)", row[1])


async def test_who_was_taken_out_is_on_the_list_no_more_and_sees_nothing(people: People):
    owner, viewer = await people.browser(), await people.browser("viewer")
    page = await owner.do(USERS, "remove_user", id=await id_of(people, "viewer"))

    assert "viewer@flowit.example sees nothing of flowit any more." in words(page)
    assert {"owner@flowit.example": "owner"} == await roles(people)
    assert 404 == (await viewer.get("settings")).status_code


@pytest.mark.parametrize(
    ("act", "form"), [("change_role", {"role": "viewer"}), ("remove_user", {})]
)
async def test_the_last_owner_stays_and_the_page_says_what_to_do(
    people: People, act: str, form: dict[str, str]
):
    owner, me = await people.browser(), await id_of(people, "owner")
    refused = await owner.do(USERS, act, id=me, **form)
    meanwhile = await roles(people)
    await owner.do(USERS, "change_role", id=await id_of(people, "builder"), role="owner")
    await owner.do(USERS, act, id=me, **form)

    assert (422, ["last_owner"]) == (refused.status_code, codes(refused))
    assert "They are the last one. " + users.LAST_OWNER in words(refused)
    assert {"owner@flowit.example": "owner"} == meanwhile
    assert "owner" != (await roles(people)).get("owner@flowit.example")


@pytest.mark.parametrize("role", ["viewer", "operator", "builder"])
async def test_people_keys_and_the_audit_log_are_for_owners(people: People, role: str):
    key = await made(await people.browser())
    [known] = (await keys.list_(people.app, organization=MINE))["data"]
    browser = await people.browser(role)
    before = await roles(people)
    pages = [await browser.get(tab) for tab in (USERS, KEYS, AUDIT)]
    refused = [
        await browser.do("settings", "rename", title="mine"),
        await browser.do(USERS, "invite", email=EVA, role="viewer"),
        await browser.do(USERS, "change_role", id=f"usr_{role}_{MINE}", role="owner"),
        await browser.do(USERS, "remove_user", id=f"usr_owner_{MINE}"),
        await browser.do(KEYS, "create_key", name="mine", scope="admin"),
        await browser.do(KEYS, "revoke_key", id=known["id"]),
    ]

    assert [True] * 3 == ["For owners" in words(one) for one in pages]
    assert [True] * 3 == [f"Your role is {role}." in words(one) for one in pages]
    assert not [one for one in pages if "owner@" in one.text or known["id"] in one.text]
    assert 'name="title"' not in (await browser.get("settings")).text
    assert [403] * 6 == [one.status_code for one in refused]
    assert before == await roles(people)
    assert await opens(people, key)


async def test_a_key_is_shown_once_and_listed_with_what_it_may(people: People):
    owner = await people.browser()
    before = words(await owner.get(KEYS))
    key = await made(owner, "write", "read")
    later = await owner.get(KEYS)
    row = await keys.open_with(people.app, key)

    assert "No key yet A key lets a program do what you do here" in before
    assert ("read", "write") == row.scopes
    assert f"our CRM {row.id} read write not yet Revoke" in words(later)
    assert key not in later.text
    assert "No key yet" not in words(later)


async def test_a_key_that_was_revoked_opens_nothing_and_says_so(people: People):
    owner = await people.browser()
    gone, stays = await made(owner), await made(owner, name="our shop")
    id = (await keys.open_with(people.app, gone)).id
    page = await owner.do(KEYS, "revoke_key", id=id)

    assert "The key of our CRM opens nothing any more." in words(page)
    assert f"our CRM {id} read 2030-01-02 12:30 UTC revoked" in words(page)
    assert (False, True) == (await opens(people, gone), await opens(people, stays))


async def test_a_key_is_good_until_the_end_of_its_day(people: People):
    owner = await people.browser()
    key = await made(owner, expires="2030-01-02")
    before = words(await owner.get(KEYS))
    people.clock.skip(11 * HOUR / SECOND)
    on_its_day = await opens(people, key)
    people.clock.skip(HOUR / SECOND / 2)

    assert "until 2030-01-02 23:59 UTC Revoke" in before
    assert (True, False) == (on_its_day, await opens(people, key))
    assert "2030-01-02 23:30 UTC expired" in words(await owner.get(KEYS))


async def test_what_is_wrong_with_a_key_is_told_at_its_field(people: People):
    owner = await people.browser()
    page = await owner.do(KEYS, "create_key", name=" ", expires="2029-12-31")

    assert ["name_invalid", "scope_unknown", "time_invalid"] == codes(page)
    assert beside(page, "create_key-name").startswith("It has no name of use.")
    assert beside(page, "create_key-scopes").startswith("It may do nothing.")
    assert beside(page, "create_key-expires").endswith("such as 2030-01-31T12:00:00Z.")
    assert 'value="2029-12-31"' in page.text
    assert 422 == page.status_code
    assert [] == await people.app.store.api_keys(MINE)


@pytest.mark.parametrize("scopes", [[], ["send", "write"]])
async def test_what_was_ticked_for_a_key_stays_so_when_it_is_refused(
    people: People, scopes: list[str]
):
    owner = await people.browser()
    fresh = await owner.get(KEYS)
    page = await owner.post(KEYS, {"do": "create_key", "name": " ", "scope": scopes})

    def ticked(one: httpx2.Response) -> list[str]:
        return re.findall(r'name="scope" value="(\w+)" checked', one.text)

    assert ["read"] == ticked(fresh)
    assert scopes == ticked(page)


async def test_another_organization_changes_neither_people_nor_keys(people: People):
    key = await made(await people.browser())
    id = (await keys.open_with(people.app, key)).id
    stranger = await people.browser("owner", OTHERS)
    pages = [
        await stranger.do(KEYS, "revoke_key", id=id),
        await stranger.do(USERS, "change_role", id=f"usr_owner_{MINE}", role="viewer"),
        await stranger.do(USERS, "remove_user", id=f"usr_owner_{MINE}"),
    ]

    assert [(404, ["not_found"])] * 3 == [(one.status_code, codes(one)) for one in pages]
    assert f"There is no key '{id}'." in words(pages[0])
    assert await opens(people, key)
    assert {"owner@flowit.example": "owner"} == await roles(people)


async def test_the_audit_log_says_who_changed_what(people: People):
    owner = await people.browser()
    empty = words(await owner.get(AUDIT))
    await owner.do("settings", "rename", title="Tea")
    people.clock.skip(60)
    await owner.do(USERS, "invite", email="eva at home", role="viewer")
    id = await id_of(people, "viewer")
    await owner.do(USERS, "change_role", id=id, role="operator")
    cut_off = AuditRow(MINE, people.clock(), EVA, "cli", "retry", "messages")
    await people.app.store.begin_audit(cut_off)
    theirs = AuditRow(OTHERS, people.clock(), "theirs", "cli", "retry", "messages")
    await people.app.store.begin_audit(theirs)
    page = words(await owner.get(AUDIT))

    assert "Nothing was changed yet Each change stands here" in empty
    assert (
        f"2030-01-02 12:31 UTC {EVA} retry not known whether it was done messages cli "
        f"2030-01-02 12:31 UTC owner@flowit.example change role /settings {id} operator portal "
        "2030-01-02 12:30 UTC owner@flowit.example rename /settings portal"
    ) in page
    assert "invite" not in page
    assert "theirs" not in page


async def test_an_older_change_is_a_page_further(people: People):
    for n in range(101):
        row = AuditRow(MINE, people.clock(), f"somebody {n:03}", "cli", "retry", "messages")
        await people.app.store.end_audit(await people.app.store.begin_audit(row), done=True)
    owner = await people.browser()
    first = await owner.get(AUDIT)
    link = re.search(r'href="(\?[^"]+)" rel="next"', first.text)
    assert link, words(first)
    second = await owner.get(f"settings{unescape(link[1])}")

    assert [f"somebody {n:03}" for n in range(100, 0, -1)] == re.findall(
        r"somebody \d+", words(first)
    )
    assert ["somebody 000"] == re.findall(r"somebody \d+", words(second))
    assert 'rel="next"' not in second.text


async def test_an_address_that_nobody_wrote_is_no_trouble(people: People):
    owner = await people.browser()
    unknown = await owner.get("settings?tab=tomorrow")
    nowhere = await owner.get(f"{AUDIT}&after=nonsense")

    assert "Organization Short name flowit" in words(unknown)
    assert 422 == nowhere.status_code
    assert "This is no place in the list." in words(nowhere)
