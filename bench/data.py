"""
Orders, lines, products and events of an invented company in Kezhi's own schema, as Parquet.

The same seed gives the same rows. Ids are text, as they are in a real lake: integers would flatter every
engine. About 4 % of the rows are refunds, most of them linked to their order, a third of those of the
whole order; 3 % of the orders were never paid; 5 % have no customer.
"""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

AS_OF = "2026-01-01"
DAYS = 730
DAY_US = 86_400_000_000
START = np.datetime64("2024-01-02T00:00:00", "us")
MONEY = pa.decimal128(18, 2)
ROWS_PER_GROUP = 122_880  # what DuckDB writes


def generate(folder: Path, customers: int = 1_000_000, orders_each: int = 10, *, with_lines: bool = False) -> None:
    """Write customers, orders and, if asked, order_lines, products and events into *folder*."""
    folder.mkdir(parents=True, exist_ok=True)
    ids = _texts("crm:C", np.arange(customers), 7)
    _write(folder, "customers", {"customer_id": ids})
    orders = _orders(folder, ids, customers * orders_each)
    if with_lines:
        _lines(folder, *orders)
        _events(folder, ids)


def apart(work: Callable[..., None], *given: Any, **named: Any) -> None:
    """Do *work* in a process of its own: what a child is told to have held at most begins with what its parent held."""
    making = multiprocessing.get_context("spawn").Process(target=work, args=given, kwargs=named)
    making.start()
    making.join()
    if making.exitcode:
        sys.exit(f"data were not made: exit {making.exitcode}")


def _orders(folder: Path, ids: pa.Array, rows: int) -> tuple[pa.Array, np.ndarray]:
    rng = np.random.default_rng(20260101)
    n = len(ids)
    purchases = int(rows * 0.96)
    weight = rng.gamma(0.6, 1.0, n)
    born = rng.uniform(0, DAYS - 30, n)
    life = np.minimum(rng.exponential(300, n), DAYS - born)
    typical = rng.lognormal(4.6, 0.6, n)
    buyer = np.concatenate([np.arange(n), np.searchsorted(np.cumsum(weight / weight.sum()), rng.random(purchases - n)).clip(0, n - 1)])
    at = ((born[buyer] + rng.random(purchases) * life[buyer]) * DAY_US).astype("int64")
    buyer, at = (order := np.argsort(at, kind="stable")) is not None and buyer[order], at[order]
    gross = np.round(typical[buyer] * rng.lognormal(0, 0.5, purchases) * 100).astype("int64")
    discount = np.where(rng.random(purchases) < 0.35, (gross * rng.uniform(0.05, 0.3, purchases)).astype("int64"), 0)
    net = gross - discount
    cost = (net * rng.uniform(0.4, 0.8, purchases)).astype("int64")
    paid = rng.random(purchases) < 0.97
    anonymous = rng.random(purchases) < 0.05

    back = rng.choice(np.flatnonzero(paid), rows - purchases, replace=True)
    part = np.where(rng.random(len(back)) < 0.33, 1.0, rng.uniform(0.1, 0.6, len(back)))
    back_net = -(net[back] * part).astype("int64")
    back_at = np.minimum(at[back] + (rng.exponential(10, len(back)) * DAY_US).astype("int64"), DAYS * DAY_US - 1)
    linked = rng.random(len(back)) < 0.9

    ids_of_orders = _texts("shop:", 10_000_000 + np.arange(purchases), 8)
    none = np.zeros(len(back), "bool")
    columns = {
        "order_id": pa.concat_arrays([ids_of_orders, _texts("shop:R", np.arange(len(back)), 8)]),
        "customer_id": pa.concat_arrays(
            [_where(ids.take(pa.array(buyer)), ~anonymous), _where(ids.take(pa.array(buyer[back])), ~anonymous[back])]
        ),
        "source": _coded(np.zeros(rows, "int8"), ["shop"]),
        "order_kind": _coded(np.r_[np.zeros(purchases, "int8"), np.ones(len(back), "int8")], ["purchase", "refund"]),
        "refund_of": pa.concat_arrays([pa.nulls(purchases, pa.string()), _where(ids_of_orders.take(pa.array(back)), linked)]),
        "ordered_at": pa.array(START + np.r_[at, back_at].astype("m8[us]")),
        "gross_amount": _money(np.r_[gross, back_net]),
        "discount_amount": _money(np.r_[discount, 0 * back_net]),
        "net_amount": _money(np.r_[net, back_net]),
        "cost_amount": _money(np.r_[cost, (cost[back] * -part).astype("int64")]),
        "status": _coded(np.r_[np.where(paid, 0, rng.integers(1, 3, purchases)), none].astype("int8"), ["paid", "unpaid", "cancelled"]),
        "channel": _coded(np.minimum(rng.zipf(1.8, rows) - 1, 3).astype("int8"), ["门店", "小程序", "网店", "代理"]),
        "store": _coded(np.minimum(rng.zipf(1.3, rows) - 1, 199).astype("int16"), [f"江城{i:03d}店" for i in range(200)]),
        "payment_method": _coded(rng.integers(0, 3, rows).astype("int8"), ["微信", "支付宝", "现金"]),
        "flags": pa.nulls(rows, pa.string()),
    }
    order = pa.array(np.argsort(np.r_[at, back_at], kind="stable"))
    _write(folder, "orders", {name: column.take(order) for name, column in columns.items()})
    return ids_of_orders, net


