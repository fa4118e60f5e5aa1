"""Values to YAML from which `threadline.model.document` reads the same again. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import yaml

from threadline.model.document import NUMBER

SHORT = 72
"""Characters of what is written in one line, at most."""
_TEXT = "tag:yaml.org,2002:str"
_NUMBER = re.compile(rf"(?:{NUMBER.pattern})\Z")


class _Writer(yaml.SafeDumper):
    """Without anchors; a text of several lines is written as it reads."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


class _Plain(_Writer):
    """As somebody would type it for our reader: `on` without quotes, short things in a line."""

    yaml_implicit_resolvers: dict[Any, Any] = {}  # noqa: RUF012 as PyYAML declares it

    def represent(self, data: Any) -> None:
        node = self.represent_data(data)
        _fold(node, top=True)
        self.serialize(node)


def _text(writer: Any, value: str) -> Any:
    style = "|" if "\n" in value.strip("\n") else None
    if not value.replace("\n", "").isprintable():
        style = '"'  # with the rare ones written as \u2028
    return writer.represent_scalar(_TEXT, value, style=style)


def _fold(node: Any, *, top: bool = False) -> int:
    """How long it is in one line; what is short is written in one, if it is a mapping."""
    match node:
        case yaml.MappingNode():
            parts = [one for pair in node.value for one in pair]
            long = sum(_fold(one) + 2 for one in parts)
            flat = all(isinstance(one, yaml.ScalarNode) and one.style != "|" for one in parts)
            node.flow_style = not parts or (flat and not top and long <= SHORT)
            return long
        case yaml.SequenceNode():
            long = sum(_fold(one) + 2 for one in node.value)
            flat = all(isinstance(one, yaml.ScalarNode) and not one.style for one in node.value)
            node.flow_style = flat and not top and long <= SHORT
            return long
        case _:
            return len(node.value)


_Writer.add_representer(str, _text)
# Our reader takes more for numbers than PyYAML does, such as 1e5: so they get quotes.
_Writer.add_implicit_resolver("tag:yaml.org,2002:float", _NUMBER, list("-0123456789"))
for _tag, _form in (("int", re.compile(r"-?(?:0|[1-9][0-9]*)\Z")), ("float", _NUMBER)):
    _Plain.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", _form, list("-0123456789"))
for _tag, _words in (("bool", "true|false"), ("null", "null|~|")):
    _Plain.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}", re.compile(rf"(?:{_words})\Z", re.I), [*"tTfFnN~", ""]
    )


def one(value: Any) -> str:
    """A document by itself, for people to go on with."""
    return _dumped([value], _Plain)


def every(documents: Sequence[Any]) -> str:
    """All of them, divided by lines `---`, for whatever reads YAML."""
    return _dumped(documents, _Writer)


def _dumped(documents: Sequence[Any], writer: Any) -> str:
    found: str = yaml.dump_all(
        documents, Dumper=writer, sort_keys=False, allow_unicode=True, width=float("inf")
    )
    return found
