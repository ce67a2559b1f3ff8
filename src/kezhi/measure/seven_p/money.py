"""Profitability, performance and promotion: what is earned, where, and what discounts cost."""

from __future__ import annotations

from datetime import timedelta

from kezhi.kit.engine import _
from kezhi.measure.figures import groups
from kezhi.measure.figures.movement import movement
from kezhi.measure.figures.rows import Row, Rows, only, part
from kezhi.measure.seven_p.asked import Part, figures, months, split, year_before
from kezhi.measure.source import ReportSource
from kezhi.tables import WINDOWS_DAYS

COSTS = ("service", "contact", "acquisition")  # of `value.costs_known`, beside the goods
SHOWN = 10


def profitability(source: ReportSource) -> Part:
    """Gross, contribution and net profit in the window of `value.window`, each only as far as its costs are known."""
    found = Part("profitability")
    days = WINDOWS_DAYS[source.settings.value.window]
    since = None if days is None else source.as_of - timedelta(days=days)
    earned = figures(source, "net_sales", "costed_sales", "margin_amount", "margin_rate", since=since)
    found.say(earned, or_lacks="unit_costs")
    found.say(figures(source, "discount_amount", "refund_amount", since=since), or_lacks="gross_amounts")
    levels = [{"level": "gross_profit", "amount": earned["margin_amount"], "rate": earned["margin_rate"], "costs": ["product"]}]
    known = movement(source).known
    costs = [code for code in COSTS if known and code in known["costs"]]
    if costs and earned["margin_amount"] is not None:
        levels.append(_contribution(source, costs))
    found.show("levels", [row for row in levels if row["amount"] is not None])
    found.lacking.extend([f"{code}_costs" for code in COSTS if code not in costs])
    found.lacking.append("overhead")
    margins = split(source, "line_margin_amount", "product_margin_rate", by="category", since=since)
    found.show("margin_by_category", [row for row in margins or [] if row["line_margin_amount"] is not None], or_lacks="unit_costs")
    return found


def _contribution(source: ReportSource, costs: list[str]) -> Row:
    """What is left of the margin of known customers after the costs that follow them."""
    value = source.table("value")
    assert value is not None  # whoever knows its costs has it
    whole = value.filter(_.value_amount.notnull()).agg(amount=_.value_amount.sum(), revenue=_.revenue_amount.sum(), customers=_.count())
    row = only(whole)
    return {
        "level": "contribution", "amount": row["amount"], "rate": part(row["amount"], row["revenue"]),
        "costs": ["product", *costs], "customers": row["customers"],
    }  # fmt: skip


def performance(source: ReportSource) -> Part:
    """Sales of 365 days by kind, channel and place, and of the last twelve months."""
    found, since = Part("performance"), year_before(source.as_of)
    found.say(figures(source, "net_sales", "purchases", "average_order_value", "buying_customers", since=since), or_lacks="orders")
    found.show(
        "by_category",
        split(source, "line_sales", "bought_units", "product_customers", by="category", since=since, top=SHOWN),
        or_lacks="order_lines",
    )
    found.show(
        "by_channel",
        split(source, "net_sales", "purchases", "average_order_value", by="channel", since=since, top=SHOWN),
        or_lacks="channel",
    )
    found.show(
        "by_store", split(source, "net_sales", "purchases", "buying_customers", by="store", since=since, top=SHOWN), or_lacks="store"
    )
    found.show(
        "by_province",
        split(source, "net_sales", "purchases", "buying_customers", by="province", since=since, top=SHOWN),
        or_lacks="province",
    )
    found.show("sales_by_month", months(source, "net_sales", "purchases", "buying_customers"))
    return found  # fmt: skip


def promotion(source: ReportSource) -> Part:
    """What discounts cost and who waits for them; adverts and campaigns where anybody keeps them."""
    found, since = Part("promotion"), year_before(source.as_of)
    found.say(figures(source, "discount_amount", "discount_rate", "discounted_share", since=since), or_lacks="gross_amounts")
    channels = split(source, "discount_rate", "discounted_share", "net_sales", by="channel", since=since, top=SHOWN)
    found.show("discounts_by_channel", _told(channels, "discount_rate"))
    found.show("discounts_by_month", _told(months(source, "discount_rate", "discounted_share", "net_sales"), "discount_rate"))
    habits = source.table("buying_habits")
    hunters = None if habits is None else groups.habits(habits)
    if hunters and hunters["judged"]:
        found.show("hunters", [{name: hunters[name] for name in ("hunters", "judged", "hunter_share")}])
    found.say(figures(source, "reachable_customers", "reach_rate"), or_lacks="customers")
    found.lacking.extend(["campaigns", "adverts"])
    return found


def _told(made: Rows | None, key: str) -> Rows:
    return [row for row in made or [] if row[key] is not None]
