"""Secrets are taken and used, and never told."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx2
import pytest

from tests.web.api.conftest import MINE, OTHERS, Doors
from tests.world import ADDRESS, Account

CANARY = "canary0123456789canary0123456789"
VALUE = {"accountSid": f"AC{'1' * 32}", "authToken": CANARY}
SRN = f"srn:vault::{MINE}:secretdoc:twiliokeys"
USED = f"srn:vault::{MINE}:secretdoc:{ADDRESS}-keys"


async def made(doors: Doors, **said: Any) -> httpx2.Response:
    wanted = {"Alias": "twiliokeys", "Value": VALUE, **said}
    return await doors.key("write").post("/secrets", json=wanted)


def codes(answer: httpx2.Response) -> list[tuple[str, str]]:
    return [(one["code"], one["path"]) for one in answer.json()["problems"]]


async def test_a_secret_is_told_in_the_documented_names(doors: Doors):
    created = await made(doors)
    shown = await doors.key("read").get(f"/secrets/{SRN}")
    listed = (await doors.key("read").get("/secrets")).json()["data"]

    told = {
        "Alias": "twiliokeys",
        "Srn": SRN,
        "Type": "secretdoc",
        "Created": doors.clock() // 1000,
        "Version": 1,
    }
    assert 201 == created.status_code
    assert told == created.json() == shown.json()
    assert [USED, SRN] == [one["Srn"] for one in listed]
    assert VALUE == dict(await doors.app.vault.reveal(SRN))  # type: ignore[arg-type]


async def test_a_value_never_comes_back(doors: Doors):
    key = doors.key("admin")
    once = {"Idempotency-Key": "once"}
    wanted = {"Alias": "twiliokeys", "Value": VALUE}
    answers = [
        await key.post("/secrets", json=wanted, headers=once),
        await key.post("/secrets", json=wanted, headers=once),
        await key.post("/secrets", json=wanted),
        await key.post("/secrets", json={**wanted, "Alias": "a b", "Type": CANARY[:6]}),
        await key.post("/secrets", json={"Alias": "list", "Value": [CANARY]}),
        await key.put(f"/secrets/{SRN}", json={"Value": CANARY}),
        await key.put(f"/secrets/{SRN}", json={"Value": VALUE}),
        await key.get("/secrets"),
        await key.get(f"/secrets/{SRN}"),
        await key.delete(f"/secrets/{SRN}"),
    ]
    disk = b"".join(one.read_bytes() for one in doors.app.settings.data.glob("threadline.*"))

    assert [201, 201, 422, 422, 422, 422, 200, 200, 200, 200] == [
        one.status_code for one in answers
    ]
    assert not any(CANARY in one.text + str(one.headers) for one in answers)
    assert CANARY.encode() not in disk


async def test_one_text_is_a_secret_too(doors: Doors):
    created = await made(doors, Alias="botkey", Type="secret", Value=CANARY)

    assert f"srn:vault::{MINE}:secret:botkey" == created.json()["Srn"]
    assert CANARY == await doors.app.vault.reveal(created.json()["Srn"])


async def test_all_that_is_wrong_with_a_secret_is_told_at_once(doors: Doors):
    wrong = await made(doors, Alias="a b", Value={"accountSid": 5, "authToken": None})
    twice = [await made(doors), await made(doors)][-1]

    assert [
        ("name_invalid", "Alias"),
        ("secret_invalid", "Value.accountSid"),
        ("secret_invalid", "Value.authToken"),
    ] == codes(wrong)
    assert [("secret_exists", "Alias")] == codes(twice)


async def test_a_replaced_secret_keeps_its_name_and_counts(doors: Doors):
    await made(doors)
    doors.clock.skip(5)
    put = await doors.key("write").put(f"/secrets/{SRN}", json={"Value": {"a": "new"}})

    assert (200, 2) == (put.status_code, put.json()["Version"])
    assert doors.clock() // 1000 - 5000 == put.json()["Created"]
    assert {"a": "new"} == dict(await doors.app.vault.reveal(SRN))  # type: ignore[arg-type]


async def test_a_replaced_secret_still_has_to_fit_its_endpoint(doors: Doors):
    lame = {name: text for name, text in Account().value.items() if name != "authToken"}
    put = await doors.key("write").put(f"/secrets/{USED}", json={"Value": lame})

    assert [("secret_incomplete", "Value.authToken")] == codes(put)


async def test_a_secret_cannot_take_the_number_of_another_organization_nor_tell_whose(
    doors: Doors,
):
    theirs = f"srn:vault::{OTHERS}:secretdoc:acme-twiliosms-keys"
    value = dict(await doors.app.vault.reveal(theirs))  # type: ignore[arg-type]
    put = await doors.key("write").put(f"/secrets/{USED}", json={"Value": value})

    assert [("sender_taken", "Value")] == codes(put)
    assert OTHERS not in put.text


async def test_a_used_secret_stays_and_an_unused_one_goes(doors: Doors):
    await made(doors)
    key = doors.key("write")
    kept, gone = await key.delete(f"/secrets/{USED}"), await key.delete(f"/secrets/{SRN}")

    assert [("secret_in_use", "Srn")] == codes(kept)
    assert ADDRESS in kept.json()["problems"][0]["message"]
    assert (200, SRN) == (gone.status_code, gone.json()["Srn"])
    assert 404 == (await doors.key("read").get(f"/secrets/{SRN}")).status_code


async def test_nobody_overwrites_a_version_that_they_have_not_seen(doors: Doors):
    key = doors.key("write")
    tag = (await made(doors)).headers["etag"]
    seen = {"If-Match": tag}
    first = await key.put(f"/secrets/{SRN}", json={"Value": {"a": "1"}}, headers=seen)
    late = [
        await key.put(f"/secrets/{SRN}", json={"Value": {"a": "2"}}, headers=seen),
        await key.delete(f"/secrets/{SRN}", headers=seen),
    ]
    shown = await doors.key("read").get(f"/secrets/{SRN}")
    again = await key.delete(f"/secrets/{SRN}", headers={"If-Match": shown.headers["etag"]})

    assert [(412, "outdated")] * 2 == [(o.status_code, o.json()["code"]) for o in late]
    assert tag != first.headers["etag"] == shown.headers["etag"]
    assert 2 == shown.json()["Version"]
    assert 200 == again.status_code


async def test_of_many_who_saw_the_same_only_one_gets_through(doors: Doors):
    tag = (await made(doors)).headers["etag"]
    key = doors.key("write")
    answers = await asyncio.gather(
        *(
            key.put(f"/secrets/{SRN}", json={"Value": {"a": str(n)}}, headers={"If-Match": tag})
            for n in range(5)
        )
    )

    assert [200, 412, 412, 412, 412] == sorted(one.status_code for one in answers)


async def test_what_somebody_has_already_is_not_sent_again(doors: Doors):
    tag = (await made(doors)).headers["etag"]
    known = {"If-None-Match": tag}
    same = await doors.key("read").get(f"/secrets/{SRN}", headers=known)
    await doors.key("write").put(f"/secrets/{SRN}", json={"Value": VALUE})
    new = await doors.key("read").get(f"/secrets/{SRN}", headers=known)

    assert (304, b"") == (same.status_code, same.content)
    assert (200, 2) == (new.status_code, new.json()["Version"])


@pytest.mark.parametrize("verb", ["get", "put", "delete"])
async def test_the_secret_of_another_organization_is_as_if_it_were_not_there(
    doors: Doors, verb: str
):
    stranger = doors.key("admin", OTHERS)
    body = {"json": {"Value": VALUE}} if verb == "put" else {}
    near = USED[:-1] + "z"
    there = await getattr(stranger, verb)(f"/secrets/{USED}", **body)
    nothing = await getattr(stranger, verb)(f"/secrets/{near}", **body)

    assert (404, 404) == (there.status_code, nothing.status_code)
    assert there.text.replace(USED, near) == nothing.text
    assert 1 == (await doors.key("read").get(f"/secrets/{USED}")).json()["Version"]


async def test_an_alias_alone_is_no_name_and_the_answer_says_what_would_be(doors: Doors):
    answer = await doors.key("read").get("/secrets/twiliokeys")

    assert 404 == answer.status_code
    assert f"write srn:vault::{MINE}:secretdoc:twiliokeys" in answer.json()["detail"]


async def test_secrets_come_in_pages_by_their_names(doors: Doors):
    for n in range(4):
        await made(doors, Alias=f"keys-{n}")
    found: list[str] = []
    after: str | None = None
    while True:
        params = {"limit": 2} | ({"after": after} if after else {})
        page = (await doors.key("read").get("/secrets", params=params)).json()
        found += [one["Alias"] for one in page["data"]]
        after = page["next"]
        if after is None:
            break

    assert ["keys-0", "keys-1", "keys-2", "keys-3", f"{ADDRESS}-keys"] == found
