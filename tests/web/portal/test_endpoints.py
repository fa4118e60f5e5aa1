"""Endpoints in the browser: made, changed by form and by JSON, given a secret, looked after."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import httpx2

from tests.web.portal.conftest import MINE, OTHER_ADDRESS, OTHERS, Browser, People, words
from tests.world import ADDRESS, OURS
from threadline.operations import endpoint_changes
from threadline.operations.apply import apply

PATH = f"endpoints/{ADDRESS}"
NEW = "endpoints/flowit-support"
TOKEN = "hush0123456789abcdef0123456789ab"
KEYS = {
    "Alias": "support-keys",
    "type": "TwilioSms",
    "Value.accountSid": f"AC{'1' * 32}",
    "Value.authToken": TOKEN,
    "Value.phoneNumber": "+15550109997",
    "online": "yes",
}


async def document(people: People, address: str = ADDRESS) -> dict[str, Any]:
    [found] = [one for one in await people.app.store.endpoints() if one.address == address]
    return dict(found.document)


async def made(people: People) -> Browser:
    """A builder, who has made a Web endpoint."""
    builder = await people.browser("builder")
    await builder.do(
        "endpoints",
        "create",
        Name="Support!",
        EngagementType="Web",
        TargetBotReference="MySmsBot",
        Address="flowit-support",
    )
    return builder


def form(page: httpx2.Response, act: str) -> dict[str, str]:
    """What a browser would send with this act of the page, if nobody touched it."""
    forms = re.findall(r"<form.*?</form>", page.text, re.DOTALL)
    [found] = [one for one in forms if f'name="do" value="{act}"' in one]
    sent = {}
    for tag in re.findall(r"<input[^>]*>", found):
        names = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if names.get("type") != "checkbox" or " checked" in tag:
            sent[names["name"]] = html.unescape(names.get("value", ""))
    for name, options in re.findall(
        r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', found, re.S
    ):
        chosen = re.findall(r'<option value="([^"]*)" selected', options)
        sent[name] = html.unescape((chosen or re.findall(r'value="([^"]*)"', options))[0])
    for name, text in re.findall(
        r'<textarea[^>]*name="([^"]+)"[^>]*>\n?(.*?)</textarea>', found, re.S
    ):
        sent[name] = html.unescape(text)
    return sent


async def save(browser: Browser, path: str = PATH, **changes: str) -> httpx2.Response:
    sent = form(await browser.get(path), "save")
    return await browser.post(
        path,
        {**sent, **{name.replace("__", "."): value for name, value in changes.items()}},
        follow_redirects=True,
    )


async def test_the_list_tells_every_endpoint_with_what_is_wrong(people: People):
    viewer = await people.browser("viewer")
    before = words(await viewer.get("endpoints"))
    operator = await people.browser("operator")
    await operator.do("numbers", "pause", endpoint=ADDRESS, reason="the bot says nonsense")
    after = words(await viewer.get("endpoints"))

    assert "MySms" in before
    assert "Twilio SMS" in before
    assert "A new endpoint" not in before
    assert "It was paused by hand: the bot says nonsense" in after


async def test_an_endpoint_is_found_by_its_name_or_number(people: People):
    viewer = await people.browser("viewer")
    by_name = words(await viewer.get("endpoints?q=mysms%20"))
    by_number = words(await viewer.get("endpoints?q=5550109999"))
    nothing = words(await viewer.get("endpoints?q=elsewhere"))

    assert ADDRESS in by_name
    assert ADDRESS in by_number
    assert "default endpoint" not in by_number
    assert "Nothing is called so" in nothing


async def test_a_long_list_of_endpoints_comes_in_pages(people: People):
    documents = [
        {
            "Address": f"flowit-{n:03}",
            "Name": f"Line {n}",
            "Status": "online",
            "EngagementType": "Web",
            "TargetBotReference": "MySmsBot",
        }
        for n in range(60)
    ]
    await apply(people.app, documents=[{"Organization": MINE, "Endpoints": documents}])
    viewer = await people.browser("viewer")
    first = await viewer.get("endpoints")
    [way] = re.findall(r'href="(\?after=[^"]+)" rel="next"', first.text)
    second = await viewer.get(f"endpoints{way}")

    assert (50, 12) == (first.text.count("<tr data-href"), second.text.count("<tr data-href"))
    assert ADDRESS in second.text


async def test_a_new_endpoint_gets_an_address_from_its_name_and_waits_for_its_secret(
    people: People,
):
    builder = await people.browser("builder")
    page = await builder.do(
        "endpoints",
        "create",
        Name="My SMS line",
        EngagementType="TwilioSms",
        TargetBotReference="MySmsBot",
        Address="",
    )
    found = await document(people, "flowit-my-sms-line")

    assert "/o/flowit/endpoints/flowit-my-sms-line" == page.url.path
    assert ("offline", "My SMS line", "MySmsBot") == (
        found["Status"],
        found["Name"],
        found["InboundBotReference"],
    )
    assert "There is no secret yet." in words(page)


async def test_what_is_wrong_with_a_new_endpoint_is_told_at_its_field(people: People):
    builder = await people.browser("builder")
    page = await builder.do(
        "endpoints",
        "create",
        Name="Copy",
        EngagementType="Web",
        TargetBotReference="MySmsBot",
        Address=ADDRESS,
    )

    assert "endpoint_exists" in words(page)
    assert 'value="Copy"' in page.text


async def test_saving_what_nobody_touched_changes_nothing(people: People):
    before = await document(people)
    page = await save(await people.browser("builder"))

    assert "Saved." in words(page)
    assert before == await document(people)


async def test_every_field_of_the_channel_can_be_set_and_taken_away(people: People):
    builder = await people.browser("builder")
    before = await document(people)
    config = {
        "FirstMessage": "utterance",
        "AwayMessage": "We are closed.",
        "MessagesPerSecond": "2.5",
        "ValidityPeriod": "600",
        "OrderedDelivery": "true",
        "SmartEncoding": "false",
        "ConsentTexts__stop": "No more texts.",
        "Policy__userSession__expireOnInactivityInMinutes": "30",
    }
    await save(builder, **{f"EngagementConfig__{name}": said for name, said in config.items()})
    written = (await document(people))["EngagementConfig"]
    plain = {
        **dict.fromkeys(config, ""),
        "FirstMessage": "start",
        "OrderedDelivery": "false",
        "SmartEncoding": "true",
        "MessagesPerSecond": "1000",
    }
    await save(builder, **{f"EngagementConfig__{name}": said for name, said in plain.items()})
    again = (await document(people))["EngagementConfig"]

    assert {
        **before["EngagementConfig"],
        "FirstMessage": "utterance",
        "AwayMessage": "We are closed.",
        "MessagesPerSecond": 2.5,
        "ValidityPeriod": 600,
        "OrderedDelivery": True,
        "SmartEncoding": False,
        "ConsentTexts": {"stop": "No more texts."},
        "Policy": {"userSession": {"expireOnInactivityInMinutes": 30}},
    } == written
    assert {"FirstMessage", "OrderedDelivery", "SmartEncoding"} == (
        again.keys() - before["EngagementConfig"].keys()
    )


async def test_a_number_that_cannot_be_is_told_beside_it_and_kept_in_the_form(people: People):
    before = await document(people)
    page = await save(
        await people.browser("builder"), EngagementConfig__ValidityPeriod="for ever"
    )

    assert 400 <= page.status_code < 500
    assert "from 6 to 36,000" in words(page)
    assert 'value="for ever"' in page.text
    assert before == await document(people)


async def test_fields_that_nobody_here_knows_stay(people: People):
    await endpoint_changes.patch(
        people.app,
        organization=MINE,
        address=ADDRESS,
        fields={"Style": {"colour": "#123456"}, "EngagementConfig": {"Their": [1, {"a": 2}]}},
    )
    await save(await people.browser("builder"), Name="Another name")
    found = await document(people)

    assert ({"colour": "#123456"}, [1, {"a": 2}], "Another name") == (
        found["Style"],
        found["EngagementConfig"]["Their"],
        found["Name"],
    )


async def test_a_type_that_needs_a_secret_sets_the_endpoint_offline_until_it_has_one(
    people: People,
):
    builder = await made(people)
    page = await save(builder, NEW, EngagementType="TwilioSms")
    changed = await document(people, "flowit-support")
    done = await builder.do(NEW, "attach", **KEYS)
    found = await document(people, "flowit-support")

    assert "It is offline until it has a secret" in words(page)
    assert ("TwilioSms", "offline") == (changed["EngagementType"], changed["Status"])
    srn = "srn:vault::flowit:secretdoc:support-keys"
    assert f"{srn} is sealed, and the endpoint uses it." in words(done)
    assert ("online", srn) == (found["Status"], found["EngagementConfig"]["Secret"])
    assert TOKEN not in done.text


async def test_a_secret_made_in_place_changes_a_web_endpoint_in_one_go(people: People):
    builder = await made(people)
    await builder.do(NEW, "attach", **KEYS)
    found = await document(people, "flowit-support")

    assert ("TwilioSms", "online") == (found["EngagementType"], found["Status"])
    assert (
        TOKEN
        == (await people.app.vault.reveal(found["EngagementConfig"]["Secret"]))["authToken"]
    )


async def test_a_secret_that_is_refused_leaves_nothing_behind_and_is_not_shown(
    people: People,
):
    builder = await made(people)
    refused = [
        await builder.do(NEW, "attach", **{**KEYS, **wrong})
        for wrong in (
            {"Value.accountSid": "AC1"},
            {"Value.authToken": ""},
            {"Alias": "no blanks"},
            {"Alias": f"{ADDRESS}-keys"},
            {"type": "Web"},
        )
    ]
    [used] = [one for one in await people.app.store.endpoints() if one.address == ADDRESS]
    theirs = await people.app.vault.reveal(str(used.secret))
    taken = await builder.do(
        NEW,
        "attach",
        **{**KEYS, "Value.accountSid": theirs["accountSid"], "Value.phoneNumber": OURS},
    )

    codes = [set(re.findall(r"errors#(\w+)", one.text)) for one in (*refused, taken)]
    assert [
        {"account_invalid"},
        {"secret_incomplete"},
        {"name_invalid"},
        {"secret_exists"},
        {"type_unknown"},
        {"sender_taken"},
    ] == codes
    assert all(TOKEN not in one.text for one in (*refused, taken))
    assert [f"{ADDRESS}-keys"] == [
        one.alias for one in await people.app.store.secrets() if one.organization == MINE
    ]
    assert "Web" == (await document(people, "flowit-support"))["EngagementType"]


async def test_the_json_is_the_whole_and_can_be_written(people: People):
    builder = await people.browser("builder")
    sent = form(await builder.get(f"{PATH}?tab=json"), "save_text")
    shown = json.loads(sent["document"])
    wanted = {**shown, "Name": "By hand", "Style": {"name": "x"}}
    await builder.post(f"{PATH}?tab=json", {**sent, "document": json.dumps(wanted)})

    assert wanted == await document(people)


async def test_what_is_wrong_in_the_json_is_told_with_its_line_and_stays_there(people: People):
    builder = await people.browser("builder")
    sent = form(await builder.get(f"{PATH}?tab=json"), "save_text")
    wrong = sent["document"].replace('"online"', '"on"')
    line = 1 + wrong[: wrong.index('"on"')].count("\n")
    page = await builder.do(f"{PATH}?tab=json", "save_text", **{**sent, "document": wrong})
    broken = await builder.do(f"{PATH}?tab=json", "save_text", **{**sent, "document": "{"})

    assert f"Line {line}: 'on' is not a status of an endpoint." in words(page)
    assert "&#34;on&#34;" in page.text
    assert "yaml_invalid" in words(broken)


async def test_who_was_overtaken_is_told_what_changed_and_can_put_theirs_on_top(
    people: People,
):
    builder = await people.browser("builder")
    sent = form(await builder.get(PATH), "save")
    await endpoint_changes.patch(
        people.app, organization=MINE, address=ADDRESS, fields={"Name": "Theirs"}
    )
    mine = {**sent, "EngagementConfig.AwayMessage": "Mine"}
    page = await builder.post(PATH, mine, follow_redirects=True)
    refused = await document(people)
    await builder.post(PATH, form(page, "save"), follow_redirects=True)
    found = await document(people)

    assert "Somebody changed it in the meantime." in words(page)
    assert 'Name : "MySms" "Theirs"' in words(page).replace("&#34;", '"')
    assert ("Theirs", None) == (
        refused["Name"],
        refused["EngagementConfig"].get("AwayMessage"),
    )
    assert ("Theirs", "Mine") == (found["Name"], found["EngagementConfig"]["AwayMessage"])


async def test_who_was_overtaken_in_the_json_is_told_what_changed(people: People):
    builder, here = await people.browser("builder"), f"{PATH}?tab=json"
    sent = form(await builder.get(here), "save_text")
    await endpoint_changes.patch(
        people.app, organization=MINE, address=ADDRESS, fields={"Name": "Theirs"}
    )
    page = await builder.post(here, {**sent, "document": '{"mine": 1}'})

    assert 412 == page.status_code
    assert "Somebody changed it in the meantime." in words(page)
    assert "&#34;mine&#34;" in page.text
    assert "Theirs" == (await document(people))["Name"]


async def test_an_endpoint_is_set_offline_and_online(people: People):
    builder = await people.browser("builder")
    off = await builder.do(PATH, "switch", to="offline")
    offline = (await document(people))["Status"]
    await builder.do(PATH, "switch", to="online")

    assert "It is offline. Texts are kept, no bot is asked." in words(off)
    assert ("offline", "online") == (offline, (await document(people))["Status"])


async def test_an_endpoint_that_nobody_texted_is_deleted(people: People):
    builder = await made(people)
    page = await builder.do(NEW, "delete")
    await people.texting.text("hello")
    kept = await builder.do(PATH, "delete")

    assert "flowit-support is deleted." in words(page)
    assert "/o/flowit/endpoints" == page.url.path
    assert 400 <= kept.status_code < 500


async def test_the_messaging_endpoint_is_there_to_be_copied(people: People):
    page = await (await people.browser("viewer")).get(PATH)

    url = f"https://sms.example.com/v1/engage/{ADDRESS}"
    assert f'data-copy="{url}#rc=4&amp;rp=ct,rt,5xx&amp;ct=2000&amp;rt=3500"' in page.text
    assert f'data-copy="{url}/fallback"' in page.text


async def test_a_messenger_is_tried_in_its_preview_and_has_nothing_to_paste(people: People):
    page = await (await made(people)).get(NEW)

    assert 'href="/o/flowit/preview?endpoint=flowit-support"' in page.text
    assert "/v1/engage/" not in page.text


async def test_a_viewer_sees_the_settings_and_changes_nothing(people: People):
    viewer = await people.browser("viewer")
    page = await viewer.get(PATH)
    refused = await viewer.do(PATH, "switch", to="offline")

    assert 'name="do"' not in page.text
    assert "As it is observed" in words(page).replace("Set-up, as", "As")
    assert 403 == refused.status_code


async def test_what_another_organization_has_is_not_there(people: People):
    builder = await people.browser("builder")
    theirs = await builder.get(f"endpoints/{OTHER_ADDRESS}")
    other = await (await people.browser("builder", OTHERS)).get("endpoints")

    assert 404 == theirs.status_code
    assert ADDRESS not in other.text


async def test_a_secret_of_another_organization_cannot_be_chosen(people: People):
    page = await save(
        await people.browser("builder"),
        EngagementConfig__Secret=f"srn:vault::acme:secretdoc:{OTHER_ADDRESS}-keys",
    )

    assert "secret_foreign" in words(page)


async def test_names_cannot_bring_html(people: People):
    nasty = "<script>alert(1)</script>"
    await save(await people.browser("builder"), Name=nasty, EngagementConfig__AwayMessage=nasty)
    pages = [
        (await (await people.browser("viewer")).get(path)).text
        for path in ("endpoints", PATH, "numbers", "secrets")
    ]

    assert nasty == (await document(people))["Name"]
    assert not [one for one in pages if nasty in one]


async def test_an_endpoint_with_a_target_that_nobody_here_runs_is_shown_and_kept(
    people: People,
):
    elsewhere = {
        "Status": "offline",
        "TargetBotReference": None,
        "TargetVAReference": "their-va",
    }
    await endpoint_changes.patch(
        people.app, organization=MINE, address=ADDRESS, fields=elsewhere
    )
    before = await document(people)
    viewed = await (await people.browser("viewer")).get(PATH)
    saved = await save(await people.browser("builder"))

    assert (200, 200) == (viewed.status_code, saved.status_code)
    assert before == await document(people)
