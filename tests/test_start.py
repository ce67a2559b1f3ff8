"""
What start.py promises, on a small project in its place: a package built by a backend of its own and one locked
dependency in a local folder, so no network is needed.
"""

from __future__ import annotations

import ast
import errno
import hashlib
import json
import os
import runpy
import shutil
import signal
import subprocess
import sys
import textwrap
import time
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest

START = Path(__file__).resolve().parent.parent / "start.py"

# A build backend: notes each build in builds.txt, waits while KEZHI_TEST_HANG names a file, then points at src/.
BACKEND = """
import os, time, zipfile
from pathlib import Path

def build_editable(folder, config_settings=None, metadata_directory=None):
    here = Path.cwd()
    with (here / "builds.txt").open("a") as file:
        file.write("build\\n")
    if os.environ.get("KEZHI_TEST_HANG"):
        Path(os.environ["KEZHI_TEST_HANG"]).touch()
        time.sleep(600)
    time.sleep(float(os.environ.get("KEZHI_TEST_SECONDS", "0")))
    name = "kezhi-0.1.0-py3-none-any.whl"
    info = "kezhi-0.1.0.dist-info/"
    with zipfile.ZipFile(Path(folder) / name, "w") as wheel:
        wheel.writestr("kezhi.pth", str(here / "src"))
        wheel.writestr(info + "METADATA", "Metadata-Version: 2.1\\nName: kezhi\\nVersion: 0.1.0\\n")
        wheel.writestr(info + "WHEEL", "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(info + "RECORD", "")
    return name
"""

# The command: says what it was given and in what it runs; `exit N` ends so, `sleep` waits for Ctrl-C.
CLI = """
import sys, time
from pathlib import Path

def main():
    import pinned
    words = sys.argv[1:]
    if words[0] == "exit":
        return int(words[1])
    if words[0] == "sleep":
        Path(words[1]).touch()
        time.sleep(600)
    print("kezhi", *words, pinned.VALUE, "utf8", sys.flags.utf8_mode, flush=True)
"""


HELLO = "kezhi hello one utf8 1\n"


def wheel(folder: Path, value: str, version: str = "1.0") -> str:
    """A wheel of package `pinned` in *folder*; its line for a lock."""
    folder.mkdir(exist_ok=True)
    path = folder / f"pinned-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("pinned.py", f"VALUE = {value!r}\n")
        file.writestr(f"pinned-{version}.dist-info/METADATA", f"Metadata-Version: 2.1\nName: pinned\nVersion: {version}\n")
        file.writestr(
            f"pinned-{version}.dist-info/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        file.writestr(f"pinned-{version}.dist-info/RECORD", "")
    return f"pinned=={version} --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"


class Project:
    """A folder with start.py and a package to set up, and ways to start it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.venv, self.home = folder, folder / ".venv", folder.parent
        (folder / "src/kezhi/cli").mkdir(parents=True)
        shutil.copy(START, folder / "start.py")
        (folder / "pyproject.toml").write_text(
            '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n[project]\nname = "kezhi"\nversion = "0.1.0"\n'
        )
        (folder / "backend.py").write_text(BACKEND)
        (folder / "src/kezhi/__init__.py").touch()
        (folder / "src/kezhi/cli/__init__.py").write_text(CLI)
        self.lock(wheel(self.home / "wheels", "one"))

    def lock(self, line: str) -> None:
        """Lock *line* for commands and for tests."""
        for name in ("requirements.lock", "requirements-test.lock"):
            (self.folder / name).write_text(line)

    def environment(self, **more: str) -> dict[str, str]:
        """The caller's variables with the local wheels in the place of an index, and *more*."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "KEZHI_", "LC_", "LANG"))}
        local = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(self.home / "wheels"), "PIP_CONFIG_FILE": os.devnull, "LC_ALL": "C.UTF-8"}
        return {**kept, **local, **more}

    def begin(self, *words: str, **more: str) -> subprocess.Popen[str]:
        """Start it with *words* and do not wait."""
        command = [sys.executable, str(self.folder / "start.py"), *words]
        return subprocess.Popen(
            command, env=self.environment(**more), stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", start_new_session=True
        )

    def start(self, *words: str, **more: str) -> SimpleNamespace:
        """Start it with *words* and wait: exit code, stdout and stderr."""
        child = self.begin(*words, **more)
        out, err = child.communicate(timeout=240)
        return SimpleNamespace(code=child.returncode, out=out, err=err)

    @property
    def builds(self) -> int:
        """How often the package was built."""
        log = self.folder / "builds.txt"
        return len(log.read_text().splitlines()) if log.exists() else 0


