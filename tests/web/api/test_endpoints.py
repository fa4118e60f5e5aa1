"""/endpoints: what is changed one at a time, and not against what somebody has not seen."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from tests.web.api.conftest import MINE, OTHER_ADDRESS, OTHERS, Doors
from tests.world import ADDRESS

PATH = f"/endpoints/{ADDRESS}"
PAGE = {
    "Address": "page",
    "Name": "Page",
    "Status": "online",
    "EngagementType": "Web",
    "TargetBotReference": "MySmsBot",
    "Style": {"roundel": None, "name": "Æ 😀"},
}


def codes(answer: httpx2.Response) -> list[tuple[str, str]]:
    return [(one["code"], one["path"]) for one in answer.json()["problems"]]


async def document(doors: Doors, address: str = ADDRESS) -> dict[str, Any]:
    found = (await doors.key("read").get(f"/endpoints/{address}")).json()
    return dict(found["endpoint"])


async def test_an_endpoint_is_given_back_as_it_was_written_with_what_to_paste(doors: Doors):
    made = await doors.key("write").post("/endpoints", json=PAGE)
    found = await doors.key("read").get("/endpoints/page")
    listed = (await doors.key("read").get("/endpoints")).json()["data"]

    base = "https://sms.example.com/v1/engage/page"
    assert 201 == made.status_code
    assert list(PAGE.items()) == list(made.json()["endpoint"].items())
    assert f"{base}/fallback" == made.json()["fallbacks"][""]
    assert made.json()["urls"][""].startswith(f"{base}#")
    assert (made.json(), made.headers["etag"]) == (found.json(), found.headers["etag"])
    assert ["flowit-MySmsBot", ADDRESS, "page"] == [one["Address"] for one in listed]
    assert PAGE == listed[2]


async def test_what_is_there_is_not_made_again(doors: Doors):
    again = await doors.key("write").post("/endpoints", json=await document(doors))

    assert (422, [("endpoint_exists", "Address")]) == (again.status_code, codes(again))


async def test_an_address_that_another_organization_has_is_taken(doors: Doors):
    answer = await doors.key("write").post(
        "/endpoints", json={**PAGE, "Address": OTHER_ADDRESS}
    )

    assert [("address_taken", "Address")] == codes(answer)
    assert OTHERS not in answer.text.replace(OTHER_ADDRESS, "")


@pytest.mark.parametrize("verb", ["get", "put", "patch", "delete"])
async def test_the_endpoint_of_another_organization_is_as_if_it_were_not_there(
    doors: Doors, verb: str
):
    before = await doors.app.store.endpoints()
    stranger = doors.key("admin")
    body = {} if verb in ("get", "delete") else {"json": {"Status": "offline"}}
    headers = {"If-Match": '"x"'}
    gone = OTHER_ADDRESS.replace("acme", "bcme")
    there = await getattr(stranger, verb)(
        f"/endpoints/{OTHER_ADDRESS}", headers=headers, **body
    )
    nothing = await getattr(stranger, verb)(f"/endpoints/{gone}", headers=headers, **body)

    assert (404, 404) == (there.status_code, nothing.status_code)
    assert there.text.replace(OTHER_ADDRESS, gone) == nothing.text
    assert before == await doors.app.store.endpoints()


async def test_fields_are_merged_into_what_is_there(doors: Doors):
    before = await document(doors)
    patch = {"Status": "offline", "EngagementConfig": {"OnUnknown": "park"}, "Useragent": None}
    answer = await doors.key("write").patch(PATH, json=patch)

    config = {**before["EngagementConfig"], "OnUnknown": "park"}
    assert {**before, "Status": "offline", "EngagementConfig": config} == (
        answer.json()["endpoint"]
    )
    assert answer.json()["endpoint"] == await document(doors)


async def test_what_a_change_would_make_wrong_is_told_and_nothing_is_changed(doors: Doors):
    before = await document(doors)
    answer = await doors.key("write").patch(
        PATH, json={"Status": "on", "TargetBotReference": None, "EngagementConfig": 7}
    )

    assert [
        ("status_invalid", "Status"),
        ("target_missing", "TargetBotReference"),
        ("field_invalid", "EngagementConfig"),
    ] == [one for one in codes(answer) if one[0] != "secret_missing"]
    assert before == await document(doors)


async def test_an_endpoint_with_conversations_is_set_offline_and_not_deleted(doors: Doors):
    await doors.texting.answered("hi")
    answer = await doors.key("write").delete(PATH)

    assert [("endpoint_used", "Address")] == codes(answer)
    assert "Set it offline" in answer.json()["problems"][0]["mend"]
    assert 200 == (await doors.key("read").get(PATH)).status_code


async def test_an_endpoint_that_nobody_texted_is_deleted(doors: Doors):
    gone = await doors.key("write").delete(PATH)

    assert (200, ADDRESS) == (gone.status_code, gone.json()["endpoint"]["Address"])
    assert 404 == (await doors.key("read").get(PATH)).status_code
    assert ADDRESS not in [one.address for one in await doors.app.store.endpoints()]


async def test_the_owner_finds_an_endpoint_of_any_organization(doors: Doors):
    answer = await doors.owner().get(f"/endpoints/{OTHER_ADDRESS}")

    assert (200, OTHER_ADDRESS) == (answer.status_code, answer.json()["endpoint"]["Address"])


async def test_what_is_still_so_is_not_sent_again(doors: Doors):
    key = doors.key("read")
    tag = (await key.get(PATH)).headers["etag"]
    for have in (tag, f'"x", {tag}', f"W/{tag}", "*"):
        same = await key.get(PATH, headers={"If-None-Match": have})
        assert (304, b"", tag) == (same.status_code, same.content, same.headers["etag"]), have
    await doors.key("write").patch(PATH, json={"Name": "New"})
    other = await key.get(PATH, headers={"If-None-Match": tag})

    assert (200, "New") == (other.status_code, other.json()["endpoint"]["Name"])
    assert tag != other.headers["etag"]


@pytest.mark.parametrize("verb", ["put", "patch", "delete"])
async def test_what_somebody_changed_in_the_meantime_is_not_overwritten(
    doors: Doors, verb: str
):
    key = doors.key("write")
    tag = (await doors.key("read").get(PATH)).headers["etag"]
    theirs = await key.patch(PATH, json={"Name": "Theirs"})
    body = {} if verb == "delete" else {"json": {**(await document(doors)), "Name": "Mine"}}
    do = getattr(key, verb)
    late = await do(PATH, headers={"If-Match": tag}, **body)
    weak = await do(PATH, headers={"If-Match": f"W/{theirs.headers['etag']}"}, **body)
    between = (await document(doors))["Name"]
    now = await do(PATH, headers={"If-Match": theirs.headers["etag"]}, **body)

    assert (412, "outdated") == (late.status_code, late.json()["code"])
    assert 412 == weak.status_code
    assert ("Theirs", 200) == (between, now.status_code)


async def test_any_state_of_it_will_do_for_a_star(doors: Doors):
    key = doors.key("write")
    there = await key.patch(PATH, json={"Name": "New"}, headers={"If-Match": "*"})
    nothing = await key.patch("/endpoints/nobody", json={}, headers={"If-Match": "*"})

    assert (200, 404) == (there.status_code, nothing.status_code)


async def test_a_new_one_that_is_asked_for_twice_is_made_once(doors: Doors):
    key = doors.key("write")
    once = {"Idempotency-Key": "a1"}
    first = await key.post("/endpoints", json=PAGE, headers=once)
    again = await key.post("/endpoints", json=PAGE, headers=once)

    assert (201, 201, "true") == (
        first.status_code,
        again.status_code,
        again.headers["idempotency-replayed"],
    )
    assert (first.content, first.headers["etag"]) == (again.content, again.headers["etag"])


async def test_what_the_organization_has_not_is_not_there_to_name(doors: Doors):
    foreign = f"srn:vault::{OTHERS}:secretdoc:{OTHER_ADDRESS}-keys"
    answer = await doors.key("write").patch(
        PATH, json={"EngagementConfig": {"Secret": foreign}, "TargetBotReference": "Nobody"}
    )

    assert {"secret_foreign", "bot_unknown"} == {code for code, _path in codes(answer)}
    assert MINE in (await document(doors))["EngagementConfig"]["Secret"]
