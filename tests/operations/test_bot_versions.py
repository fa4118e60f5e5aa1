"""What a bot was, what it is to be, and the way from one to the other and back."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from tests.conftest import Calendar
from tests.operations.conftest import everything
from tests.operations.test_changing import refused
from tests.world import ECHO, TEA, flow_bot
from threadline.app import App
from threadline.errors import Invalid, NotFound, Outdated
from threadline.model import writing
from threadline.model.document import MAX_BYTES, load
from threadline.model.versions import BotDraft
from threadline.operations import bot_drafts, bot_versions, bots
from threadline.operations.apply import apply

BOT: dict[str, Any] = {"organization": "flowit", "name": "MySmsBot"}
BROKEN = "Name: MySmsBot\nType: flow\nFlow: {nodes: [\n"
WRONG = """\
Type: flow
Flow:
  nodes:
    start: {type: Start, next: helo}
    hello: {type: Dialogue, text: Hello!, next: end}
    end: {type: End}
"""
MINE = "# This is mine.\n" + WRONG.replace("helo", "hello")


@pytest.fixture
async def flow(app: App) -> App:
    await apply(app, documents=[{"Organization": "flowit", "Bots": [flow_bot()]}])
    return app


async def versions(app: App) -> list[tuple[int, str, str]]:
    """Number, by whom, and what they say of it."""
    found = await bot_versions.list_(app, **BOT)
    return [(one["version"], one["made_by"], one["note"]) for one in found["data"]]


async def flows(app: App) -> Any:
    return (await bots.describe(app, **BOT))["Flow"]


# Versions


async def test_every_change_makes_a_version_by_whatever_way_it_comes(
    flow: App, clock: Calendar
):
    clock.skip(60)
    await apply(
        flow, documents=[{"Organization": "flowit", "Bots": [flow_bot(ECHO)]}], by="file"
    )
    await bots.replace(flow, **BOT, document=flow_bot(TEA), by="Ann")
    await bots.patch(flow, **BOT, fields={"DisplayName": "Tea"}, by="Bob")

    assert [(4, "Bob", ""), (3, "Ann", ""), (2, "file", ""), (1, "", "")] == (
        await versions(flow)
    )
    found = (await bot_versions.list_(flow, **BOT))["data"]
    assert [True, False, False, False] == [one["current"] for one in found]
    assert ["2030-01-02T12:31:00.000Z", "2030-01-02T12:30:00.000Z"] == [
        one["made_at"] for one in found[2:]
    ]


async def test_what_changes_nothing_and_another_state_make_none(flow: App):
    await apply(flow, documents=[{"Organization": "flowit", "Bots": [flow_bot()]}])
    for state in ("PAUSED", "STOPPED", "RUNNING"):
        shown = await bots.set_state(flow, **BOT, state=state)
        assert (state, 1) == (shown["State"], shown["Version"])

    assert [(1, "", "")] == await versions(flow)


async def test_a_change_of_both_is_a_version(flow: App):
    shown = await bots.patch(flow, **BOT, fields={"State": "PAUSED", "DisplayName": "Tea"})

    assert ("PAUSED", 2) == (shown["State"], shown["Version"])


async def test_versions_come_a_page_at_a_time(flow: App):
    for n in range(4):
        await bots.patch(flow, **BOT, fields={"DisplayName": f"Tea {n}"})
    seen, after = [], None
    while after is not None or not seen:
        page = await bot_versions.list_(flow, **BOT, limit=2, after=after)
        seen += [one["version"] for one in page["data"]]
        after = page["next"]

    assert [5, 4, 3, 2, 1] == seen


async def test_a_version_is_told_as_it_was_without_its_state(flow: App):
    await bots.replace(flow, **BOT, document={**flow_bot(ECHO), "State": "PAUSED"})
    first = await bot_versions.describe(flow, **BOT, version=1)
    second = await bot_versions.describe(flow, **BOT, version=2)

    assert flow_bot() == first["document"] == load(first["source"]).value
    assert flow_bot(ECHO) == second["document"]


async def test_the_difference_between_two_is_told_by_field_and_by_line(flow: App):
    await bots.patch(flow, **BOT, fields={"Flow": {"nodes": {"hello": {"text": "Good day!"}}}})
    found = await bot_versions.compare(flow, **BOT, old=1, new=2)

    assert [{"path": "Flow.nodes.hello.text", "old": "Hello!", "new": "Good day!"}] == found[
        "fields"
    ]
    lines = found["text"].splitlines()
    assert ["--- version 1", "+++ version 2"] == lines[:2]
    node = "hello: {{type: Dialogue, text: {}, next: ask}}"
    assert [f"-    {node.format('Hello!')}", f"+    {node.format('Good day!')}"] == [
        one for one in lines[2:] if one[0] in "+-"
    ]


async def test_a_bot_goes_back_as_a_new_version_and_stays_paused(flow: App):
    await bots.replace(flow, **BOT, document=flow_bot(ECHO))
    await bots.set_state(flow, **BOT, state="PAUSED")
    shown = await bot_versions.roll_back(flow, **BOT, version=1, by="Ann")

    assert {**flow_bot(), "State": "PAUSED", "Version": 3} == shown
    assert shown == await bots.describe(flow, **BOT)
    assert (3, "Ann", "As version 1 was.") == (await versions(flow))[0]


async def test_a_bot_does_not_go_back_to_what_it_is_or_never_was(flow: App):
    back = bot_versions.roll_back(flow, **BOT, version=1)
    assert [("version_current", "version")] == await refused(back)
    for version in (0, 2, -1, 2**62, 2**80):
        with pytest.raises(NotFound):
            await bot_versions.roll_back(flow, **BOT, version=version)

    assert [(1, "", "")] == await versions(flow)


async def test_who_goes_back_has_seen_what_they_leave(flow: App):
    await bots.replace(flow, **BOT, document=flow_bot(ECHO))
    with pytest.raises(Outdated):
        await bot_versions.roll_back(flow, **BOT, version=1, if_match='"another"')

    assert ECHO == await flows(flow)


async def test_what_a_deleted_bot_was_does_not_come_back_with_its_name(flow: App):
    await bots.replace(flow, **BOT, document=flow_bot(ECHO))
    await bot_drafts.save(flow, **BOT, source=MINE)
    await bots.delete(flow, **BOT)
    await bots.create(flow, organization="flowit", document=flow_bot())

    assert [(1, "", "")] == await versions(flow)
    assert 0 == (await bot_drafts.describe(flow, **BOT))["revision"]


# Drafts


async def test_a_draft_begins_as_what_the_bot_is(flow: App):
    found = await bot_drafts.describe(flow, **BOT)

    assert flow_bot() == load(found["source"]).value
    assert (0, 1, 1, None, []) == (
        found["revision"],
        found["base_version"],
        found["version"],
        found["saved_at"],
        found["problems"],
    )


async def test_a_draft_is_kept_to_the_letter_whatever_is_wrong_with_it(flow: App):
    before = await everything(flow)
    texts = [BROKEN, "", "\t%&/(", MINE, "[]", "Name: Other\nType: lex"]
    for n, text in enumerate(texts, 1):
        saved = await bot_drafts.save(flow, **BOT, source=text, by="Ann")
        found = await bot_drafts.describe(flow, **BOT)
        assert (text, n, "Ann") == (found["source"], found["revision"], found["saved_by"])
        assert saved == found

    assert before == await everything(flow)


async def test_what_is_wrong_in_a_draft_is_told_by_its_line(flow: App):
    told = {
        BROKEN: [("yaml_invalid", 4)],
        WRONG: [("wire_unknown_node", 4)],
        MINE.replace("Type: flow", "Type: lex"): [("type_unknown", 2)],
        "- a": [("field_invalid", 1)],
        f"Name: Other\n{MINE}": [("name_fixed", 1)],
        f"{MINE}State: PAUSED\n": [("state_apart", 8)],
        f"{MINE}State: RUNNING\nVersion: 7\n": [],
        "Type: http\nUrl: https://b.example.com\nSecret: srn:vault::flowit:secret:k\n": [
            ("secret_missing", 3)
        ],
    }
    for source, expected in told.items():
        found = await bot_drafts.save(flow, **BOT, source=source)
        assert expected == [(one["code"], one.get("line")) for one in found["problems"]]


@pytest.mark.parametrize("source", [BROKEN, WRONG, "- a", f"Name: Other\n{MINE}"])
async def test_a_draft_with_problems_is_not_published_and_not_lost(flow: App, source: str):
    before = await everything(flow)
    told = (await bot_drafts.save(flow, **BOT, source=source))["problems"]
    with pytest.raises(Invalid) as why:
        await bot_drafts.publish(flow, **BOT)

    assert [(one["code"], one["line"]) for one in told] == [
        (one.code, one.line) for one in why.value.problems
    ]
    assert before == await everything(flow)
    assert source == (await bot_drafts.describe(flow, **BOT))["source"]


async def test_a_draft_that_is_published_is_the_bot_with_its_comments_and_its_state(flow: App):
    await bots.set_state(flow, **BOT, state="PAUSED")
    await bot_drafts.save(flow, **BOT, source=MINE)
    shown = await bot_drafts.publish(flow, **BOT, note="mine now", by="Ann")
    draft = await bot_drafts.describe(flow, **BOT)

    assert ("MySmsBot", "PAUSED", 2) == (shown["Name"], shown["State"], shown["Version"])
    assert load(MINE).value["Flow"] == shown["Flow"] == await flows(flow)
    assert (2, "Ann", "mine now") == (await versions(flow))[0]
    assert (0, MINE) == (draft["revision"], draft["source"])


async def test_a_comment_alone_is_worth_a_version_and_the_same_text_is_not(flow: App):
    await bot_drafts.save(flow, **BOT, source=MINE)
    await bot_drafts.publish(flow, **BOT)
    for source, version in ((MINE, 2), (f"# More.\n{MINE}", 3)):
        await bot_drafts.save(flow, **BOT, source=source)
        assert version == (await bot_drafts.publish(flow, **BOT))["Version"]
        assert source == (await bot_drafts.describe(flow, **BOT))["source"]
        assert 0 == (await bot_drafts.describe(flow, **BOT))["revision"]


async def test_going_back_brings_the_comments_back(flow: App):
    await bot_drafts.save(flow, **BOT, source=MINE)
    await bot_drafts.publish(flow, **BOT)
    await bots.replace(flow, **BOT, document=flow_bot())
    await bot_versions.roll_back(flow, **BOT, version=2)

    assert MINE == (await bot_drafts.describe(flow, **BOT))["source"]


async def test_a_bot_goes_back_to_another_comment(flow: App):
    for source in (MINE, MINE.replace("mine", "ours")):
        await bot_drafts.save(flow, **BOT, source=source)
        await bot_drafts.publish(flow, **BOT)
    shown = await bot_versions.roll_back(flow, **BOT, version=2)

    assert 4 == shown["Version"] == (await versions(flow))[0][0]
    assert MINE == (await bot_drafts.describe(flow, **BOT))["source"]


async def test_a_draft_does_not_overwrite_what_was_published_since(flow: App):
    await bot_drafts.save(flow, **BOT, source=MINE)
    await bots.replace(flow, **BOT, document=flow_bot(ECHO))
    with pytest.raises(Outdated, match="version 2 by now, and the draft was made of version 1"):
        await bot_drafts.publish(flow, **BOT)
    kept = await flows(flow)
    found = await bot_drafts.describe(flow, **BOT)
    await bot_drafts.save(flow, **BOT, source=MINE, base_version=2)
    shown = await bot_drafts.publish(flow, **BOT)

    assert ECHO == kept
    assert (1, 2) == (found["base_version"], found["version"])
    assert 3 == shown["Version"]


async def test_another_state_is_no_hindrance_to_a_draft(flow: App):
    saved = await bot_drafts.save(flow, **BOT, source=MINE)
    await bots.set_state(flow, **BOT, state="STOPPED")
    bot_drafts.check(bot_drafts.tag(saved), await bot_drafts.describe(flow, **BOT))
    shown = await bot_drafts.publish(flow, **BOT)

    assert ("STOPPED", 2) == (shown["State"], shown["Version"])


async def test_of_two_who_save_what_they_saw_one_is_told(flow: App):
    seen = bot_drafts.tag(await bot_drafts.describe(flow, **BOT))
    await bot_drafts.save(flow, **BOT, source=MINE, if_match=seen)
    with pytest.raises(Outdated):
        await bot_drafts.save(flow, **BOT, source=WRONG, if_match=seen)
    for doing in (bot_drafts.publish, bot_drafts.discard):
        with pytest.raises(Outdated):
            await doing(flow, **BOT, if_match=seen)

    assert MINE == (await bot_drafts.describe(flow, **BOT))["source"]


async def test_of_many_who_save_at_the_same_time_none_is_lost_unseen(flow: App):
    async with asyncio.timeout(30):
        found = await asyncio.gather(
            *(bot_drafts.save(flow, **BOT, source=f"# {n}") for n in range(8)),
            return_exceptions=True,
        )

    done = [one for one in found if not isinstance(one, BaseException)]
    assert {Outdated} >= {type(one) for one in found if isinstance(one, BaseException)}
    assert len(done) == (await bot_drafts.describe(flow, **BOT))["revision"]


async def test_a_draft_is_saved_and_dropped_only_as_it_was_seen(flow: App):
    store = flow.store
    first = BotDraft("flowit", "MySmsBot", "a", 1, 0)
    second = replace(first, revision=await store.save_bot_draft(first))
    third = replace(first, revision=await store.save_bot_draft(second))
    refusals = [store.save_bot_draft(one) for one in (first, second)]
    refusals += [store.drop_bot_draft(one) for one in (first, second)]
    for doing in refusals:
        with pytest.raises(Outdated):
            await doing
    await store.drop_bot_draft(third)
    for gone in (third, replace(first, name="None")):
        with pytest.raises(Outdated):
            await store.save_bot_draft(gone)

    assert [1, 2] == [second.revision, third.revision]
    assert set() == await store.drafted_bots("flowit")


async def test_a_draft_that_is_discarded_is_gone_and_the_bot_is_not(flow: App):
    await bot_drafts.save(flow, **BOT, source=WRONG)
    gone = await bot_drafts.discard(flow, **BOT)

    assert WRONG == gone["source"]
    assert flow_bot() == load((await bot_drafts.describe(flow, **BOT))["source"]).value
    for doing in (bot_drafts.publish, bot_drafts.discard):
        with pytest.raises(NotFound):
            await doing(flow, **BOT)


async def test_a_draft_has_its_bounds(flow: App):
    long = bot_drafts.save(flow, **BOT, source="é" * (MAX_BYTES // 2 + 1))
    ahead = bot_drafts.save(flow, **BOT, source=MINE, base_version=2)

    assert [("document_too_large", "source")] == await refused(long)
    assert [("version_unknown", "base_version")] == await refused(ahead)
    with pytest.raises(NotFound):
        await bot_drafts.save(flow, organization="flowit", name="None", source=MINE)


async def test_what_another_organization_has_is_not_seen(flow: App):
    await apply(flow, documents=[{"Organization": "acme"}])
    for doing in (
        bot_versions.list_(flow, organization="acme", name="MySmsBot"),
        bot_versions.describe(flow, organization="acme", name="MySmsBot", version=1),
        bot_drafts.describe(flow, organization="acme", name="MySmsBot"),
        bot_drafts.save(flow, organization="acme", name="MySmsBot", source=MINE),
    ):
        with pytest.raises(NotFound):
            await doing


@pytest.mark.parametrize(
    "value", ["1e5", "yes", "2026-01-31", "007", "~", "a: b", "# no", "x\ny\n", "\u2028", " "]
)
def test_what_is_written_is_read_the_same(value: str):
    assert {value: [value, {}]} == load(writing.one({value: [value, {}]})).value
