"""What the document of a bot that is a language model has to say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from threadline.bots.openai import tools
from threadline.bots.openai.tools import Tool
from threadline.errors import Problem
from threadline.model import templates
from threadline.model.document import child
from threadline.model.elsewhere import (
    TIMEOUT_SECONDS,
    Caller,
    check_secret,
    check_timeout,
    check_url,
)
from threadline.model.templates import Template

URL = "https://api.openai.com/v1"
PATH = "/chat/completions"
HISTORY = 20
MOST_HISTORY = 200
MAX_TOKENS = 500
REFUSAL = "I am sorry, I cannot help with that."
LIMIT = "This conversation has reached its limit. Write again to begin a new one."
MAX_PROMPT = 10_000
MAX_PRICE = 100_000
OURS = ("messages", "model", "n", "stream", "stream_options", "tools")
"""Fields of a request that nobody else writes."""


@dataclass(frozen=True, slots=True)
class Settings:
    """
    `seconds` is for a whole turn, its tools included. Prices are for a million tokens, in
    whatever currency `session_cost` is. `parameters` are more fields of the request. Messages
    that are "" are not said.
    """

    url: str
    model: str
    prompt: Template
    secret: str | None
    history: int
    stream: bool
    paragraphs: bool
    session_tokens: int | None
    session_cost: float | None
    input_price: float
    output_price: float
    refusal_message: str
    limit_message: str
    timeout_message: str
    seconds: float
    parameters: Mapping[str, Any]
    tools: tuple[Tool, ...] = field(default=(), repr=False)


def read(document: Mapping[str, Any]) -> Settings:
    """Of a document without problems. Pure."""
    base = str(document.get("Url") or URL).rstrip("/")
    price = document.get("Price") or {}
    parameters = {
        "max_completion_tokens" if base == URL else "max_tokens": document.get(
            "MaxTokens", MAX_TOKENS
        ),
        "temperature": document.get("Temperature"),
        **(document.get("Parameters") or {}),
    }
    return Settings(
        url=base if base.endswith(PATH) else base + PATH,
        model=document["Model"],
        prompt=templates.parse(document.get("SystemPrompt") or "", MAX_PROMPT),
        secret=document.get("Secret"),
        history=document.get("History", HISTORY),
        stream=document.get("Stream", False),
        paragraphs=document.get("Paragraphs", False),
        session_tokens=document.get("SessionTokens"),
        session_cost=document.get("SessionCost"),
        input_price=price.get("Input", 0),
        output_price=price.get("Output", 0),
        refusal_message=document.get("RefusalMessage", REFUSAL),
        limit_message=document.get("LimitMessage", LIMIT),
        timeout_message=document.get("TimeoutMessage", ""),
        seconds=document.get("TimeoutSeconds", TIMEOUT_SECONDS),
        parameters={name: one for name, one in parameters.items() if one is not None},
        tools=tuple(tools.read(one) for one in document.get("Tools") or ()),
    )


def check(document: Mapping[str, Any], at: str, caller: Caller) -> list[Problem]:
    """Everything that is wrong."""
    mend = f"Write the base of the API, such as `{URL}`."
    return [
        *check_url(document.get("Url", URL), child(at, "Url"), caller, mend),
        *check_secret(document, document.get("Secret"), child(at, "Secret")),
        *check_timeout(document, child(at, "TimeoutSeconds")),
        *_check_model(document, at),
        *_check_texts(document, at),
        *_check_numbers(document, at),
        *_check_flags(document, at),
        *_check_cost(document, at),
        *_check_parameters(document, child(at, "Parameters")),
        *tools.check(document, child(at, "Tools"), caller),
    ]


def _check_model(document: Mapping[str, Any], at: str) -> Iterator[Problem]:
    if not isinstance(document.get("Model"), str) or not document["Model"]:
        mend = "Write its name as the server knows it, such as `gpt-5-mini`."
        yield Problem("model_missing", child(at, "Model"), "There is no model.", mend)


def _check_texts(document: Mapping[str, Any], at: str) -> Iterator[Problem]:
    for name in ("SystemPrompt", "RefusalMessage", "LimitMessage", "TimeoutMessage"):
        found = document.get(name, "")
        if not isinstance(found, str) or len(found) > MAX_PROMPT:
            mend = f"Write a text of at most {MAX_PROMPT} characters."
            yield Problem("field_invalid", child(at, name), "This is no such text.", mend)
    prompt = document.get("SystemPrompt", "")
    if isinstance(prompt, str) and len(prompt) <= MAX_PROMPT:
        try:
            templates.parse(prompt, MAX_PROMPT)
        except ValueError as why:
            mend = "Mend it; docs/reference/flow.md tells how texts with holes are written."
            yield Problem("template_invalid", child(at, "SystemPrompt"), str(why), mend)


def _check_numbers(document: Mapping[str, Any], at: str) -> Iterator[Problem]:
    for name, least, most in (
        ("MaxTokens", 1, 100_000),
        ("History", 0, MOST_HISTORY),
        ("SessionTokens", 1, 10_000_000),
    ):
        if name in document and not _between(document[name], least, most, int):
            mend = f"Write a whole number from {least} to {most}."
            yield Problem("field_invalid", child(at, name), "It cannot be this.", mend)
    if "Temperature" in document and not _between(document["Temperature"], 0, 2):
        mend = "Write a number from 0 to 2, or leave it out."
        yield Problem("field_invalid", child(at, "Temperature"), "It cannot be this.", mend)


def _check_flags(document: Mapping[str, Any], at: str) -> Iterator[Problem]:
    for name in ("Paragraphs", "Stream"):
        if not isinstance(document.get(name, False), bool):
            mend = "Write `true` or `false`."
            yield Problem("field_invalid", child(at, name), "It cannot be this.", mend)


def _check_cost(document: Mapping[str, Any], at: str) -> Iterator[Problem]:
    price, most = document.get("Price"), document.get("SessionCost")
    if price is not None and not (
        isinstance(price, Mapping)
        and {"Input", "Output"} == set(price)
        and all(_between(one, 0, MAX_PRICE) for one in price.values())
    ):
        mend = "Write `{Input: 0.25, Output: 2}`: what a million tokens cost."
        yield Problem("field_invalid", child(at, "Price"), "This is no price.", mend)
    if most is not None and not (_between(most, 0, MAX_PRICE) and most > 0):
        mend = "Write what a session may cost, in the currency of `Price`."
        yield Problem("field_invalid", child(at, "SessionCost"), "It cannot be this.", mend)
    elif most is not None and price is None:
        mend = "Add `Price`, such as `{Input: 0.25, Output: 2}`: what a million tokens cost."
        message = "What a session costs is not known."
        yield Problem("price_missing", child(at, "SessionCost"), message, mend)


def _check_parameters(document: Mapping[str, Any], at: str) -> Iterator[Problem]:
    found = document.get("Parameters")
    if found is None:
        return
    if not isinstance(found, Mapping):
        mend = "Write an object, such as `{reasoning_effort: low}`."
        yield Problem("field_invalid", at, "These are no fields of a request.", mend)
        return
    for name in sorted(set(OURS) & set(found)):
        mend = "Leave it out."
        yield Problem("field_invalid", child(at, name), "Threadline writes this one.", mend)


def _between(value: Any, least: float, most: float, kind: Any = int | float) -> bool:
    number = isinstance(value, kind) and not isinstance(value, bool)
    return bool(number and least <= value <= most)
