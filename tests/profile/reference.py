"""Features and RFM again, row by row in plain Python: slow, and without a line of the product."""

from __future__ import annotations

import statistics
from collections import defaultdict
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import Any

WINDOWS = {"30d": 30, "90d": 90, "365d": 365, "life": 10**6}
CENT = Decimal("0.01")


def money(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value)).quantize(CENT)


def classify(orders: list[dict], as_of: date) -> tuple[list[dict], list[dict], list[dict]]:
    """Purchases, refunds that happened, and of these the netted ones."""
    seen = [o for o in orders if o["ordered_at"].date() < as_of]
    happened = [o for o in seen if o["order_kind"] == "refund" and o["status"] in ("paid", "refunded")]
    purchases, void = [], set()
    for o in seen:
        if o["order_kind"] != "purchase":
            continue
        back = [-money(r["net_amount"]) for r in happened if r["refund_of"] == o["order_id"]]
        if o["status"] == "paid" and not (back and sum(back) >= money(o["net_amount"])):
            purchases.append(o | {"kept": money(o["net_amount"]) - sum(back)})
        else:
            void.add(o["order_id"])
    return purchases, happened, [r for r in happened if r["refund_of"] not in void]


def rfm(orders: list[dict], as_of: date) -> dict[str, tuple]:
    """customer: (recency_days, frequency, monetary)."""
    purchases, _, netted = classify(orders, as_of)
    answer = {}
    for c in {o["customer_id"] for o in orders if o["customer_id"] and o["ordered_at"].date() < as_of}:
        days = [o["ordered_at"].date() for o in purchases if o["customer_id"] == c]
        in_year = [o for o in purchases + netted if o["customer_id"] == c and (as_of - o["ordered_at"].date()).days <= 365]
        frequency = sum(o["order_kind"] == "purchase" for o in in_year)
        answer[c] = ((as_of - max(days)).days if days else None, frequency, sum((money(o["net_amount"]) for o in in_year), Decimal(0)))
    return answer


def features(shop: dict[str, list[dict]], as_of: date) -> dict[str, dict[str, Any]]:
    """customer: the columns of tables.FEATURES that are neither null nor 0 by default; shares as floats."""
    purchases, happened, netted = classify(shop["orders"], as_of)
    products = {p["product_id"]: p for p in shop["products"]}
    for o in purchases:
        lines = [line for line in shop["order_lines"] if line["order_id"] == o["order_id"] and line["product_id"] in products]
        at = o["ordered_at"]
        o["values"] = {
            "category": {products[line["product_id"]]["category"] for line in lines} - {None},
            "brand": {products[line["product_id"]]["brand"] for line in lines} - {None},
            "channel": {o["channel"]} - {None},
            "store": {o["store"]} - {None},
            "weekday": {str(at.isoweekday())},
            "hour": {str(at.hour)},
        }
    known = [o for o in purchases if o["customer_id"]]
    return {c["customer_id"]: _customer(c["customer_id"], known, happened, netted, shop["events"], as_of) for c in shop["customers"]}


def _customer(c: str, purchases: list[dict], happened: list[dict], netted: list[dict], events: list[dict], as_of: date) -> dict[str, Any]:
    mine = [o for o in purchases if o["customer_id"] == c]
    my_events = [e for e in events if e["customer_id"] == c and e["occurred_at"].date() < as_of]
    row: dict[str, Any] = {"customer_id": c}
    days = sorted({o["ordered_at"].date() for o in mine})
    if days:
        row |= {"first_purchase_on": days[0], "last_purchase_on": days[-1]}
        row |= {"recency_days": (as_of - days[-1]).days, "tenure_days": (as_of - days[0]).days}
    if my_events:
        row["last_event_on"] = max(e["occurred_at"].date() for e in my_events)
    gaps = [(b - a) / timedelta(days=1) for a, b in pairwise(days)]
    if gaps:
        row |= {
            "gap_days_mean": statistics.fmean(gaps),
            "gap_days_median": statistics.median(gaps),
            "gap_days_std": statistics.pstdev(gaps),
        }
    for name, length in WINDOWS.items():

        def inside(rows: list[dict], at: str = "ordered_at", length: int = length) -> list[dict]:
            return [r for r in rows if r["customer_id"] == c and (as_of - r[at].date()).days <= length]

        bought, back, taken_off = inside(purchases), inside(happened), inside(netted)
        counted = bought + taken_off
        kept = [o for o in bought if o["gross_amount"] is not None and o["discount_amount"] is not None]
        gross = sum(o["gross_amount"] for o in kept)
        costs = [money(o["cost_amount"]) for o in counted]
        row |= {
            f"orders_{name}": len(bought),
            f"net_amount_{name}": sum((money(o["net_amount"]) for o in counted), Decimal(0)),
            f"refunds_{name}": len(back),
            f"refund_amount_{name}": -sum((money(o["net_amount"]) for o in back), Decimal(0)),
            f"active_days_{name}": len({o["ordered_at"].date() for o in bought}),
            f"categories_{name}": len(set().union(*(o["values"]["category"] for o in bought))),
            f"events_{name}": len(inside(my_events, "occurred_at")),
        }
        if bought:
            mean = sum(o["kept"] for o in bought) / len(bought)
            row[f"average_order_value_{name}"] = mean.quantize(CENT, ROUND_HALF_UP)
        if counted and None not in costs:
            row[f"margin_amount_{name}"] = row[f"net_amount_{name}"] - sum(costs)
        if gross:
            row[f"discount_share_{name}"] = sum(o["discount_amount"] for o in kept) / gross
    for dimension in ("category", "brand", "channel", "store", "weekday", "hour"):
        counts: dict[str, int] = defaultdict(int)
        for o in mine:
            for value in o["values"][dimension]:
                counts[value] += 1
        if counts:
            value = min(counts, key=lambda v: (-counts[v], v))
            share = counts[value] / len(mine)
            everyone = sum(value in o["values"][dimension] for o in purchases) / len(purchases)
            row |= {
                f"favourite_{dimension}": value,
                f"favourite_{dimension}_share": share,
                f"favourite_{dimension}_lift": share / everyone,
                f"favourite_{dimension}_orders": counts[value],
            }
    return row
