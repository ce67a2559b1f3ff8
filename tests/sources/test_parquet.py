"""Parquet: every type as canonical text."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sources.reader import read

from kezhi.sources.parquet import kept_type


@pytest.mark.parametrize(
    ("values", "kind", "text"),
    [
        ([31198570044, None], pa.int64(), ["31198570044", None]),
        ([123.0, 0.5, 1e21, 1e-7], pa.float64(), ["123", "0.5", "1000000000000000000000", "0.0000001"]),
        ([Decimal("12.50"), Decimal("0.00")], pa.decimal128(18, 2), ["12.50", "0.00"]),
        ([Decimal("0.00000001")], pa.decimal128(18, 8), ["0.00000001"]),
        ([datetime(2017, 1, 1, 11, 53, 26)], pa.timestamp("ns"), ["2017-01-01 11:53:26"]),
        ([datetime(2017, 1, 1, 11, 53, 26, 500000)], pa.timestamp("us"), ["2017-01-01 11:53:26.500000"]),
        (
            [datetime(2017, 1, 1), datetime(2017, 1, 1, 0, 0, 0, 1)],
            pa.timestamp("us"),
            ["2017-01-01 00:00:00", "2017-01-01 00:00:00.000001"],
        ),
        ([datetime(2017, 1, 1, 11, 53, 26)], pa.timestamp("s", "UTC"), ["2017-01-01 11:53:26Z"]),
        ([date(2017, 1, 1)], pa.date32(), ["2017-01-01"]),
        ([True, False, None], pa.bool_(), ["true", "false", None]),
        (["007", ""], pa.string(), ["007", None]),
        (["门店", "门店"], pa.dictionary(pa.int8(), pa.string()), ["门店", "门店"]),
        ([["母婴"], None], pa.list_(pa.string()), ['["母婴"]', None]),
        ([b"abc"], pa.binary(), ["abc"]),
    ],
)
def test_a_value_has_one_text(tmp_path, values, kind, text):
    pq.write_table(pa.table({"x": pa.array(values, kind)}), tmp_path / "p.parquet")
    got = read(tmp_path / "p.parquet")
    assert (text, list(range(1, len(text) + 1))) == ([row[0] for row in got.rows], got.lines)


@pytest.mark.parametrize(
    ("kind", "came", "kept"),
    [
        ("timestamp", pa.timestamp("ns"), pa.timestamp("us")),
        ("timestamp", pa.date32(), pa.date32()),
        ("timestamp", pa.timestamp("us", "UTC"), None),  # its text tells the zone
        ("timestamp", pa.timestamp("ms"), None),  # may count past what microseconds hold
        ("timestamp", pa.int64(), None),  # counted seconds are read as text
        ("money", pa.decimal128(18, 2), pa.decimal128(18, 2)),
        ("money", pa.decimal128(18, 4), None),  # digits may be lost, which is told
        ("money", pa.float64(), None),
        ("integer", pa.int16(), pa.int64()),
        ("integer", pa.decimal128(18, 2), None),
        ("number", pa.uint64(), None),
        ("code", pa.int64(), None),
    ],
)
def test_a_raw_table_keeps_the_types_whose_values_have_one_text(kind, came, kept):
    assert kept == kept_type(kind, came)
