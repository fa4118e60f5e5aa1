"""Every field of EngagementConfig and of a secret for Twilio, as the form has it."""

from __future__ import annotations

from collections.abc import Iterable

from threadline.channels import CHANNELS
from threadline.channels.twilio import account
from threadline.model.fields import Field, default_of

CONFIG = "<!-- EngagementConfig, made by python -m tests.docs.write -->"
SECRET = "<!-- the secret, made by python -m tests.docs.write -->"
END = "<!-- end -->"


def table(fields: Iterable[Field]) -> str:
    rows = ["| field | |", "|---|---|"]
    rows += [f"| `{one.name}` | {told(one)} |" for one in fields]
    return "\n".join(rows)


def told(one: Field) -> str:
    """What it is for, what may be chosen, and what holds without it."""
    words = [one.help]
    if one.choices:
        words.append(_choices(one))
    if one.limit:
        words.append(f"{one.limit.told[:1].upper()}{one.limit.told[1:]}.")
    if default_of(one) and not one.choices:
        quoted = f"“{one.default}”" if one.kind == "paragraph" else f"`{default_of(one)}`"
        words.append(f"By default {quoted}" + ("" if quoted.endswith(".”") else "."))
    return " ".join(words)


def _choices(one: Field) -> str:
    named = [
        f"`{word}`{' (the default)' if word == one.default else ''}: {meaning}"
        for word, meaning in one.choices.items()
    ]
    return "; ".join(named) + "."


def page(text: str) -> str:
    """The page with its two tables made anew."""
    text = _part(text, SECRET, table(one for one in account.TEMPLATE.fields))
    return _part(text, CONFIG, table(CHANNELS["TwilioSms"].fields))


def _part(text: str, begin: str, made: str) -> str:
    before, _, rest = text.partition(begin)
    return f"{before}{begin}\n\n{made}\n\n{END}{rest.partition(END)[2]}"
