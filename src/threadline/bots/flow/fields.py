"""The fields of one node, read one by one; what is wrong is noted and reading goes on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from threadline.bots.flow import languages, sealing, variables, ways
from threadline.bots.flow.told import MAX_PROBLEMS, near, note, short
from threadline.errors import Problem
from threadline.model import markup, spans, templates
from threadline.model.document import child
from threadline.model.plain import clean
from threadline.model.templates import Template
from threadline.model.timeline import Note


class Fields:
    """
    `at` is the path of the node, `ids` are the nodes that a wire may lead to, `variables`
    gathers the names that are given to context variables. Where wires lead is told with the
    `prefix` before it.

    A field with a default may be left out. Whatever a method returns after it noted a problem
    only has the right type.
    """

    def __init__(
        self,
        document: Mapping[str, Any],
        at: str,
        ids: Iterable[str],
        problems: list[Problem],
        variables: set[str] | None = None,
    ) -> None:
        self.document = document
        self.at = at
        self.ids = ids
        self.problems = problems
        self.variables: set[str] = set() if variables is None else variables
        self.known = ["type"]
        self.prefix = ""

    def wrong(self, code: str, key: str | int, message: str, mend: str) -> None:
        """Note a problem. `key` is the field that it is about."""
        note(self.problems, Problem(code, child(self.at, key), message, mend))

    def get(self, name: str) -> Any:
        self.known.append(name)
        return self.document.get(name)

    def missing(self, name: str, default: object) -> bool:
        """Whether there is nothing to read, which is a problem unless there is a default."""
        if self.get(name) is not None:
            return False
        if default is None:
            self.wrong("field_missing", name, f"There is no `{name}`.", f"Write `{name}: …`.")
        return True

    def plain(self, name: str, default: str | None = None) -> str:
        """A text that is taken as it is."""
        if self.missing(name, default):
            return default or ""
        return self.as_text(self.document[name], name)

    def as_text(self, found: Any, key: str | int) -> str:
        """YAML reads `text: 42` as a number; a text was meant."""
        if isinstance(found, str | int | float) and not isinstance(found, bool):
            if text := clean(str(found)).strip():
                return text
            self.wrong("field_invalid", key, "This text is empty.", "Write something.")
        else:
            self.wrong("field_invalid", key, "It has to be a text.", "Put it in quotes.")
        return ""

    def text(self, name: str, default: str | None = None) -> Template:
        """A text with holes."""
        if self.missing(name, default):
            return Template(default or "")
        return self.as_template(self.document[name], name)

    def markup(self, name: str) -> Template:
        """Timeline markup with holes. Without any it can be seen by now whether it is right."""
        if self.missing(name, None):
            return Template("")
        try:
            read = templates.parse_markup(self.as_text(self.document[name], name))
        except ValueError as why:
            self.broken(name, why)
            return Template("")
        for one in markup.read(read.source) if read.compiled is None else ():
            if isinstance(one, Note):
                self.wrong("markup_invalid", name, one.text, "See docs/reference/elements.md.")
        return read

    def as_template(self, found: Any, key: str | int) -> Template:
        """Or one for each language."""
        if isinstance(found, Mapping) and found:
            inside = self.inside(key, found)
            texts = [(name, inside.as_template(text, name)) for name, text in found.items()]
            for name in (one for one in found if not languages.known(str(one))):
                message = f"{short(name)} names no language."
                inside.wrong("language_invalid", name, message, "Write `es` or `es-MX`.")
            return languages.joined(texts)
        try:
            return templates.parse(self.as_text(found, key))
        except ValueError as why:
            self.broken(key, why)
            return Template("")

    def texts(self, name: str, default: str | None = None) -> tuple[Template, ...]:
        """One text with holes, or a list of them."""
        found = self.get(name)
        if not isinstance(found, list):
            return (self.text(name, default),)
        if not found:
            self.wrong("field_missing", name, "This list of texts is empty.", "Write a text.")
        inside = self.inside(name, {})
        return tuple(inside.as_template(one, index) for index, one in enumerate(found))

    def plains(self, name: str) -> tuple[str, ...]:
        """A list of texts that are taken as they are; it may be left out."""
        found = self.get(name)
        if found is None or (isinstance(found, list) and found):
            inside = self.inside(name, {})
            return tuple(inside.as_text(one, index) for index, one in enumerate(found or ()))
        self.wrong("field_invalid", name, "It has to be a list.", "Write `[one, another]`.")
        return ()

    def number(self, name: str) -> float | None:
        """A number that may be left out."""
        found = self.get(name)
        if isinstance(found, bool) or not isinstance(found, int | float | None):
            self.wrong("field_invalid", name, "It has to be a number.", "Write `3` or `0.5`.")
            return None
        return found

    def whole(self, name: str, most: int, default: int) -> int:
        """A whole number from 0 on."""
        found = self.get(name)
        if found is None:
            return default
        if isinstance(found, bool) or not isinstance(found, int) or not 0 <= found <= most:
            mend = f"Write a whole number from 0 to {most}."
            self.wrong("field_invalid", name, "It cannot be this.", mend)
            return default
        return found

    def span(self, name: str, default: str | None = None) -> Template:
        """A time to wait, with holes; without any it can be seen by now whether it is one."""
        found = self.text(name, default)
        if found.source and found.compiled is None:
            try:
                spans.seconds(found.source)
            except ValueError as why:
                self.wrong("span_invalid", name, str(why), "Write for instance `10m`.")
        return found

    def sealed(self, name: str) -> Any:
        """Like `value`, and the texts in it that name secrets stand for them."""
        try:
            return sealing.sealed(self.value(name))
        except ValueError as why:
            mend = "Write the name of the secret without holes around it, or put it elsewhere."
            self.wrong("secret_in_template", name, str(why), mend)
            return None

    def values(self, name: str) -> Mapping[str, Any]:
        """A mapping of values, which may be left out."""
        found = self.value(name)
        if found is None or isinstance(found, Mapping):
            return found or {}
        self.wrong("field_invalid", name, "It has to be a mapping.", "Write `name: value`.")
        return {}

    def titles(self, name: str) -> Mapping[str, str]:
        """A text that is taken as it is, by language; "" stands for a text in all of them."""
        found = self.document.get(name)
        if not isinstance(found, Mapping) or not found:
            return {"": self.plain(name)}
        text = self.text(name)
        for language, one in text.languages.items():
            if one.compiled is not None:
                self.wrong(
                    "field_invalid", name, "A title has no holes.", f"Mend `{language}`."
                )
        return {language: one.source for language, one in text.languages.items()}

    def way(self, name: str) -> ways.Way:
        """To a context variable or a part of `msg`, which can be set."""
        found = self.plain(name)
        try:
            return ways.parse(found) if found else ways.Way(())
        except ValueError as why:
            self.wrong("way_invalid", name, str(why), "Write `name`, `a.b[0]` or `msg.name`.")
            return ways.Way(())

    def value(self, name: str) -> Any:
        """Any value; the texts in it may have holes."""
        try:
            return templates.parse_all(self.get(name))
        except ValueError as why:
            self.broken(name, why)
            return None

    def broken(self, key: str | int, why: ValueError) -> None:
        mend = "Holes are written `${name}` or `${name | default: 'you'}`."
        self.wrong("template_invalid", key, str(why), mend)

    def variable(self, name: str, default: str | None = None) -> str:
        """The name of a context variable."""
        found = self.plain(name, default)
        if found:
            self.check_variable(found, name)
        return found

    def check_variable(self, found: str, key: str) -> None:
        try:
            self.variables.add(variables.checked(found))
        except ValueError as why:
            mend = "Use letters, digits and underscores, and begin with a letter."
            self.wrong("variable_invalid", key, str(why), mend)

    def wire(self, name: str, default: str | None = None) -> str:
        """The node that a port leads to."""
        if self.get(name) is None:
            if default is None:
                message = f"The port `{name}` leads nowhere."
                mend = f"Write `{name}: …` with the name of a node, if only of an End."
                self.wrong("wire_missing", name, message, mend)
            return default or ""
        return self.as_wire(self.document[name], name)

    def as_wire(self, found: Any, key: str | int) -> str:
        if found is None:
            mend = "Write the name of a node, if only of an End."
            self.wrong("wire_missing", key, "This leads nowhere.", mend)
            return ""
        to = self.as_text(found, key)
        if to and to not in self.ids:
            message = f"There is no node {short(to)}."
            self.wrong("wire_unknown_node", key, message, self.near(to, self.ids))
        return self.prefix + to

    def wires(self, name: str) -> tuple[str, ...]:
        """A list of nodes; it may be left out."""
        found = self.get(name)
        if found is None:
            return ()
        if not isinstance(found, list) or not found:
            self.wrong("field_invalid", name, "It has to be a list.", "Write `[one, two]`.")
            return ()
        inside = self.inside(name, {})
        return tuple(inside.as_wire(one, index) for index, one in enumerate(found))

    def mapping(self, name: str) -> Mapping[str, Any]:
        found = self.get(name)
        if isinstance(found, Mapping) and found:
            return {str(key): value for key, value in found.items()}
        if not self.missing(name, None):
            self.wrong("field_invalid", name, "It has to be a mapping.", "Write `name: value`.")
        return {}

    def parts(self, name: str) -> list[Fields]:
        """A list of mappings, each with fields of its own."""
        found = self.get(name)
        if not isinstance(found, list) or not found:
            if not self.missing(name, None):
                mend = "Write each part on a line of its own after `- `."
                self.wrong("field_invalid", name, "It has to be a list.", mend)
            return []
        inside = self.inside(name, {})
        read = []
        for index, part in enumerate(found):
            if isinstance(part, Mapping):
                read.append(inside.inside(index, part))
            else:
                mend = "Write it as `{name: value, …}`."
                inside.wrong("field_invalid", index, "It has to be a mapping.", mend)
        return read

    def inside(self, key: str | int, document: Mapping[str, Any]) -> Fields:
        at = child(self.at, key)
        found = Fields(document, at, self.ids, self.problems, self.variables)
        found.prefix = self.prefix
        return found

    def finish(self) -> None:
        """Note every field that nobody asked for."""
        for name in self.document:
            if name not in self.known:
                message = f"{short(name)} is no field here."
                self.wrong("field_unknown", str(name), message, self.near(name, self.known))

    def near(self, word: object, known: Iterable[str]) -> str:
        return near(word, known) if len(self.problems) < MAX_PROBLEMS else ""
