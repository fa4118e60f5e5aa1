"""What an operator does in a conversation: in the bot's place, and with what was said."""

from __future__ import annotations

from threadline.app import App
from threadline.errors import Invalid, Problem
from threadline.model.clock import SECOND
from threadline.model.desk import OPERATOR, OperatorReply
from threadline.model.messages import Discarded, Shown
from threadline.model.resources.desk import (
    ConversationRedacted,
    HandedBack,
    Redaction,
    Replied,
    TakenOver,
)
from threadline.model.timeline import Text
from threadline.operations import endpoints, messages, organizations
from threadline.operations.conversations import find
from threadline.operations.given import raise_any

LONGEST = 10_000
"""Characters that an operator can say at once: seven texts or so."""
PAUSED = (
    "The sender is paused, so it waits until that is resumed. `threadline sender list` tells "
    "why."
)
BEHIND = "Earlier texts of the conversation wait, so it goes after them."


async def take_over(
    app: App,
    *,
    endpoint: str,
    contact: str,
    by: str = OPERATOR,
    organization: str | None = None,
) -> TakenOver:
    """
    The bot is not asked any more: what the contact texts is kept for the operator. What the
    bot is answering right now is dropped; what waits to be sent still is. It may be taken from
    another operator. Raises `NotFound`.
    """
    contact = await find(app, endpoint, contact, organization)
    before = await app.store.take_over(endpoint, contact, by)
    return {
        "endpoint": endpoint,
        "contact": contact,
        "taken_by": by,
        "before": next((one for one in before if one), ""),
    }


async def hand_back(
    app: App,
    *,
    endpoint: str,
    contact: str,
    by: str = OPERATOR,
    organization: str | None = None,
) -> HandedBack:
    """The next text goes to the bot again. Raises `NotFound` if nobody had taken it over."""
    contact = await find(app, endpoint, contact, organization)
    before = await app.store.hand_back(endpoint, contact, by)
    return {"endpoint": endpoint, "contact": contact, "before": before[0]}


async def reply(
    app: App,
    *,
    endpoint: str,
    contact: str,
    text: str,
    take_over: bool = False,
    by: str = OPERATOR,
    organization: str | None = None,
) -> Replied:
    """
    Say something in the bot's place, by our number that the contact wrote to last. It is sent
    like what a bot says: in its order and pace, and to nobody who has opted out. Raises
    `NotFound`, `Invalid`, `SecretUnavailable`.
    """
    contact = await find(app, endpoint, contact, organization)
    here = await endpoints.find(app, endpoint, organization)
    raise_any(_check(text))
    if not here.online:
        mend = "Set its Status to online, then reply."
        message = f"The endpoint {endpoint} is offline, so it sends nothing."
        raise Invalid([Problem("endpoint_offline", "endpoint", message, mend)])
    rendered = (await app.channel(here)).render(Text(text))
    if isinstance(rendered, Discarded):
        mend = "Write words that the channel can say."
        raise Invalid([Problem("text_unsaid", "text", rendered.reason, mend)])
    assert not isinstance(rendered, Shown), "words are sent, on every channel"
    known = await app.store.conversation_states(endpoint, contact)
    latest = max(known, key=lambda one: (one["updated_at"], one["id"]))
    ours, service = await app.store.way_to(latest["id"], latest["address"])
    engagement = here.engagement
    life = engagement.validity
    said = OperatorReply(
        conversation=latest["id"],
        drafts=rendered,
        ours=ours,
        service=service,
        by=by,
        take_over=take_over,
        expires_at=app.clock() + (app.settings.waits.expiry if life is None else life * SECOND),
        most=engagement.max_segments,
    )
    found = await app.store.reply_by_hand(said)
    places = range(found["first"], found["last"] + 1)
    warnings = {PAUSED: found["paused"], BEHIND: found["status"] == "held"}
    return {
        "endpoint": endpoint,
        "contact": contact,
        "messages": [f"{said.conversation}-{seq}" for seq in places],
        "segments": sum(one.segments for one in rendered),
        "status": found["status"],
        "taken_by": found["taken_by"],
        "warnings": [words for words, fits in warnings.items() if fits],
    }


def _check(text: str) -> list[Problem]:
    if not text.strip():
        mend = "Write what the contact is to read."
        return [Problem("text_missing", "text", "There is nothing to say.", mend)]
    if len(text) > LONGEST:
        message = f"It has {len(text):,} characters; {LONGEST:,} are allowed."
        return [Problem("text_too_long", "text", message, "Say it in several replies.")]
    return []


async def redact_message(
    app: App, *, organization: str | None, id: str, by: str = OPERATOR
) -> Redaction:
    """
    Its words, files and parameters are gone for good, with the notes that quote it. What the
    contact sent in one message goes together. Raises `NotFound`, and `Invalid` while it may
    still be sent, or the bot asked about it.
    """
    owner = (await organizations.find(app, organization)).name
    return {"messages": await app.store.redact_text(owner, *messages.place(id), by)}


async def redact_conversation(
    app: App,
    *,
    endpoint: str,
    contact: str,
    by: str = OPERATOR,
    organization: str | None = None,
) -> ConversationRedacted:
    """
    All that was said is gone for good, and what the bot knows of the contact; the session
    ends. What they said about being texted stays in the record of opt-outs, as its proof.
    Raises `NotFound`, `Busy`, and `Invalid` with each text that may still be sent or asked
    about.
    """
    contact = await find(app, endpoint, contact, organization)
    count = await app.store.redact_conversation(endpoint, contact, by)
    return {"endpoint": endpoint, "contact": contact, "conversations": count}