def _lines(folder: Path, ids_of_orders: pa.Array, net: np.ndarray) -> None:
    rng = np.random.default_rng(20260102)
    products = 5_000
    category = np.minimum(rng.zipf(1.3, products) - 1, 39)
    _write(
        folder,
        "products",
        {
            "product_id": _texts("P", np.arange(products), 5),
            "product_name": _texts("商品", np.arange(products), 5),
            "category": _coded(category.astype("int8"), [f"类目{i:02d}" for i in range(40)]),
            "brand": _coded(rng.integers(0, 300, products).astype("int16"), [f"品牌{i:03d}" for i in range(300)]),
            "list_price": _money(rng.integers(500, 50_000, products)),
            "unit_cost": _money(rng.integers(200, 30_000, products)),
        },
    )
    lines = 1 + rng.poisson(1.0, len(net))
    of = np.repeat(np.arange(len(net)), lines)
    number = np.arange(len(of)) - np.repeat(np.cumsum(lines) - lines, lines) + 1
    part = net[of] // lines[of]
    _write(
        folder,
        "order_lines",
        {
            "order_id": ids_of_orders.take(pa.array(of)),
            "line_no": pc.cast(pa.array(number), pa.string()),
            "product_id": _texts("P", np.minimum(rng.zipf(1.2, len(of)) - 1, products - 1), 5),
            "quantity": pa.array(rng.integers(1, 4, len(of)).astype("float64")),
            "unit_price": _money(part),
            "discount_amount": _money(0 * part),
            "net_amount": _money(part),
            "cost_amount": _money(part * 6 // 10),
        },
    )


def _events(folder: Path, ids: pa.Array) -> None:
    rng = np.random.default_rng(20260103)
    rows = len(ids) * 5
    at = np.sort((rng.random(rows) * DAYS * DAY_US).astype("int64"))
    _write(
        folder,
        "events",
        {
            "event_id": _texts("app:", np.arange(rows), 9),
            "customer_id": ids.take(pa.array(rng.integers(0, len(ids), rows))),
            "source": _coded(np.zeros(rows, "int8"), ["app"]),
            "occurred_at": pa.array(START + at.astype("m8[us]")),
            "event_name": _coded(rng.integers(0, 3, rows).astype("int8"), ["view", "search", "add_to_cart"]),
        },
    )


def _texts(prefix: str, numbers: np.ndarray, digits: int) -> pa.Array:
    text = pc.utf8_lpad(pc.cast(pa.array(numbers), pa.string()), width=digits, padding="0")
    return pc.binary_join_element_wise(prefix, text, "")


def _coded(codes: np.ndarray, values: list[str]) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(codes), pa.array(values)).cast(pa.string())


def _money(cents: np.ndarray) -> pa.Array:
    """Cents as decimal(18,2), built from its 128-bit words: a cast would go through Python."""
    words = np.empty((len(cents), 2), "int64")
    words[:, 0], words[:, 1] = cents, np.where(cents < 0, -1, 0)
    return pa.Array.from_buffers(MONEY, len(cents), [None, pa.py_buffer(words)])


def _where(texts: pa.Array, keep: np.ndarray) -> pa.Array:
    return pc.if_else(pa.array(keep), texts, pa.scalar(None, pa.string()))


def _write(folder: Path, name: str, columns: dict[str, pa.Array]) -> None:
    path = folder / f"{name}.parquet"
    pq.write_table(
        pa.table(columns),
        path,
        row_group_size=ROWS_PER_GROUP,
        compression="zstd",
        version="2.6",
        data_page_version="2.0",
        store_decimal_as_integer=True,
    )
    print(f"{path.name}: {len(next(iter(columns.values()))):,} rows, {path.stat().st_size >> 20} MiB", flush=True)


if __name__ == "__main__":
    generate(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000, with_lines=True)
