"""From a project's files to raw tables: columns, counts, what is read again and what is not, and every error."""

from __future__ import annotations

import os
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from kezhi.errors import ColumnMissing, FileUnreadable, KezhiError, NothingToRead, SettingsWrong
from kezhi.settings import Settings
from kezhi.settings import load as load_settings
from kezhi.sources import LoadedFile, load, raw_index
from kezhi.tables import REJECTS, raw_schema

COLUMNS = {"order_id": "订单号", "record_id": "客户", "ordered_at": "时间", "net_amount": "金额"}


def shop(files: str = "data/*.csv", columns: dict[str, str] = COLUMNS, **more) -> Settings:
    return Settings.model_validate({"sources": {"shop": {"tables": {"orders": {"files": files, "columns": columns, **more}}}}})


def write(project: Path, name: str, *rows: str, header: str = "订单号,客户,时间,金额") -> Path:
    path = project / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    old = path.stat().st_mtime_ns - 10_000_000_000  # not just written, so that its mtime may be believed
    os.utime(path, ns=(old, old))
    return path


def test_a_raw_table_has_the_columns_of_tables_py_and_the_rejects_theirs(tmp_path):
    write(tmp_path, "data/a.csv", "SO1,007,2024-01-02,12.50", "SO2,8", "SO3,,2024-01-03,1")
    (loaded,) = load(tmp_path, shop())
    raw = pq.read_table(loaded.raw_path)
    assert [name for name, _ in raw_schema("orders")] == raw.schema.names
    assert ["string" if t == "string" else "int64" for _, t in raw_schema("orders")] == [str(t) for t in raw.schema.types]
    kept = [{k: v for k, v in row.items() if v is not None} for row in raw.to_pylist()]
    origin = {"source": "shop", "source_file": "data/a.csv"}
    assert kept == [
        {**origin, "source_line": 2, "order_id": "SO1", "record_id": "007", "ordered_at": "2024-01-02", "net_amount": "12.50"},
        {**origin, "source_line": 4, "order_id": "SO3", "ordered_at": "2024-01-03", "net_amount": "1"},
    ]
    rejects = pq.read_table(loaded.rejects_path)
    assert list(REJECTS.column_names) == rejects.schema.names
    assert [
        {
            **origin,
            "source_line": 3,
            "table_name": "orders",
            "stage": "read",
            "reason": "too_few_columns",
            "detail": "2 < 4",
            "raw_text": "SO2,8",
        }
    ] == rejects.to_pylist()
    assert (3, 1, False) == (loaded.rows_in, loaded.rows_rejected, loaded.reused)


def test_the_raw_table_is_read_by_duckdb(tmp_path):
    write(tmp_path, "data/a.csv", "SO1,007,2024-01-02,12.50")
    (loaded,) = load(tmp_path, shop())
    assert [("SO1", "007", None)] == duckdb.sql(f"select order_id, record_id, status from '{loaded.raw_path}'").fetchall()


def test_one_header_may_fill_two_fields(tmp_path):
    write(tmp_path, "data/a.csv", "SO1,13800001111,2024-01-02,1")
    settings = Settings.model_validate(
        {"sources": {"s": {"tables": {"sales": {"files": "data/*.csv", "columns": {"record_id": "客户", "phone": "客户"}}}}}}
    )
    (loaded,) = load(tmp_path, settings)
    assert [{"record_id": "13800001111", "phone": "13800001111"}] == pq.read_table(
        loaded.raw_path, columns=["record_id", "phone"]
    ).to_pylist()


def test_only_new_and_changed_files_are_read_again(tmp_path):
    write(tmp_path, "data/a.csv", "SO1,1,2024-01-02,1")
    write(tmp_path, "data/b.csv", "SO2,1,2024-01-02,1")
    said: list[str] = []
    first = load(tmp_path, shop(), progress=said.append)
    again = load(tmp_path, shop(), progress=said.append)
    assert ([False, False], [True, True]) == ([f.reused for f in first], [f.reused for f in again])
    assert [f.raw_path for f in first] == [f.raw_path for f in again]
    write(tmp_path, "data/b.csv", "SO2,1,2024-01-02,9")
    write(tmp_path, "data/c.csv", "SO3,1,2024-01-02,1")
    third = load(tmp_path, shop(), progress=said.append)
    assert [("data/a.csv", True), ("data/b.csv", False), ("data/c.csv", False)] == [(f.source_file, f.reused) for f in third]
    assert ["data/a.csv", "data/b.csv", "data/b.csv", "data/c.csv"] == said


