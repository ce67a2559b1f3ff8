"""
RFM by the 5-point table, orders in Parquet to one row per customer in Parquet: `python bench/rfm.py FOLDER METHOD`.

Every method does the whole definition of `profile/purchases.py` and `profile/rfm.py`: unpaid orders left out,
fully refunded orders left out with their refunds, other refunds netted on their own day, money in exact cents.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from datetime import date, datetime
from decimal import Decimal
from importlib import import_module
from pathlib import Path

AS_OF = date(2026, 1, 1)
SINCE = datetime(2025, 1, 1)
HIGH = {
    (True, True, True): "重要价值客户", (True, False, True): "重要发展客户", (False, True, True): "重要保持客户",
    (False, False, True): "重要挽留客户", (True, True, False): "一般价值客户", (True, False, False): "一般发展客户",
    (False, True, False): "一般保持客户", (False, False, False): "一般挽留客户",
}  # fmt: skip

SQL = """
copy (
  with given_back as (
    select refund_of as given_back_of, -sum(net_amount) as given_back from read_parquet('{orders}')
    where order_kind = 'refund' and status not in ('unpaid', 'cancelled') and ordered_at < timestamp '2026-01-01' and refund_of is not null
    group by all
  ), void as (
    select order_id as void_id from read_parquet('{orders}') join given_back on order_id = given_back_of
    where order_kind = 'purchase' and ordered_at < timestamp '2026-01-01' and (status <> 'paid' or given_back >= net_amount)
  ), marked as (
    select customer_id, ordered_at, net_amount,
      order_kind = 'purchase' and status = 'paid' and void_id is null as is_purchase,
      order_kind = 'refund' and status not in ('unpaid', 'cancelled') and void_id is null as is_netted
    from read_parquet('{orders}') left join void on (case when order_kind = 'purchase' then order_id else refund_of end) = void_id
    where ordered_at < timestamp '2026-01-01' and customer_id is not null
  ), people as (
    select customer_id, date_diff('day', max(ordered_at) filter (is_purchase)::date, date '2026-01-01') as recency_days,
      count(*) filter (is_purchase and ordered_at >= timestamp '2025-01-01') as frequency,
      coalesce(sum(net_amount) filter ((is_purchase or is_netted) and ordered_at >= timestamp '2025-01-01'), 0)::decimal(18, 2) as monetary
    from marked group by customer_id
  ), scored as (
    select *,
      case when recency_days <= 30 then 5 when recency_days <= 60 then 4 when recency_days <= 90 then 3 when recency_days <= 180 then 2 else 1 end
        ::bigint as r_score,
      case when frequency >= 10 then 5 when frequency >= 7 then 4 when frequency >= 4 then 3 when frequency >= 2 then 2 else 1 end::bigint as f_score,
      case when frequency = 0 then 1 when monetary >= 10000 then 5 when monetary >= 5000 then 4 when monetary >= 2000 then 3 when monetary >= 500
        then 2 else 1 end::bigint as m_score
    from people
  )
  select *, case when m_score >= 4 then '重要' else '一般' end || case when r_score >= 4 then case when f_score >= 4 then '价值' else '发展' end
    else case when f_score >= 4 then '保持' else '挽留' end end || '客户' as rfm_group
  from scored
) to '{out}' (format parquet, compression zstd, parquet_version v2)
"""


def kezhi(orders: Path, out: Path, mode: str = "table", memory_limit: str = "4GB") -> Path:
    from kezhi.flow.warehouse import Warehouse
    from kezhi.profile.rfm import rfm
    from kezhi.settings import EngineSettings, RfmSettings

    with Warehouse(EngineSettings(threads=2, memory_limit=memory_limit), out.parent / "scratch") as warehouse:
        table = rfm(warehouse.read(orders), as_of=AS_OF, settings=RfmSettings(mode=mode))
        return warehouse.write(table, out.parent / "kezhi")[0]


def duckdb(orders: Path, out: Path) -> Path:
    import duckdb

    with duckdb.connect(config={"threads": 2, "preserve_insertion_order": False}) as con:
        con.execute(SQL.format(orders=orders, out=out))
    return out


def polars(orders: Path, out: Path) -> Path:
    import polars as pl

    c = pl.col
    seen = pl.scan_parquet(orders).filter(c.ordered_at < pl.lit(AS_OF).cast(pl.Datetime("us")))
    is_refund = (c.order_kind == "refund") & ~c.status.is_in(["unpaid", "cancelled"])
    given_back = seen.filter(is_refund & c.refund_of.is_not_null()).group_by("refund_of").agg(given_back=-c.net_amount.sum())
    void = (
        seen.filter(c.order_kind == "purchase")
        .join(given_back, left_on="order_id", right_on="refund_of")
        .filter((c.status != "paid") | (c.given_back >= c.net_amount))
        .select(concerns="order_id", is_void=pl.lit(True))
    )
    stands = c.is_void.is_null()
    marked = (
        seen.filter(c.customer_id.is_not_null())
        .with_columns(concerns=pl.when(c.order_kind == "purchase").then("order_id").otherwise("refund_of"))
        .join(void, on="concerns", how="left")
        .select(
            "customer_id", "ordered_at", "net_amount",
            is_purchase=(c.order_kind == "purchase") & (c.status == "paid") & stands,
            is_netted=is_refund & stands,
        )
    )  # fmt: skip
    in_year = c.ordered_at >= SINCE
    people = marked.group_by("customer_id").agg(
        recency_days=(pl.lit(AS_OF) - c.ordered_at.filter(c.is_purchase).max().dt.date()).dt.total_days(),
        frequency=(c.is_purchase & in_year).sum().cast(pl.Int64),
        monetary=c.net_amount.filter((c.is_purchase | c.is_netted) & in_year).sum(),
    )

    def score(value: pl.Expr, bounds: tuple[int, ...], at_most: bool = False) -> pl.Expr:
        met = [value <= b if at_most else value >= b for b in bounds]
        return pl.when(met[0]).then(5).when(met[1]).then(4).when(met[2]).then(3).when(met[3]).then(2).otherwise(1).cast(pl.Int64)

    scored = people.with_columns(
        r_score=score(c.recency_days, (30, 60, 90, 180), at_most=True),
        f_score=score(c.frequency, (10, 7, 4, 2)),
        m_score=pl.when(c.frequency == 0).then(1).otherwise(score(c.monetary, (10_000, 5000, 2000, 500))),
    )
    when = pl
    for (r, f, m), name in HIGH.items():
        when = when.when(((c.r_score >= 4) == r) & ((c.f_score >= 4) == f) & ((c.m_score >= 4) == m)).then(pl.lit(name))
    scored.with_columns(rfm_group=when).sink_parquet(out, compression="zstd")
    return out


def pandas(orders: Path, out: Path) -> Path:
    import numpy as np
    import pandas as pd

    columns = ["order_id", "customer_id", "order_kind", "refund_of", "ordered_at", "net_amount", "status"]
    rows = pd.read_parquet(orders, columns=columns, dtype_backend="pyarrow")  # numpy objects would hold Decimals one by one
    rows = rows[rows.ordered_at < pd.Timestamp(AS_OF)]
    happened = (rows.order_kind == "refund") & ~rows.status.isin(["unpaid", "cancelled"])
    given_back = -rows[happened & rows.refund_of.notna()].groupby("refund_of").net_amount.sum()
    bought = rows[(rows.order_kind == "purchase") & rows.order_id.isin(given_back.index)]
    void = bought.order_id[(bought.status != "paid") | (bought.order_id.map(given_back) >= bought.net_amount)]
    stands = ~rows.order_id.where(rows.order_kind == "purchase", rows.refund_of).isin(void)
    rows = rows.assign(is_purchase=(rows.order_kind == "purchase") & (rows.status == "paid") & stands, is_netted=happened & stands)
    rows = rows[rows.customer_id.notna()]
    in_year = rows[rows.ordered_at >= pd.Timestamp(SINCE)]
    people = pd.DataFrame(index=rows.customer_id.unique())
    last = rows[rows.is_purchase].groupby("customer_id").ordered_at.max()
    people["recency_days"] = (pd.Timestamp(AS_OF) - last.astype("datetime64[us]").dt.normalize()).dt.days
    people["frequency"] = in_year[in_year.is_purchase].groupby("customer_id").size()
    people["monetary"] = in_year[in_year.is_purchase | in_year.is_netted].groupby("customer_id").net_amount.sum()
    people = people.fillna({"frequency": 0})
    people["monetary"] = people.monetary.fillna(Decimal(0))
    r, f, m = people.recency_days, people.frequency.astype("int64"), people.monetary.astype("float64")
    people["frequency"] = f
    people["r_score"] = np.select([r <= 30, r <= 60, r <= 90, r <= 180], [5, 4, 3, 2], 1)
    people["f_score"] = np.select([f >= 10, f >= 7, f >= 4, f >= 2], [5, 4, 3, 2], 1)
    people["m_score"] = np.select([f == 0, m >= 10_000, m >= 5000, m >= 2000, m >= 500], [1, 5, 4, 3, 2], 1)
    high = [people[s] >= 4 for s in ("r_score", "f_score", "m_score")]
    people["rfm_group"] = np.select([(high[0] == r) & (high[1] == f) & (high[2] == m) for r, f, m in HIGH], list(HIGH.values()), "")
    people.rename_axis("customer_id").reset_index().to_parquet(out, compression="zstd")
    return out


def figures(path: Path) -> dict[str, object]:
    """What all methods must agree on, to the cent."""
    import duckdb as engine

    rows = engine.sql(
        f"select count(*), sum(recency_days)::bigint, sum(frequency)::bigint, sum(monetary)::decimal(38, 2)::varchar from '{path}'"
    ).fetchone()
    groups = engine.sql(f"select rfm_group, count(*) from '{path}' group by all order by all").fetchall()
    assert rows is not None
    return dict(zip(("customers", "recency_days", "frequency", "monetary"), rows, strict=True)) | {"groups": dict(groups)}


METHODS = {
    "kezhi": kezhi,
    "kezhi_quintile": lambda orders, out: kezhi(orders, out, "quintile"),
    "kezhi_350mib": lambda orders, out: kezhi(orders, out, memory_limit="350MiB"),  # of the whole process
    "duckdb": duckdb,
    "polars": polars,
    "pandas": pandas,
}

if __name__ == "__main__":
    folder, method = Path(sys.argv[1]), sys.argv[2]
    if method.startswith("kezhi"):
        for room in ("kezhi.flow.warehouse", "kezhi.profile.rfm"):
            import_module(room)
        from kezhi.kit.engine import ibis

        _ = ibis.duckdb  # imports are not what is measured, also those that Ibis puts off
    else:
        import_module(method)
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        began = time.perf_counter()
        made = METHODS[method](folder / "orders.parquet", Path(scratch) / "rfm.parquet")
        seconds = time.perf_counter() - began
        print(json.dumps({"seconds": seconds, **figures(made)}))
