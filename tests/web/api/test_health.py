"""Health, forms and templates through the API, and what its client makes of them."""

from __future__ import annotations

import pytest

from tests.web.api.conftest import OTHER_ADDRESS, OTHERS, Doors
from tests.world import ADDRESS
from threadline.channels import CHANNELS

SID, TOKEN = f"AC{'0' * 32}", "hush0123456789abcdef0123456789ab"
VALUE = {"accountSid": SID, "authToken": TOKEN, "phoneNumber": "+15550100000"}


async def test_how_every_endpoint_does_is_told_without_a_look_at_its_provider(doors: Doors):
    page = (await doors.key("read").get("/endpoint-health")).json()

    found = {one["endpoint"]: one for one in page["data"]}
    assert ADDRESS in found
    assert OTHER_ADDRESS not in found
    assert ["first_text", "answered"] == [one["name"] for one in found[ADDRESS]["steps"]]


async def test_an_endpoint_without_a_provider_is_looked_at_at_once(doors: Doors):
    key = doors.key("write")
    document = {
        "Address": "flowit-page",
        "Name": "A page",
        "Status": "online",
        "EngagementType": "Web",
        "TargetBotReference": "MySmsBot",
    }
    await key.post("/endpoints", json=document)
    found = (await doors.key("read").get("/endpoints/flowit-page/health")).json()

    assert "waiting" == found["state"]
    assert ("page", "ok") == (found["steps"][0]["name"], found["steps"][0]["state"])


async def test_the_health_of_anothers_endpoint_is_as_if_it_were_not_there(doors: Doors):
    stranger = doors.key("admin", OTHERS)

    assert 404 == (await stranger.get(f"/endpoints/{ADDRESS}/health")).status_code


async def test_channels_and_templates_are_told(doors: Doors):
    key = doors.key("read")
    channels = (await key.get("/channels")).json()["data"]
    templates = (await key.get("/secret-templates")).json()["data"]

    assert sorted(CHANNELS) == [one["type"] for one in channels]
    assert ["bearer", "json", "twilio", "webhook"] == [one["name"] for one in templates]
    [sid] = [one for one in templates[2]["fields"] if one["name"] == "accountSid"]
    assert ("Account SID", "text", True) == (sid["label"], sid["kind"], sid["required"])


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"Template": "twilio", "Value": {**VALUE, "accountSid": "AC1"}}, "account_invalid"),
        ({"Template": "of tomorrow", "Value": VALUE}, "template_unknown"),
    ],
)
async def test_a_secret_has_to_fit_its_template(
    doors: Doors, more: dict[str, object], code: str
):
    key = doors.key("write")
    refused = await key.post("/secrets", json={"Alias": "keys", **more})
    made = await key.post(
        "/secrets", json={"Alias": "keys", "Template": "twilio", "Value": VALUE}
    )

    assert [code] == [one["code"] for one in refused.json()["problems"]]
    assert TOKEN not in refused.text
    assert (201, "secretdoc") == (made.status_code, made.json()["Type"])
