"""What the API refuses, and with which of Twilio's codes."""

from __future__ import annotations

import pytest

from tests.carrier.world import ANN, BOT, FOREIGN, SECOND, SERVICE, World

GOOD = {"To": ANN, "From": BOT, "Body": "hi"}
LONG = "ü" * 1601
EMOJI = "😀" * 801


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"To": ""}, 400, 21604),
        ({"To": "Ann"}, 400, 21211),
        ({"To": "+1555"}, 400, 21211),
        ({"To": "+155501000012345"}, 400, 21211),
        ({"To": BOT}, 400, 21211),
        ({"From": ""}, 400, 21603),
        ({"From": "+1"}, 400, 21212),
        ({"From": "Somebody"}, 400, 21212),
        ({"From": "+15550300000"}, 400, 21659),
        ({"From": FOREIGN}, 400, 21660),
        ({"Body": ""}, 400, 21602),
        ({"Body": LONG}, 400, 21617),
        ({"Body": EMOJI}, 400, 21617),
        ({"MediaUrl": "cat.jpg"}, 400, 21620),
        ({"StatusCallback": "nowhere"}, 400, 21609),
        ({"StatusCallback": "https://my_host.example.com/x"}, 400, 21609),
        ({"StatusCallback": "ftp://example.com"}, 400, 21609),
        ({"StatusCallback": "http://[bad"}, 400, 21609),
        ({"ValidityPeriod": "0"}, 400, 21624),
        ({"ValidityPeriod": "36001"}, 400, 21624),
        ({"ValidityPeriod": "soon"}, 400, 21624),
        ({"MessagingServiceSid": "MG" + "9" * 32}, 404, 21701),
        ({"MessagingServiceSid": SERVICE}, 400, 21703),  # From is not in it
        ({"From": "+15005550001"}, 400, 21212),
        ({"From": "+15005550007"}, 400, 21606),
        ({"From": "+15005550008"}, 429, 21611),
        ({"To": "+15005550001"}, 400, 21211),
        ({"To": "+15005550002"}, 400, 21612),
        ({"To": "+15005550003"}, 400, 21408),
        ({"To": "+15005550004"}, 400, 21610),
        ({"To": "+15005550009"}, 400, 21614),
    ],
    ids=lambda value: str(value)[:40],
)
async def test_a_request_that_cannot_be_sent_is_refused(
    world: World, change: dict[str, str], status: int, code: int
) -> None:
    found, error = await world.api("POST", "/Messages.json", GOOD | change)

    assert (status, code) == (found, error["code"])
    assert f"https://www.twilio.com/docs/errors/{code}" == error["more_info"]


@pytest.mark.parametrize(
    "change",
    [
        {"To": "+1 (555) 010-0001"},
        {"Body": LONG[:1600]},
        {"Body": EMOJI[:800]},
        {"Body": " "},
        {"Body": "", "MediaUrl": "https://example.com/cat.jpg"},
        {"From": "+15005550006"},
        {"StatusCallback": "http://127.0.0.1:1/status?m=1"},
        {"ValidityPeriod": "600"},
    ],
    ids=lambda value: str(value)[:40],
)
async def test_what_twilio_takes_is_taken(world: World, change: dict[str, str]) -> None:
    status, _ = await world.api("POST", "/Messages.json", GOOD | change)

    assert 201 == status


async def test_eleven_files_are_too_many(world: World) -> None:
    media = [("MediaUrl", f"https://example.com/{n}.jpg") for n in range(11)]

    status, error = await world.api("POST", "/Messages.json", [*GOOD.items(), *media])

    assert (400, 21623) == (status, error["code"])


async def test_a_number_that_cannot_text_is_refused(world: World) -> None:
    number = world.carrier.state.numbers[BOT]
    world.carrier.state.change_number(number, sms=False)

    _, error = await world.create()

    assert 21606 == error["code"]


async def test_nothing_is_kept_of_a_refused_text(world: World) -> None:
    await world.create("nobody")

    _, page = await world.api("GET", "/Messages.json")

    assert [] == page["messages"]


async def test_a_service_chooses_the_number(world: World) -> None:
    form = {"To": ANN, "MessagingServiceSid": SERVICE, "Body": "hi"}
    status, made = await world.api("POST", "/Messages.json", form)
    await world.carrier.settle()

    _, found = await world.api("GET", f"/Messages/{made['sid']}.json")

    assert (201, "accepted", None, "0") == (
        status,
        made["status"],
        made["from"],
        made["num_segments"],
    )
    assert ("delivered", SECOND, "1", SERVICE) == (
        found["status"],
        found["from"],
        found["num_segments"],
        found["messaging_service_sid"],
    )


async def test_a_service_stays_with_the_number_that_a_person_knows(world: World) -> None:
    third = "+15550100010"
    account = {"number": third, "service": SERVICE}
    numbers = [account, {"number": SECOND, "service": SERVICE}]
    sid = world.carrier.state.numbers[SECOND].account
    await world.ask(
        "POST",
        "/carrier/accounts",
        {"sid": sid, "token": world.carrier.state.accounts[sid].token, "numbers": numbers},
    )
    both = {"To": ANN, "MessagingServiceSid": SERVICE, "Body": "hi"}
    await world.api("POST", "/Messages.json", both | {"From": third})

    await world.api("POST", "/Messages.json", both)

    assert [third, third] == [text["from"] for text in await world.inbox()]
