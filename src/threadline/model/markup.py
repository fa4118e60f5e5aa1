"""
Timeline markup: strict XML, to elements.

    <TimelineMessage>
      <TextMsg>Tea or coffee?</TextMsg>
      <SuggestionPrompt><Option title="Tea"/><Option title="Coffee"/></SuggestionPrompt>
    </TimelineMessage>

Attributes are the fields of an element's JSON form; one that is not known is ignored. An
element that is not known is kept as `Markup`. Nothing is fetched and nothing is expanded: a
DOCTYPE is refused, so that there are no entities but the five of XML itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from threadline.model.plain import clean
from threadline.model.timeline import KINDS, Element, Markup, Note, from_json

ROOT = "TimelineMessage"
MAX_SIZE = 102_400
MAX_DEPTH = 20
MAX_NODES = 2_000
ENDS = "it ends where an element is still open"
INVALID = "markup_invalid"
"""The code of the note that stands in the place of what cannot be read."""

_ENDS_EARLY = expat.errors.codes[expat.errors.XML_ERROR_NO_ELEMENTS]
_NO_XML = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_SWITCHES = ("selectable", "horizontal")
_NUMBERS = ("minimumDisplayTime", "delay", "lat", "lng", "stars")
_CHOICES = ("style", "interactionType", "dir")
_INHERITED = ("minimumDisplayTime", "dir")
_OLD_STYLES = {"icon": "small-icon"}


@dataclass(frozen=True, slots=True)
class _Shape:
    """
    How an element is written in JSON: its `type`, the field that its text is, the fields that
    its children are, by their names, and what holds unless it says otherwise.
    """

    type: str = ""
    text: str = ""
    inside: Mapping[str, tuple[str, _Shape]] = field(default_factory=dict)
    given: Mapping[str, str] = field(default_factory=dict)


_OPTIONS = {"Option": ("options", _Shape(text="title"))}
_ITEMS = {"Item": ("items", _Shape(text="title", inside=_OPTIONS))}
_BUTTONS = {"ButtonPrompt": ("buttons", _Shape(text="label"))}
ELEMENTS: Mapping[str, _Shape] = {
    "TextMsg": _Shape("message", "message"),
    "List": _Shape("list", inside=_ITEMS),
    "Card": _Shape("card", "title"),
    "BroadcastMsg": _Shape("broadcastMsg", "body", _OPTIONS),
    "DetailView": _Shape("detailView", "description"),
    "SuggestionPrompt": _Shape("suggestionPrompt", inside=_OPTIONS),
    "ButtonPromptContainer": _Shape("buttonPromptContainer", inside=_BUTTONS),
    "StaticMap": _Shape("staticMap", "description"),
    "Dropdown": _Shape("dropdown", inside=_OPTIONS),
    "FileUpload": _Shape("fileUpload", "description"),
    "StarRating": _Shape("starRating", "title"),
    "Image": _Shape("media", "title", given={"contentType": "image/*"}),
    "Video": _Shape("media", "title", given={"contentType": "video/*"}),
    "Document": _Shape("media", "title", given={"contentType": "application/*"}),
    "HostNotification": _Shape("hostNotification", "notification"),
}


def read(xml: str) -> tuple[Element, ...]:
    """
    The elements in their order. What cannot be read is a `Note` in its place, which tells the
    line and the column. Pure. Never raises.
    """
    try:
        root = _tree(xml)
    except _Broken as why:
        return (why.note(),)
    return tuple(_elements(root))


class _Broken(Exception):
    """`why` is a sentence without its end; line and column count from 1."""

    def __init__(self, why: str, line: int, column: int) -> None:
        super().__init__(why)
        self.line, self.column = line, column

    def note(self) -> Note:
        where = f"line {self.line}, column {self.column}"
        return Note(f"Not all of the markup can be shown. At {where}: {self}.", INVALID)


@dataclass(slots=True)
class _Tag:
    name: str
    attributes: Mapping[str, str]
    line: int
    column: int
    children: list[_Tag] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(self.words).strip()

    def broken(self, why: str) -> _Broken:
        return _Broken(why, self.line, self.column)


def _tree(xml: str) -> _Tag:
    """Raises `_Broken`."""
    if (size := len(xml.encode(errors="replace"))) > MAX_SIZE:
        raise _Broken(f"it has {size:,} bytes, and {MAX_SIZE:,} are allowed", 1, 1)
    reader = _Reader()
    try:
        reader.parser.Parse(_NO_XML.sub("\ufffd", clean(xml)), True)
    except expat.ExpatError as why:
        sentence = ENDS if why.code == _ENDS_EARLY else expat.errors.messages[why.code]
        raise _Broken(sentence, why.lineno, why.offset + 1) from None
    return reader.top


class _Reader:
    """`top` is the root, once all was read."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.StartElementHandler = self._open
        self.parser.EndElementHandler = self._close
        self.parser.CharacterDataHandler = self._say
        self.top: _Tag
        self._count = 0
        self._path: list[_Tag] = []

    def _open(self, name: str, attributes: dict[str, str]) -> None:
        line, column = self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1
        tag = _Tag(name, attributes, line, column)
        self._count += 1
        if not self._path and name != ROOT:
            raise tag.broken(f"it has to begin with <{ROOT}>, not with <{name}>")
        if len(self._path) >= MAX_DEPTH:
            raise tag.broken(f"elements stand more than {MAX_DEPTH} deep in each other")
        if self._count > MAX_NODES:
            raise tag.broken(f"there are more than {MAX_NODES:,} elements")
        if self._path:
            self._path[-1].children.append(tag)
        else:
            self.top = tag
        self._path.append(tag)

    def _close(self, name: str) -> None:
        self._path.pop()

    def _say(self, text: str) -> None:
        self._path[-1].words.append(text)

    def _refuse(self, *_told: object) -> None:
        line, column = self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1
        raise _Broken("a DOCTYPE is not allowed", line, column)


