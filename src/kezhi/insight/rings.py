"""Rings: customers tied to each other who send back, or buy at deep discounts, far more than others do."""

from __future__ import annotations

from datetime import date

from kezhi.kit.days import day, days_before, midnight
from kezhi.kit.engine import _, ibis, ir, ratio
from kezhi.settings import RiskSettings
from kezhi.tables import MONEY

TYING = ("account", "device", "household")  # of `entity_links`; a company's employees are not tied by it
LEAST_BASE = 0.005  # where hardly anybody does it, chance is not taken to be smaller than this
SEPARATOR = "|"


def suspects(ledger: ir.Table, settings: RiskSettings, *, as_of: date) -> ir.Table:
    """
    Who shows a pattern often enough to belong to a ring.

    Args:
        ledger: `tables.LEDGER`.
        settings: Window and bounds.
        as_of: The first day not seen.

    Returns:
        customer_id, pattern, purchases (those sent back too), hits (purchases that fit), stake_amount (money), base_share (hits
        of everybody / purchases of everybody), last_on; one row per customer and pattern.
    """
    found = settings.rings
    recent = ledger.filter(_.customer_id.notnull() & (_.ordered_at >= midnight(days_before(as_of, found.window_days))))
    given = recent.discount_amount.fill_null(0)
    is_deep = recent.is_purchase & (ratio(given, recent.net_amount + given) >= found.deep_discount).fill_null(False)
    own = recent.group_by("customer_id").aggregate(
        # an order sent back whole is no purchase any more; its refund, which is not netted, stands for it
        purchases=(recent.is_purchase | (recent.is_refund & ~recent.is_netted)).sum(),
        refunds=recent.is_refund.sum(),
        refunds_amount=-recent.net_amount.sum(where=recent.is_refund),
        discounts=is_deep.sum(),
        discounts_amount=given.sum(where=is_deep),
        last_on=day(recent.ordered_at.max()),
    )
    bounds = {"refunds": (found.least_refunds, found.refund_share), "discounts": (found.least_discounts, found.discount_share)}
    parts = []
    for pattern, (least, share) in bounds.items():
        counted = own.mutate(hits=ibis.least(own[pattern], own.purchases))
        base = counted.aggregate(base_share=ratio(_.hits.sum(), _.purchases.sum()))
        often = counted.filter((_.hits >= least) & (ratio(_.hits, _.purchases) >= share)).cross_join(base)
        parts.append(
            often.select(
                "customer_id", "purchases", "hits", "base_share", "last_on", pattern=ibis.literal(pattern),
                stake_amount=often[f"{pattern}_amount"].cast(MONEY),
            )
        )  # fmt: skip
    return ibis.union(*parts, distinct=False)


def tied_suspects(suspected: ir.Table, entity_links: ir.Table | None, relations: ir.Table | None, settings: RiskSettings) -> ir.Table:
    """
    Pairs of suspects of one pattern who share a device, a home or a bill, or of whom one referred the other.

    Args:
        suspected: What `suspects` gave.
        entity_links: `tables.ENTITY_LINKS`; an entity of more than most_members suspects is a shop's counter and ties nobody.
        relations: `tables.RELATIONS`.
        settings: Bounds.

    Returns:
        pattern, one, other (customers, the smaller id first but for referrals), told_by (`device`, `household`, `account` or
        `referral`); one row per pair and kind.
    """
    few = suspected.select("customer_id", "pattern")
    parts = []
    if entity_links is not None:
        links = entity_links.filter(_.entity_type.isin(TYING)).select("entity_id", "customer_id", told_by="entity_type").distinct()
        held = links.join(few, "customer_id")
        held = held.mutate(sharing=held.count().over(ibis.window(group_by=["entity_id", "pattern"])))
        held = held.filter(_.sharing <= settings.rings.most_members).drop("sharing")
        other = held.select("entity_id", "pattern", other="customer_id")
        pairs = held.join(other, ["entity_id", "pattern"]).filter(_.customer_id < _.other)
        parts.append(pairs.select("pattern", "other", one="customer_id", told_by="told_by"))
    if relations is not None:
        told = relations.filter((_.kind == "referral") & (_.from_customer_id != _.to_customer_id))
        told = told.select(one="from_customer_id", other="to_customer_id").distinct()
        one = told.join(few.select(one="customer_id", pattern="pattern"), "one")
        # a semi join stays where it is written: of two joins the engine made all pairs of suspects of a pattern
        both = one.semi_join(few.select(other="customer_id", pattern="pattern"), ["other", "pattern"])
        parts.append(both.select("pattern", "other", one="one", told_by=ibis.literal("referral")))
    named = [part.select("pattern", "one", "other", "told_by") for part in parts]
    return (
        ibis.union(*named, distinct=True)
        if named
        else few.limit(0).select("pattern", one="customer_id", other="customer_id", told_by="pattern")
    )


def edges(tied: ir.Table) -> ir.Table:
    """left, right: each pattern's pairs as a graph of its own."""
    return tied.select(left=_.pattern + SEPARATOR + _.one, right=_.pattern + SEPARATOR + _.other)


