"""
Reads documents for `threadline apply` and its like, with the files and variables they name.

`{FromEnv: NAME}` is a variable, `{FromFile: path}` a file, both only in a secret's Value: as
one of its texts, or as the whole of it. `FlowFile: path` is a flow in a file of its own. Paths
are relative to the document.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from threadline.cli.values import name_of, secret_in, text_of
from threadline.errors import Invalid, Problem
from threadline.model.document import Document, child, load, load_all, locate
from threadline.settings import Settings


@dataclass(slots=True)
class Batch:
    """The documents of all files, and where each came from."""

    settings: Settings
    values: list[Any] = field(default_factory=list)
    origins: list[tuple[str, Document]] = field(default_factory=list)
    flows: dict[str, tuple[str, Document]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def read(self, file: Path) -> None:
        """Add the documents of one file; `-` is standard input."""
        name = name_of(file)
        try:
            documents = load_all(text_of(file), name)
        except Invalid as why:
            self.problems += why.problems
            return
        for document in documents:
            if document.value is not None:
                at = f"documents[{len(self.values)}]"
                self.origins.append((name, document))
                self.values.append(self._complete(document.value, at, file.parent))

    def read_one(self, file: Path) -> Any:
        """The bot or endpoint that a file has. Raises `Invalid`."""
        name = name_of(file)
        document = load(text_of(file), name)
        if not isinstance(document.value, dict):
            mend = "Write its fields, each with a colon."
            raise Invalid([Problem("document_invalid", name, "It has no fields.", mend)])
        self.origins.append((name, document))
        found = self._bot(document.value, "documents[0]", file.parent)
        if self.problems:
            raise Invalid(self.problems)
        return found

    def tell(self, why: Invalid, inside: str = "") -> Invalid:
        """
        The same problems by file and line instead of by number of document; `inside` is the
        one that their paths begin in.
        """
        told = Invalid(
            [self._named(replace(one, path=f"{inside}{one.path}")) for one in why.problems]
        )
        for note in getattr(why, "__notes__", ()):  # who said it
            told.add_note(note)
        return told

    def _named(self, problem: Problem) -> Problem:
        for at, origin in self.flows.items():
            if found := _inside(problem, at, *origin):
                return found
        for n, origin in enumerate(self.origins):
            if found := _inside(problem, f"documents[{n}]", *origin):
                return found
        return problem

    def _complete(self, value: Any, at: str, folder: Path) -> Any:
        if not isinstance(value, dict):
            return value
        whole = dict(value)
        for part, complete in (("Secrets", self._secret), ("Bots", self._bot)):
            listed = value.get(part)
            if isinstance(listed, list):
                whole[part] = [
                    complete(one, f"{at}.{part}[{n}]", folder) if isinstance(one, dict) else one
                    for n, one in enumerate(listed)
                ]
        return whole

    def _bot(self, bot: dict[str, Any], at: str, folder: Path) -> dict[str, Any]:
        if "FlowFile" not in bot:
            return bot
        name, path = bot["FlowFile"], f"{at}.FlowFile"
        rest = {field: value for field, value in bot.items() if field != "FlowFile"}
        if not isinstance(name, str) or "Flow" in bot:
            mend = "Write the path of one file as a text, and no Flow beside it."
            self._wrong("flow_file_invalid", path, "It cannot be read as a flow.", mend)
            return rest
        file = folder / name
        try:
            flow = load(text_of(file, path), str(file))
        except Invalid as why:
            self.problems += [self._named(one) for one in why.problems]
            return rest
        self.flows[f"{at}.Flow"] = (str(file), flow)
        return {**rest, "Flow": flow.value}

    def _secret(self, secret: dict[str, Any], at: str, folder: Path) -> dict[str, Any]:
        if "Value" not in secret:
            return secret
        path, type_ = f"{at}.Value", secret.get("Type", "secretdoc")
        value = secret["Value"]
        whole = isinstance(value, dict) and set(value) in ({"FromEnv"}, {"FromFile"})
        found = self._value(value, path, folder)
        if whole and isinstance(found, str):
            try:
                found = secret_in(found, type_, path)
            except Invalid as why:
                # The line is one of that file, so it is not told as one of this document.
                self.problems += [self._named(replace(one, line=None)) for one in why.problems]
        return {**secret, "Value": found}

    def _value(self, value: Any, at: str, folder: Path) -> Any:
        match value:
            case {"FromEnv": str(name), **rest} if not rest:
                found = self.settings.variable(name)
                if found is None:
                    mend = f"Set it: export {name}=…"
                    self._wrong("variable_missing", at, f"There is no variable {name}.", mend)
                return found
            case {"FromFile": str(name), **rest} if not rest:
                try:
                    return text_of(folder / name, at).rstrip("\r\n")
                except Invalid as why:
                    self.problems += [self._named(one) for one in why.problems]
                return None
            case Mapping():
                return {k: self._value(v, child(at, k), folder) for k, v in value.items()}
            case list():
                return [self._value(v, child(at, n), folder) for n, v in enumerate(value)]
            case _:
                return value

    def _wrong(self, code: str, path: str, message: str, mend: str) -> None:
        self.problems.append(self._named(Problem(code, path, message, mend)))


def _inside(problem: Problem, at: str, name: str, document: Document) -> Problem | None:
    """The same problem by file and line, if it is inside the part `at` that was this file."""
    inner = problem.path.removeprefix(at)
    if not problem.path.startswith(at) or inner[:1] not in ("", ".", "["):
        return None
    inner = inner.lstrip(".")
    [found] = locate([replace(problem, path=inner)], document.lines)
    return replace(found, path=f"{name}: {inner}" if inner else name)
