"""That the bench runs and loses nothing; how fast it is, no test says."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="the bench reads /proc")
def test_the_bench_measures_both_programs_and_loses_nothing():
    command = [sys.executable, "-m", "bench", "--quick", "--seconds", "0.5"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    rows = {line.split()[0]: line.split()[1:] for line in run.stdout.splitlines() if line}

    assert 0 == run.returncode, run.stdout + run.stderr
    for program in ("threadline", "floor"):
        texts_a_second, *_times, lost = rows[program]
        assert 0 < int(texts_a_second)
        assert 0 == int(lost)
    assert "0 texts were lost, refused or answered twice." in run.stdout
