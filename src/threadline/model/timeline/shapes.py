"""The JSON form of every element: what is stored, and what http bots and web pages speak."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any, Literal, get_args, get_origin, get_type_hints

from threadline.model.timeline import nouns
from threadline.model.timeline.nouns import (
    BroadcastMsg,
    ButtonPromptContainer,
    Card,
    DetailView,
    Dropdown,
    FileUpload,
    Goal,
    HostNotification,
    List,
    Markup,
    MarkupInteraction,
    Media,
    Note,
    Redacted,
    StarRating,
    StaticMap,
    SuggestionPrompt,
    Text,
)

Known = (
    Text
    | Media
    | List
    | Card
    | BroadcastMsg
    | DetailView
    | SuggestionPrompt
    | ButtonPromptContainer
    | StaticMap
    | Dropdown
    | FileUpload
    | StarRating
    | HostNotification
    | MarkupInteraction
    | Goal
    | Note
    | Redacted
)
Element = Known | Markup

KINDS: dict[str, type[Known]] = {
    "message": Text,
    "media": Media,
    "list": List,
    "card": Card,
    "broadcastMsg": BroadcastMsg,
    "detailView": DetailView,
    "suggestionPrompt": SuggestionPrompt,
    "buttonPromptContainer": ButtonPromptContainer,
    "staticMap": StaticMap,
    "dropdown": Dropdown,
    "fileUpload": FileUpload,
    "starRating": StarRating,
    "hostNotification": HostNotification,
    "markupInteraction": MarkupInteraction,
    "goal": Goal,
    "note": Note,
    "redacted": Redacted,
}
"""The `type` of each element."""

OLD_KINDS: dict[str, type[Known]] = {"suggestions": SuggestionPrompt}
"""How elements were once written, which is still read."""

_KIND_OF: dict[type, str] = {noun: kind for kind, noun in KINDS.items()}


def kind_of(element: Element) -> str:
    """Its `type`."""
    return element.name if isinstance(element, Markup) else _KIND_OF[type(element)]


def to_json(element: Element) -> dict[str, Any]:
    """`{"type": "message", "message": "hi"}`. What is as by default is left out. Pure."""
    if type(element) is Text and not element.minimum_display_time and element.dir == "ltr":
        return {"type": "message", "message": element.text}
    if isinstance(element, Markup):
        return {**element.fields, "type": element.name}
    return {"type": _KIND_OF[type(element)], **_written(element)}


def from_json(value: Mapping[str, Any]) -> Element:
    """
    The inverse of `to_json`. An unknown `type` becomes `Markup`, so nothing is lost; a field
    that is not known is ignored. Pure.

    Raises `ValueError` with a sentence when a known element lacks what it needs.
    """
    kind = value.get("type")
    if not isinstance(kind, str) or not kind:
        raise ValueError('an element needs a `type`, such as "message"')
    noun = KINDS.get(kind) or OLD_KINDS.get(kind)
    if noun is None:
        return Markup(kind, {k: v for k, v in value.items() if k != "type"})
    found: Element = _read(noun, value, f"an element of type {kind!r}")
    return found


@dataclass(frozen=True, slots=True)
class _Part:
    """One field: how it is called, read and written. `wants` is what has to stand there."""

    name: str
    key: str
    wants: str
    fits: Callable[[Any], bool]
    inside: type | None
    instead: str
    default: Any
    always: bool


def _part(one: Any, hint: Any) -> _Part:
    told = one.metadata
    inside = None
    fits: Callable[[Any], bool]
    if get_origin(hint) is Literal:
        choices = get_args(hint)
        wants, fits = " or ".join(f'"{choice}"' for choice in choices), choices.__contains__
    elif get_origin(hint) is tuple:
        inside = get_args(hint)[0]
        wants, fits = "a list", _is_list
    elif hint is bool:
        wants, fits = "true or false", lambda found: isinstance(found, bool)
    elif hint in (int, float):
        wants, fits = _range(hint, told.get("least"), told.get("most"), one.default)
    elif hint is str:
        web = bool(told.get("web"))
        wants, fits = ("a web address", _is_web) if web else ("a text", _is_text)
    else:
        wants, fits = "an object", lambda found: isinstance(found, Mapping)
    made = one.default_factory is not MISSING
    return _Part(
        name=one.name,
        key=told.get("key") or _camel(one.name),
        wants=wants,
        fits=fits,
        inside=inside,
        instead=told.get("instead", ""),
        default=one.default_factory() if made else one.default,
        always=bool(told.get("always")),
    )


_PARTS: dict[str, tuple[_Part, ...]] = {}
"""By the name of the noun, once it is needed."""


def _parts(noun: type) -> tuple[_Part, ...]:
    found = _PARTS.get(noun.__name__)
    if found is None:
        hints = get_type_hints(noun, vars(nouns))
        found = tuple(_part(one, hints[one.name]) for one in fields(noun))
        _PARTS[noun.__name__] = found
    return found


def _range(
    hint: type, least: float, most: float, default: object
) -> tuple[str, Callable[[Any], bool]]:
    kinds = (int,) if hint is int else (int, float)

    def fits(found: Any) -> bool:
        number = isinstance(found, kinds) and not isinstance(found, bool)
        return number and (least <= found <= most or found == default)

    word = "a whole number" if hint is int else "a number"
    return f"{word} from {least:g} to {most:g}", fits


def _is_text(found: Any) -> bool:
    return isinstance(found, str)


def _is_web(found: Any) -> bool:
    return isinstance(found, str) and (
        not found or found.lower().startswith(("https://", "http://"))
    )


def _is_list(found: Any) -> bool:
    return isinstance(found, list) and all(isinstance(one, Mapping) for one in found)


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def _written(noun: Any) -> dict[str, Any]:
    written: dict[str, Any] = {}
    for part in _parts(type(noun)):
        found = getattr(noun, part.name)
        if part.inside is not None and (found or part.default is MISSING):
            written[part.key] = [_written(one) for one in found]
        elif part.always or found != part.default:
            written[part.key] = found
    return written


def _read(noun: type, value: Mapping[str, Any], what: str) -> Any:
    given: dict[str, Any] = {}
    for part in _parts(noun):
        found = value.get(part.key)
        if found is None and part.instead:
            found = value.get(part.instead)
        if found is None:
            if part.default is MISSING:
                raise ValueError(f"{what} needs {part.wants} `{part.instead or part.key}`")
        elif not part.fits(found):
            raise ValueError(f"{what} needs {part.wants} as `{part.key}`")
        elif part.inside is not None:
            given[part.name] = tuple(
                _read(part.inside, one, f"`{part.key}[{n}]` of {what}")
                for n, one in enumerate(found)
            )
        else:
            given[part.name] = found
    return noun(**given)
