"""What only people at a terminal get to see: how far long work is, and colours."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from threadline.cli.reach import Reach


@contextmanager
def progress(reach: Reach, what: str) -> Iterator[Callable[[int, int], None]]:
    """
    A function that is told how much is done, and of how much. It shows that on a terminal,
    and nothing with --quiet or where nobody looks.
    """
    if reach.quiet or not sys.stderr.isatty():
        yield lambda _done, _all: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    columns = (f"{what} ", BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task(what, total=None)
        yield lambda done, total: shown.update(task, completed=done, total=total)


def coloured(text: str, colour: str) -> str:
    """For the output: in this colour if that is a terminal which has some."""
    if not sys.stdout.isatty():
        return text
    import typer
    from rich.console import Console

    console = Console()
    plain = console.no_color or console.color_system is None
    return text if plain else typer.style(text, fg=colour)
