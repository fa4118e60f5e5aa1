"""Finds the function that a document names, if the operator allows it."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

from threadline.bots.python.answers import Function
from threadline.errors import Problem
from threadline.model.document import child
from threadline.model.elsewhere import check_timeout

_NAME = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*")
FORM = "Write `module:function`, such as `shop.bots:answer`."


def check(document: Mapping[str, Any], at: str, allowed: Sequence[str]) -> list[Problem]:
    """Everything that is wrong. A module that is allowed is imported."""
    name, where = document.get("Function"), child(at, "Function")
    problems = list(check_timeout(document, child(at, "TimeoutSeconds")))
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        problems.append(Problem("function_invalid", where, "This names no function.", FORM))
    elif name not in allowed and name.partition(":")[0] not in allowed:
        message = f"The operator has not allowed {name} to be run here."
        mend = f"Start the server with THREADLINE_PYTHON_BOTS={name}."
        problems.append(Problem("function_forbidden", where, message, mend))
    else:
        try:
            load(name)
        except ValueError as why:
            mend = "Mend the module, and start the server in its folder or with PYTHONPATH."
            problems.append(Problem("function_missing", where, str(why), mend))
    return problems


def load(name: str) -> Function:
    """Also from the working directory. Raises `ValueError` with a sentence."""
    module, _, attribute = name.partition(":")
    here = os.getcwd()
    if here not in sys.path:
        sys.path.insert(0, here)
    try:
        found = getattr(import_module(module), attribute, None)
    except Exception as why:  # a module may raise anything
        raise ValueError(
            f"Module {module} cannot be imported: {type(why).__name__}: {why}"
        ) from None
    if not callable(found):
        raise ValueError(f"Module {module} has no function {attribute}.")
    return found  # type: ignore[no-any-return]