def test_a_change_that_keeps_size_and_time_is_seen_when_the_file_was_just_written(tmp_path):
    path = write(tmp_path, "data/a.csv", "SO1,1,2024-01-02,1")
    path.touch()
    before = path.stat()
    load(tmp_path, shop())
    path.write_text(path.read_text(encoding="utf-8").replace("SO1", "SO7"), encoding="utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    (loaded,) = load(tmp_path, shop())
    assert ["SO7"] == pq.read_table(loaded.raw_path)["order_id"].to_pylist()


def test_another_mapping_reads_the_file_again(tmp_path):
    write(tmp_path, "data/a.csv", "SO1,1,2024-01-02,1")
    load(tmp_path, shop())
    (loaded,) = load(tmp_path, shop(columns=COLUMNS | {"channel": "客户"}))
    assert (False, ["1"]) == (loaded.reused, pq.read_table(loaded.raw_path)["channel"].to_pylist())


def test_raw_tables_without_a_file_are_removed_and_so_is_what_a_dead_run_left(tmp_path):
    gone = write(tmp_path, "data/a.csv", "SO1,1,2024-01-02,1", "bad")
    write(tmp_path, "data/b.csv", "SO2,1,2024-01-02,1")
    old = load(tmp_path, shop())[0]
    half = old.raw_path.with_name(".shop-dead.parquet.123.tmp")
    half.write_bytes(b"PAR1")
    gone.unlink()
    (kept,) = load(tmp_path, shop())
    assert [False, False, False, True] == [p.exists() for p in (old.raw_path, old.rejects_path, half, kept.raw_path)]


def test_a_lost_raw_table_or_a_broken_index_is_made_again(tmp_path):
    write(tmp_path, "data/a.csv", "SO1,1,2024-01-02,1")
    (first,) = load(tmp_path, shop())
    first.raw_path.unlink()
    (second,) = load(tmp_path, shop())
    assert (False, True) == (second.reused, second.raw_path.exists())
    (tmp_path / ".kezhi/raw" / raw_index.NAME).write_text("{", encoding="utf-8")
    assert [False] == [f.reused for f in load(tmp_path, shop())]


def test_a_read_that_fails_leaves_no_half_file(tmp_path):
    path = tmp_path / "data" / "a.csv.gz"
    path.parent.mkdir()
    import gzip
    import random

    noise = "".join(f"SO{i},{random.Random(i).random()},2024-01-02,1\n" for i in range(200_000))
    whole = gzip.compress(("订单号,客户,时间,金额\n" + noise).encode())
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(FileUnreadable, match=r"a\.csv\.gz"):
        load(tmp_path, shop("data/*.gz"))
    assert [] == [p for p in (tmp_path / ".kezhi/raw").rglob("*") if p.is_file()]


@pytest.mark.parametrize(
    ("make", "files", "error"),
    [
        (lambda p: None, "data/*.csv", NothingToRead),
        (lambda p: (p / "a.csv").write_bytes(b""), "a.csv", NothingToRead),
        (lambda p: (p / "a.xlsx").write_bytes(b"PK\x03\x04 no workbook"), "a.xlsx", FileUnreadable),
        (lambda p: (p / "a.parquet").write_bytes(b"PAR1 no parquet PAR1"), "a.parquet", FileUnreadable),
        (lambda p: (p / "a.jsonl").write_bytes(b"<html>\n"), "a.jsonl", FileUnreadable),
        (lambda p: (p / "a.csv").write_bytes(bytes(range(256)) * 9), "a.csv", FileUnreadable),
        (lambda p: (p / "a.csv").write_text("订单,客户,时间,金额\n", encoding="utf-8"), "a.csv", ColumnMissing),
    ],
)
def test_what_cannot_be_read_is_an_error_in_both_languages_that_names_the_file(tmp_path, make, files, error):
    make(tmp_path)
    with pytest.raises(error) as caught:
        load(tmp_path, shop(files))
    assert files in caught.value.say("en")
    assert files in caught.value.say("zh")


def test_a_missing_column_says_what_is_near(tmp_path):
    write(tmp_path, "data/a.csv", header="订单号,客户,时间,金额（元）")
    with pytest.raises(ColumnMissing, match="金额（元）") as caught:
        load(tmp_path, shop())
    assert ["金额"] == caught.value.fields["missing"]
    assert "金额（元）" in caught.value.fields["hint"].say("zh")


def test_a_key_that_no_json_line_has_is_a_missing_column(tmp_path):
    (tmp_path / "a.jsonl").write_text('{"订单号":"1","客户":"2","时间":"2024-01-01"}\n', encoding="utf-8")
    with pytest.raises(ColumnMissing):
        load(tmp_path, shop("a.jsonl"))


def test_a_field_that_the_table_lacks_is_a_wrong_setting(tmp_path):
    """It is told with the line where it stands in kezhi.yaml."""
    write(tmp_path, "data/a.csv")
    text = "name: x\nsources:\n  shop:\n    tables:\n      orders:\n        files: data/a.csv\n        columns:\n          order_id: 订单\n          colour: 客户\n"
    (tmp_path / "kezhi.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(SettingsWrong, match=r"line 9: .*colour"):
        load(tmp_path, load_settings(tmp_path))


def test_lock_files_of_excel_are_passed_over_and_brackets_in_a_name_are_taken_literally(tmp_path):
    write(tmp_path, "data/~$a.csv", "x")
    write(tmp_path, "data/a.csv", "SO1,1,2024-01-02,1")
    write(tmp_path, "[shop].csv", "SO2,1,2024-01-02,1")
    assert ["data/a.csv"] == [f.source_file for f in load(tmp_path, shop())]
    assert ["[shop].csv"] == [f.source_file for f in load(tmp_path, shop("[shop].csv"))]


def test_a_header_without_rows_is_an_empty_table(tmp_path):
    write(tmp_path, "data/a.csv")
    (loaded,) = load(tmp_path, shop())
    assert (0, 0) == (loaded.rows_in, pq.read_table(loaded.raw_path).num_rows)


def test_the_same_content_twice_is_two_files(tmp_path):
    write(tmp_path, "data/a.csv", "SO1,1,2024-01-02,1")
    write(tmp_path, "data/b.csv", "SO1,1,2024-01-02,1")
    one, two = load(tmp_path, shop())
    assert (one.digest, ["data/a.csv", "data/b.csv"]) == (
        two.digest,
        [pq.read_table(f.raw_path)["source_file"][0].as_py() for f in (one, two)],
    )


def is_reconciled(loaded: LoadedFile) -> bool:
    rejected = pq.read_metadata(loaded.rejects_path).num_rows if loaded.rejects_path else 0
    return loaded.rows_in == pq.read_metadata(loaded.raw_path).num_rows + rejected


def test_rows_in_are_rows_and_rejects_over_many_pieces(tmp_path, monkeypatch):
    from kezhi.sources import csv, encodings

    monkeypatch.setattr(encodings.chunks, "__defaults__", (1000,))
    monkeypatch.setattr(csv, "TOP_BYTES", 100)
    rows = ["bad" if i % 97 == 0 else f'SO{i},"{i}",2024-01-02,{i}' for i in range(5000)]
    write(tmp_path, "data/a.csv", *rows)
    (loaded,) = load(tmp_path, shop())
    assert is_reconciled(loaded)
    assert (5000, 52) == (loaded.rows_in, loaded.rows_rejected)
    raw = pq.read_table(loaded.raw_path)
    assert all(line == int(order[2:]) + 2 for line, order in zip(raw["source_line"].to_pylist(), raw["order_id"].to_pylist(), strict=True))


def test_many_files_come_in_their_order_and_with_the_same_bytes_on_any_number_of_threads(tmp_path):
    for name, rows in (("a", 3), ("b", 3000), ("c", 30)):
        write(tmp_path, f"data/{name}.csv", *(f"SO{i},{i % 7},2024-01-02,{i}" for i in range(rows)), "bad")
    outcomes = []
    for threads in (1, 3):
        project = shop().model_copy(update={"engine": shop().engine.model_copy(update={"threads": threads})})
        loaded = load(tmp_path, project)
        outcomes.append([(f.source_file, f.rows_in, f.rows_rejected, f.raw_path.read_bytes(), f.rejects_path.read_bytes()) for f in loaded])
        for f in loaded:
            f.raw_path.unlink()  # so that it is read again
    assert outcomes[0] == outcomes[1]
    assert [("data/a.csv", 4, 1), ("data/b.csv", 3001, 1), ("data/c.csv", 31, 1)] == [outcome[:3] for outcome in outcomes[0]]


def test_of_two_broken_files_the_first_by_name_is_told_and_no_half_file_is_left(tmp_path):
    write(tmp_path, "data/a.csv", header="订单号,客户,时间,甲")
    write(tmp_path, "data/b.csv", *["SO1,1,2024-01-02,1"] * 50, header="订单号,客户,时间,乙")
    for _ in range(5):
        with pytest.raises(ColumnMissing, match="甲"):
            load(tmp_path, shop())
    assert [] == [p for p in (tmp_path / ".kezhi/raw").rglob("*") if p.is_file()]


def test_every_error_of_reading_is_a_kezhi_error():
    assert all(issubclass(e, KezhiError) for e in (NothingToRead, FileUnreadable, ColumnMissing, SettingsWrong))