def ring_members(suspected: ir.Table, labels: ir.Table, tied: ir.Table, settings: RiskSettings) -> ir.Table:
    """
    Who belongs to which ring.

    Args:
        suspected: What `suspects` gave.
        labels: node and label, the components of `edges`.
        tied: What `tied_suspects` gave.
        settings: Bounds.

    Returns:
        ring_id, pattern, customer_id, purchases, hits, stake_amount, base_share, last_on, ties (members tied to), tied_by (kinds,
        comma separated); one row per member, of groups of at least least_members.
    """
    node = suspected.mutate(node=_.pattern + SEPARATOR + _.customer_id)
    labelled = node.join(labels, "node")
    grouped = labelled.mutate(ring_id=ibis.literal("ring:") + labelled.label.replace(SEPARATOR, ":"))
    grouped = grouped.mutate(members=grouped.count().over(ibis.window(group_by="ring_id")))
    ends = tied.select("pattern", "told_by", customer_id="one", other="other").union(
        tied.select("pattern", "told_by", customer_id="other", other="one"), distinct=True
    )
    words = ends.group_by("pattern", "customer_id").aggregate(
        ties=_.other.nunique(), tied_by=_.told_by.collect(distinct=True).sort().join(",")
    )
    kept = grouped.filter(_.members >= settings.rings.least_members).join(words, ["pattern", "customer_id"])
    return kept.select("ring_id", "pattern", "customer_id", "purchases", "hits", "stake_amount", "base_share", "last_on", "ties", "tied_by")


def rings(members: ir.Table, tied: ir.Table, orders: ir.Table, settings: RiskSettings, *, as_of: date) -> ir.Table:
    """
    One row per ring, with how unlikely chance makes it.

    score is the signed root of the likelihood ratio that the members' purchases fit the pattern as rarely as everybody's
    (a distance in standard deviations where counts are large).

    Args:
        members: What `ring_members` gave.
        tied: What `tied_suspects` gave.
        orders: `tables.ORDERS`: those sent back whole are in no ledger, and tell who bought when.
        settings: Bounds.
        as_of: The first day not seen.

    Returns:
        ring_id, pattern, customer_id (the member with most money at stake), member_ids (in order), purchases, hits, base_share,
        stake_amount, score, referrals (among members), together (purchases within together_minutes of another member's),
        tied_by (kinds, comma separated), last_on; rings of at least least_score only.
    """
    place = ibis.row_number().over(group_by="ring_id", order_by=[ibis.desc("stake_amount"), "customer_id"])
    lead = members.mutate(place=place).filter(_.place == 0).select("ring_id", "pattern", "customer_id")
    summed = members.group_by("ring_id").aggregate(
        member_ids=_.customer_id.collect().sort(), size=_.count(), purchases=_.purchases.sum(), hits=_.hits.sum(),
        stake_amount=_.stake_amount.sum(), base_share=_.base_share.max(), last_on=_.last_on.max(),
    )  # fmt: skip
    own = members.select("ring_id", "pattern", "customer_id")
    inside = tied.join(own.select("ring_id", "pattern", one="customer_id"), ["pattern", "one"])
    ties = inside.group_by("ring_id").aggregate(
        referrals=(_.told_by == "referral").sum(), tied_by=_.told_by.collect(distinct=True).sort().join(",")
    )
    since = midnight(days_before(as_of, settings.rings.window_days))
    bought = orders.filter((_.order_kind == "purchase") & (_.ordered_at >= since) & (_.ordered_at < midnight(as_of)))
    theirs = bought.join(own, "customer_id").select("ring_id", "order_id", "customer_id", second=_.ordered_at.epoch_seconds().cast("int64"))
    # whom the span holds besides is told by the first and the last id: pairs of all purchases would grow with their square
    minutes = settings.rings.together_minutes * 60
    span = ibis.range_window(group_by="ring_id", order_by="second", preceding=minutes, following=minutes)
    near = theirs.mutate(first=theirs.customer_id.min().over(span), last=theirs.customer_id.max().over(span))
    together = near.filter(_.first != _.last).group_by("ring_id").aggregate(together=_.order_id.nunique())
    table = lead
    for part in (summed, ties, together):
        table = table.left_join(part, "ring_id").drop("ring_id_right")
    base = ibis.least(ibis.greatest(table.base_share, LEAST_BASE), 1 - LEAST_BASE)
    missed = table.purchases - table.hits
    likely = _part(table.hits, table.purchases, base) + _part(missed, table.purchases, 1 - base)
    above = ratio(table.hits, table.purchases) > base
    scored = table.mutate(score=ibis.ifelse(above, (ibis.greatest(likely, 0.0) * 2).sqrt(), 0.0), together=_.together.fill_null(0))
    return scored.filter(_.score >= settings.rings.least_score)


def _part(count: ir.IntegerValue, of: ir.IntegerValue, share: ir.FloatingValue) -> ir.FloatingValue:
    """count × ln(count / expected), 0 for none."""
    expected = of.cast("float64") * share
    return ibis.ifelse(count > 0, count.cast("float64") * ratio(ibis.greatest(count, 1), expected).ln(), 0.0)
