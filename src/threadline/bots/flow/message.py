"""`msg`: what a flow can name beside the context, and what it has put there itself. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from threadline.model.turn import Turn

OURS = (
    ("timestamp",),
    ("payload", "context"),
    ("payload", "system"),
    ("payload", "user", "message"),
    ("payload", "user", "media"),
    ("payload", "markupInteraction"),
)
"""The ways to what is Threadline's own and every turn has anew."""
PASSING = (("response",), ("baas",), ("error",), ("errorMessage",))
"""What a node put there is gone with the turn, too."""


def built(
    turn: Turn, heard: str, media: Sequence[str], context: Mapping[str, Any]
) -> dict[str, Any]:
    """As a turn begins. `context` is named in it, not copied."""
    system = {
        "conversationId": str(turn.conversation),
        "organization": turn.endpoint.organization,
        "sessionId": turn.session,
        "bot": turn.bot,
        "identity": turn.contact,
    }
    user = {"message": heard, "media": media}
    payload = {"user": user, "context": context, "system": system}
    if turn.event is not None:
        chosen = {"id": turn.event.id, "title": turn.event.title}
        done = {"result": chosen, "source": turn.event.source, "data": turn.event.data}
        payload["markupInteraction"] = done
    return {"timestamp": turn.at // 1000, "payload": payload}


def merged(whole: Mapping[str, Any], kept: Mapping[str, Any]) -> dict[str, Any]:
    """With what is kept put into it, at whatever depth."""
    found = dict(whole)
    for name, value in kept.items():
        under = found.get(name)
        if isinstance(under, Mapping) and isinstance(value, Mapping):
            found[name] = merged(under, value)
        else:
            found[name] = value
    return found


def own(changed: Mapping[str, Any]) -> dict[str, Any]:
    """What the flow itself has put there."""
    return _all_without(changed, OURS)


def lasting(kept: Mapping[str, Any]) -> dict[str, Any]:
    """What the next turn finds of it, whose payload is an object again."""
    found = _all_without(kept, PASSING)
    if not isinstance(found.get("payload", {}), Mapping):
        del found["payload"]
    return found


def _all_without(tree: Mapping[str, Any], ways: Iterable[tuple[str, ...]]) -> dict[str, Any]:
    kept = dict(tree)
    for way in ways:
        kept = _without(kept, way)
    return kept


def context(changed: Mapping[str, Any]) -> dict[str, Any] | None:
    """What it says about the contact; None if it has lost that."""
    payload = changed.get("payload")
    found = payload.get("context") if isinstance(payload, Mapping) else None
    if not isinstance(found, Mapping):
        return None
    return {name: value for name, value in found.items() if name != "endpointData"}


def _without(tree: dict[str, Any], way: tuple[str, ...]) -> dict[str, Any]:
    """A copy that has no such branch, nor what is empty without it."""
    name, rest = way[0], way[1:]
    if name not in tree:
        return tree
    found = {key: value for key, value in tree.items() if key != name}
    if rest and isinstance(tree[name], Mapping):
        inner = _without(dict(tree[name]), rest)
        if inner:
            found[name] = inner
    elif rest:
        found[name] = tree[name]
    return found