@pytest.fixture(scope="module")
def only_pip(tmp_path_factory):
    """An environment as it is after the first step, because the second found no wheel; making one takes seconds."""
    made = new_project(tmp_path_factory.mktemp("only-pip"))
    shutil.rmtree(made.home / "wheels")
    assert made.start("hello").code == 2
    return made.venv


def new_project(folder: Path) -> Project:
    (folder / "project").mkdir()
    return Project(folder / "project")


@pytest.fixture
def untouched(tmp_path):
    """A project that was never started."""
    return new_project(tmp_path)


@pytest.fixture
def project(untouched, only_pip):
    """A project whose environment is made and empty."""
    shutil.copytree(only_pip, untouched.venv, symlinks=True)
    return untouched


@pytest.fixture(scope="module")
def ready(tmp_path_factory):
    """A project that has been set up; a test that changes it uses one of its own."""
    made = new_project(tmp_path_factory.mktemp("ready"))
    made.first = made.start("hello")
    assert made.first.code == 0, made.first.err
    return made


def until(condition, seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.05)


def one_line(result: SimpleNamespace) -> str:
    """The last line of stderr, after the steps; there is no traceback anywhere."""
    assert "Traceback" not in result.err + result.out
    return result.err.strip().splitlines()[-1]


# --- set-up -------------------------------------------------------------------------------------


def test_a_first_start_says_its_steps_and_runs_the_command_in_utf8(ready):
    assert ready.first.out == HELLO
    assert [line[:5] for line in ready.first.err.splitlines()] == ["[1/3]"] * 2 + ["[2/3]"] * 2 + ["[3/3]"] * 2


def test_a_second_start_sets_nothing_up(ready):
    before, log = ready.builds, (ready.venv / ".kezhi-start/setup.log").stat().st_mtime_ns
    again = ready.start("hello")
    assert (again.code, again.out, again.err) == (0, HELLO, "")
    assert (ready.builds, (ready.venv / ".kezhi-start/setup.log").stat().st_mtime_ns) == (before, log)


def test_without_words_the_demo_runs_and_words_pass_through_as_they_are(ready):
    assert ready.start().out == "kezhi demo one utf8 1\n"
    assert ready.start("demo", "a b", "--customers", "500", "--no-serve").out == "kezhi demo a b --customers 500 --no-serve one utf8 1\n"


def test_the_exit_code_of_the_command_is_passed_on(ready):
    assert [ready.start("exit", str(code)).code for code in (0, 1, 2, 7)] == [0, 1, 2, 7]


def test_modules_of_the_callers_pythonpath_do_not_shadow_the_environment(ready, tmp_path):
    (tmp_path / "pinned.py").write_text("VALUE = 'foreign'\n")
    assert ready.start("hello", PYTHONPATH=str(tmp_path)).out == HELLO


@pytest.mark.skipif(os.name == "nt", reason="sends a POSIX signal to a group")
def test_ctrl_c_ends_with_130_and_start_says_nothing_of_its_own(ready, tmp_path):
    child = ready.begin("sleep", str(tmp_path / "begun"))
    until((tmp_path / "begun").exists)
    os.killpg(child.pid, signal.SIGINT)
    _, err = child.communicate(timeout=30)
    assert child.returncode == 130
    assert "start:" not in err


def test_a_changed_lock_installs_again_and_an_unchanged_package_is_not_rebuilt(project):
    assert project.start("hello").out == HELLO
    project.lock(wheel(project.home / "wheels", "two", version="2.0"))
    again = project.start("hello")
    assert again.out == "kezhi hello two utf8 1\n"
    assert [line[:5] for line in again.err.splitlines()] == ["[1/1]"] * 2
    assert project.builds == 1


def python(project: Project) -> list[str]:
    return [str(project.venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))]


