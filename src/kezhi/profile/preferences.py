"""What customers prefer: for each dimension of buying the value with the most purchases, if there is enough evidence."""

from __future__ import annotations

from collections.abc import Mapping

from kezhi.kit.engine import Workbench, _, ibis, ir, ratio
from kezhi.profile.favourites import DIMENSIONS, Ranked, favourites, ranked, ranked_by
from kezhi.settings import PreferenceSettings

PRICE_BANDS = (("high", 1.5), ("low", 0.67))  # a line's price against the mean price of its category


def preferences(
    ledger: ir.Table, deeds: Mapping[str, ir.Table], people: ir.Table, settings: PreferenceSettings, bench: Workbench
) -> list[ir.Table]:
    """
    The preferred category, brand, price_band, channel, store, weekday and hour of each customer.

    confidence is the share shrunk to that of all customers: (k + m·b) / (n + m), where k of the customer's n purchases have
    the value, b is its share among all purchases and m is `prior_purchases`. Two values with as many purchases contradict
    each other: the tag is given to the one that comes first in code point order, with half the confidence.

    Args:
        ledger: `tables.LEDGER`.
        deeds: Lines of purchases, where there are any, as `profile.deeds` makes them.
        people: customer_id and orders_life, the purchases of every customer who made one.
        settings: A tag rests on at least `least_purchases` and a lift of at least `least_lift`.
        bench: Where each family is computed by itself: all at once would hold what each counts in memory together. What the
            features counted of the same *ledger* is not counted again.

    Returns:
        Tables of customer_id, family, tag, confidence, basis, evidence, share, lift, contradicted.
    """
    ranks = {name: ranked_by(ledger, name, bench.once) for name in DIMENSIONS}
    if "order_line" in deeds:
        lines = deeds["order_line"].filter(_.is_counted)
        priced = _priced(lines)
        counts = {name: _values(lines, lines[name]) for name in ("category", "brand")} | {"price_band": _values(priced, priced.price_band)}
        ranks |= {name: ranked(bench.settle(count), bench.settle) for name, count in counts.items()}
    return [bench.settle(_tagged(rank, people, family, settings)) for family, rank in ranks.items()]


def _values(lines: ir.Table, value: ir.StringValue) -> ir.Table:
    """On how many purchases of a customer *value*, a column of *lines*, stands."""
    named = lines.select("customer_id", "deed_id", value=value).filter(_.value.notnull()).distinct()
    return named.group_by("customer_id", "value").aggregate(orders=_.count())


def _priced(lines: ir.Table) -> ir.Table:
    """*lines* of a category with `price_band`: `high`, `mid` or `low`, the line's price of one unit against the mean of its category."""
    bands = dict(PRICE_BANDS)
    sold = lines.filter(_.category.notnull()).group_by("category").aggregate(all_net=_.net_amount.sum(), all_quantity=_.quantity.sum())
    # beside the few categories, not over a window: that would sort all lines ever sold
    means = sold.select("category", mean=ratio(sold.all_net, sold.all_quantity))
    known = lines.join(means, "category")
    relative = ratio(ratio(known.net_amount, known.quantity), known.mean)
    named = ibis.cases(
        (relative >= bands["high"], "high"), (relative <= bands["low"], "low"), (relative.notnull(), "mid"), else_=ibis.null("string")
    )
    return known.mutate(price_band=named)


def _tagged(rank: Ranked, people: ir.Table, family: str, settings: PreferenceSettings) -> ir.Table:
    best = favourites({family: rank}, people, least=settings.least_purchases)
    ends = {"tag": "", "share": "_share", "lift": "_lift", "evidence": "_orders", "contradicted": "_tied"}
    told = best.rename({name: f"favourite_{family}{end}" for name, end in ends.items()}).filter(_.lift >= settings.least_lift)
    prior = settings.prior_purchases
    purchases, base = ratio(told.evidence, told.share), ratio(told.share, told.lift)
    confidence = ratio(told.evidence + base * prior, purchases + prior)
    return told.select(
        "customer_id",
        "tag",
        "evidence",
        "share",
        "lift",
        "contradicted",
        family=ibis.literal(family),
        basis=ibis.literal("purchases"),
        confidence=ibis.ifelse(told.contradicted, confidence * 0.5, confidence),
    )
