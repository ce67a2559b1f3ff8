"""Fixtures that every room's tests share: an engine to compute on, and the folder of open data sets."""

from __future__ import annotations

import gc
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from filelock import FileLock

from kezhi.flow.warehouse import Warehouse
from kezhi.settings import EngineSettings

sys.path.insert(0, str(Path(__file__).parent))  # `from support import rows`

from support import IN_CI, missing

gc.set_threshold(200_000, 20, 50)  # compiling expressions makes few cycles, and a test process has much to look through


def never_skipped_in_ci(report: pytest.TestReport | pytest.CollectReport) -> None:
    """In CI everything must be there, so a skip is a failure, however it came about; an expected failure is none."""
    if IN_CI and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[-1] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome, report.longrepr = "failed", f"skipped, and CI must run every test: {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Judge skips of tests."""
    report = yield
    never_skipped_in_ci(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Judge skips of whole files."""
    report = yield
    never_skipped_in_ci(report)
    return report


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that take minutes go first, so that one process does not wait for the other's last file."""
    long = ("test_parity.py", "test_runs.py", "test_docs.py", "test_start.py")
    items.sort(key=lambda item: long.index(item.path.name) if item.path.name in long else len(long))


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Warehouse]:
    """A DuckDB workbench."""
    with Warehouse(EngineSettings(memory_limit="2GB"), tmp_path / "scratch") as warehouse:
        yield warehouse


@pytest.fixture
def spark_bench(tmp_path: Path) -> Iterator[Warehouse]:
    """A Spark workbench in local mode; the session is one per test process."""
    if shutil.which("java") is None and not os.environ.get("JAVA_HOME"):
        missing("Java")
    pytest.importorskip("pyspark", reason="needs the spark extra")
    from support import SPARK

    with Warehouse(SPARK, tmp_path / "scratch") as warehouse:
        yield warehouse


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The folder of open data sets."""
    folder = Path(os.environ.get("KEZHI_DATA", ""))
    if not os.environ.get("KEZHI_DATA") or not folder.is_dir():
        missing("the open data sets: set KEZHI_DATA to their folder")
    return folder


@pytest.fixture(scope="session")
def city_project(tmp_path_factory: pytest.TempPathFactory):
    """The demo city of 2,000 customers, run once and only read; its truth is in `folder / "truth"`."""
    from kezhi import city
    from kezhi.api import open_project

    def make(folder: Path) -> None:
        city.build(folder, customers=2000, seed=7)
        with closing(open_project(folder)) as project:
            project.run()

    project = open_project(_shared("city", make, tmp_path_factory))
    yield project
    project.close()


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `kezhi demo --customers 300` leaves; only to be copied."""

    def make(folder: Path) -> None:
        subprocess.run([sys.executable, "-m", "kezhi", "demo", str(folder), "--customers", "300", "--no-serve"], check=True)

    return _shared("demo", make, tmp_path_factory)


def _shared(name: str, make: Callable[[Path], None], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that the first of the test processes that asks *make*s."""
    shared = Path(os.environ.get("KEZHI_TEST_SHARED") or tmp_path_factory.mktemp("shared"))
    folder, made = shared / name, shared / f"{name}-made"
    with FileLock(shared / f"{name}.lock"):
        if not made.exists():
            shutil.rmtree(folder, ignore_errors=True)
            make(folder)
            made.touch()
    return folder
