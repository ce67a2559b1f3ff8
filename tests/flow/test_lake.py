"""A snapshot is published whole or not at all, and old ones are collected."""

from __future__ import annotations

import pytest

from kezhi.errors import NoSnapshot
from kezhi.flow.lake import Lake


def manifest(rows: int) -> dict:
    return {"as_of": "2025-07-01", "tables": {"rfm": {"rows": rows, "files": ["part-0.parquet"], "schema": {}}}}


def publish(lake: Lake, name: str, rows: int = 1):
    (lake.folder / name / "rfm").mkdir(parents=True)
    (lake.folder / name / "rfm" / "part-0.parquet").write_bytes(b"x")
    return lake.publish(name, manifest(rows))


def test_before_the_first_run_there_is_no_current_snapshot(tmp_path):
    """An empty lake serves nothing, and says so without an error."""
    assert Lake(tmp_path).current() is None


def test_current_is_the_last_published_snapshot(tmp_path):
    """Two runs: the second is served; the first can still be opened by name."""
    lake = Lake(tmp_path)
    publish(lake, "20250701T000000Z-aaaa", rows=1)
    publish(lake, "20250702T000000Z-bbbb", rows=2)
    assert (lake.current().name, lake.current().rows("rfm")) == ("20250702T000000Z-bbbb", 2)
    assert lake.snapshot("20250701T000000Z-aaaa").rows("rfm") == 1


def test_a_folder_without_manifest_is_not_a_snapshot(tmp_path):
    """A run that died before its manifest leaves CURRENT as it was."""
    lake = Lake(tmp_path)
    publish(lake, "20250701T000000Z-aaaa")
    (tmp_path / "20250702T000000Z-bbbb" / "rfm").mkdir(parents=True)
    assert lake.current().name == "20250701T000000Z-aaaa"
    with pytest.raises(NoSnapshot):
        lake.snapshot("20250702T000000Z-bbbb")


def test_collecting_keeps_the_last_ones_and_removes_the_unfinished(tmp_path):
    """Of four published snapshots and a dead run, keep=2 leaves the two newest."""
    lake = Lake(tmp_path)
    for day in range(1, 5):
        publish(lake, f"2025070{day}T000000Z-aaaa")
    (tmp_path / "20250709T000000Z-dead").mkdir()
    lake.collect(keep=2)
    assert sorted(p.name for p in tmp_path.iterdir() if p.is_dir()) == ["20250703T000000Z-aaaa", "20250704T000000Z-aaaa"]


def test_a_table_that_a_snapshot_lacks_is_a_clear_error(tmp_path):
    """Asking for `tags` where none were made names the table."""
    snapshot = publish(Lake(tmp_path), "20250701T000000Z-aaaa")
    with pytest.raises(NoSnapshot, match="tags"):
        snapshot.files("tags")