def test_two_starts_at_once_set_up_once_and_both_run(project):
    children = [project.begin("hello", KEZHI_TEST_SECONDS="2") for _ in range(2)]
    answers = [child.communicate(timeout=240) for child in children]
    assert [child.returncode for child in children] == [0, 0], answers
    assert [out for out, _ in answers] == [HELLO] * 2
    assert project.builds == 1
    assert sum("another start is setting up" in err for _, err in answers) == 1


@pytest.mark.skipif(os.name == "nt", reason="kills a POSIX process group")
def test_a_set_up_killed_while_it_installs_is_taken_up_where_it_stopped(project, tmp_path):
    child = project.begin("hello", KEZHI_TEST_HANG=str(tmp_path / "building"))
    until((tmp_path / "building").exists)
    os.killpg(child.pid, signal.SIGKILL)
    child.communicate()
    again = project.start("hello")
    assert again.out == HELLO
    assert [line[:5] for line in again.err.splitlines()] == ["[1/1]"] * 2  # only the package was still due


@pytest.mark.skipif(os.name == "nt", reason="kills a POSIX process group")
def test_a_start_waits_for_the_installer_that_a_killed_start_left_running(project, tmp_path):
    child = project.begin("hello", KEZHI_TEST_HANG=str(tmp_path / "building"))
    until((tmp_path / "building").exists)
    os.kill(child.pid, signal.SIGKILL)  # start.py alone: its pip lives on
    child.wait()
    second = project.begin("hello")
    time.sleep(1.5)
    assert second.poll() is None
    os.killpg(child.pid, signal.SIGKILL)
    out, err = second.communicate(timeout=120)
    assert out == HELLO
    assert "another start is setting up" in err


def test_an_environment_that_was_half_made_is_made_again(untouched):
    notes = untouched.venv / ".kezhi-start"
    notes.mkdir(parents=True)
    (notes / "made-by-start").touch()
    (notes / "stamps.json").write_text('{"environment": ')  # cut off while it was written
    (untouched.venv / "bin").mkdir()
    (untouched.venv / "bin/python").write_text("half")
    assert untouched.start("hello").out == HELLO


@pytest.mark.skipif(os.name == "nt", reason="kills a POSIX process group")
@pytest.mark.parametrize("seconds", [0.3, 2.0])
def test_a_set_up_killed_while_it_makes_the_environment_is_repaired(untouched, seconds):
    child = untouched.begin("hello")
    time.sleep(seconds)
    os.killpg(child.pid, signal.SIGKILL)
    child.communicate()
    assert untouched.start("hello").out == HELLO


def test_a_folder_that_is_no_environment_is_left_alone(project, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/letter.txt").write_text("keep")
    result = project.start("hello", KEZHI_VENV=str(tmp_path / "mine"))
    assert result.code == 2
    assert "was not made by start.py" in one_line(result)
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["letter.txt"]


# --- what can go wrong --------------------------------------------------------------------------


def test_the_file_parses_on_pythons_too_old_for_it():
    ast.parse(START.read_text(encoding="utf-8"), feature_version=(3, 7))


@pytest.mark.parametrize(("locale", "word"), [("C", "needs Python 3.11"), ("zh_CN.UTF-8", "需要 Python 3.11")])
def test_an_old_python_ends_with_one_line_in_the_readers_language(locale, word):
    code = f"import sys, runpy; sys.version_info = (3, 8, 18, 'final', 0); runpy.run_path({str(START)!r}, run_name='__main__')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", env={**os.environ, "LC_ALL": locale})
    assert (done.returncode, len(done.stderr.splitlines()), done.stdout) == (2, 1, "")
    assert word in done.stderr


def test_a_python_without_venv_ends_with_one_line_naming_the_debian_package(untouched):
    code = textwrap.dedent(f"""
        import importlib.util as util, runpy, sys
        real = util.find_spec
        util.find_spec = lambda name, *rest: None if name == "ensurepip" else real(name, *rest)
        sys.argv = ["start.py", "hello"]
        runpy.run_path({str(untouched.folder / "start.py")!r}, run_name="__main__")
    """)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", env=untouched.environment())
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        f"start: this Python lacks venv or ensurepip. On Debian or Ubuntu run: apt install python3.{sys.version_info[1]}-venv"
    ]


