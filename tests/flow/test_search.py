"""Whom words mean is the same with the copy that searching reads and without, and what lists filter is the same text."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kezhi.flow.hot import FEW, has_search, hot_file
from kezhi.flow.lake import Snapshot, borrow
from kezhi.flow.reader import Reader
from kezhi.flow.search import meant
from kezhi.flow.serving import write_copies
from kezhi.kit.engine import _, ibis
from kezhi.settings import EngineSettings

PEOPLE = (  # id, name, phone, email
    ("c9", "王明", "13800000001", "wang@example.com"),
    ("c1", "王明华", "13800000002", None),
    ("c2", "李王", None, None),
    ("c3", "Ann O'Neil", "+8613800000001", "ann_o@example.com"),
    ("c4", "ann oneil", None, "ANN_O@example.com"),
    ("c5", "50% Müller_1", None, None),
    ("c6", "王明", "13800000001", "wang@example.com"),
    ("c7", None, "13800000009", None),
    ("c8", 'a"b\\c', None, "c1"),
    ("gone", "王明", "13800000001", None),  # never seen before as_of: no row of the profile
)


def snapshot_of(folder: Path, groups: list[str | None], previous: Snapshot | None = None) -> Snapshot:
    """A snapshot of PEOPLE, all but the last with a row of `profile` and one of *groups* after the other."""
    ids = [person[0] for person in PEOPLE[:-1]]
    tables = {
        "customers": pa.table({name: pa.array([p[n] for p in PEOPLE], pa.string()) for n, name in enumerate(("customer_id", "name", "phone", "email"))}),
        "profile": pa.table(
            {
                "customer_id": ids,
                "rfm_group": pa.array([groups[n % len(groups)] for n in range(len(ids))], pa.string()),
                "number": [n * 7 % 4 for n in range(len(ids))],
            }
        ),
    }  # fmt: skip
    files = {name: [folder / name / "part-0.parquet"] for name in tables}
    for name, table in tables.items():
        if not files[name][0].exists():
            files[name][0].parent.mkdir(parents=True)
            pq.write_table(table, files[name][0])
    made = write_copies(folder, files, previous, EngineSettings(), folder)
    told = {name: {"rows": table.num_rows, "files": ["part-0.parquet"]} for name, table in tables.items()}
    return Snapshot(folder, {"as_of": "2025-07-01", "tables": told, "serving": made})


def plain(snapshot: Snapshot) -> Snapshot:
    """*snapshot* as if it had no copies."""
    return Snapshot(snapshot.folder, {**snapshot.manifest, "serving": []})


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """PEOPLE with the copy and without."""
    snapshot = snapshot_of(tmp_path_factory.mktemp("people"), ["b", "a'b", None])
    with Reader(snapshot) as copied, Reader(plain(snapshot)) as without:
        yield copied, without


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        ("王明", "c1 c6 c9"),
        ("王", "c1 c2 c6 c9"),
        ("明", "c1 c6 c9"),
        ("王明华", "c1"),
        ("明王", ""),
        ("Ann", "c3"),
        ("ann", "c4"),
        ("neil", "c4"),
        ("n O'N", "c3"),
        ("ANN", ""),
        ("%", "c5"),
        ("_", "c5"),
        ("50%", "c5"),
        ("王%", ""),
        ("ü", "c5"),
        ("'", "c3"),
        ('"', "c8"),
        ("\\", "c8"),
        ("' OR '1' = '1", ""),
        ("13800000001", "c6 c9"),
        ("1380000000", ""),
        ("+8613800000001", "c3"),
        ("wang@example.com", "c6 c9"),
        ("WANG@example.com", ""),
        ("@example.com", ""),
        ("ann_o@example.com", "c3"),
        ("c7", "c7"),
        ("c1", "c1"),  # an id, and what stands in a mail address without @ is not asked for
        ("gone", ""),
        ("1", "c5"),
        ("nobody", ""),
    ],
)
def test_words_mean_the_same_customers_with_the_copy_and_without(both, words, ids):
    copied, without = both
    assert (has_search(copied.snapshot), has_search(without.snapshot)) == (True, False)
    for reader in both:
        found = reader.answer(meant(reader, words, ("customer_id", "rfm_group", "number")).order_by("customer_id"))
        assert found["customer_id"].to_pylist() == ids.split()
        assert found.column_names == ["customer_id", "rfm_group", "number"]


def test_every_kind_of_word_of_the_city_finds_the_same(city_project):
    """Names whole and in parts, phones, mail addresses and ids of every 97th customer; each found by what is theirs."""
    table = city_project.table("customers").order_by("customer_id").select("customer_id", "name", "phone", "email").to_pyarrow()
    with Reader(city_project.snapshot) as copied, Reader(plain(city_project.snapshot)) as without:
        assert has_search(copied.snapshot)
        known = set(copied.sql("SELECT customer_id FROM profile")["customer_id"].to_pylist())
        for row in table.to_pylist()[::97]:
            name = row["name"] or ""
            for words in filter(None, {*row.values(), name[1:], name[:1], (row["phone"] or "")[3:]}):
                here, there = (reader.answer(meant(reader, words).order_by("customer_id")) for reader in (copied, without))
                assert here.equals(there), words
                if row["customer_id"] in known and words not in ((row["phone"] or "")[3:],):
                    assert row["customer_id"] in here["customer_id"].to_pylist(), words


def test_text_of_few_values_is_the_text_it_was(both, tmp_path):
    """Filters, orders and lists, with values that the table does not have, and nulls; a text of many values is left as it is."""
    copied = both[0]
    kinds = "SELECT column_name, data_type FROM duckdb_columns() WHERE database_name = 'hot' AND table_name = 'profile'"
    assert dict(copied.sql(kinds).select(["column_name", "data_type"]).to_pandas().values.tolist())["rfm_group"] == "ENUM('a''b', 'b')"
    for rule in (_.rfm_group == "a'b", _.rfm_group == "c", _.rfm_group.isin(["b", "c"]), _.rfm_group.isnull(), _.rfm_group.contains("b")):
        here, there = (reader.answer(reader.table("profile").filter(rule).order_by("customer_id")) for reader in both)
        assert here.equals(there)
    here, there = (reader.answer(reader.table("profile").order_by([ibis.desc("rfm_group"), "customer_id"])) for reader in both)
    assert here.equals(there)
    assert here["rfm_group"].to_pylist()[:3] == ["b", "b", "b"]
    assert copied.sql("SELECT * FROM profile").column_names == ["customer_id", "rfm_group", "number"]
    many = tmp_path / "profile" / "part-0.parquet"
    many.parent.mkdir()
    ids = [f"c{n:04}" for n in range(2 * FEW)]
    pq.write_table(pa.table({"customer_id": ids[::-1], "rfm_group": ids, "none": pa.nulls(len(ids), pa.string())}), many)
    made = write_copies(tmp_path, {"profile": [many]}, None, EngineSettings(), tmp_path)
    told = {"as_of": "2025-07-01", "tables": {"profile": {"rows": len(ids), "files": [many.name]}}, "serving": made}
    with Reader(Snapshot(tmp_path, told)) as reader:
        assert set(reader.sql(kinds)["data_type"].to_pylist()) == {"VARCHAR"}
        assert reader.sql("SELECT customer_id FROM profile LIMIT 2")["customer_id"].to_pylist() == ids[:2]
        assert reader.placed("profile") is None
        assert not has_search(reader.snapshot)


@pytest.mark.parametrize("words", ["王", "王明", "nobody"])
def test_a_page_and_its_number_are_those_of_two_questions_whoever_asks_first(both, words):
    for reader in both:
        listed = meant(reader, words, ("customer_id", "number"))

        def page(keys, rows=2):
            return keys.order_by([ibis.desc("number"), "customer_id"]).limit(rows)

        wanted = listed.order_by([ibis.desc("number"), "customer_id"]).to_pyarrow()
        first = reader.counted(listed, listed, page)
        again = reader.counted(listed, listed, page)
        more = reader.counted(listed, listed, lambda keys: page(keys, 3))
        assert first[0].equals(wanted.slice(0, 2))
        assert first[0].equals(again[0])
        assert more[0].equals(wanted.slice(0, 3))
        assert (first[1], again[1], more[1]) == (wanted.num_rows,) * 3
        behind, total = reader.counted(listed.mutate(number=-_.number), listed, lambda keys: page(keys.filter(_.number > 100)))
        assert (behind.num_rows, total) == (0, wanted.num_rows)


def test_a_copy_without_what_searching_reads_is_made_anew_and_one_with_it_is_shared(tmp_path):
    first = snapshot_of(tmp_path / "one", ["a"])
    older = Snapshot(first.folder, {**first.manifest, "serving": [name for name in first.manifest["serving"] if name != "profile.search"]})
    with Reader(older) as reader:
        assert reader.answer(meant(reader, "王明华"))["customer_id"].to_pylist() == ["c1"]
    for name, previous, shared in (("two", first, True), ("three", older, False)):
        for table in ("customers", "profile"):
            borrow(tmp_path / "one" / table / "part-0.parquet", tmp_path / name / table / "part-0.parquet")
        second = snapshot_of(tmp_path / name, ["a"], previous)
        assert has_search(second)
        assert hot_file(second).samefile(hot_file(first)) == shared
