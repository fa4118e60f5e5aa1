"""Secrets in the browser: made from templates, replaced, deleted, and never shown."""

from __future__ import annotations

import re

import httpx2

from tests.web.portal.conftest import MINE, OTHER_ADDRESS, OTHERS, People, words
from tests.world import ADDRESS

TOKEN = "hush0123456789abcdef0123456789ab"
SID = f"AC{'1' * 32}"
TWILIO = {
    "template": "twilio",
    "Alias": "keys",
    "Value.accountSid": SID,
    "Value.authToken": TOKEN,
    "Value.phoneNumber": "+15550109997",
}
KEYS = "srn:vault::flowit:secretdoc:keys"
USED = f"srn:vault::flowit:secretdoc:{ADDRESS}-keys"


def codes(page: httpx2.Response) -> set[str]:
    return set(re.findall(r"errors#(\w+)", page.text))


async def test_secrets_are_listed_with_who_uses_them(people: People):
    page = words(await (await people.browser("viewer")).get("secrets"))

    assert USED in page
    assert f"1 2 Jan 2030 {ADDRESS}" in re.sub(r"2030-01-02 \d\d:\d\d UTC", "2 Jan 2030", page)
    assert "A new secret" not in page


async def test_a_secret_is_made_from_each_template(people: People):
    builder = await people.browser("builder")
    made = [
        await builder.do("secrets", "create", **TWILIO),
        await builder.do("secrets", "create", template="bearer", Alias="key", Value=TOKEN),
        await builder.do(
            "secrets", "create", template="json", Alias="doc", Value=f'{{"a": "{TOKEN}"}}'
        ),
    ]
    vault = people.app.vault

    assert all("is sealed." in words(one) for one in made)
    assert all(TOKEN not in one.text for one in made)
    assert {"accountSid": SID, "authToken": TOKEN, "phoneNumber": "+15550109997"} == (
        await vault.reveal(KEYS)
    )
    assert TOKEN == await vault.reveal("srn:vault::flowit:secret:key")
    assert {"a": TOKEN} == await vault.reveal("srn:vault::flowit:secretdoc:doc")


async def test_a_template_is_chosen_by_its_name(people: People):
    builder = await people.browser("builder")
    pages = {
        name: (await builder.get(f"secrets?template={name}")).text
        for name in ("twilio", "bearer", "json", "of tomorrow")
    }

    assert 'name="Value.accountSid"' in pages["twilio"]
    assert '<input id="Value" name="Value" type="password"' in pages["bearer"]
    assert '<textarea id="Value" name="Value"' in pages["json"]
    assert 'name="Value.accountSid"' in pages["of tomorrow"]


async def test_what_is_wrong_is_told_and_no_value_comes_back(people: People):
    builder = await people.browser("builder")
    pages = [
        await builder.do("secrets", "create", **{**TWILIO, "Value.accountSid": "AC1"}),
        await builder.do("secrets", "create", **{**TWILIO, "Alias": "no blanks"}),
        await builder.do(
            "secrets", "create", template="json", Alias="doc", Value=f'{{"{TOKEN}'
        ),
        await builder.do("secrets", "create", template="bearer", Alias="key", Value=" "),
        await builder.do("secrets", "create", template="tomorrow", Alias="key", Value=TOKEN),
    ]

    assert [
        {"account_invalid"},
        {"name_invalid"},
        {"secret_invalid"},
        {"secret_empty"},
        {"template_unknown"},
    ] == [codes(one) for one in pages]
    assert not [one for one in pages if TOKEN in one.text]
    assert 'value="no blanks"' in pages[1].text
    assert 'value="+15550109997"' in pages[0].text


async def test_a_secret_is_replaced_as_its_template_says(people: People):
    builder = await people.browser("builder")
    await builder.do("secrets", "create", **TWILIO)
    wrong = await builder.do(f"secrets/{KEYS}", "replace", **{**TWILIO, "Value.authToken": ""})
    empty = await builder.do(f"secrets/{KEYS}", "replace", template="twilio")
    done = await builder.do(
        f"secrets/{KEYS}", "replace", **{**TWILIO, "Value.authToken": "new"}
    )

    assert [{"secret_incomplete"}, {"secret_empty"}] == [codes(wrong), codes(empty)]
    assert "Version 2 is sealed" in words(done)
    assert "new" == (await people.app.vault.reveal(KEYS))["authToken"]
    assert TOKEN not in wrong.text + empty.text + done.text


async def test_a_secret_in_use_is_not_deleted_and_says_who_uses_it(people: People):
    builder = await people.browser("builder")
    await builder.do("secrets", "create", **TWILIO)
    used = await builder.do(f"secrets/{USED}", "delete")
    free = await builder.do(f"secrets/{KEYS}", "delete")

    assert {"secret_in_use"} == codes(used)
    assert f"Used by endpoint MySms ({ADDRESS})." in words(used)
    assert f"{KEYS} is deleted." in words(free)
    assert [USED] == [
        one.srn for one in await people.app.store.secrets() if one.organization == MINE
    ]


async def test_the_template_of_the_endpoint_that_uses_it_comes_first(people: People):
    page = await (await people.browser("builder")).get(f"secrets/{USED}")

    assert 'name="Value.accountSid"' in page.text
    assert f'href="/o/flowit/endpoints/{ADDRESS}"' in page.text


async def test_the_secrets_of_another_organization_are_not_there(people: People):
    builder = await people.browser("builder")
    theirs = f"srn:vault::{OTHERS}:secretdoc:{OTHER_ADDRESS}-keys"
    pages = [
        await builder.get(f"secrets/{theirs}"),
        await builder.do(f"secrets/{theirs}", "delete"),
        await builder.do(f"secrets/{theirs}", "replace", **TWILIO),
    ]

    assert [404, 404, 404] == [one.status_code for one in pages]
    assert theirs not in (await builder.get("secrets")).text
