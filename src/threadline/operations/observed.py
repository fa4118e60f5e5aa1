"""What the store's rows say of an endpoint's health. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from threadline.model.checks import Check, State
from threadline.model.clock import DAY, HOUR, MINUTE, SECOND, iso
from threadline.model.endpoint import Endpoint

SLOW, STUCK = MINUTE, 10 * MINUTE
"""How old the oldest text in a queue may be, until it is strange, and until it is wrong."""
LATE = 3
"""How many times in a row a list may not be read until it is wrong."""

Seen = Mapping[str, Any]

TEXTED = Check("first_text", "ok", "Somebody has texted it.")
WENT_OUT = Check("answered", "ok", "An answer went out.")
NOT_YET = Check("answered", "waiting", "No answer has gone out yet.")
NOT_SENT = Check("callbacks", "waiting", "They come once something was sent.")
NO_WORD = Check(
    "callbacks",
    "waiting",
    "Texts were sent, and no word of their delivery has been seen here.",
    "See that the provider reaches the public URL of this server.",
)
SENDS = Check("sender", "ok", "It sends.")
EMPTY = Check("queue", "ok", "Nothing waits.")
NONE_FAILED = Check("failures", "ok", "No text has failed.")
NONE_REFUSED = Check("signatures", "ok", "No request was refused lately.")


def steps(endpoint: Endpoint, seen: Seen) -> list[Check]:
    """Whether it was ever texted, and ever answered."""
    heard, reported = seen["heard_at"], seen["reported_at"]
    if heard:
        first = Check("first_text", "ok", "Texts come; the latest one is of", "", heard)
    elif seen["written"]:
        first = TEXTED
    else:
        number = str(seen["route"] or "").rpartition("/")[2]
        mend = f"Text {number} with a phone." if number else "Open its preview, and write."
        first = Check("first_text", "waiting", "Nobody has texted it yet.", mend, 0, number)
    if reported:
        return [first, WENT_OUT._replace(observed_at=reported)]
    return [first, WENT_OUT if seen["answered"] else NOT_YET]


def parts(endpoint: Endpoint, seen: Seen, now: int, every: int) -> Iterator[Check]:
    """
    What goes on with it at `now`; the provider's list of texts is read `every` so often, 0 =
    never.
    """
    if endpoint.route is not None and seen["route"] is not None:
        yield _sender(endpoint, seen, now)
        if every and seen["known_since"] and endpoint.online:
            yield _catch_up(seen, now, every)
        yield _callbacks(seen)
    yield _queue(seen, now)
    yield _failures(seen, now)
    yield _signatures(seen, now)


def _sender(endpoint: Endpoint, seen: Seen, now: int) -> Check:
    until, why, code = seen["paused_until"], seen["paused_why"], seen["paused_code"]
    if until <= now:
        return SENDS
    resume = f"Mend it, then `threadline sender resume {endpoint.address}` or the button here."
    match code:
        case "operator":
            return Check("sender", "wrong", f"It was paused by hand: {why}", resume)
        case "catch_up":
            return Check("sender", "waiting", f"It sends once it has caught up: {why}")
        case _:
            message = f"It is paused until {iso(until)}: {why}"
            return Check("sender", "wrong", message, resume)


def _catch_up(seen: Seen, now: int, every: int) -> Check:
    at = seen["caught_up_at"]
    if not at:
        message = "The provider's list has not been read yet."
        return Check("catch_up", "waiting", message)
    if now - at > LATE * every + 5 * MINUTE:
        message = "The provider's list was not read for a while, and last as of"
        mend = "Texts that no webhook told us of are missed meanwhile: look at the credentials."
        return Check("catch_up", "wrong", message, mend, at)
    return Check("catch_up", "ok", "The provider's list is read, so far as of", "", at)


def _callbacks(seen: Seen) -> Check:
    at = seen["reported_at"]
    if at:
        return Check("callbacks", "ok", "They come; the latest one is of", "", at)
    return NO_WORD if seen["answered"] else NOT_SENT


def _queue(seen: Seen, now: int) -> Check:
    waiting = seen["drafts"] + seen["turns"]
    if not waiting:
        return EMPTY
    oldest = min(at for at in (seen["oldest_draft"], seen["oldest_turn"], now) if at)
    age = now - oldest
    state: State = "ok" if age < SLOW else "unknown" if age < STUCK else "wrong"
    shares = ((seen["turns"], "for a bot"), (seen["drafts"], "to be sent"))
    what = " and ".join(f"{count:,} {rest}" for count, rest in shares if count)
    message = f"{what} {'waits' if waiting == 1 else 'wait'}, the oldest for {_lasted(age)}."
    mend = "" if state == "ok" else "See whether the sender is paused and the bot answers."
    return Check("queue", state, message, mend)


def _failures(seen: Seen, now: int) -> Check:
    at = seen["failed_at"]
    if not at:
        return NONE_FAILED
    code = f" ({seen['failed_code']})" if seen["failed_code"] else ""
    message = f"The last text that failed{code}: {seen['failed_why']}"
    if now - at < HOUR and seen["trouble"]:
        mend = "They fail in a row: what the last one says holds for all of them."
        return Check("failures", "wrong", message, mend, at)
    return Check("failures", "ok", message, "", at)


def _signatures(seen: Seen, now: int) -> Check:
    count, at = seen["refused"], seen["refused_at"]
    if not count or now - at > DAY:
        return NONE_REFUSED
    since = "since the last text" if seen["heard_at"] else "so far"
    message = f"{count:,} refused {since}, because they prove no origin; the latest is of"
    mend = (
        "If they are the provider's, the token in the secret is not the account's, or the "
        "public URL differs from the one it calls. Else somebody tries."
    )
    return Check("signatures", "wrong" if at > seen["heard_at"] else "ok", message, mend, at)


def _lasted(age: int) -> str:
    for unit, name in ((DAY, "day"), (HOUR, "hour"), (MINUTE, "minute"), (SECOND, "second")):
        if age >= unit:
            count = age // unit
            return f"{count} {name}{'s' if count > 1 else ''}"
    return "a moment"
