"""A small city, built once, and readers of its files that share nothing with the product."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import fastexcel
import polars as pl
import pytest
import yaml

from kezhi.city import CityReport, build

Row = dict[str, Any]


@dataclass
class Written:
    """The city as it lies on disk."""

    folder: Path
    report: CityReport

    def truth(self, name: str) -> pl.DataFrame:
        """A table of truth/."""
        return pl.read_parquet(self.folder / "truth" / f"{name}.parquet")

    @cached_property
    def defects(self) -> pl.DataFrame:
        """truth/defects.parquet."""
        return self.truth("defects")

    @cached_property
    def summary(self) -> dict[str, Any]:
        """truth/summary.json."""
        return json.loads((self.folder / "truth" / "summary.json").read_text(encoding="utf-8"))

    def columns(self, source: str, table: str) -> dict[str, str]:
        """Our field -> the file's header, as kezhi.yaml says."""
        return yaml.safe_load((self.folder / "kezhi.yaml").read_text(encoding="utf-8"))["sources"][source]["tables"][table]["columns"]

    def rows(self, source_file: str) -> tuple[list[str], list[list[str]], int]:
        """Header, rows that can be read (as text, an empty cell is ``), and how many cannot."""
        path = self.folder / source_file.split("#")[0]
        if path.suffix == ".csv":
            return _csv(path)
        if path.suffix == ".jsonl":
            return _json(path)
        sheet = fastexcel.read_excel(path).load_sheet(source_file.split("#")[1], dtypes="string").to_polars()
        return sheet.columns, [["" if cell is None else cell for cell in row] for row in sheet.iter_rows()], 0


def _csv(path: Path) -> tuple[list[str], list[list[str]], int]:
    with path.open(encoding="gb18030", newline="") as file:
        header, *rows = csv.reader(file)
    good = [row for row in rows if len(row) == len(header)]
    return header, good, len(rows) - len(good)


def _json(path: Path) -> tuple[list[str], list[list[str]], int]:
    header: list[str] = []
    good, bad = [], 0
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            entry = json.loads(line, parse_float=str, parse_int=str)
        except json.JSONDecodeError:
            bad += 1
            continue
        header = list(entry)
        good.append(["" if cell is None else cell for cell in entry.values()])
    return header, good, bad


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Written:
    """A city of 400 people."""
    folder = tmp_path_factory.mktemp("small_city")
    return Written(folder, build(folder, customers=400, seed=11))
