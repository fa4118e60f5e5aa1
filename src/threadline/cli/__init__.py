"""
threadline COMMAND, and threadline NOUN VERB. One module per command or noun.

Heavy modules are imported inside the commands, so that `--help` answers at once.
"""

from __future__ import annotations

import sys

import typer

from threadline.cli import apply, chat, conversation, demo, endpoint, secret, serve, vault
from threadline.errors import Invalid, RequestFailed, ThreadlineError

app = typer.Typer(
    name="threadline",
    help="Gives a bot a phone number.\n\nStart with `threadline demo`.",
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
):
    app.add_typer(commands, name=noun)

REFUSED, UNREACHABLE = 1, 3


def main() -> None:
    """Exit codes: 0 done, 1 refused, 2 wrong usage, 3 the server cannot be reached."""
    try:
        app()
    except Invalid as why:
        for problem in why.problems:
            print(problem, file=sys.stderr)
        raise SystemExit(REFUSED) from None
    except RequestFailed as why:
        print(f"{why.code}: {why}", file=sys.stderr)
        raise SystemExit(UNREACHABLE) from None
    except ThreadlineError as why:
        print(f"{why.code}: {why}", file=sys.stderr)
        raise SystemExit(REFUSED) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None
