"""
Kezhi against its peers, as ratios in one run: `python bench/run.py rfm|features|run|segments --folder DIR`.

Data are made into the folder once, by a fixed seed, and used again. See README.md for the last figures.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from data import apart, generate
from rotate import rotate

HERE = Path(__file__).parent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("rfm", "features", "run", "segments"))
    parser.add_argument("--folder", type=Path, required=True, help="where data are made and kept; 1 GB for a million customers")
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--warm-up", type=int, default=1)
    parser.add_argument("--memory-limit", default="4GB", help="of the engine, for features and run")
    parser.add_argument(
        "--methods", nargs="*", default=["duckdb", "kezhi", "kezhi_350mib", "polars", "pandas"], help="of rfm; the first is the measure"
    )
    parser.add_argument(
        "--inputs", choices=("city", "orders"), default="city", help="of run: all of a demo city, or ten orders a customer and no more"
    )
    parser.add_argument(
        "--steps", choices=("all", "foundation"), default="all", help="of run: foundation is from the files to known customers"
    )
    parser.add_argument("--times", type=int, nargs="+", default=[1, 2], help="of run: multiples of the customers")
    given = parser.parse_args()

    if given.what == "run":
        from whole_run import whole_run

        whole_run(given.folder, given.customers, given.memory_limit, inputs=given.inputs, steps=given.steps, times=given.times)
        return
    folder = given.folder / str(given.customers)
    if not (folder / "events.parquet").is_file():
        apart(generate, folder, given.customers, with_lines=True)
    if given.what == "segments":  # both ways take turns in one process, question by question
        subprocess.run([sys.executable, str(HERE / "segments.py"), str(folder)], check=True)
        return
    if given.what == "rfm":
        commands = {m: [sys.executable, str(HERE / "rfm.py"), str(folder), m] for m in given.methods}
    else:
        commands = {"features": [sys.executable, str(HERE / "features.py"), str(folder), given.memory_limit]}
    rotate(commands, rounds=given.rounds, warm_up=given.warm_up)


if __name__ == "__main__":
    main()
