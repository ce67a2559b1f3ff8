"""What the page of one customer reads is found by key: the very rows that the engine would find."""

from __future__ import annotations

import threading
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kezhi.flow.hot import hot_file
from kezhi.flow.lake import Lake, Snapshot, borrow
from kezhi.flow.reader import Reader
from kezhi.flow.serving import BATCH, COPIES, drop_copies, write_copies
from kezhi.settings import EngineSettings
from kezhi.tables import TABLES


@pytest.fixture(scope="module")
def readers(city_project):
    """The city's snapshot with its copies, and as one without any."""
    snapshot = city_project.snapshot
    bare = Snapshot(snapshot.folder, {**snapshot.manifest, "serving": []})
    with Reader(snapshot) as copied, Reader(bare) as plain:
        yield copied, plain


def snapshot_of(folder: Path, rows: list[tuple[str, int]], previous: Snapshot | None = None) -> Snapshot:
    """A snapshot with `profile` of these keys and numbers."""
    file = folder / "profile" / "part-0.parquet"
    if not file.exists():
        file.parent.mkdir(parents=True)
        pq.write_table(pa.table({"customer_id": [row[0] for row in rows], "number": [row[1] for row in rows]}), file)
    made = write_copies(folder, {"profile": [file]}, previous, EngineSettings(), folder)
    return Snapshot(folder, {"as_of": "2025-07-01", "tables": {"profile": {"rows": len(rows), "files": [file.name]}}, "serving": made})


