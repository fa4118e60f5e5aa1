"""Each type of a classic node, as the fields of a node of ours with its ports."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from threadline.bots.flow.classic import switching, velocity
from threadline.bots.flow.classic.reading import ClassicNode, Export
from threadline.bots.flow.classic.typed import json_value, mustache, typed, way


@dataclass(frozen=True, slots=True)
class Made:
    """
    A node of ours. `ports` has for each port of the classic node what leads there: a way into
    `fields` such as `("options", 0, "next")`. Nothing follows on a port that is not there.
    `rests` = a node that waits for the contact.
    """

    fields: dict[str, Any]
    ports: tuple[tuple[str | int, ...], ...] = (("next",),)
    rests: bool = False
    after: tuple[dict[str, Any], ...] = field(default=())


Converter = Callable[[ClassicNode, Export], Made | None]
_MARKUP_OPTION = re.compile(r"<(Option|Item|ButtonPrompt)\b([^>]*)>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"(\w+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")


def convert(node: ClassicNode, export: Export) -> Made | None:
    """None: it is left out, or cannot be run; both are told."""
    own = node.fields.get("threadline")
    if isinstance(own, Mapping):  # written by us
        return _own(node, own)
    kind = re.sub(r"[^a-z]", "", node.type.lower())
    known = CONVERTERS.get(kind)
    if known is None:
        export.tell(node, "There is no node like it here.", stops=True)
        return None
    try:
        return known(node, export)
    except ValueError as why:
        export.tell(node, str(why), stops=True)
        return None


def _own(node: ClassicNode, own: Mapping[str, Any]) -> Made:
    ways = own.get("ports")
    ports = tuple(tuple(way) for way in ways) if isinstance(ways, list) else ()
    fields = own.get("fields")
    return Made(dict(fields) if isinstance(fields, Mapping) else {}, ports)


def _text(node: ClassicNode, *names: str) -> str:
    for name in names:
        if node.text(name):
            return str(typed(node.fields[name], node.fields.get(f"{name}Type")))
    return ""


def _start(node: ClassicNode, export: Export) -> Made:
    return Made({"type": "Start"})


def _dialogue(node: ClassicNode, export: Export) -> Made:
    made: dict[str, Any] = {"type": "Dialogue", "text": _text(node, "message", "text")}
    if node.fields.get("enableDisplay") and node.fields.get("displayTimer") is not None:
        made["pause"] = min(5, max(1, float(node.fields["displayTimer"])))
    return Made(made)


def _input(node: ClassicNode, export: Export) -> Made:
    text = _text(node, "message", "prompt")
    return Made({"type": "Input", **({"text": text} if text else {})}, rests=True)


def _prompt(node: ClassicNode, export: Export) -> Made:
    found = node.fields.get("options") or node.fields.get("prompts") or []
    options = [one if isinstance(one, Mapping) else {"label": one} for one in found]
    made = [
        {
            "id": str(one.get("value") or one.get("id") or one.get("label")),
            "title": str(one.get("label") or one.get("title") or one.get("value")),
        }
        for one in options
    ]
    ports = (*(("options", n, "next") for n in range(len(made))), ("other",))
    text = _text(node, "prompt", "message", "title")
    return Made({"type": "Prompt", "text": text, "options": made}, ports, rests=True)


def _markup(node: ClassicNode, export: Export) -> Made:
    return Made(
        {"type": "Markup", "xml": velocity.liquid(node.text("markup", "message", "xml"))}
    )


def _markup_interaction(node: ClassicNode, export: Export) -> Made:
    source = node.text("markup", "message", "xml")
    made: dict[str, Any] = {"type": "Markup Interaction", "xml": velocity.liquid(source)}
    if node.fields.get("simpleOutputs") or node.fields.get("simple"):
        return Made({**made, "simple": True}, (("next",), ("other",)), rests=True)
    names = []
    for _tag, attributes in _MARKUP_OPTION.findall(source):
        given = {name: one or two for name, one, two in _ATTRIBUTE.findall(attributes)}
        if name := given.get("id") or given.get("title") or given.get("label"):
            names.append(name)
    made["options"] = dict.fromkeys(names, "")
    return Made(made, (*(("options", name) for name in names), ("other",)), rests=True)


def _function(node: ClassicNode, export: Export) -> Made:
    for name in ("initialize", "finalize"):
        if node.text(name):
            export.tell(node, f"Its code for `{name}` is left out.")
    if node.fields.get("libs"):
        raise ValueError("It uses modules, which code here cannot have.")
    count = node.fields.get("outputs", len(node.wires))
    outputs = count if isinstance(count, int) else len(node.wires)
    made = {"type": "Function", "code": node.text("func") or "return msg;"}
    if outputs < 2:
        return Made(made)
    return Made(
        {**made, "outputs": [""] * outputs}, tuple(("outputs", n) for n in range(outputs))
    )


def _link_out(node: ClassicNode, export: Export) -> Made:
    return Made({"type": "Link Out"}, (("to",),))


def _link_in(node: ClassicNode, export: Export) -> Made:
    return Made({"type": "Link In"})


def _bot(kind: str, *ports: tuple[str]) -> Converter:
    def convert_(node: ClassicNode, export: Export) -> Made:
        name = node.text("bot", "botName", "worker", "workerName", "target", "value")
        if not name:
            raise ValueError("It does not say which bot.")
        return Made({"type": kind, "bot": name}, ports, rests=bool(ports))

    return convert_


def _done(node: ClassicNode, export: Export) -> Made:
    return Made({"type": "Bot Mission Done"}, ())


def _goal(node: ClassicNode, export: Export) -> Made:
    name = node.text("goal", "goalName", "alias", "name")
    return Made({"type": "Goal", "name": name})


def _host(node: ClassicNode, export: Export) -> Made:
    return Made({"type": "Host Notification", "text": _text(node, "notification", "message")})


def _set_context(node: ClassicNode, export: Export) -> Made:
    found = node.fields.get("context") or node.fields.get("values") or {}
    if isinstance(found, str):
        found = json_value(found)
    rows = node.fields.get("rules") or node.fields.get("variables")
    if isinstance(rows, list):
        found = {
            str(one.get("name") or one.get("p")): typed(
                one.get("value", one.get("to")), one.get("valueType") or one.get("tot")
            )
            for one in rows
            if isinstance(one, Mapping)
        }
    return Made({"type": "Set Context", "values": found})


def _template(node: ClassicNode, export: Export) -> Made:
    source, plain = node.text("template"), node.fields.get("syntax") == "plain"
    text = velocity.liquid(source) if plain else mustache(source)
    to = way(node.text("field") or "payload", node.fields.get("fieldType"))
    made = {"type": "Template", "text": text, "to": to}
    return Made({**made, "parse": "json"} if node.fields.get("output") == "json" else made)


def _catch(node: ClassicNode, export: Export) -> Made:
    scope = node.fields.get("scope")
    return Made({"type": "Catch", **({"nodes": list(scope)} if scope else {})})


def _delay(node: ClassicNode, export: Export) -> Made:
    if node.fields.get("pauseType", "delay") != "delay":
        raise ValueError("Only a fixed delay has a like here.")
    unit = str(node.fields.get("timeoutUnits", "seconds"))
    span = float(node.fields.get("timeout") or 0)
    if unit.startswith("milli"):
        span, unit = span / 1000, "seconds"
    return Made({"type": "Wait", "for": f"{span:g} {unit}"}, rests=True)


def _request(node: ClassicNode, export: Export) -> Made:
    method = node.text("method").upper() or "GET"
    if method == "USE":
        raise ValueError("A method that `msg` chooses has no like here.")
    body = {} if method == "GET" else {"body": "${msg.payload}"}
    url = mustache(node.text("url"))
    rules = [{"set": "msg.statusCode", "to": "${msg.response.status}"}]
    rules.append({"set": "msg.payload", "to": "${msg.response.body}"})
    made = {"type": "HTTP Request", "method": method, "url": url, **body}
    return Made(made, after=({"type": "Change", "rules": rules},))


def _unseen(node: ClassicNode, export: Export) -> None:
    export.tell(node, "It only shows something in the designer, and is left out.")


CONVERTERS: dict[str, Converter] = {
    "start": _start,
    "actionstart": _start,
    "dialogue": _dialogue,
    "input": _input,
    "prompt": _prompt,
    "markup": _markup,
    "timelinemarkup": _markup,
    "markupinteraction": _markup_interaction,
    "function": _function,
    "switch": lambda node, export: Made(*switching.switch(node)),
    "change": lambda node, export: Made(switching.change(node)),
    "template": _template,
    "linkout": _link_out,
    "linkin": _link_in,
    "junction": _link_in,
    "goto": _bot("Goto"),
    "gotoworker": _bot("Goto"),
    "transfer": _bot("Transfer"),
    "transferbot": _bot("Transfer"),
    "transfertobot": _bot("Transfer"),
    "pushbottostack": _bot("Push Bot To Stack", ("next",)),
    "pushbot": _bot("Push Bot To Stack", ("next",)),
    "botmissiondone": _done,
    "actioncomplete": _done,
    "goal": _goal,
    "hostnotification": _host,
    "setcontext": _set_context,
    "catch": _catch,
    "delay": _delay,
    "httprequest": _request,
    "debug": _unseen,
    "devtoollog": _unseen,
}
"""By the type in lower letters alone."""
