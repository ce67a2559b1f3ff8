"""
Commands in turn, A B C, A B C, …: a machine that slows down slows them all, so ratios of one round hold.

Each command prints one line of JSON with "seconds" (its own clock, imports left out) and figures that must be
equal for all; peak memory and processor time are those of the whole process, imports included.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any


def rotate(commands: Mapping[str, Sequence[str]], *, rounds: int, warm_up: int = 1, compare: bool = True) -> dict[str, dict[str, float]]:
    """
    Run every command once per round and print medians and the ratio to the first, taken within rounds.

    Raises:
        SystemExit: A command failed, or two commands came to different figures: then their times say nothing.
    """
    runs: dict[str, list[dict[str, Any]]] = {label: [] for label in commands}
    for turn in range(-warm_up, rounds):
        for label, command in commands.items():
            run = measure(label, command)
            if turn >= 0:
                runs[label].append(run)
    first = next(iter(runs))
    figures = {label: rows[-1]["figures"] for label, rows in runs.items()}
    if compare and any(found != figures[first] for found in figures.values()):
        sys.exit(f"different answers: {figures}")
    summary = {}
    print(f"{'':24}{'seconds':>9}{'cpu s':>8}{'peak MiB':>10}{'x time':>8}{'x cpu':>8}")
    for label, rows in runs.items():
        ratios = [(row["seconds"] / base["seconds"], row["cpu"] / base["cpu"]) for row, base in zip(rows, runs[first], strict=True)]
        summary[label] = {key: statistics.median(row[key] for row in rows) for key in ("seconds", "cpu", "peak_mib")}
        summary[label] |= {"ratio": statistics.median(r for r, _ in ratios), "cpu_ratio": statistics.median(r for _, r in ratios)}
        s = summary[label]
        print(f"{label:24}{s['seconds']:9.2f}{s['cpu']:8.2f}{s['peak_mib']:10.0f}{s['ratio']:8.2f}{s['cpu_ratio']:8.2f}", flush=True)
    print("figures:", json.dumps(figures[first], ensure_ascii=False))
    return summary


def measure(label: str, command: Sequence[str]) -> dict[str, Any]:
    """Run *command* and say its seconds, processor seconds, peak resident MiB and figures."""
    began = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        out = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{label}: exit {process.returncode}")
    lines = [json.loads(line) for line in out.splitlines() if line.startswith("{")]
    said = lines[-1] if lines else {}
    seconds = said.pop("seconds", time.perf_counter() - began)
    return {"seconds": seconds, "cpu": usage.ru_utime + usage.ru_stime, "peak_mib": usage.ru_maxrss / 1024, "figures": said}