def test_every_copy_holds_the_rows_of_its_table(city_project, readers):
    copied, plain = readers
    found = {copy.name for copy in COPIES if copy.table in city_project.tables}
    assert set(city_project.snapshot.manifest["serving"]) == found | {"profile.hot", "profile.search"}
    for copy in COPIES:
        if copy.table in city_project.tables:
            column = plain.table(copy.table)[copy.key]
            keys = sorted(
                key for key in plain.answer(plain.table(copy.table).select(key=column).distinct())["key"].to_pylist() if key is not None
            )
            for key in {*keys[:1], *keys[:: len(keys) // 2 + 1], *keys[-1:], "", "nobody", "~"}:
                here, there = (list(reader.each(copy.table, copy.key, key)) for reader in (copied, plain))
                if not copy.order:
                    here, there = sorted(here, key=repr), sorted(there, key=repr)
                assert here == there, (copy.name, key)


def test_what_lists_filter_is_the_same_in_the_engines_own_file_and_none_is_needed(city_project, readers, tmp_path):
    copied, plain = readers
    assert hot_file(copied.snapshot)
    assert not hot_file(plain.snapshot)
    for name in ("customers", "profile"):
        here, there = (reader.answer(reader.table(name).order_by("customer_id")) for reader in (copied, plain))
        assert here.num_rows
        assert here.equals(there)
    gone = Snapshot(tmp_path, city_project.snapshot.manifest)
    for name in ("customers", "profile"):
        (tmp_path / name).symlink_to(city_project.snapshot.folder / name)
    assert not hot_file(gone)


def test_the_engines_own_file_is_shared_while_its_tables_are_and_made_anew_otherwise(tmp_path):
    first = snapshot_of(tmp_path / "one", [("a", 1)])
    for name, rows, link in (("same", [("a", 1)], True), ("other", [("a", 2)], False)):
        if link:
            folder = tmp_path / name / "profile"
            folder.mkdir(parents=True)
            borrow(tmp_path / "one" / "profile" / "part-0.parquet", folder / "part-0.parquet")
        second = snapshot_of(tmp_path / name, rows, first)
        assert hot_file(second).samefile(hot_file(first)) == link
        with Reader(second) as reader:
            assert reader.sql("SELECT number FROM profile")["number"].to_pylist() == [rows[0][1]]
    again = snapshot_of(tmp_path / "same", [("a", 1)])  # a run that died and began again: the link is not written through
    assert not hot_file(again).samefile(hot_file(first))


def test_a_key_that_fills_several_batches_is_read_whole_or_as_far_as_asked(tmp_path):
    """2,400 rows of a, 4,400 of b, which begin in the middle of a batch, one of c."""
    rows = [("b", n) for n in range(4400)] + [("a", n) for n in range(2400)] + [("c", 7)]
    assert 2048 == BATCH
    with Reader(snapshot_of(tmp_path / "one", rows)) as reader:
        numbers = {key: sorted(row["number"] for row in reader.each("profile", "customer_id", key)) for key in ("a", "b", "c", "bb")}
        assert numbers == {"a": list(range(2400)), "b": list(range(4400)), "c": [7], "bb": []}
        assert len(list(islice(reader.each("profile", "customer_id", "b"), 20))) == 20
        assert [row["number"] for row in reader.pick("profile", "customer_id", ["c", "c", "bb"])] == [7]


def test_a_table_without_rows_has_a_copy_without_rows(tmp_path):
    folder = tmp_path / "none"
    (folder / "profile").mkdir(parents=True)
    pq.write_table(
        pa.table({"customer_id": pa.array([], pa.string()), "number": pa.array([], pa.int64())}), folder / "profile/part-0.parquet"
    )
    with Reader(snapshot_of(folder, [])) as reader:
        assert list(reader.each("profile", "customer_id", "a")) == []


def test_many_rows_of_a_customer_come_in_their_order_also_where_the_customer_is_not_known(tmp_path):
    """Orders are sorted by the places of their customers in `customers`; of z it knows nothing, and one order is nobody's."""
    said = [("b", 1, "o1"), ("z", 2, "o2"), ("a", 3, "o4"), ("b", 5, "o6"), (None, 4, "o5"), ("a", 3, "o3"), ("b", 7, "o7")]
    orders = {"customer_id": [row[0] for row in said], "ordered_at": [row[1] for row in said], "order_id": [row[2] for row in said]}
    for known in (["b", "a"], ["b", "z", "a"], None):
        folder, files = tmp_path / str(known), {}
        for name, columns in (("orders", orders), ("customers", {"customer_id": known})):
            if columns["customer_id"]:
                (folder / name).mkdir(parents=True)
                files[name] = [folder / name / "part-0.parquet"]
                pq.write_table(pa.table(columns), files[name][0])
        made = write_copies(folder, files, None, EngineSettings(), folder)
        there = {name: {"rows": 7, "files": ["part-0.parquet"]} for name in files}
        with Reader(Snapshot(folder, {"as_of": "2025-07-01", "tables": there, "serving": made})) as reader:
            found = {key: [row["order_id"] for row in reader.each("orders", "customer_id", key)] for key in ("a", "b", "c", "z")}
            assert found == {"a": ["o3", "o4"], "b": ["o7", "o6", "o1"], "c": [], "z": ["o2"]}


def test_a_copy_of_a_table_that_was_kept_is_the_same_file_and_a_changed_one_is_not(tmp_path):
    first = snapshot_of(tmp_path / "first", [("a", 1)])
    borrow(tmp_path / "first/profile/part-0.parquet", tmp_path / "second/profile/part-0.parquet")
    snapshot_of(tmp_path / "second", [("a", 1)], previous=first)
    changed = snapshot_of(tmp_path / "third", [("a", 2)], previous=first)
    copy = "serving/profile.customer_id.arrow"
    assert (tmp_path / "first" / copy).samefile(tmp_path / "second" / copy)
    for snapshot, number in ((first, 1), (changed, 2)):
        with Reader(snapshot) as reader:
            assert [row["number"] for row in reader.each("profile", "customer_id", "a")] == [number]


def test_only_the_last_two_snapshots_keep_their_copies_and_an_older_one_is_still_answered(tmp_path):
    lake = Lake(tmp_path)
    made = [snapshot_of(tmp_path / f"s{number}", [("a", number)]) for number in range(3)]
    for snapshot in made:
        lake.publish(snapshot.name, snapshot.manifest)
    with Reader(lake.snapshot("s0")) as oldest:
        drop_copies(lake)
        assert [(tmp_path / f"s{number}" / "serving").exists() for number in range(3)] == [False, True, True]
        assert [row["number"] for row in oldest.each("profile", "customer_id", "a")] == [0]


def test_twenty_who_ask_at_once_all_get_their_answer(city_project):
    """Describing a table asked on the one connection: two at once broke each other."""
    failed: list[BaseException] = []
    start = threading.Barrier(20)

    def person(number: int) -> None:
        start.wait()
        try:
            for name in sorted(city_project.tables)[number % 5 :: 5]:
                reader.answer(reader.table(name).limit(1))
                list(islice(reader.each("orders", "customer_id", "nobody"), 1))
        except BaseException as error:
            failed.append(error)

    with Reader(city_project.snapshot) as reader:
        people = [threading.Thread(target=person, args=(number,)) for number in range(20)]
        for one in people:
            one.start()
        for one in people:
            one.join()
    assert failed == []


def test_columns_that_an_earlier_release_did_not_write_are_null_wherever_they_are_asked_for(tmp_path):
    """A server that was upgraded shows the old snapshot until the next run."""
    made = snapshot_of(tmp_path / "old", [("a", 1), ("b", 2)])
    told = {**made.manifest["tables"]["profile"], "schema": {"customer_id": "string", "number": "int64"}}
    old = Snapshot(made.folder, {**made.manifest, "tables": {"profile": told}})
    with Reader(old) as reader:
        (row,) = reader.each("profile", "customer_id", "a")
        assert row["number"] == 1
        assert {"rfm_group", "net_amount_365d"} <= row.keys()
        assert row["rfm_group"] is None
        assert reader.pick("profile", "customer_id", ["b"], ("customer_id", "rfm_group")) == [{"customer_id": "b", "rfm_group": None}]
        table = reader.table("profile")
        assert str(table.schema()["net_amount_365d"]) == TABLES["profile"].types["net_amount_365d"]
        assert reader.answer(table.aggregate(n=table.number.sum(), nulls=table.rfm_group.isnull().sum())).to_pylist() == [
            {"n": 3, "nulls": 2}
        ]