def _elements(root: _Tag) -> Iterator[Element]:
    if root.text:
        yield root.broken("words stand outside of an element; put them into <TextMsg>").note()
    inherited = {k: v for k, v in root.attributes.items() if k in _INHERITED}
    for tag in root.children:
        try:
            yield _element(tag, inherited)
        except _Broken as why:
            yield why.note()


def _element(tag: _Tag, inherited: Mapping[str, str]) -> Element:
    """Raises `_Broken`."""
    shape = ELEMENTS.get(tag.name)
    if shape is None:
        if tag.name in KINDS:
            raise tag.broken(f"there is no element <{tag.name}>")
        return Markup(tag.name, _kept(tag))
    given = _fields(tag, shape, {**shape.given, **inherited})
    try:
        return from_json({**given, "type": shape.type})
    except ValueError as why:
        raise tag.broken(f"in <{tag.name}>, {why}") from None


def _fields(tag: _Tag, shape: _Shape, given: Mapping[str, str]) -> dict[str, Any]:
    found = {name: _value(name, text) for name, text in {**given, **tag.attributes}.items()}
    if tag.text:
        if not shape.text:
            raise tag.broken(f"<{tag.name}> has no words of its own")
        found.setdefault(shape.text, tag.text)
    elif shape.type == "message":
        found["message"] = ""
    for key, _inside in shape.inside.values():
        found[key] = []
    for child in tag.children:
        if child.name not in shape.inside:
            raise child.broken(f"<{child.name}> cannot stand in <{tag.name}>")
        key, inside = shape.inside[child.name]
        found[key].append(_fields(child, inside, {}))
    return found


def _value(name: str, text: str) -> Any:
    """As JSON has it. What cannot be is left as it is, for the element to complain of."""
    if name in _SWITCHES and text.lower() in ("true", "false"):
        return text.lower() == "true"
    if name in _NUMBERS and text:
        try:
            number = float(text)
        except ValueError:
            return text
        return int(number) if number.is_integer() else number
    if name in (*_SWITCHES, *_NUMBERS, *_CHOICES) and not text:
        return None
    return _OLD_STYLES.get(text, text) if name == "style" else text


def _kept(tag: _Tag) -> dict[str, Any]:
    """An element that we do not know, as it came."""
    found: dict[str, Any] = {"attributes": dict(tag.attributes)}
    if tag.text:
        found["content"] = tag.text
    if tag.children:
        found["children"] = [{"name": one.name, **_kept(one)} for one in tag.children]
    return found
