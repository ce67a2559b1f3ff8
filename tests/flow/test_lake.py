"""A snapshot is published whole or not at all, and old ones are collected."""

from __future__ import annotations

import json
from datetime import date

import numpy as np
import pytest

from kezhi.errors import NoSnapshot
from kezhi.flow.lake import Lake, Snapshot
from kezhi.locales import Phrase, phrase_of


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


def test_what_a_step_said_is_said_in_either_language_and_old_or_unknown_texts_stay(tmp_path):
    note = Phrase("churn.few", left=np.int64(7), stayed=12, needed=30)
    made = {"notes": ["甲", "乙", "丙"], "phrases": [note.as_dict(), {"key": "churn.of_a_later_release", "fields": {}}]}
    snapshot = Snapshot(tmp_path, json.loads(json.dumps({"steps": {"churn": made, "clv": {"notes": ["丁"]}}})))
    assert snapshot.notes("churn", "en") == [note.say("en"), "乙", "丙"]
    assert snapshot.notes("churn", "zh") == [note.say("zh"), "乙", "丙"]
    assert (snapshot.notes("clv", "en"), snapshot.notes("rfm", "en")) == (["丁"], [])


def test_a_phrase_within_a_phrase_survives_json():
    note = Phrase("fraud.unfit", why=Phrase("flow.only_as_of", as_of=date(2025, 7, 1)))
    again = phrase_of(json.loads(json.dumps(note.as_dict())))
    assert [again.say(lang) for lang in ("zh", "en")] == [note.say(lang) for lang in ("zh", "en")]
