"""What lies in the files is what the summary says: rows, rejects, repeats, headers, encodings."""

from __future__ import annotations

from collections import Counter

import yaml

from kezhi.settings import load
from kezhi.tables import INPUTS, PROFILE

UNUSABLE = {"0000-00-00 00:00:00", "未知", "待补录"}


def test_every_file_holds_the_rows_rejects_and_repeats_that_the_summary_counts(written):
    for told in written.summary["files"]:
        header, rows, broken = written.rows(told["source_file"])
        columns = written.columns(told["source"], told["table_name"])
        repeats = len(rows) - len(set(map(tuple, rows)))
        key = header.index(columns[INPUTS[told["table_name"]].key[0]])
        when = header.index(columns["ordered_at"]) if "ordered_at" in columns else None
        unusable = sum(row[key] == "" or (when is not None and row[when] in UNUSABLE) for row in rows)
        found = {"rows_written": len(rows) + broken, "rows_rejected": broken + unusable, "rows_duplicate": repeats}
        assert found == {name: told[name] for name in found}, told["source_file"]
        assert told["rows_expected"] == told["rows_written"] - told["rows_rejected"] - told["rows_duplicate"]


def test_every_file_of_data_is_in_the_summary_and_the_report(written):
    on_disk = {str(path.relative_to(written.folder)) for path in (written.folder / "data").rglob("*") if path.is_file()}
    assert on_disk == {file["source_file"].split("#")[0] for file in written.summary["files"]}
    assert {file["source_file"]: file["rows_written"] for file in written.summary["files"]} == dict(written.report.rows)


def test_the_settings_map_real_headers_to_known_fields(written):
    settings = load(written.folder)
    for name, source in settings.sources.items():
        for table, files in source.tables.items():
            patterns = [files.files] if isinstance(files.files, str) else files.files
            paths = [path for pattern in patterns for path in sorted(written.folder.glob(pattern))]
            assert paths, (name, table)
            for path in paths:
                header, _, _ = written.rows(str(path.relative_to(written.folder)) + (f"#{files.sheet}" if files.sheet else ""))
                assert set(files.columns.values()) <= set(header), path
            assert set(files.columns) <= set(INPUTS[table].field_names)
            assert {field.name for field in INPUTS[table].fields if field.required} <= set(files.columns)


def test_the_settings_read_every_file_exactly_once(written):
    settings = load(written.folder)
    read = Counter(path for s in settings.sources.values() for t in s.tables.values() for path in written.folder.glob(t.files))
    assert {path: 1 for path in (written.folder / "data").rglob("*") if path.is_file()} == dict(read)


def test_the_tag_of_the_acceptance_case_stands_in_tags_yaml(written):
    tags = {tag["name"]: tag for tag in yaml.safe_load((written.folder / "tags.yaml").read_text(encoding="utf-8"))["tags"]}
    when = tags["高价值活跃客户"]["when"]
    assert "orders_90d >= 3" in when
    assert "average_order_value_90d >= 1000" in when
    assert {"orders_90d", "average_order_value_90d", "favourite_category"} <= set(PROFILE.column_names)
    assert all(tag["doc"] and tag["doc_en"] and tag["name_en"] for tag in tags.values())


def test_ids_keep_their_leading_zeros_and_quoted_cells_their_commas_and_line_breaks(written):
    header, rows, _ = written.rows("data/shop/顾客.csv")
    assert all(len(row[0]) == 8 for row in rows if row[0])
    assert any(row[0].startswith("0000") for row in rows)
    addresses = [row[header.index("地址")] for row in rows]
    assert any("," in text for text in addresses)
    assert any("\n" in text for text in addresses)
    assert any('"' in text for text in addresses)


def test_a_workbook_keeps_some_phones_as_numbers_and_dates_as_dates(written):
    import openpyxl

    sheet = openpyxl.load_workbook(written.folder / "data/member/会员.xlsx")["会员"]
    header, *rows = sheet.iter_rows(values_only=True)
    phones = Counter(type(row[header.index("联系电话")]).__name__ for row in rows)
    assert phones["int"] == len(written.defects.filter(kind="phone_as_number")) > 0
    assert phones["str"] > phones["int"]
    assert {"datetime"} == {type(row[header.index("入会日期")]).__name__ for row in rows}
