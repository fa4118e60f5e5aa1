"""
Botnet actions, read as the nodes of a flow: `{type: message, value: hello}` is a Dialogue.

A list of them is a chain of nodes. What an action has to say is its `value`; `condition` is a
JavaScript expression without which it is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from threadline.bots.flow.fields import Fields
from threadline.bots.flow.node import Node
from threadline.bots.flow.nodes.condition import Condition
from threadline.bots.flow.nodes.dialogue import Dialogue
from threadline.bots.flow.nodes.goal import Goal
from threadline.bots.flow.nodes.handover import Handover
from threadline.bots.flow.nodes.host_notification import HostNotification
from threadline.bots.flow.nodes.http_request import HttpRequest
from threadline.bots.flow.nodes.link import LinkOut
from threadline.bots.flow.nodes.markup import Markup
from threadline.bots.flow.nodes.mission_done import BotMissionDone
from threadline.bots.flow.nodes.push_bot import PushBotToStack
from threadline.bots.flow.nodes.set_context import SetContext
from threadline.bots.flow.nodes.set_policy import SetPolicy
from threadline.bots.flow.nodes.transfer import Transfer
from threadline.bots.flow.told import short


class Action(Fields):
    """An action that is read as a node: the fields of the node have their values elsewhere."""

    def __init__(self, action: Fields, given: Mapping[str, Any], key: str = "value") -> None:
        around = (action.at, action.ids, action.problems, action.variables)
        super().__init__({name: one for name, one in given.items() if one is not None}, *around)
        self._key = key

    def wrong(self, code: str, key: str | int, message: str, mend: str) -> None:
        super().wrong(code, self._key, message, mend)


Apis = Mapping[str, Any]
Reader = Callable[[Fields, Any, str, Apis], Node]
"""Of an action, its value, the node that follows and the requests that the bot has."""


def _node(kind: type[Node], name: str) -> Reader:
    """The value is the field of that name."""

    def read(action: Fields, value: Any, then: str, apis: Apis) -> Node:
        return kind.read(Action(action, {name: value, "next": then}))

    return read


def _last(kind: type[Node], name: str = "") -> Reader:
    """Nothing follows."""

    def read(action: Fields, value: Any, then: str, apis: Apis) -> Node:
        return kind.read(Action(action, {name: value} if name else {}))

    return read


def _jump(prefix: str) -> Reader:
    """To another part of the bot. `bot:::intent` may name the bot too, which is this one."""

    def read(action: Fields, value: Any, then: str, apis: Apis) -> Node:
        named = value.get("id") if isinstance(value, Mapping) else value
        to = f"{prefix}{str(named).rpartition(':::')[2]}" if named else prefix.strip()
        if to not in action.ids:
            known = [one.removeprefix(prefix) for one in action.ids if one.startswith(prefix)]
            message = f"There is no {prefix.strip()} {short(named)}."
            action.wrong("wire_unknown_node", "value", message, action.near(named, known))
        return LinkOut(to)

    return read


def _api(action: Fields, value: Any, then: str, apis: Apis) -> Node:
    """The request that `Apis` has under that name."""
    found = apis.get(value) if isinstance(value, str) else None
    if not isinstance(found, Mapping):
        message = f"There is no {short(value)} among the Apis of the bot."
        action.wrong("api_unknown", "value", message, action.near(value, apis))
        return LinkOut(then)
    return HttpRequest.read(Action(action, {"name": value, **found, "next": then}))


ACTIONS: dict[str, Reader] = {
    "message": _node(Dialogue, "text"),
    "messageVariance": _node(Dialogue, "variants"),
    "markup": _node(Markup, "xml"),
    "executeApi": _api,
    "flow": _jump("flow "),
    "pushBotToStack": _node(PushBotToStack, "bot"),
    "transferToBot": _last(Transfer, "bot"),
    "botMissionDone": _last(BotMissionDone),
    "setContext": _node(SetContext, "values"),
    "setPolicy": _node(SetPolicy, "policy"),
    "goal": _node(Goal, "name"),
    "hostNotification": _node(HostNotification, "text"),
    "handover": _node(Handover, "reason"),
    "fallback": _jump("fallback"),
    "triggerIntent": _jump("intent "),
}
"""By type; the domain also writes `Triggerintent`."""


def chain(
    actions: Iterable[Fields], name: str, then: str, nodes: dict[str, Node], apis: Apis
) -> None:
    """
    The nodes of a list of actions, the first of them `name`; the last goes on with `then`.
    """
    parts = list(actions)
    for number, action in enumerate(parts, 1):
        id = name if number == 1 else f"{name} {number}"
        following = f"{name} {number + 1}" if number < len(parts) else then
        action.ids = {*action.ids, following}
        kind, value = action.plain("type"), action.get("value")
        read = ACTIONS.get("triggerIntent" if kind == "Triggerintent" else kind)
        condition = action.plain("condition", default="")
        action.finish()
        if read is None:
            message = f"There is no action {short(kind)}."
            action.wrong("action_unknown", "type", message, action.near(kind, ACTIONS))
            continue
        if condition:
            inner = f"{id} then"
            action.ids = {*action.ids, inner}
            given = {"when": condition, "next": inner, "else": following}
            nodes[id] = Condition.read(Action(action, given, "condition"))
            id = inner
        nodes[id] = read(action, value, following, apis)
    if not parts:
        nodes[name] = LinkOut(then)
