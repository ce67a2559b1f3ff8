"""Payments far above what a customer, or customers like them, usually pay."""

from __future__ import annotations

from datetime import date

from kezhi.kit.days import days_before, midnight
from kezhi.kit.engine import Workbench, _, ibis, ir, ratio
from kezhi.settings import RiskSettings

MAD_TO_SD = 1.4826  # of a normal distribution


def unusual_payments(ledger: ir.Table, settings: RiskSettings, *, as_of: date, bench: Workbench | None = None) -> ir.Table:
    """
    Payments of the last window_days whose amount stands out, by robust distance of its logarithm.

    The own spread of a customer is drawn to the typical one, as a few payments tell little of it. Whoever has fewer than
    least_payments is held against all payments only, as is everybody beside the own history.

    Args:
        ledger: `tables.LEDGER`, of which purchases are judged; amounts of 0 and anonymous sales are not judged.
        settings: Bounds, grades.
        as_of: The first day not seen.
        bench: Where medians of each customer, and the few payments that may stand out, are computed once. Without one the answer
            is the same and one expression; with millions of orders it needs several times the memory.

    Returns:
        order_id, customer_id, ordered_at, amount (money), own_payments, own_usual (money), own_z, peer_usual (money), peer_z,
        score (the larger distance that passes its bound), grade (key of the highest grade reached), own_bound, peer_bound; one row
        per unusual payment. own_usual and own_z are null below least_payments.

    Source: Iglewicz, Hoaglin (1993), How to Detect and Handle Outliers, for median and MAD.
    """
    settle = bench.settle if bench else _as_it_is
    known = ledger.filter(_.is_purchase & _.customer_id.notnull() & (_.net_amount > 0))
    sized = known.mutate(size=known.net_amount.cast("float64").ln())
    paid = sized.select("customer_id", "size")
    own = settle(paid.group_by("customer_id").aggregate(own_payments=_.count(), own_middle=_.size.median().cast("float64")))
    away = paid.join(own, "customer_id").mutate(away=(_.size - _.own_middle).abs())
    typical = away.filter(_.own_payments >= settings.least_payments).aggregate(typical_mad=_.away.median().cast("float64"))
    middle = paid.aggregate(peer_middle=_.size.median().cast("float64"))
    peers = paid.cross_join(middle).aggregate(peer_mad=(_.size - _.peer_middle).abs().median().cast("float64"))
    recent = sized.filter(_.ordered_at >= midnight(days_before(as_of, settings.window_days)))
    recent = recent.select("order_id", "customer_id", "ordered_at", "size", amount="net_amount").join(own, "customer_id")
    recent = recent.cross_join(middle).cross_join(peers)
    floor = ibis.literal(settings.least_spread)
    peer_z = ratio(recent.size - recent.peer_middle, ibis.greatest(recent.peer_mad * MAD_TO_SD, floor))
    # own spreads are asked of those alone who would stand out at the least spread: no other one brings a payment further out
    is_far = (ratio(_.size - _.own_middle, floor) >= settings.own_bound) | (_.peer_z >= settings.peer_bound)
    far = settle(recent.mutate(peer_z=peer_z).filter(is_far))
    spread = away.semi_join(far, "customer_id").group_by("customer_id").aggregate(own_mad=_.away.median().cast("float64"))
    table = far.join(spread, "customer_id").cross_join(typical)
    weight = settings.drawn_payments
    mad = ratio(table.own_mad * table.own_payments + table.typical_mad.fill_null(table.peer_mad) * weight, table.own_payments + weight)
    has_own = table.own_payments >= settings.least_payments
    own_z = ibis.ifelse(has_own, ratio(table.size - table.own_middle, ibis.greatest(mad * MAD_TO_SD, floor)), ibis.null("float64"))
    table = table.mutate(
        own_z=own_z,
        own_usual=ibis.ifelse(has_own, table.own_middle.exp().cast("decimal(18, 2)"), ibis.null("decimal(18, 2)")),
        peer_usual=table.peer_middle.exp().cast("decimal(18, 2)"),
    )
    by_own = ibis.ifelse((table.own_z >= settings.own_bound).fill_null(False), table.own_z, 0.0)
    by_peers = ibis.ifelse(table.peer_z >= settings.peer_bound, table.peer_z, 0.0)
    scored = table.mutate(score=ibis.greatest(by_own, by_peers)).filter(_.score > 0)
    scored = scored.mutate(own_bound=ibis.literal(settings.own_bound), peer_bound=ibis.literal(settings.peer_bound))
    grades = sorted(settings.grades, key=lambda one: -one.least_score)
    grade = ibis.cases(*((scored.score >= one.least_score, one.key) for one in grades), else_=grades[-1].key)
    return scored.mutate(grade=grade).select(
        "order_id",
        "customer_id",
        "ordered_at",
        "amount",
        "own_payments",
        "own_usual",
        "own_z",
        "peer_usual",
        "peer_z",
        "score",
        "grade",
        "own_bound",
        "peer_bound",
    )


def _as_it_is(table: ir.Table) -> ir.Table:
    return table
