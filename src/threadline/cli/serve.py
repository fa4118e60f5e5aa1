"""threadline serve: one node, until it is stopped."""

from __future__ import annotations

from threadline.cli.options import Data, DatabaseUrl, Host, Port, PublicUrl


def serve(
    data: Data = None,
    database_url: DatabaseUrl = None,
    host: Host = None,
    port: Port = None,
    public_url: PublicUrl = None,
) -> None:
    """
    Take texts and answer them, until SIGTERM or Ctrl-C.

    Twilio calls PUBLIC-URL/v1/engage/ADDRESS; `threadline endpoint describe ADDRESS` prints
    what to paste. All settings: docs/reference/settings.md.

    Example: threadline serve --public-url https://sms.example.com
    """
    import structlog
    import uvloop

    from threadline.app import open_app
    from threadline.logs import configure
    from threadline.settings import Settings
    from threadline.web.server import listen, run

    settings = Settings.read(
        data=data, database_url=database_url, host=host, port=port, public_url=public_url
    )
    configure(settings.log_level, settings.log_format)
    for name, near in settings.misspelt():
        structlog.get_logger("threadline.serve").warning("misspelt", variable=name, meant=near)

    async def node() -> None:
        with listen(settings.host, settings.port) as line:
            await run(await open_app(settings), line)

    uvloop.run(node())
