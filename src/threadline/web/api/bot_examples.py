"""Examples of what bots were and are to be, and of blueprints, by the name of their shape."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

AT = "2030-01-02T12:30:00.000Z"
SOURCE = """\
Name: MySmsBot
Type: flow
Flow:
  nodes:
    start: {type: Start, next: hello}
    hello: {type: Dialogue, text: Hello!, next: end}
    end: {type: End}
"""
DOCUMENT = {
    "Name": "MySmsBot",
    "Type": "flow",
    "Flow": {
        "nodes": {
            "start": {"type": "Start", "next": "hello"},
            "hello": {"type": "Dialogue", "text": "Hello!", "next": "end"},
            "end": {"type": "End"},
        }
    },
}
VERSION = {"version": 1, "made_at": AT, "made_by": "crm", "note": "greets", "current": True}
PROBLEM = {
    "code": "wire_unknown_node",
    "path": "Flow.nodes.start.next",
    "message": "There is no node `helo`.",
    "mend": "Did you mean `hello`?",
    "line": 5,
}
NOTE = {"note": "It greets now."}

SHAPES: Mapping[str, Any] = {
    "BotListed": {
        "Name": "MySmsBot",
        "Type": "flow",
        "State": "RUNNING",
        "Version": 1,
        "Updated": 1893587400000,
        "Endpoints": ["flowit-MySmsBot"],
    },
    "BotVersion": VERSION,
    "BotVersionShown": {**VERSION, "document": DOCUMENT, "source": SOURCE},
    "BotVersionsCompared": {
        "old": 1,
        "new": 2,
        "fields": [{"path": "Flow.nodes.hello.text", "old": "Hello!", "new": "Hi!"}],
        "text": "-    hello: {type: Dialogue, text: Hello!, next: end}\n"
        "+    hello: {type: Dialogue, text: Hi!, next: end}",
    },
    "BotRollBack": {"version": 1, "note": "The new one said nonsense."},
    "BotDraft": {
        "source": SOURCE,
        "base_version": 1,
        "revision": 3,
        "version": 1,
        "saved_at": AT,
        "saved_by": "crm",
        "problems": [PROBLEM],
    },
    "BotDraftSave": {"source": SOURCE, "base_version": 1},
    "BotDraftPublish": NOTE,
    "BotTry": {"text": "hi", "source": SOURCE},
    "BotTried": {
        "elements": [{"type": "message", "message": "Hello!"}],
        "state": {"session": 1, "turn": 1, "open": False, "bot": {}},
        "ended": True,
        "steps": [
            {"node": "start", "line": 5},
            {"node": "hello", "line": 6},
            {"node": "end", "line": 7},
        ],
        "error": None,
    },
    "Blueprint": {
        "name": "empty-flow",
        "title": "Empty flow",
        "description": "A flow with a greeting and nothing else, to begin with.",
        "notes": "Add nodes.",
        "type": "flow",
        "parameters": [
            {
                "name": "greeting",
                "title": "Greeting",
                "about": "What it says to the first text.",
                "default": "Hello!",
            }
        ],
        "dialogue": [{"who": "contact", "text": "hi"}, {"who": "bot", "text": "Hello!"}],
        "document": {name: value for name, value in DOCUMENT.items() if name != "Name"},
    },
    "BlueprintUse": {"name": "Greeter", "values": {"greeting": "Good day!"}},
}
"""By shape."""
