"""What customers prefer: for each dimension of buying the value with the most purchases, if there is enough evidence."""

from __future__ import annotations

from collections.abc import Mapping

from kezhi.kit.engine import Workbench, _, ibis, ir, ratio
from kezhi.profile.favourites import DIMENSIONS, favourites, values_bought
from kezhi.settings import PreferenceSettings

PRICE_BANDS = (("high", 1.5), ("low", 0.67))  # a line's price against the mean price of its category


def preferences(
    profile: ir.Table, ledger: ir.Table, deeds: Mapping[str, ir.Table], settings: PreferenceSettings, bench: Workbench
) -> list[ir.Table]:
    """
    The preferred category, brand, price_band, channel, store, weekday and hour of each customer.

    confidence is the share shrunk to that of all customers: (k + m·b) / (n + m), where k of the customer's n purchases have
    the value, b is its share among all purchases and m is `prior_purchases`. Two values with as many purchases contradict
    each other: the tag is given to the one that comes first in code point order, with half the confidence.

    Args:
        profile: `tables.PROFILE`, which tells the favourites of all that an order has itself.
        ledger: `tables.LEDGER`.
        deeds: Lines of purchases, where there are any, as `profile.deeds` makes them.
        settings: A tag rests on at least `least_purchases` and a lift of at least `least_lift`.
        bench: Where each family that is told from lines is computed by itself: all at once would hold what each counts in memory
            together. What the features counted of the same *ledger* is not counted again.

    Returns:
        Tables of customer_id, family, tag, confidence, basis, evidence, share, lift, contradicted.
    """
    made = [_tagged(profile, name, bench.once(values_bought(ledger, name)), settings) for name in DIMENSIONS]
    if "order_line" in deeds:
        lines = deeds["order_line"].filter(_.is_counted)
        counts = {name: _values(lines, lines[name]) for name in ("category", "brand")}
        priced = _priced(lines)
        counts["price_band"] = _values(priced, priced.price_band)
        people = profile.filter(_.orders_life > 0)
        for name, count in counts.items():
            best = favourites({name: count}, people, least=settings.least_purchases)
            made.append(bench.settle(_tagged(best, name, count, settings)))
    return made


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


def _tagged(best: ir.Table, family: str, counts: ir.Table, settings: PreferenceSettings) -> ir.Table:
    """The favourites of the *family* among the columns of *best* that are preferences; *counts* tells their rivals."""
    name = f"favourite_{family}"
    told = best.select("customer_id", tag=name, share=f"{name}_share", lift=f"{name}_lift", evidence=f"{name}_orders")
    enough = told.filter(_.evidence >= settings.least_purchases, _.lift >= settings.least_lift)
    often = counts.filter(_.orders >= settings.least_purchases)
    equal = often.join(enough.select("customer_id", "tag", "evidence"), "customer_id").filter(_.orders == _.evidence, _.value != _.tag)
    rivals = equal.select("customer_id").distinct().mutate(contradicted=ibis.literal(True))
    told = enough.left_join(rivals, "customer_id").drop("customer_id_right").mutate(contradicted=_.contradicted.fill_null(False))
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
