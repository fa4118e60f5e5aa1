"""
How many texts a second go all the way round, beside the floor program: `make bench`.

The gateway (`threadline serve`, as installed) and the floor run in turn, each as a process of
its own. A text counts when its webhook was acknowledged and its answer has arrived at the
provider. bench/README.md says what each scenario measures.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from bench import (
    ceiling,
    closed,
    cores,
    drain,
    flows,
    full,
    live,
    open_loop,
    options,
    pages,
    postgres,
    programs,
    report,
)
from bench.options import Options
from bench.report import Outcome

SCENARIOS: dict[str, Callable[[Options], Outcome]] = {
    "closed": closed.run,
    "open": open_loop.run,
    "drain": drain.run,
    "full": full.run,
    "pages": pages.run,
    "live": live.run,
    "postgres": postgres.run,
    "flow": flows.run,
    "ceiling": ceiling.run,
}


def main() -> int:
    given = options.parser(list(SCENARIOS), __doc__).parse_args()
    names = list(SCENARIOS) if "all" in given.scenario else given.scenario or ["closed"]
    cores.keep_to(0, cores.LOAD)
    with tempfile.TemporaryDirectory(prefix=programs.PREFIX) as folder:
        asked = options.chosen(given, Path(folder))
        outcomes = [SCENARIOS[name](asked) for name in names]
    report.summary([finding for one in outcomes for finding in one.findings])
    lost = sum(one.lost for one in outcomes)
    print(f"\n{lost:.0f} texts were lost, refused or answered twice.")
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
