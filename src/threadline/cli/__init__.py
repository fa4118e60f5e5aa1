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
    chat,
    conversation,
    demo,
    endpoint,
    message,
    optout,
    secret,
    sender,
    serve,
    vault,
)
from threadline.errors import (
    Interrupted,
    Invalid,
    NotSent,
    Problem,
    StoreDown,
    ThreadlineError,
)

app = typer.Typer(
    name="threadline",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command()(demo.demo)
app.command()(serve.serve)
app.command()(chat.chat)
app.command("apply")(apply.apply)
for noun, commands in (
    ("endpoint", endpoint.commands),
    ("secret", secret.commands),
    ("vault", vault.commands),
    ("conversation", conversation.commands),
    ("message", message.commands),
    ("optout", optout.commands),
    ("sender", sender.commands),
):
    app.add_typer(commands, name=noun)

REFUSED, UNREACHABLE = 1, 3
OUT_OF_REACH = (StoreDown.code, NotSent.code, Interrupted.code)


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
    except Invalid as why:
        for problem in why.problems:
            print(problem, file=sys.stderr)
        raise SystemExit(REFUSED) from None
    except ThreadlineError as why:
        print(f"{why.code}: {why}", file=sys.stderr)
        raise SystemExit(UNREACHABLE if why.code in OUT_OF_REACH else REFUSED) from None
    except OSError as why:
        if why.filename is None:
            raise
        mend = "Mend its rights, or choose another folder with --data."
        told = Problem("file_unusable", str(why.filename), f"{why.strerror}.", mend)
        print(told, file=sys.stderr)
        raise SystemExit(REFUSED) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None
