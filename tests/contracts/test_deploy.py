"""The files of deploy/ say what the program understands."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
from configparser import ConfigParser

import yaml
from code_trees import ROOT, SOURCE
from test_docs import wrong

DEPLOY = ROOT / "deploy"


def unit() -> ConfigParser:
    parsed = ConfigParser(strict=True, interpolation=None, delimiters=("=",))
    parsed.optionxform = str
    parsed.read(DEPLOY / "kezhi@.service", encoding="utf-8")
    return parsed


def instructions() -> list[tuple[str, str]]:
    """Of the Containerfile, in order, lines that go on joined."""
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    return [tuple(line.split(maxsplit=1)) for line in text.splitlines() if line and not line.startswith("#")]


def test_the_commands_exist_with_their_options():
    started = shlex.split(unit()["Service"]["ExecStart"])
    found = dict(instructions())
    assert started[0].endswith("/kezhi")
    assert json.loads(found["ENTRYPOINT"]) == ["kezhi"]
    for words in (started[1:], json.loads(found["CMD"])):
        assert wrong(words) == []
        assert {"--no-browser", "--log-json", "--port"} <= set(words)


def test_a_stop_waits_longer_than_the_server_takes_for_it():
    """Ten seconds for requests, twelve for a job that is stopped."""
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))["services"]
    assert int(unit()["Service"]["TimeoutStopSec"]) > 22
    assert {int(services[name]["stop_grace_period"].removesuffix("s")) > 22 for name in ("kezhi", "kezhi2")} == {True}
    assert dict(instructions())["STOPSIGNAL"] == "SIGTERM"


def test_the_servers_of_the_compose_file_are_alike_and_the_proxy_knows_both():
    told = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    services = told["services"]
    assert services["kezhi"] == services["kezhi2"]
    assert (DEPLOY.parent / services["kezhi"]["build"]["dockerfile"]).is_file()
    port = dict(instructions())["EXPOSE"]
    proxy = (DEPLOY / "Caddyfile").read_text(encoding="utf-8")
    assert f"reverse_proxy kezhi:{port} kezhi2:{port}" in proxy
    assert proxy.count("{") == proxy.count("}")
    assert set(services["proxy"]["depends_on"]) == {"kezhi", "kezhi2"}
    named = {volume.partition(":")[0] for one in services.values() for volume in one["volumes"]}
    assert {name for name in named if re.fullmatch(r"\w+", name)} == set(told["volumes"])


def test_only_variables_that_the_program_reads_are_set():
    read = set(re.findall(r'"(KEZHI_\w+)"', "".join(path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py"))))
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))["services"]
    said = {name for name in services["kezhi"]["environment"] if name.startswith("KEZHI_")}
    said |= set(re.findall(r"(KEZHI_\w+)=", (DEPLOY / "kezhi@.service").read_text(encoding="utf-8")))
    assert said - read == set()


def test_systemd_finds_nothing_wrong_with_the_unit(tmp_path):
    """Beside the program, which is not where it will be; where there is no systemd, its sections are read."""
    assert set(unit().sections()) == {"Unit", "Service", "Install"}
    if shutil.which("systemd-analyze"):
        done = subprocess.run(["systemd-analyze", "verify", DEPLOY / "kezhi@.service"], capture_output=True, encoding="utf-8", check=False)
        assert [line for line in done.stderr.splitlines() if "is not executable" not in line and "kezhi" in line] == []
