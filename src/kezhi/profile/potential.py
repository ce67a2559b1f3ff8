"""What a customer may still bring: growth, what the like spent next, and the share of wallet."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from kezhi.kit.days import days_before, midnight
from kezhi.kit.engine import _, ibis, ir, ratio
from kezhi.kit.money import amount_of
from kezhi.settings import ValueSettings
from kezhi.tables import MONEY

NEW = "新出现"  # in `moves`: was not known at the earlier day
RECENT_DAYS, YEAR_DAYS, LEAST_DAYS = 90, 365, 180


def growth(people: ir.Table, settings: ValueSettings) -> ir.Table:
    """
    Spending per day of the last 90 days against that of days 91 to 365.

    Both are shrunken to the company's mean m of money per customer and day as by `prior_days` κ more days of it,
    the mean of a gamma posterior with prior κm, κ: ((recent + κm) / (90 + κ)) / ((earlier + κm) / (exposure + κ)),
    exposure being the days of 91 to 365 since the first purchase; kept within 1/growth_limit and growth_limit.

    Args:
        people: customer_id, net_amount_90d, net_amount_365d, tenure_days of `tables.FEATURES`.
        settings: prior_days and growth_limit.

    Returns:
        *people* with growth_ratio, null where the first purchase is less than 180 days ago: with one half only
        there is nothing to compare.
    """
    kept = people.mutate(
        recent=ibis.greatest(people.net_amount_90d, 0).cast(MONEY),
        earlier=ibis.greatest(people.net_amount_365d - people.net_amount_90d, 0).cast(MONEY),
        exposure=ibis.greatest(ibis.least(people.tenure_days, YEAR_DAYS) - RECENT_DAYS, 0),
    )
    company = kept.aggregate(money=(_.recent + _.earlier).sum(), days=ibis.least(_.tenure_days, YEAR_DAYS).sum())
    table = kept.cross_join(company)
    prior = ratio(table.money, table.days) * settings.prior_days
    recent = ratio(table.recent.cast("float64") + prior, RECENT_DAYS + ibis.literal(settings.prior_days))
    earlier = ratio(table.earlier.cast("float64") + prior, table.exposure + ibis.literal(settings.prior_days))
    limit = float(settings.growth_limit)
    bounded = ibis.greatest(ibis.least(ratio(recent, earlier), limit), limit**-1)
    told = (table.tenure_days >= LEAST_DAYS) & ratio(recent, earlier).notnull()
    return table.select(*people.columns, growth_ratio=ibis.ifelse(told, bounded, None))


def residual(moves: ir.Table, settings: ValueSettings) -> ir.Table:
    """
    What is to be expected of each customer until as far ahead as the earlier day lies back.

    The mean net amount that customers of the same RFM group went on to spend from the earlier day to as_of, as of
    `prior_customers` more customers with the company's mean. A one-step Markov chain over RFM states: Pfeifer and
    Carraway (2000), Journal of Interactive Marketing 14(2) 43-55. It says nothing about differences within a group.

    Args:
        moves: `tables.MOVES`.
        settings: prior_customers.

    Returns:
        customer_id and residual_amount (`MONEY`), of customers with a group now; no row when nobody was known then.
    """
    moved = moves.filter((_.dimension == "rfm") & (_.compared_with == "recomputed"))
    then = moved.filter(_.from_state != NEW)
    groups = then.group_by(group="from_state").aggregate(money=_.net_amount.sum(), people=_.count())
    company = then.aggregate(all_money=_.net_amount.sum(), all_people=_.count()).filter(_.all_people > 0)
    now = moved.select("customer_id", "to_state").cross_join(company)
    table = now.left_join(groups, [now.to_state == groups.group])
    prior = ratio(table.all_money, table.all_people) * settings.prior_customers
    mean = ratio(table.money.cast("float64").fill_null(0.0) + prior, table.people.fill_null(0) + ibis.literal(settings.prior_customers))
    return table.select("customer_id", residual_amount=amount_of(mean))


def share_of_wallet(
    ledger: ir.Table, order_lines: ir.Table | None, products: ir.Table | None, benchmarks: dict[str, float], *, as_of: date
) -> ir.Table | None:
    """
    Spending of the last 365 days in categories with a benchmark, divided by the sum of *benchmarks*, 0 to what it is.

    Returns:
        customer_id and share_of_wallet, for customers who bought there; None where no benchmark or no product line tells.
    """
    if not benchmarks or order_lines is None or products is None or not sum(benchmarks.values()):
        return None
    in_year = ledger.filter((_.is_purchase | _.is_netted) & (_.ordered_at >= midnight(days_before(as_of, YEAR_DAYS))))
    named = products.filter(_.category.isin(list(benchmarks))).select("product_id")
    bought = order_lines.join(named, "product_id").select("order_id", "net_amount")
    spent = bought.join(in_year.select("order_id", "customer_id"), "order_id").group_by("customer_id").aggregate(money=_.net_amount.sum())
    market = ibis.literal(Decimal(str(round(sum(benchmarks.values()), 2))), MONEY)
    return spent.select("customer_id", share_of_wallet=ibis.greatest(ratio(spent.money, market), 0.0))
