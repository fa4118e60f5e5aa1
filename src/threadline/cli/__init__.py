"""
threadline COMMAND, and threadline NOUN VERB. One module per command or noun.

Heavy modules are imported inside the commands, so that `--help` answers at once.
"""

from __future__ import annotations

import sys
from functools import cache
from typing import Annotated, Any

import typer

from threadline import __version__
from threadline.cli import (
    apply,
    audit,
    blueprint,
    bot,
    chat,
    complaints,
    db,
    demo,
    desk,
    endpoint,
    explain,
    export,
    key,
    message,
    optout,
    org,
    overview,
    secret,
    sender,
    serve,
    user,
    vault,
)
from threadline.cli.quick import Group, InstallCompletion, ShowCompletion
from threadline.errors import Problem, ThreadlineError

app = typer.Typer(
    name="threadline",
    cls=Group,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command()(demo.demo)
app.command()(serve.serve)
app.command()(chat.chat)
app.command("apply")(apply.apply)
app.command("export")(export.export)
app.command()(explain.explain)
app.command()(overview.overview)
for noun, commands in (
    ("org", org.commands),
    ("bot", bot.commands),
    ("blueprint", blueprint.commands),
    ("endpoint", endpoint.commands),
    ("secret", secret.commands),
    ("vault", vault.commands),
    ("conversation", desk.commands),
    ("message", message.commands),
    ("optout", optout.commands),
    ("sender", sender.commands),
    ("key", key.commands),
    ("user", user.commands),
    ("audit", audit.commands),
    ("db", db.commands),
):
    app.add_typer(commands, name=noun, cls=Group)


def _version(wanted: bool) -> None:
    if wanted:
        print(f"threadline {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Tell the version."),
    ] = False,
    install_completion: InstallCompletion = False,
    show_completion: ShowCompletion = False,
) -> None:
    """
    Gives a bot a phone number.

    Start with `threadline demo`.
    """


@cache
def program() -> Any:
    """The commands, put together once in a process: it takes 40 ms."""
    return typer.main.get_command(app)


def main() -> None:
    """
    Exit codes: 0 done, 1 refused, 2 wrong usage, 3 the server or the database cannot be
    reached, 130 stopped by Ctrl-C.
    """
    try:
        program()()
    except ThreadlineError as why:
        for line in complaints.lines(why):
            print(line, file=sys.stderr)
        raise SystemExit(complaints.exit_code(why)) from None
    except OSError as why:
        if why.filename is None:
            raise
        mend = "Mend its rights, or choose another folder with --data."
        told = Problem("file_unusable", str(why.filename), f"{why.strerror}.", mend)
        print(told, complaints.explained(told.code), file=sys.stderr)
        raise SystemExit(complaints.REFUSED) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None
