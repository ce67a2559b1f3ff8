"""A run that is killed, starved or given a broken file changes nothing that is served."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from support import small_city

from kezhi.api import open_project
from kezhi.errors import DiskFull, FileUnreadable, KezhiError
from kezhi.flow.lake import Lake
from kezhi.flow.runner import run
from kezhi.flow.watcher import Silent
from kezhi.settings import load

RUN = "import sys; sys.argv = ['kezhi', 'run', '-p', sys.argv[1]]; from kezhi.cli import main; sys.exit(main())"

COMPARED = {"cluster_profiles": "* EXCLUDE (continues, center_shift, moved_share)"}


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """People, orders and refunds of 300 customers, run once: few steps, for here runs are many."""
    folder = small_city(tmp_path_factory.mktemp("city"), "customer_records", "orders", "refunds", steps=["tiers", "market"])
    run(folder, load(folder))
    return folder


@pytest.fixture
def project(ready: Path, tmp_path: Path) -> Path:
    """A copy of it to break."""
    return Path(shutil.copytree(ready, tmp_path / "project"))


def contents(folder: Path) -> dict[str, list]:
    """Every table of the current snapshot, rows in one order, without what compares it with the one before."""
    opened = open_project(folder)
    try:
        return {
            name: sorted(map(str, opened.query(f'SELECT {COMPARED.get(name, "*")} FROM "{name}"').to_pylist())) for name in opened.tables
        }
    finally:
        opened.close()


def lake_of(folder: Path) -> Lake:
    return Lake(folder / ".kezhi" / "lake")


def test_a_second_run_on_the_same_files_gives_the_same_tables(city_project, tmp_path):
    """Nothing changed in between: not one row of any table of the whole city differs, customer ids included."""
    project = Path(shutil.copytree(city_project.folder, tmp_path / "project"))
    before, first = contents(project), lake_of(project).current().name
    run(project, load(project))
    assert lake_of(project).current().name != first
    after = contents(project)
    # the names first: telling how long lists differ takes pytest minutes
    assert [name for name in before if after.get(name) != before[name]] == []
    assert after.keys() == before.keys()


class StopAfter(Silent):
    """Kills the process, as kill -9 does, when a step is done."""

    def __init__(self, step: str) -> None:
        self.step = step

    def ends(self, step, seconds, rows, how) -> None:
        """Die here."""
        if step == self.step:
            os.kill(os.getpid(), signal.SIGKILL)


KILLED = """
import sys
sys.path.insert(0, sys.argv[2])
from pathlib import Path
from test_runs import StopAfter
from kezhi.flow.runner import run
from kezhi.flow.watcher import Silent
from kezhi.settings import load
run(Path(sys.argv[1]), load(Path(sys.argv[1])), watcher=StopAfter(sys.argv[3]))
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
@pytest.mark.parametrize("step", ["clean", "profile"])
def test_a_run_killed_after_a_step_is_resumed_there(project, step):
    """The last snapshot is served meanwhile; the next run takes the finished steps over and ends with the same tables."""
    before, served = contents(project), lake_of(project).current().name
    environment = {**os.environ, "KEZHI_LANG": "en", "PYTHONPATH": str(Path(__file__).parents[1])}
    died = subprocess.run(
        [sys.executable, "-c", KILLED, str(project), str(Path(__file__).parent), step], capture_output=True, env=environment
    )
    assert died.returncode == -signal.SIGKILL, died.stderr.decode()
    assert lake_of(project).current().name == served
    assert contents(project) == before
    snapshot = run(project, load(project))
    assert contents(project) == before
    assert snapshot.manifest["steps"]["clean"]["how"] == "made"
    assert len(list(lake_of(project).folder.glob("*/run.json"))) == 0


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_runs_killed_at_any_moment_never_serve_a_part(project):
    """Five kills at growing delays: each time all tables of one whole snapshot can be read, and no reader fails."""
    before = contents(project)
    for delay in (0.5, 1.5, 2.5, 4.0, 6.0):
        process = subprocess.Popen([sys.executable, "-c", RUN, str(project)], stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        time.sleep(delay)
        process.kill()
        process.wait()
        assert contents(project) == before
    run(project, load(project))
    assert contents(project) == before


def test_an_unreadable_file_is_one_clear_error_and_nothing_changes(project):
    """Half a workbook: the message names the file; the last snapshot is served."""
    before = contents(project)
    workbook = next((project / "data").rglob("*.xlsx"))
    content = workbook.read_bytes()
    workbook.write_bytes(content[: len(content) // 2])
    with pytest.raises(FileUnreadable, match=workbook.name):
        run(project, load(project))
    assert contents(project) == before


@pytest.mark.skipif(sys.platform != "linux", reason="the file size limit is Linux's")
def test_a_full_disk_is_one_clear_error_and_nothing_changes(project):
    """The kernel refuses files above 20 kB, as a full disk would refuse them: exit 1, one line, last snapshot served."""
    before = contents(project)
    shutil.rmtree(project / ".kezhi" / "raw")
    limited = f"import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)); {RUN}"
    died = subprocess.run(
        [sys.executable, "-c", limited, str(project)], capture_output=True, text=True, env={**os.environ, "KEZHI_LANG": "en"}
    )
    assert died.returncode == DiskFull.exit_code, died.stderr
    assert died.stderr.strip().splitlines()[-1].startswith("kezhi: No space left in ")
    assert contents(project) == before


def test_only_runs_a_step_and_what_follows_and_keeps_the_rest(project):
    """`--only rfm` makes rfm and profile anew; clean and identity are taken over, and the tables stay equal."""
    before = contents(project)
    snapshot = run(project, load(project), only="rfm")
    how = {step: facts["how"] for step, facts in snapshot.manifest["steps"].items()}
    follows = {"rfm", "profile", "market"}
    assert {step for step, made in how.items() if made == "made"} == follows
    assert {made for step, made in how.items() if step not in follows} == {"kept", "skipped"}
    assert {"clean", "identity", "features", "ledger", "sales", "tiers"} <= set(how)
    assert contents(project) == before


def test_an_unknown_step_is_refused_with_the_known_ones(project):
    """`--only rfn` answers with the steps there are."""
    with pytest.raises(KezhiError, match=r"rfn.*clean, .*identity, ledger, features, rfm, .*profile, sales"):
        run(project, load(project), only="rfn")


def test_a_step_that_others_stand_on_cannot_be_left_out(project):
    """`skip: [profile]` answers with the steps that can be left out."""
    with pytest.raises(KezhiError, match=r"skip.*profile.*movement, tiers"):
        run(project, load(project).model_copy(update={"skip": ["profile"]}))
