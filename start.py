#!/usr/bin/env python3
"""
Sets Kezhi up and runs it; needs nothing but Python 3.11 or newer.

    python3 start.py                    the demo
    python3 start.py test [ARGS]        all tests (ARGS go to pytest)
    python3 start.py COMMAND [ARGS]     any command of kezhi: analyze orders.csv, --help, ...

The first start makes an environment of its own beside this file (`.venv`, or where KEZHI_VENV says), installs the
packages of requirements.lock by their hashes, then Kezhi. Each step leaves a stamp, so a later start goes straight to
the command, and an interrupted one is taken up where it stopped. What is said about the set-up goes to stderr.

This file must parse and begin on Python 3.6, to say that it is too old: no newer syntax before `check_python`.
"""

import os
import sys


def in_chinese():
    """Whether to speak Chinese: `--lang` wins over the locale."""
    words = sys.argv[1:]
    for place, word in enumerate(words):
        if word == "--lang" and place + 1 < len(words):
            return words[place + 1].startswith("zh")
        if word.startswith("--lang="):
            return word[7:].startswith("zh")
    for variable in ("KEZHI_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        if os.environ.get(variable):
            return os.environ[variable].lower().startswith("zh")
    import locale

    return (locale.getlocale()[0] or "").lower().startswith(("zh", "chinese"))


def say(english, chinese, end="\n"):
    """Print one of the two to stderr; a console that cannot show a character shows `?`."""
    encoding = sys.stderr.encoding or "utf-8"
    line = chinese if in_chinese() else english
    sys.stderr.write(line.encode(encoding, "replace").decode(encoding) + end)
    sys.stderr.flush()


def check_python():
    """Exit 2 with one line where Python is too old for what follows."""
    if sys.version_info < (3, 11):  # noqa: UP036 (this is the check)
        here = "{}.{}".format(sys.version_info[0], sys.version_info[1])  # noqa: UP032 (runs on any Python)
        say(
            "start: Kezhi needs Python 3.11 or newer; this is " + here + ". Install a newer one and run: python3.11 start.py",
            "start：客知需要 Python 3.11 或更新版本，当前是 " + here + "。请安装新版本后运行：python3.11 start.py",
        )
        sys.exit(2)


check_python()

import contextlib  # noqa: E402 (only now is it known that they can be imported)
import errno  # noqa: E402
import hashlib  # noqa: E402
import importlib.util  # noqa: E402
import json  # noqa: E402
import re  # noqa: E402
import shutil  # noqa: E402
import signal  # noqa: E402
import subprocess  # noqa: E402
import tempfile  # noqa: E402
import time  # noqa: E402
from pathlib import Path  # noqa: E402
from xml.etree import ElementTree  # noqa: E402

ROOT = Path(__file__).resolve().parent
VENV = Path(os.environ.get("KEZHI_VENV") or ROOT / ".venv").absolute()
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
NOTES = VENV / ".kezhi-start"  # ours within the environment: stamps, lock, log
STAMPS, LOCK, LOG, OURS = NOTES / "stamps.json", NOTES / "lock", NOTES / "setup.log", NOTES / "made-by-start"
RUN_LOCK, TEST_LOCK = "requirements.lock", "requirements-test.lock"
MOST_WORKERS = 4  # each may start a Spark of its own
ASSETS = ("src/kezhi/measure/assets/charts.js", "src/kezhi/serve/static/index.html")  # made by hatch_build.py from web/
GENERATED = ("openapi.json", "schema.d.ts")  # in web/, made by tools/web.py; no part of the build
FULL = (errno.ENOSPC, errno.EDQUOT)
KEZHI = "import sys; sys.argv[0] = 'kezhi'; from kezhi.cli import main; sys.exit(main())"


class Stop(Exception):
    """The set-up cannot go on; the two texts are one line each."""

    def __init__(self, english, chinese):
        super().__init__(english)
        self.english, self.chinese = english, chinese


# --- what is due --------------------------------------------------------------------------------


def digest(*files: Path) -> str:
    """One hash over names and bytes of *files*; a missing one counts as such."""
    result = hashlib.sha256(str(ROOT).encode())
    for file in files:
        result.update(file.relative_to(ROOT).as_posix().encode() + b"\0" + (file.read_bytes() if file.is_file() else b"-"))
    return result.hexdigest()


def wanted(lock: str) -> dict[str, str]:
    """The stamps of a finished set-up with the packages of *lock*, in the order of the steps."""
    web = ROOT / "web"
    sources = [*web.glob("*"), *(web / "src").rglob("*")]
    package = [
        ROOT / "pyproject.toml",
        ROOT / "hatch_build.py",
        *sorted(file for file in sources if file.is_file() and file.name not in GENERATED),
    ]
    return {"environment": "1", lock: digest(ROOT / lock), "package": digest(*package)}


def stamps() -> dict[str, str]:
    """What earlier starts finished."""
    try:
        return json.loads(STAMPS.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}  # nothing finished, or the file was cut off: both mean that everything is due


def stamp(**changes: "str | None") -> None:
    """Note finished steps, or with None take them back; never leaves half a file."""
    kept = {name: value for name, value in {**stamps(), **changes}.items() if value is not None}
    unfinished = STAMPS.with_suffix(".part")
    unfinished.write_text(json.dumps(kept), encoding="utf-8")
    unfinished.replace(STAMPS)


def due(lock: str) -> list[str]:
    """The steps still to be done, in order."""
    if not PYTHON.exists():
        return list(wanted(lock))
    done = stamps()
    steps = [step for step, value in wanted(lock).items() if done.get(step) != value]
    if lock == RUN_LOCK and done.get(TEST_LOCK) == digest(ROOT / TEST_LOCK):
        steps = [step for step in steps if step != RUN_LOCK]  # the test lock holds the same versions and more
    if "environment" in steps:
        return list(wanted(lock))
    if "package" not in steps and (ROOT / "web").is_dir() and not all((ROOT / asset).is_file() for asset in ASSETS):
        steps.append("package")
    return steps


# --- doing it ------------------------------------------------------------------------------------


@contextlib.contextmanager
def only_one():
    """Hold the lock file; a second start waits. Children inherit it: a pip that outlives a killed start still holds it."""
    with LOCK.open("a+b") as file:
        waited = False
        while not locked(file):
            if not waited:
                say("start: another start is setting up; waiting for it", "start：另一个 start 正在安装，等待其完成")
                waited = True
            time.sleep(0.2)
        yield file


def locked(file) -> bool:
    """Try once to lock *file*; the system unlocks it when its last holder ends, however it ends."""
    try:
        if os.name == "nt":
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in (errno.EACCES, errno.EAGAIN, errno.EDEADLK):
            return False
        raise
    return True


def set_up(lock: str) -> None:
    """Do what is due, one start at a time."""
    if not due(lock):
        return
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        version = "python{}.{}-venv".format(*sys.version_info)
        raise Stop(
            f"this Python lacks venv or ensurepip. On Debian or Ubuntu run: apt install {version}",
            f"当前 Python 缺少 venv 或 ensurepip。Debian 或 Ubuntu 请先运行：apt install {version}",
        )
    check_place()
    NOTES.mkdir(parents=True, exist_ok=True)
    with only_one() as held, LOG.open("w", encoding="utf-8") as log:
        steps = due(lock)
        for number, step in enumerate(steps, 1):
            stamp(**{step: None})
            STEPS.get(step, install_packages)(f"[{number}/{len(steps)}]", lock, held, log)
            stamp(**{step: wanted(lock)[step]})


def check_place() -> None:
    """Refuse to touch a folder that is neither ours nor an environment that serves."""
    if not VENV.exists() or OURS.exists() or not contents():
        return
    if not PYTHON.exists() or subprocess.run([PYTHON, "-c", NEW_ENOUGH], capture_output=True).returncode:
        raise Stop(
            f"{VENV} was not made by start.py and is no Python 3.11 environment with pip. Move it away or set KEZHI_VENV",
            f"{VENV} 不是 start.py 创建的，也不是带 pip 的 Python 3.11 环境。请移走它，或设置 KEZHI_VENV",
        )


def contents() -> "list[Path]":
    """What is in the folder of the environment beside our notes."""
    return [path for path in VENV.iterdir() if path != NOTES]


def make_environment(label, _lock, held, log):
    """An empty environment with pip; what a start that was killed left behind is removed first."""
    left = contents()
    if left and not OURS.exists():
        return  # somebody's own environment, and it serves
    OURS.touch()
    stamp(**dict.fromkeys(stamps()))
    for path in left:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
    with step(label, f"Python environment {VENV}", f"创建 Python 环境 {VENV}"):
        run([sys.executable, "-m", "venv", "--without-pip", VENV], held, log)
        run([PYTHON, "-m", "ensurepip", "--upgrade", "--default-pip"], held, log)


def install_packages(label, lock, held, log):
    """The packages of *lock*, each checked against its hash."""
    with step(label, f"packages of {lock}", f"安装 {lock} 中的依赖包"):
        run([*PIP, "--require-hashes", "-r", ROOT / lock], held, log)


def install_kezhi(label, _lock, held, log):
    """Kezhi itself, from this folder; its build makes the chart assets when web/ changed."""
    with step(label, "Kezhi itself", "安装客知本身"):
        run([*PIP, "--no-deps", "-e", ROOT], held, log)


PIP = (PYTHON, "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--progress-bar", "off")
NEW_ENOUGH = "import pip, sys; sys.exit(sys.version_info < (3, 11))"
STEPS = {"environment": make_environment, "package": install_kezhi}  # any other step is the name of a lock


@contextlib.contextmanager
def step(label, english, chinese):
    """Say what begins, and how long it took."""
    say(f"{label} {english} ...", f"{label} {chinese} ……")
    began = time.monotonic()
    yield
    seconds = f"{time.monotonic() - began:.1f} s"
    say(f"{label} done in {seconds}", f"{label} 完成，用时 {seconds}")


def environment() -> dict[str, str]:
    """What commands see: as in the activated environment, UTF-8 everywhere, nobody else's modules; compiled code is kept."""
    foreign = ("PYTHONPATH", "PYTHONHOME", "PYTHONDONTWRITEBYTECODE", "__PYVENV_LAUNCHER__")
    kept = {name: value for name, value in os.environ.items() if name not in foreign}
    path = f"{PYTHON.parent}{os.pathsep}{kept.get('PATH', '')}"
    return {**kept, "PATH": path, "VIRTUAL_ENV": str(VENV), "PYTHONUTF8": "1"}


def run(command, held, log) -> None:
    """Run one command of the set-up, its words in *log*; on a terminal its last line is shown too."""
    command = [str(part) for part in command]
    setup = {**environment(), "PIP_USER": "0", "PIP_REQUIRE_VIRTUALENV": "0", "PIP_TARGET": "", "PIP_PREFIX": "", "PYTHONUNBUFFERED": "1"}
    keep = {} if os.name == "nt" else {"pass_fds": (held.fileno(),)}
    log.write(f"$ {' '.join(command)}\n")
    child = subprocess.Popen(
        command, cwd=ROOT, env=setup, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **keep
    )
    lines = []
    try:
        for raw in child.stdout:
            line = raw.decode("utf-8", "replace").rstrip()
            lines.append(line)
            log.write(line + "\n")
            log.flush()
            if sys.stderr.isatty():
                width = max(20, shutil.get_terminal_size().columns - 4)
                say(f"\r    {line.strip()[: width - 4]:<{width - 4}}", f"\r    {line.strip()[: width - 4]:<{width - 4}}", end="\r")
        code = child.wait()
    except BaseException:
        child.kill()
        raise
    finally:
        if sys.stderr.isatty():
            say("\r\033[K", "\r\033[K", end="")
    if code:
        raise why("\n".join(lines))


# --- what can go wrong ---------------------------------------------------------------------------

NO_SPACE = r"No space left on device|Errno 28|ENOSPC|Disk quota exceeded|EDQUOT|WinError 112|not enough space on the disk"
NO_NETWORK = (
    r"NewConnectionError|Failed to establish a new connection|Connection ?refused|Max retries exceeded|[Tt]imed out|TimeoutError"
    r"|NameResolutionError|name resolution|getaddrinfo|ProxyError|Connection ?aborted|Connection ?reset|Network is unreachable"
    r"|SSLError|CERTIFICATE_VERIFY_FAILED|ENOTFOUND|ECONNREFUSED|ETIMEDOUT|EAI_AGAIN|ECONNRESET"
    r"|\(from versions: none\)"  # an index that answers knows every locked package
)


def why(output: str) -> Stop:
    """The reason in one line, told from what pip, venv or npm said."""
    free = shutil.disk_usage(VENV).free
    if re.search(NO_SPACE, output) or free < 10_000_000:
        return disk_full()
    if "DO NOT MATCH THE HASHES" in output:
        return Stop(
            f"a downloaded package does not match its hash and was not installed; details: {LOG}",
            f"下载的软件包与锁定的哈希不符，未安装；详情见 {LOG}",
        )
    if re.search(NO_NETWORK, output):
        return Stop(
            f"the package index cannot be reached. Check the network or proxy, then start again; details: {LOG}",
            f"无法连接软件包索引。请检查网络或代理后重新运行；详情见 {LOG}",
        )
    missing = re.search(r"No matching distribution found for (\S+)", output)
    if missing:
        platform = f"Python {sys.version_info[0]}.{sys.version_info[1]}, {sys.platform}"
        return Stop(
            f"the package index has no {missing[1]} for {platform}. Try Python 3.11 to 3.13; details: {LOG}",
            f"软件包索引中没有适用于 {platform} 的 {missing[1]}。请改用 Python 3.11 至 3.13；详情见 {LOG}",
        )
    errors = re.findall(r"^\s*(?:ERROR|error|npm error):? (.+)$", output, re.MULTILINE)
    last = errors[0] if errors else (output.strip().splitlines() or ["no output"])[-1]
    return Stop(f"a step failed: {last[:200]}; details: {LOG}", f"安装步骤失败：{last[:200]}；详情见 {LOG}")


def disk_full() -> Stop:
    """No space for the environment or the temporary files."""
    return Stop(
        f"no space left on the disk of {VENV} or of temporary files. Free about 2 GB and start again; it goes on where it stopped",
        f"{VENV} 或临时文件所在磁盘空间不足。请清理约 2 GB 后重新运行，会从中断处继续",
    )


# --- commands ------------------------------------------------------------------------------------


def call(command, **options) -> int:
    """Run a command to its end and give its exit code; Ctrl-C waits for it and gives 130, a signal 128 and its number."""
    child = subprocess.Popen([str(part) for part in command], env=environment(), **options)
    interrupted = False
    signal.signal(signal.SIGTERM, lambda *_: child.terminate())
    while True:
        try:
            code = child.wait()
            break
        except KeyboardInterrupt:
            interrupted = True
    return 130 if interrupted else code if code >= 0 else 128 - code


def test(arguments) -> int:
    """
    All tests: first those without a browser, then those with one in a process of their own, because Playwright keeps
    an event loop running in the thread that it is used from. The last line gives the totals of both.
    """
    data = ROOT.parent / "shared" / "data"
    if data.is_dir():
        os.environ.setdefault("KEZHI_DATA", str(data))
    parts = ["not browser"]
    if os.environ.get("CI") or chromium():
        parts.append("browser")
    else:
        say("start: no Chromium found, so browser tests are left out", "start：没有找到 Chromium，跳过浏览器测试")
    chosen, rest = marker(arguments)
    codes, totals = [], {"passed": 0, "failed": 0, "skipped": 0}
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("KEZHI_TEST_SHARED", folder)  # what is made once for all test processes
        for part in parts:
            report = Path(folder) / f"{part}.xml"
            only = f"({chosen}) and {part}" if chosen else part
            codes.append(call([PYTHON, "-m", "pytest", *spread(part, rest), *rest, "-m", only, f"--junitxml={report}"], cwd=ROOT))
            count(report, codes[-1], totals)
            if codes[-1] in (2, 130):
                break
    skipped = f", {totals['skipped']} skipped" if totals["skipped"] else ""
    print(f"{totals['passed']} passed, {totals['failed']} failed{skipped}", flush=True)
    bad = [code for code in codes if code not in (0, 5)]  # 5: the part has none of the tests asked for
    return bad[0] if bad else min(codes)


def spread(part, arguments) -> list:
    """Tests of a file stay together, files go to as many processes as there are cores; with a browser to two at most."""
    if any(argument.startswith(("-n", "--pdb", "-p")) for argument in arguments):
        return []
    most = 2 if part == "browser" else MOST_WORKERS
    # in the order of tests/conftest.py: xdist's own leaves the longest file, of one test, for the end
    return ["-n", str(min(os.cpu_count() or 1, most)), "--dist", "loadfile", "--no-loadscope-reorder"]


def chromium() -> "str | None":
    """Where Chromium or Chrome is, if it is here."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
    return os.environ.get("KEZHI_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


def marker(arguments) -> "tuple[str, list[str]]":
    """The expression of pytest's `-m` and the other arguments."""
    rest, chosen = list(arguments), ""
    if "-m" in rest[:-1]:
        place = rest.index("-m")
        chosen, rest = rest[place + 1], rest[:place] + rest[place + 2 :]
    return chosen, rest


def count(report: Path, code: int, totals) -> None:
    """Add the results of a JUnit report to *totals*; a run that died without one counts as one failure."""
    try:
        suites = ElementTree.parse(report).getroot().iter("testsuite")
        found = [{name: int(suite.get(name, 0)) for name in ("tests", "failures", "errors", "skipped")} for suite in suites]
    except (OSError, ElementTree.ParseError):
        found = []
    failed = sum(suite["failures"] + suite["errors"] for suite in found)
    totals["passed"] += sum(suite["tests"] - suite["skipped"] for suite in found) - failed
    totals["skipped"] += sum(suite["skipped"] for suite in found)
    totals["failed"] += failed or (1 if code not in (0, 5) else 0)


def main() -> int:
    """Set up what the command needs, then run it."""
    arguments = sys.argv[1:] or ["demo"]
    testing = arguments[0] == "test"
    try:
        set_up(TEST_LOCK if testing else RUN_LOCK)
        return test(arguments[1:]) if testing else call([PYTHON, "-c", KEZHI, *arguments])
    except Stop as stop:
        say(f"start: {stop.english}", f"start：{stop.chinese}")
    except KeyboardInterrupt:
        return 130
    except OSError as error:
        stop = disk_full() if error.errno in FULL else None
        say(f"start: {stop.english if stop else error}", f"start：{stop.chinese if stop else error}")
    return 2


if __name__ == "__main__":
    sys.exit(main())