def test_without_a_network_one_line_says_so_and_names_the_log(project):
    away = {"PIP_NO_INDEX": "", "PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_RETRIES": "1", "PIP_FIND_LINKS": ""}
    result = project.start("hello", **away)
    line = one_line(result)
    assert result.code == 2
    assert "the package index cannot be reached" in line
    log = project.venv / ".kezhi-start/setup.log"
    assert str(log) in line
    assert "No matching distribution found" in log.read_text(encoding="utf-8")
    assert project.start("hello").out == HELLO  # and with the network back it goes on


def test_a_package_that_is_not_what_was_locked_is_not_installed(project):
    wheel(project.home / "wheels", "tampered")
    result = project.start("hello")
    assert result.code == 2
    assert "does not match its hash" in one_line(result)
    assert subprocess.run([*python(project), "-c", "import pinned"], capture_output=True).returncode == 1


@pytest.fixture(scope="module")
def start():
    """The functions of start.py, with an environment in a folder that exists."""
    return SimpleNamespace(**runpy.run_path(str(START)))


@pytest.mark.parametrize(
    ("output", "english"),
    [
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "no space left"),
        ("npm error code ENOSPC\nnpm error syscall write", "no space left"),
        ("npm error code EAI_AGAIN\nnpm error errno EAI_AGAIN", "cannot be reached"),
        (
            "WARNING: Retrying ... NewConnectionError(...)\nERROR: No matching distribution found for ibis-framework==12.0.0",
            "cannot be reached",
        ),
        ("ERROR: No matching distribution found for duckdb==1.5.6", "has no duckdb==1.5.6 for Python"),
        ("noise\nERROR: Failed building wheel for kezhi\nmore", "Failed building wheel for kezhi"),
    ],
)
def test_the_reason_is_told_from_what_the_installer_said(start, output, english, tmp_path, monkeypatch):
    monkeypatch.setitem(start.why.__globals__, "VENV", tmp_path)
    stop = start.why(output)
    assert english in stop.english
    assert "\n" not in stop.english + stop.chinese
    assert any("一" <= letter <= "鿿" for letter in stop.chinese)


def test_a_disk_that_is_full_when_start_writes_ends_with_one_line(start, capsys, monkeypatch):
    def full(_lock):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setitem(start.main.__globals__, "set_up", full)
    monkeypatch.setattr(sys, "argv", ["start.py", "demo", "--lang", "en"])
    assert start.main() == 2
    assert "no space left on the disk" in capsys.readouterr().err


# --- tests --------------------------------------------------------------------------------------


def totals(start, folder: Path, xml: str | None, code: int) -> dict[str, int]:
    report, found = folder / "report.xml", {"passed": 0, "failed": 0, "skipped": 0}
    report.unlink(missing_ok=True)
    if xml is not None:
        report.write_text(xml)
    start.count(report, code, found)
    return found


def test_the_totals_count_errors_as_failures_and_a_crash_as_one(start, tmp_path):
    suite = '<testsuites><testsuite tests="10" failures="2" errors="1" skipped="3"/></testsuites>'
    assert totals(start, tmp_path, suite, 1) == {"passed": 4, "failed": 3, "skipped": 3}
    assert totals(start, tmp_path, None, 139) == {"passed": 0, "failed": 1, "skipped": 0}
    assert totals(start, tmp_path, "<testsuites><testsuite/></testsuites>", 5) == {"passed": 0, "failed": 0, "skipped": 0}


def test_a_marker_expression_of_the_user_is_kept(start):
    assert start.marker(["tests/kit", "-m", "spark", "-x"]) == ("spark", ["tests/kit", "-x"])
    assert start.marker(["-x"]) == ("", ["-x"])


def test_stamps_survive_a_cut_off_file(start, tmp_path, monkeypatch):
    monkeypatch.setitem(start.stamps.__globals__, "STAMPS", tmp_path / "stamps.json")
    assert start.stamps() == {}
    start.stamp(environment="1", package="2")
    start.stamp(package=None)
    assert json.loads((tmp_path / "stamps.json").read_text()) == {"environment": "1"}
    (tmp_path / "stamps.json").write_text('{"environ')
    assert start.stamps() == {}
