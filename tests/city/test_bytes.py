"""Same seed, same bytes; and no file of others is ever written over."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from kezhi.city import build
from kezhi.errors import FolderTaken, WrongInput


def fingerprints(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def test_the_same_seed_gives_the_same_bytes_in_another_process_and_time_zone(written, tmp_path):
    code = "import sys; from pathlib import Path; from kezhi.city import build; build(Path(sys.argv[1]), customers=400, seed=11)"
    environment = os.environ | {
        "TZ": "America/New_York",
        "PYTHONHASHSEED": "3",
        "POLARS_MAX_THREADS": "1",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True, env=environment)
    assert fingerprints(written.folder) == fingerprints(tmp_path)


def test_another_seed_gives_other_data_and_the_same_settings(written, tmp_path):
    build(tmp_path, customers=400, seed=12)
    one, other = fingerprints(written.folder), fingerprints(tmp_path)
    same = {"kezhi.yaml", "tags.yaml", "features.yaml", "segments.yaml", "plans.yaml", "truth/pick_up.parquet"}
    assert same == {name for name in one if one[name] == other.get(name)}


def test_a_workbook_carries_no_time_of_its_making(written):
    with zipfile.ZipFile(written.folder / "data/member/会员.xlsx") as book:
        assert {(1980, 1, 31, 0, 0, 0)} == {entry.date_time for entry in book.infolist()}
        assert b"2025-07-01T00:00:00Z" in book.read("docProps/core.xml")


def test_building_again_replaces_the_earlier_city(tmp_path):
    build(tmp_path, customers=60, seed=1)
    (tmp_path / "data" / "old.csv").write_text("left over")
    build(tmp_path, customers=60, seed=2)
    assert not (tmp_path / "data" / "old.csv").exists()


@pytest.mark.parametrize("name", ["kezhi.yaml", "tags.yaml", "segments.yaml", "data", "truth"])
def test_a_folder_with_another_project_is_left_as_it_is(tmp_path, name):
    (tmp_path / name).write_text("name: 别的项目\n", encoding="utf-8")
    with pytest.raises(FolderTaken, match=name):
        build(tmp_path, customers=60)
    assert {name: "name: 别的项目\n"} == {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()}


def test_a_city_of_a_handful_is_refused_before_anything_is_written(tmp_path):
    with pytest.raises(WrongInput, match="customers=49"):
        build(tmp_path / "city", customers=49)
    assert not (tmp_path / "city").exists()


def test_progress_counts_up_to_the_number_of_steps(tmp_path):
    seen = []
    build(tmp_path, customers=60, progress=lambda what, done, total: seen.append((what, done, total)))
    assert [done for _, done, _ in seen] == sorted(done for _, done, _ in seen)
    assert {"people", "customers", "orders", "events"} == {what for what, _, _ in seen}
    assert all(done <= total for _, done, total in seen)
