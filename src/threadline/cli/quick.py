"""
What lets `--help` come at once.

Typer reads a flag that is not given, and that says nothing of what it then is, in a way that
takes a fifth of a second. Its own flags are such; these here do the same, and are plain
switches.
"""

from __future__ import annotations

from typing import Annotated, Any

import typer
from typer.completion import get_completion_inspect_parameters, install_callback, show_callback
from typer.core import TyperGroup

get_completion_inspect_parameters()  # makes the shells known, as typer does with its own flags

InstallCompletion = Annotated[
    bool,
    typer.Option(
        "--install-completion",
        callback=install_callback,
        is_eager=True,
        help="Install completion for the current shell.",
    ),
]
ShowCompletion = Annotated[
    bool,
    typer.Option(
        "--show-completion",
        callback=show_callback,
        is_eager=True,
        help="Show completion for the current shell, to copy it or change it.",
    ),
]


class Group(TyperGroup):
    """Commands with a `--help` that is off unless it is given."""

    def get_help_option(self, ctx: Any) -> Any:
        option = super().get_help_option(ctx)
        if option is not None:
            option.default = False
        return option
