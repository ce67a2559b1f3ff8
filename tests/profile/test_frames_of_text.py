"""Table functions on frames whose amounts and times are text: read where plain, refused with the first cell that is not."""

from __future__ import annotations

from datetime import date

import pandas as pd
import polars as pl
import pytest

import kezhi
from kezhi.errors import WrongInput
from kezhi.kit.engine import ibis

AS_OF = date(2025, 6, 1)
PLAIN = {"customer_id": ["a", "a", "b"], "ordered_at": ["2025-05-01", "2025-05-20 10:30", "2025-05-31T08:00:00"], "net_amount": [" 12.50", "7.5", "-3"]}  # fmt: skip


@pytest.mark.parametrize("kind", [pd.DataFrame, pl.DataFrame])
def test_plain_texts_are_read_exactly(kind):
    """a: 12.50 + 7.50, last on 20 May, 12 days before; b gave 3 back and bought nothing."""
    made = kezhi.rfm(kind(PLAIN), as_of=AS_OF)
    made = made if isinstance(made, pd.DataFrame) else made.to_pandas()
    rows = {row["customer_id"]: (str(row["monetary"]), row["recency_days"]) for row in made.to_dict("records")}
    assert rows["a"] == ("20.00", 12)
    assert rows["b"][0] == "-3.00"


@pytest.mark.parametrize(
    ("column", "values", "said"),
    [
        ("net_amount", ["1", "¥2", "3"], "row 2: '¥2' is no amount"),
        ("net_amount", ["1", "", "3"], "row 2: '' is no amount"),
        ("net_amount", [1, "two", 3], "mixes kinds"),
        ("net_amount", [True, False, True], "net_amount is of type boolean"),
        ("ordered_at", ["2025-05-01", "2025-02-30", "2025-05-02"], "row 2: '2025-02-30' is no time"),
        ("ordered_at", ["2025-05-01", "2025-05-02", "5/3/25"], "row 3: '5/3/25' is no time"),
        ("ordered_at", [20250501, 20250502, 20250503], "ordered_at is of type int64"),
    ],
)
def test_what_is_no_amount_or_time_is_named(column, values, said):
    with pytest.raises(WrongInput, match=said):
        kezhi.rfm(pd.DataFrame(PLAIN | {column: values}), as_of=AS_OF)


def test_texts_of_an_ibis_table_are_refused_before_anything_runs():
    with pytest.raises(WrongInput, match="net_amount is of type string"):
        kezhi.rfm(ibis.memtable(pd.DataFrame(PLAIN)), as_of=AS_OF)
