"""Money given back: in the shop's refund table, or booked as an order with a negative amount."""

from __future__ import annotations

import numpy as np
import polars as pl

from kezhi.city.chance import stream
from kezhi.city.orders import PAID, Ledger
from kezhi.city.seasons import DAY_SECONDS, END

SHARE = 0.055  # of paid orders
FULL = 0.6  # of refunds give everything back
IN_TABLE = 0.7  # of the shop's refunds stand in its refund table; all others are negative orders
NAMED = {"shop": 0.6, "app": 0.75}  # of negative orders name the order they give back
UNNAMED_IN_TABLE = 0.03


def refunds(seed: int, part: int, ledger: Ledger) -> tuple[Ledger, pl.DataFrame]:
    """
    Refunds of *ledger*'s paid orders, one to fourteen days later, in opening hours, and before the data end.

    Returns:
        Negative orders (with the lines of what came back whole) and the rows of the shop's refund table;
        both have the columns of `Ledger.orders`, with `refunded_number`, `refund_of` (the truth) and
        `refund_of_written` (what the row says, or null). Amounts are negative in both.
    """
    rng = stream(seed, "refunds", part)
    orders = ledger.orders
    chosen = np.flatnonzero((rng.random(len(orders)) < SHARE) & (orders["status"] == PAID).to_numpy())
    given = orders[chosen]
    count = len(given)
    seconds = rng.integers(1, 15, count) * DAY_SECONDS + rng.integers(9 * 3600, 22 * 3600, count)
    full = rng.random(count) < FULL
    net = given["net"].to_numpy()
    part_of = np.maximum(np.minimum((net * rng.uniform(0.1, 0.9, count)).astype(np.int64) // 100 * 100, net), 100)
    amount = np.where(full, net, np.minimum(part_of, net))
    is_shop = (given["source"] == "shop").to_numpy()
    in_table = is_shop & (rng.random(count) < IN_TABLE)
    named = rng.random(count) < np.where(in_table, 1 - UNNAMED_IN_TABLE, np.where(is_shop, NAMED["shop"], NAMED["app"]))
    given = given.with_columns(
        ordered_at=pl.col("ordered_at").dt.truncate("1d") + pl.Series(seconds * 1_000_000).cast(pl.Duration("us")),
        gross=pl.Series(-amount), discount=pl.lit(0, dtype=pl.Int64), net=pl.Series(-amount), order_kind=pl.lit("refund"),
        refund_of=pl.col("order_id"), refund_of_written=pl.when(pl.Series(named)).then("order_id"), refunded_number=pl.col("number"),
        is_full=pl.Series(full), in_table=pl.Series(in_table),
    ).filter(pl.col("ordered_at") < END)  # fmt: skip
    day, number = pl.col("ordered_at").dt.strftime("%Y%m%d"), pl.col("refunded_number").cast(pl.String).str.zfill(9)
    table = given.filter("in_table").with_columns(order_id="TK" + day + number)
    negative = given.filter(~pl.col("in_table")).with_columns(order_id=day + number + "1")
    whole = negative.filter("is_full").select("number")
    lines = ledger.lines.join(whole, on="number", how="semi", maintain_order="left").with_columns(
        quantity=-pl.col("quantity"), discount=pl.lit(0, dtype=pl.Int64), net=-pl.col("net")
    )
    return Ledger(negative, lines), table
