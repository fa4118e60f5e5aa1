"""
Reads documents for `threadline apply`, with what they name in files and variables.

`{FromEnv: NAME}` is a variable, `{FromFile: path}` a file, both only inside a secret's Value;
`FlowFile: path` is a flow in a file of its own. Paths are relative to the document.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

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
        name = "standard input" if str(file) == "-" else str(file)
        try:
            text = sys.stdin.read() if str(file) == "-" else file.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as why:
            self._wrong("file_unreadable", name, f"It cannot be read: {why}.", "")
            return
        try:
            documents = load_all(text, name)
        except Invalid as why:
            self.problems += why.problems
            return
        for document in documents:
            if document.value is not None:
                at = f"documents[{len(self.values)}]"
                self.origins.append((name, document))
                self.values.append(self._complete(document.value, at, file.parent))

    def tell(self, problems: tuple[Problem, ...]) -> Invalid:
        """The same problems by file and line instead of by number of document."""
        return Invalid([self._named(one) for one in problems])

    def _named(self, problem: Problem) -> Problem:
        for at, (name, document) in self.flows.items():
            if problem.path.startswith(at):
                inner = problem.path[len(at) :].lstrip(".")
                [found] = locate([_moved(problem, inner)], document.lines)
                return _moved(found, f"{name}: {inner}")
        for n, (name, document) in enumerate(self.origins):
            at = f"documents[{n}]"
            if problem.path == at or problem.path.startswith((f"{at}.", f"{at}[")):
                inner = problem.path[len(at) :].lstrip(".")
                [found] = locate([_moved(problem, inner)], document.lines)
                return _moved(found, f"{name}: {inner}" if inner else name)
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
        name = bot.get("FlowFile")
        if not isinstance(name, str):
            return bot
        file = folder / name
        try:
            flow = load(file.read_text("utf-8"), str(file))
        except (OSError, UnicodeDecodeError) as why:
            mend = "The path is relative to this document."
            self._wrong("file_unreadable", f"{at}.FlowFile", f"{file}: {why}.", mend)
            return bot
        except Invalid as why:
            self.problems += why.problems
            return bot
        self.flows[f"{at}.Flow"] = (str(file), flow)
        return {**{k: v for k, v in bot.items() if k != "FlowFile"}, "Flow": flow.value}

    def _secret(self, secret: dict[str, Any], at: str, folder: Path) -> dict[str, Any]:
        if "Value" not in secret:
            return secret
        return {**secret, "Value": self._value(secret["Value"], f"{at}.Value", folder)}

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
                    return (folder / name).read_text("utf-8").rstrip("\r\n")
                except (OSError, UnicodeDecodeError) as why:
                    self._wrong("file_unreadable", at, f"{folder / name}: {why}.", "")
                return None
            case Mapping():
                return {k: self._value(v, child(at, k), folder) for k, v in value.items()}
            case _:
                return value

    def _wrong(self, code: str, path: str, message: str, mend: str) -> None:
        self.problems.append(self._named(Problem(code, path, message, mend)))


def _moved(problem: Problem, path: str) -> Problem:
    return Problem(problem.code, path, problem.message, problem.mend, problem.line)
