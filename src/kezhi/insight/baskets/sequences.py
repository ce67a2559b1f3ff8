"""What follows what: product A in one purchase, product B in a later one of the same customer."""

from __future__ import annotations

from datetime import date

from kezhi.kit.days import day, days_before, midnight
from kezhi.kit.engine import Workbench, _, ibis, ir, ratio
from kezhi.settings import BasketSettings
from kezhi.tables import PRODUCT_SEQUENCES


def sequences(purchases: ir.Table, order_lines: ir.Table, *, within_days: int, min_customers: int) -> ir.Table:
    """
    Pairs of products bought one after the other by at least *min_customers* customers.

    Args:
        purchases: `tables.ORDERS`, the rows that are purchases; anonymous ones are left out.
        order_lines: `tables.ORDER_LINES`; lines without a product, and of 0 or fewer units, are left out.
        within_days: The later purchase comes 1 to this many calendar days after; the same day is no order of things.
        min_customers: Customers that a pair must have.

    Returns:
        first_product_id, then_product_id (may be the same product), customers (who bought them so), first_customers
        (who bought the first at all, those too whose days are not over yet), support (customers / all who bought a known
        product), confidence (customers / first_customers), lift (confidence / share of buying customers who bought the second at all), gap_days_mean (of each customer the
        shortest time between the two). Cost grows with the purchases of one customer within the days, squared.
    """
    days = purchases.filter(_.customer_id.notnull()).select("order_id", "customer_id", on=day(purchases.ordered_at))
    bought = order_lines.filter(_.product_id.notnull() & (_.quantity.fill_null(1.0) > 0)).select("order_id", "product_id")
    held = bought.join(days, "order_id").select("customer_id", "product_id", number=_.on.epoch_days()).distinct()
    owners = held.group_by("product_id", "customer_id").aggregate(days=_.count())
    popular = owners.group_by("product_id").aggregate(owners=_.count()).filter(_.owners >= min_customers)
    kept = held.semi_join(popular, "product_id")
    later = kept.select(customer_id_later="customer_id", then_product_id="product_id", later="number")
    pairs = kept.join(later, [kept.customer_id == later.customer_id_later, kept.number < later.later])
    pairs = pairs.filter(_.later - _.number <= within_days)
    one = pairs.group_by("product_id", "then_product_id", "customer_id").aggregate(gap=(_.later - _.number).min())
    found = one.group_by("product_id", "then_product_id").aggregate(customers=_.count(), gap_days_mean=_.gap.cast("float64").mean())
    found = found.filter(_.customers >= min_customers)
    base = owners.group_by("product_id").aggregate(first_customers=_.count())
    everyone = held.aggregate(everyone=_.customer_id.nunique())
    reach = owners.group_by(then_product_id="product_id").aggregate(reach=_.count())
    table = found.join(base, "product_id").join(reach, "then_product_id").cross_join(everyone)
    confidence = ratio(table.customers, table.first_customers)
    return table.select(
        first_product_id="product_id",
        then_product_id="then_product_id",
        customers="customers",
        first_customers="first_customers",
        support=ratio(table.customers, table.everyone),
        confidence=confidence,
        lift=ratio(confidence, ratio(table.reach, table.everyone)),
        gap_days_mean="gap_days_mean",
    )


def product_sequences(
    purchases: ir.Table, order_lines: ir.Table, settings: BasketSettings, *, as_of: date, bench: Workbench
) -> dict[str, ir.Table]:
    """
    The sequences of a company, `tables.PRODUCT_SEQUENCES`: those of the purchases of its window, the highest lift first.

    Args:
        purchases: Rows of `tables.LEDGER` that are purchases; anonymous ones are left out.
        order_lines: As for `sequences`.
        settings: Days, fewest customers, and what bounds the cost: how many customers are looked at, and the most purchases of one.
        as_of: The first day not seen.
        bench: Where the drawn purchases are computed once.
    """
    bought = purchases.filter(_.customer_id.notnull())
    if settings.window_days is not None:
        bought = bought.filter(_.ordered_at >= midnight(days_before(as_of, settings.window_days)))
    people = bought.group_by("customer_id").aggregate(purchases=_.count()).filter(_.purchases <= settings.sequence_most_purchases)
    drawn = people.select("customer_id", place=_.customer_id.hexdigest("md5"))
    looked_at = drawn.order_by("place", "customer_id").limit(settings.sequence_customers)
    mine = bench.settle(bought.semi_join(looked_at, "customer_id").select("order_id", "customer_id", "ordered_at"))
    found = bench.settle(sequences(mine, order_lines, within_days=settings.sequence_days, min_customers=settings.sequence_min_customers))
    order = [ibis.desc("lift"), ibis.desc("customers"), "first_product_id", "then_product_id"]
    numbered = found.mutate(sequence_no=ibis.row_number().over(order_by=order) + 1).filter(_.sequence_no <= settings.max_sequences)
    return {"product_sequences": numbered.select(**{c.name: numbered[c.name].cast(c.type) for c in PRODUCT_SEQUENCES.columns})}
