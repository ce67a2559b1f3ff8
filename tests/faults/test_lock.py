"""Two runs of one project at once: the second says who holds it, or waits; a dead holder holds nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from kezhi.errors import RunLocked
from kezhi.flow.lock import project_lock

HOLD = """
import sys, time
from pathlib import Path
from kezhi.flow.lock import project_lock
with project_lock(Path(sys.argv[1]), wait=False, says=print):
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
"""


def holder(folder, seconds):
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(folder), str(seconds)], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline().strip() == "held"
    return process


def test_the_second_run_says_who_holds_the_project(tmp_path):
    """The message names the other process."""
    other = holder(tmp_path, 60)
    try:
        with pytest.raises(RunLocked, match=f"process {other.pid} "), project_lock(tmp_path, wait=False, says=print):
            pass
    finally:
        other.kill()
        other.wait()


def test_a_run_that_waits_goes_on_when_the_first_ends(tmp_path):
    """With wait, the lock is had after the holder's second is over, and who held it was said."""
    other, said = holder(tmp_path, 1), []
    with project_lock(tmp_path, wait=True, says=said.append):
        assert other.wait(timeout=5) == 0
    assert f"process {other.pid}" in said[0]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_a_killed_holder_holds_nothing(tmp_path):
    """kill -9 of the holder frees the project at once."""
    other = holder(tmp_path, 60)
    os.kill(other.pid, signal.SIGKILL)
    other.wait()
    began = time.monotonic()
    with project_lock(tmp_path, wait=False, says=print):
        assert time.monotonic() - began < 5
