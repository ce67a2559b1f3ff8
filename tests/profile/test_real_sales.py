"""RFM and sales of two open data sets, against figures computed with pandas in another way."""

import gzip
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from support import rows, schema_of

from kezhi.flow.warehouse import Warehouse
from kezhi.insight import cohort_retention, sales_monthly, spending
from kezhi.kit.engine import ir
from kezhi.profile.purchases import purchases, refunds
from kezhi.profile.rfm import rfm

pytestmark = pytest.mark.data


def cdnow(folder: Path) -> pd.DataFrame:
    """69,659 purchases of 23,570 customers, 1997-01-01 to 1998-06-30 (Fader, Hardie 2001): customer, day, net."""
    with gzip.open(folder / "clv" / "CDNOW_master.txt.gz") as file:
        data = pd.read_csv(file, sep=r"\s+", names=["customer", "day", "cds", "net"], skiprows=1, dtype={"customer": str, "net": str})
    return data.assign(day=pd.to_datetime(data.day.astype(str)), cents=(data.net.astype(float) * 100).round().astype("int64"))


def complete_journey(folder: Path) -> pd.DataFrame:
    """155,848 baskets of 2,469 households in 2017: customer, day, net."""
    lines = pd.read_parquet(folder / "retail" / "completejourney_transactions.parquet")
    lines["cents"] = (lines.sales_value * 100).round().astype("int64")
    baskets = lines.groupby("basket_id").agg(
        customer=("household_id", "first"), day=("transaction_timestamp", "min"), cents=("cents", "sum")
    )
    return baskets.reset_index(drop=True).assign(customer=baskets.customer.astype(str).to_numpy())


def orders(data: pd.DataFrame, bench: Warehouse) -> ir.Table:
    columns = {name: pa.nulls(len(data), kind) for name, kind in zip(schema_of("orders").names, schema_of("orders").types, strict=True)}
    columns |= {
        "order_id": pa.array(data.index.astype(str)),
        "customer_id": pa.array(data.customer),
        "source": pa.array(["open"] * len(data)),
        "order_kind": pa.array(["purchase"] * len(data)),
        "status": pa.array(["paid"] * len(data)),
        "ordered_at": pa.array(data.day, pa.timestamp("us")),
        "net_amount": pa.array([f"{c // 100}.{c % 100:02d}" for c in data.cents]).cast(pa.decimal128(18, 2)),
    }
    pq.write_table(pa.table(columns), bench.scratch / "orders.parquet")
    return bench.read(bench.scratch / "orders.parquet")


def group_counts(data: pd.DataFrame, as_of: date) -> dict[str, int]:
    """Customers per group, from the rules in words: pandas bins instead of comparisons, cents instead of yuan."""
    data = data[data.day < pd.Timestamp(as_of)]
    year = data[data.day >= pd.Timestamp(as_of) - pd.Timedelta(days=365)]
    last = data.groupby("customer").day.max().dt.normalize()
    is_recent = (pd.Timestamp(as_of) - last).dt.days <= 60
    is_often = year.groupby("customer").size().reindex(last.index, fill_value=0) >= 7
    is_much = year.groupby("customer").cents.sum().reindex(last.index, fill_value=0) >= 500_000
    words = {(True, True): "价值", (True, False): "发展", (False, True): "保持", (False, False): "挽留"}
    names = [f"{'重要' if m else '一般'}{words[r, f]}客户" for r, f, m in zip(is_recent, is_often, is_much, strict=True)]
    return pd.Series(names).value_counts().to_dict()


@pytest.mark.parametrize(
    ("read", "as_of", "customers", "purchased"),
    [
        (cdnow, date(1998, 7, 1), 23_570, 69_659),
        (cdnow, date(1997, 10, 1), 23_570, 49_086),
        (complete_journey, date(2018, 1, 2), 2_469, 155_848),
    ],
    ids=["cdnow", "cdnow_nine_months", "complete_journey"],
)
def test_customers_purchases_money_and_groups_are_those_of_pandas(read, as_of, customers, purchased, data_dir, bench):
    data = read(data_dir)
    seen = data[data.day < pd.Timestamp(as_of)]
    year = seen[seen.day >= pd.Timestamp(as_of) - pd.Timedelta(days=365)]
    table = orders(data, bench)
    found = rows(rfm(table, as_of=as_of), bench)
    assert (customers, purchased) == (len(found), len(seen))
    assert len(year) == sum(r["frequency"] for r in found)
    assert int(year.cents.sum()) == int(sum(r["monetary"] for r in found) * 100)
    assert group_counts(data, as_of) == pd.Series([r["rfm_group"] for r in found]).value_counts().to_dict()

    months = rows(sales_monthly(spending(purchases(table, as_of=as_of)), refunds(table, as_of=as_of), as_of=as_of), bench)
    assert len(seen) == sum(m["orders"] for m in months)
    by_month = seen.groupby(seen.day.dt.to_period("M")).cents.sum()
    assert {p.start_time.date(): int(c) for p, c in by_month.items()} == {m["month"]: int(m["net_amount"] * 100) for m in months}


def test_cdnow_cohorts_are_those_of_pandas(data_dir, bench):
    """All 23,570 customers began in the first three months of 1997; months_no by subtraction of periods."""
    as_of = date(1998, 7, 1)
    data = cdnow(data_dir)
    data["month"] = data.day.dt.to_period("M")
    data["cohort"] = data.groupby("customer").month.transform("min")
    active = data.groupby(["cohort", "month"]).customer.nunique()
    expected = {(c.start_time.date(), (m - c).n): n for (c, m), n in active.items()}
    found = rows(cohort_retention(spending(purchases(orders(data, bench), as_of=as_of)), as_of=as_of), bench)
    assert expected == {(r["cohort_month"], r["month_no"]): r["active_customers"] for r in found}
    assert 23_570 == sum(r["customers"] for r in found if r["month_no"] == 0)
    assert all(r["is_complete"] for r in found)
