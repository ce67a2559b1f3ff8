"""What customers are offered, and why, as a report shows it."""

from __future__ import annotations

from kezhi.kit.engine import _, ibis
from kezhi.measure.figures.rows import Rows, part, rows
from kezhi.measure.source import ReportSource


def offers(source: ReportSource) -> Rows | None:
    """Per reason, the commonest first: reason_code, customers, offers, share (of all offers), product (offered most); None without lists."""
    found = source.table("recommendations")
    if found is None:
        return None
    reasons = rows(found.group_by("reason_code").aggregate(customers=_.customer_id.nunique(), offers=_.count()))
    each = found.group_by("reason_code", "product_id").aggregate(times=_.count())
    place = ibis.row_number().over(group_by="reason_code", order_by=[ibis.desc("times"), "product_id"])
    most = {row["reason_code"]: row["product_id"] for row in rows(each.mutate(place=place).filter(_.place == 0))}
    products = source.table("products")
    names: dict[str, str | None] = {}
    if products is not None and most:
        named = products.filter(_.product_id.isin(sorted(set(most.values())))).select("product_id", "product_name")
        names = {row["product_id"]: row["product_name"] for row in rows(named)}
    total = sum(row["offers"] for row in reasons)
    return [
        row | {"share": part(row["offers"], total), "product": names.get(most[row["reason_code"]]) or most[row["reason_code"]]}
        for row in sorted(reasons, key=lambda row: (-row["offers"], row["reason_code"]))
    ]
