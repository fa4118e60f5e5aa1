"""Who may use the API, what is not there, and buying and changing numbers."""

from __future__ import annotations

import pytest

from tests.carrier.world import BOT, FOREIGN, KEY, OTHER_SID, SECRET, SID, TOKEN, World


@pytest.mark.parametrize(
    ("auth", "account", "status", "code"),
    [
        ((SID, "wrong"), SID, 401, 20003),
        ((KEY, "wrong"), SID, 401, 20003),
        (("SK" + "9" * 32, SECRET), SID, 401, 20003),
        (("", ""), SID, 401, 20003),
        ((SID, TOKEN), OTHER_SID, 404, 20404),
        ((KEY, SECRET), OTHER_SID, 404, 20404),
    ],
)
async def test_nobody_sees_another_account(
    world: World, auth: tuple[str, str], account: str, status: int, code: int
) -> None:
    found, error = await world.api("GET", "/Messages.json", auth=auth, account=account)

    assert (status, code) == (found, error["code"])


async def test_an_api_key_is_as_good_as_the_token(world: World) -> None:
    status, _ = await world.api("GET", "/Messages.json", auth=(KEY, SECRET))

    assert 200 == status


async def test_an_error_has_the_fields_that_twilio_gives_it(world: World) -> None:
    _, error = await world.api("GET", "/Messages/SM1.json")

    assert {"code": 20404, "status": 404} == {k: error[k] for k in ("code", "status")}
    assert "https://www.twilio.com/docs/errors/20404" == error["more_info"]
    assert "/Messages/SM1.json" in error["message"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/Messages/SM1.json"),
        ("POST", "/Messages/SM1.json"),
        ("DELETE", "/Messages/SM1.json"),
        ("GET", "/Messages/SM1/Media.json"),
        ("PUT", "/Messages.json"),
        ("GET", "/Calls.json"),
        ("GET", "/IncomingPhoneNumbers/PN1.json"),
        ("POST", "/IncomingPhoneNumbers/PN1.json"),
        ("DELETE", "/IncomingPhoneNumbers/PN1.json"),
    ],
)
async def test_what_does_not_exist_is_a_20404(world: World, method: str, path: str) -> None:
    status, error = await world.api(method, path, {})

    assert (404, 20404) == (status, error["code"])


@pytest.mark.parametrize(
    ("form", "status", "code"),
    [
        ({"Body": "other words"}, 400, 20001),
        ({}, 400, 20001),
        ({"Status": "canceled"}, 400, 30409),
    ],
)
async def test_a_text_can_only_be_redacted(
    world: World, form: dict[str, str], status: int, code: int
) -> None:
    _, made = await world.create()
    await world.carrier.settle()

    found, error = await world.api("POST", f"/Messages/{made['sid']}.json", form)

    assert (status, code) == (found, error["code"])


async def test_a_text_under_way_can_be_neither_redacted_nor_deleted(world: World) -> None:
    _, made = await world.create("+15555550704")  # never confirmed, so never final
    await world.carrier.settle()

    redacted, why = await world.api("POST", f"/Messages/{made['sid']}.json", {"Body": ""})
    deleted, _ = await world.api("DELETE", f"/Messages/{made['sid']}.json")

    assert (409, 20009, 409) == (redacted, why["code"], deleted)


async def test_a_number_of_another_account_is_not_listed(world: World) -> None:
    _, page = await world.api("GET", "/IncomingPhoneNumbers.json", {"PhoneNumber": FOREIGN})

    assert [] == page["incoming_phone_numbers"]


async def test_a_number_is_bought_configured_and_released(world: World) -> None:
    status, bought = await world.api(
        "POST", "/IncomingPhoneNumbers.json", {"AreaCode": "415", "SmsUrl": "https://a.example"}
    )
    path = f"/IncomingPhoneNumbers/{bought['sid']}.json"
    _, named = await world.api("POST", path, {"FriendlyName": "Desk", "VoiceUrl": "https://b"})
    gone, _ = await world.api("DELETE", path)

    assert (201, "+14155550100", "https://a.example") == (
        status,
        bought["phone_number"],
        bought["sms_url"],
    )
    assert ("Desk", "https://a.example") == (named["friendly_name"], named["sms_url"])
    assert (204, False) == (gone, "+14155550100" in world.carrier.state.numbers)


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"PhoneNumber": "+15005550000"}, 21422),
        ({"PhoneNumber": BOT}, 21422),
        ({"PhoneNumber": "+15005550001"}, 21421),
        ({"PhoneNumber": "12"}, 21421),
        ({"PhoneNumber": "+15005550006", "SmsUrl": "nowhere"}, 20001),
        ({"PhoneNumber": "+15005550006", "SmsMethod": "PUT"}, 20001),
    ],
    ids=str,
)
async def test_a_number_that_cannot_be_had_is_refused(
    world: World, form: dict[str, str], code: int
) -> None:
    status, error = await world.api("POST", "/IncomingPhoneNumbers.json", form)

    assert (400, code) == (status, error["code"])
