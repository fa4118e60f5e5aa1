"""
threadline COMMAND, and threadline NOUN VERB. One module per command or noun.

Heavy modules are imported inside the commands, so that `--help` answers at once.
"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from threadline import __version__
from threadline.cli import (
    apply,
    bot,
    chat,
    complaints,
    conversation,
    db,
    demo,
    endpoint,
    explain,
    export,
    key,
    message,
    optout,
    org,
    secret,
    sender,
    serve,
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
for noun, commands in (
    ("org", org.commands),
    ("bot", bot.commands),
    ("endpoint", endpoint.commands),
    ("secret", secret.commands),
    ("vault", vault.commands),
    ("conversation", conversation.commands),
    ("message", message.commands),
    ("optout", optout.commands),
    ("sender", sender.commands),
    ("key", key.commands),
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


def main() -> None:
    """
    Exit codes: 0 done, 1 refused, 2 wrong usage, 3 the server or the database cannot be
    reached, 130 stopped by Ctrl-C.
    """
    try:
        app()
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
