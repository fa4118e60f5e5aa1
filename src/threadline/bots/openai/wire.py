"""What a model is asked, and what it may answer: the chat completions of OpenAI's API. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from threadline.bots.openai.document import Settings
from threadline.model.plain import clean
from threadline.model.turn import Line, Turn

MAX_ANSWER = 1_048_576
ROLES = {"contact": "user", "bot": "assistant", "operator": "assistant"}
NOTHING = "answered something that is no chat completion."
CUT = "broke off its answer."


class Broken(ValueError):
    """Another try may help."""


@dataclass(frozen=True, slots=True)
class Call:
    """A tool that the model wants. `arguments` is JSON, as it wrote it."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Used:
    """Tokens of a session, and what they cost."""

    tokens: int = 0
    cost: float = 0.0

    def more(self, settings: Settings, read: int, written: int) -> Used:
        cost = read * settings.input_price + written * settings.output_price
        return Used(self.tokens + read + written, round(self.cost + cost / 1e6, 9))

    def too_much(self, settings: Settings) -> bool:
        tokens, cost = settings.session_tokens, settings.session_cost
        return (tokens is not None and self.tokens >= tokens) or (
            cost is not None and self.cost >= cost
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """`read` and `written` are tokens; `cut` says that it was longer than allowed."""

    text: str
    refused: str
    calls: tuple[Call, ...]
    read: int
    written: int
    cut: bool


def messages(settings: Settings, turn: Turn, past: Sequence[Line]) -> list[Any]:
    """The system prompt, what was said before, and the text. Raises `ValueError`."""
    found: list[Any] = []
    for line in past:
        role, text = ROLES[line.author], clean(line.text)
        if found and found[-1]["role"] == role:
            found[-1]["content"] += f"\n{text}"
        else:
            found.append({"role": role, "content": text})
    said = [clean(turn.text), *(clean(one.url) for one in turn.media)]
    found.append({"role": "user", "content": "\n".join(filter(None, said)) or "(nothing)"})
    prompt = settings.prompt.render(
        {**turn.context, "context": turn.context, "contact": turn.contact}
    )
    return [{"role": "system", "content": prompt}, *found] if prompt.strip() else found


def request(settings: Settings, said: Sequence[Any]) -> bytes:
    """The body of one request. Raises `ValueError`."""
    body = {"model": settings.model, "messages": said, **settings.parameters}
    if settings.stream:
        body |= {"stream": True, "stream_options": {"include_usage": True}}
    if settings.tools:
        body["tools"] = [
            {
                "type": "function",
                "function": {
                    "name": one.name,
                    "description": one.description,
                    "parameters": dict(one.parameters),
                },
            }
            for one in settings.tools
        ]
    return orjson.dumps(body)


def wanted(answer: Answer) -> dict[str, Any]:
    """What the model said when it wanted tools, as it is told again."""
    calls = [
        {
            "id": one.id,
            "type": "function",
            "function": {"name": one.name, "arguments": one.arguments},
        }
        for one in answer.calls
    ]
    return {"role": "assistant", "content": answer.text or None, "tool_calls": calls}


def told(call: Call, text: str) -> dict[str, Any]:
    """The answer of a tool."""
    return {"role": "tool", "tool_call_id": call.id, "content": clean(text)}


def used(state: Mapping[str, Any]) -> Used:
    match state:
        case {"tokens": int(tokens), "cost": int() | float() as cost}:
            return Used(tokens, cost)
    return Used()


def kept(used: Used) -> dict[str, Any]:
    """What the session has used, as a bot's state."""
    return {"tokens": used.tokens, "cost": used.cost}


def texts(said: str, paragraphs: bool) -> list[str]:
    """As one text, or one for each paragraph."""
    parts = re.split(r"\n\s*\n", said) if paragraphs else [said]
    return [part.strip() for part in parts if part.strip()]


def read(status: int, body: bytes) -> Answer:
    """Raises `Broken`, and `ValueError` with the end of a sentence about the model."""
    if status == 429 or status >= 500:
        raise Broken(f"answered {status}{_reason(body)}.")
    if status != 200:
        mend = " Is `Secret` its key?" if status in (401, 403) else ""
        raise ValueError(f"answered {status}{_reason(body)}.{mend}")
    try:
        whole = _joined(body) if body.lstrip().startswith((b"data:", b":")) else _parsed(body)
        return _answer(whole)
    except (KeyError, IndexError, TypeError, AttributeError):
        raise ValueError(NOTHING) from None


def _parsed(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        raise ValueError(NOTHING) from None


def _answer(whole: Any) -> Answer:
    choice, usage = whole["choices"][0], whole.get("usage") or {}
    message, reason = choice["message"], choice.get("finish_reason")
    refused = message.get("refusal") or ""
    if reason == "content_filter":
        refused = refused or "its answer was filtered"
    calls = tuple(
        Call(
            str(one["id"]),
            str(one["function"]["name"]),
            str(one["function"].get("arguments") or ""),
        )
        for one in message.get("tool_calls") or ()
    )
    text, tokens = message.get("content") or "", usage.get("prompt_tokens") or 0
    written = usage.get("completion_tokens") or 0
    if not (isinstance(text, str) and isinstance(tokens, int) and isinstance(written, int)):
        raise ValueError(NOTHING)
    return Answer(
        clean(text), clean(str(refused)), calls, tokens, written, cut=reason == "length"
    )


def _joined(stream: bytes) -> Any:
    """
    Events of a stream as the answer that they are parts of. One that broke off has no reason
    why it ended: https://platform.openai.com/docs/api-reference/chat/streaming.
    """
    message: dict[str, Any] = {"content": "", "refusal": "", "tool_calls": {}}
    reason = usage = None
    for event in _events(stream):
        if "error" in event:
            raise Broken("answered with an error in the middle of its answer.")
        usage = event.get("usage") or usage
        for choice in event.get("choices") or ():
            delta = choice.get("delta") or {}
            message["content"] += delta.get("content") or ""
            message["refusal"] += delta.get("refusal") or ""
            for part in delta.get("tool_calls") or ():
                _add(message["tool_calls"], part)
            reason = choice.get("finish_reason") or reason
    if reason is None:
        raise Broken(CUT)
    message["tool_calls"] = [message["tool_calls"][at] for at in sorted(message["tool_calls"])]
    return {"choices": [{"message": message, "finish_reason": reason}], "usage": usage}


def _events(stream: bytes) -> Iterator[Any]:
    for line in stream.splitlines():
        data = line.removeprefix(b"data:").strip()
        if line.startswith(b"data:") and data != b"[DONE]":
            try:
                yield orjson.loads(data)
            except orjson.JSONDecodeError:
                raise Broken(CUT) from None


def _add(calls: dict[int, Any], part: Mapping[str, Any]) -> None:
    empty = {"id": "", "function": {"name": "", "arguments": ""}}
    call = calls.setdefault(int(part.get("index", 0)), empty)
    function = part.get("function") or {}
    call["id"] = part.get("id") or call["id"]
    call["function"]["name"] += function.get("name") or ""
    call["function"]["arguments"] += function.get("arguments") or ""


def _reason(body: bytes) -> str:
    """The code of the error, which says nothing of what was said."""
    try:
        code = orjson.loads(body)["error"]["code"]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return ""
    return f" ({code})" if isinstance(code, str) and re.fullmatch(r"\w{1,60}", code) else ""
