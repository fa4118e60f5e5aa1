"""Every code that an error or a problem can have, found by reading the source."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

SRC = Path(__file__).parents[2] / "src" / "threadline"
NOTED_BY = ("Problem", "wrong", "_wrong", "stop")
CODE = re.compile(r"[a-z]+(_[a-z]+)+")


def classes() -> set[str]:
    """The `code` of every error class."""
    return {code for tree in _trees() for code in _class_codes(tree)}


def problems() -> set[str]:
    """The codes of problems, written where they are noted or in a table beside it."""
    return {code for tree in _trees() for code in _problem_codes(tree)}


def _trees() -> Iterator[ast.Module]:
    for module in sorted(SRC.rglob("*.py")):
        yield ast.parse(module.read_text("utf-8"))


def _class_codes(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        for line in node.body if isinstance(node, ast.ClassDef) else ():
            targets = line.targets if isinstance(line, ast.Assign) else ()
            target = (
                line.target if isinstance(line, ast.AnnAssign) else next(iter(targets), None)
            )
            if isinstance(target, ast.Name) and target.id == "code":
                value = line.value  # type: ignore[union-attr]
                if (
                    isinstance(value, ast.Constant)
                    and isinstance(value.value, str)
                    and value.value
                ):
                    yield value.value


def _problem_codes(tree: ast.Module) -> Iterator[str]:
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        for node in ast.walk(function):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name not in NOTED_BY:
                continue
            match node.args[0]:
                case ast.Constant(value=str(code)):
                    yield code
                case ast.Name() if name == "Problem":
                    yield from _table(function)


def _table(function: ast.AST) -> Iterator[str]:
    """The codes in the rows that a `for` of the function goes through."""
    for node in ast.walk(function):
        for one in ast.walk(node.iter) if isinstance(node, ast.For) else ():
            value = one.value if isinstance(one, ast.Constant) else None
            if isinstance(value, str) and CODE.fullmatch(value):
                yield value
