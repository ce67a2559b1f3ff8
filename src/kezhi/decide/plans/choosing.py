"""
The best plan of each customer: every offer's total over the customer's own months, and what follows from them.

Totals are made offer by offer and added up before they are put together, so that no table of customers × offers ×
months ever exists; the months are billed again only for the two offers that are compared.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kezhi.decide.plans.billing import bill, rounded_months, roundings
from kezhi.decide.plans.measuring import by_payer
from kezhi.decide.plans.offers import Measure, Offer
from kezhi.kit.engine import Workbench, _, ibis, ir, ratio

# Half-width of a 90 % interval in standard errors, Student's t by degrees of freedom (the 95 % points of any t table).
T_95 = (6.314, 2.920, 2.353, 2.132, 2.015, 1.943, 1.895, 1.860, 1.833, 1.812, 1.796, 1.782, 1.771, 1.761, 1.753, 1.746, 1.740, 1.734,
        1.729, 1.725, 1.721, 1.717, 1.714, 1.711, 1.708, 1.706, 1.703, 1.701, 1.699, 1.697)  # fmt: skip
T_MORE = 1.645


class Replay:
    """
    Months of use, ready to be billed by any offer.

    Args:
        months: Rows of `monthly_use`, settled.
        has_accounts: Whether some payer has several lines.
        offers: All that will be asked for.
        measures: As in `monthly_use`.
        unit_costs: Per kind, as numbered in `monthly_use`: cents that one millionth costs the company; None where unknown.
    """

    def __init__(
        self,
        months: ir.Table,
        offers: Sequence[Offer],
        *,
        has_accounts: bool,
        measures: Sequence[Measure],
        unit_costs: Sequence[float | None],
        bench: Workbench,
    ) -> None:
        self.measures, self.unit_costs, self.has_accounts, self._bench = measures, unit_costs, has_accounts, bench
        self._ways = roundings(offers, measures)
        self._lines = months.mutate(lines=ibis.literal(1, "int64"))
        self._single = bench.settle(rounded_months(self._lines, self._ways))
        self._together: ir.Table | None = None

    def bills(self, offer: Offer) -> ir.Table:
        """Bills of *offer*, as `billing.bill` makes them, one row per payer and month."""
        if not self.has_accounts:
            return bill(self._single, offer, self.measures, self._ways)
        if offer.plan.family is not None:
            if self._together is None:
                pooled = by_payer(self._lines.drop("lines"), len(self.measures), len(self.unit_costs))
                self._together = self._bench.settle(rounded_months(pooled, self._ways))
            return bill(self._together, offer, self.measures, self._ways)
        made = bill(self._single, offer, self.measures, self._ways)
        summed = [name for name in made.columns if name not in ("customer_id", "line_id", "month", "month_no")]
        return made.group_by("customer_id", "month", "month_no").aggregate(**{name: made[name].sum().cast("int64") for name in summed})

    def totals(self, offer: Offer) -> ir.Table:
        """customer_id, offer, months, total (cents over all months) of *offer*."""
        made = self.bills(offer)
        return made.group_by("customer_id").aggregate(
            offer=ibis.literal(offer.number, "int64"), months=made.count().cast("int64"), total=made.total.sum().cast("int64")
        )

    def usage_costs(self) -> ir.Table:
        """customer_id, months and what the use of all months cost the company, in cents as float64; null where a kind's cost is unknown."""
        rows = self._single
        cost: ir.FloatingValue = ibis.literal(0.0)
        for number, each in enumerate(self.unit_costs):
            cost = cost + rows[f"raw_{number}"].sum().cast("float64") * (ibis.null("float64") if each is None else ibis.literal(each))
        return rows.group_by("customer_id").aggregate(all_months=rows.month.nunique().cast("int64"), usage_cost=cost)


def totals(replay: Replay, offers: Sequence[Offer]) -> ir.Table:
    """
    What each payer's months would have cost with each offer.

    Returns:
        customer_id, offer (its number), total (cents), is_own, on_sale, is_bare (without add-ons), plan_no. An offer that a payer
        could not have in every month has no row.
    """
    costs = replay.usage_costs()
    every = ibis.union(*(replay.totals(offer) for offer in offers), distinct=False) if len(offers) > 1 else replay.totals(offers[0])
    joined = every.inner_join(costs, "customer_id").filter(_.months == _.all_months)
    plans = list(dict.fromkeys(offer.plan.key for offer in offers))
    return joined.select(
        "customer_id",
        "offer",
        "months",
        "total",
        "usage_cost",
        is_own=joined.offer.isin([one.number for one in offers if one.is_own] or [-1]),
        on_sale=joined.offer.isin([one.number for one in offers if one.is_own and one.plan.on_sale] or [-1]),
        is_bare=joined.offer.isin([one.number for one in offers if not one.add_ons] or [-1]),
        plan_no=_by_offer(joined.offer, {one.number: plans.index(one.plan.key) for one in offers}, "int64"),
    )


def chosen(found: ir.Table, current: ir.Table | None, offers: Sequence[Offer], bench: Workbench) -> ir.Table:
    """
    The offers that matter to each payer.

    Args:
        found: `totals`, settled.
        current: customer_id and plan (the label of an offer); None where nobody's plan is known.
        offers: All of them.
        bench: Where steps are settled.

    Returns:
        customer_id, months, best, current, compared, rival (numbers of offers; null where there is none) and of each
        its total in cents; usage_cost. *best* is the cheapest own offer on sale, of equal ones that with the fewest
        add-ons, then the one written first. *compared* is the current one, else the cheapest own offer of another
        plan. *rival* is the cheapest of competitors. Nobody to whom nothing can be sold.
    """
    size = len(offers)
    labels = {offer.label: offer.number for offer in offers}
    if current is None:
        rows = found.mutate(current=ibis.null("int64"))
    else:
        known = current.select(current_customer=current.customer_id, current=_by_label(current.plan, labels))
        rows = found.left_join(known, found.customer_id == known.current_customer).drop("current_customer")
    # one number that orders by total and then by offer: the least of them says both
    rows = rows.mutate(key=rows.total * size + rows.offer)
    first = bench.settle(
        rows.group_by("customer_id").aggregate(
            months=rows.months.max(),
            usage_cost=rows.usage_cost.max(),
            best_key=rows.key.min(where=rows.on_sale),
            rival_key=rows.key.min(where=~rows.is_own),
            current=rows.current.max(),
            current_total=rows.total.min(where=rows.offer == rows.current),
        )
    ).filter(_.best_key.notnull())
    first = first.mutate(best=first.best_key % size, rival=first.rival_key % size)
    first = first.mutate(best_total=_whole(first.best_key - first.best, size), rival_total=_whole(first.rival_key - first.rival, size))
    plan_of = {offer.number: number for offer in offers for number in [_plan_number(offers, offer)]}
    first = first.mutate(best_plan_no=_by_offer(first.best, plan_of, "int64"))
    others = found.inner_join(first.select("customer_id", "best_plan_no"), "customer_id").filter(_.plan_no != _.best_plan_no)
    others = others.mutate(key=others.total * size + others.offer)
    next_best = others.group_by("customer_id").aggregate(next_key=others.key.min(where=others.on_sale))
    joined = first.left_join(next_best, "customer_id").drop("customer_id_right")
    next_offer = joined.next_key % size
    has_current = joined.current_total.notnull()
    return bench.settle(
        joined.mutate(
            current=ibis.cases((has_current, joined.current), else_=ibis.null("int64")),
            compared=ibis.cases((has_current, joined.current), else_=next_offer).cast("int64"),
            compared_total=ibis.cases((has_current, joined.current_total), else_=_whole(joined.next_key - next_offer, size)),
        ).drop("best_key", "rival_key", "next_key", "best_plan_no")
    )


def side_by_side(replay: Replay, picks: ir.Table, offers: Sequence[Offer]) -> ir.Table:
    """customer_id, month, best_total, compared_total (cents; null without an offer to compare with) of every month."""
    parts = []
    for offer in offers:
        mine = picks.filter((picks.best == offer.number) | (picks.compared == offer.number)).select("customer_id", "best", "compared")
        made = replay.bills(offer).inner_join(mine, "customer_id")
        parts.append(
            made.select(
                "customer_id",
                "month",
                best_total=ibis.cases((made.best == offer.number, made.total), else_=ibis.null("int64")),
                compared_total=ibis.cases((made.compared == offer.number, made.total), else_=ibis.null("int64")),
            )
        )
    every = ibis.union(*parts, distinct=False) if len(parts) > 1 else parts[0]
    return every.group_by("customer_id", "month").aggregate(best_total=every.best_total.max(), compared_total=every.compared_total.max())


def verdicts(picks: ir.Table, months: ir.Table) -> ir.Table:
    """
    *picks* with what their months tell: months_cheaper, regret, saving (cents), saving_low and saving_high (float64 cents).

    Savings of months are taken as independent draws from one distribution: the sum of as many further ones lies
    in n·mean ± t(n-1)·sd·√(2n) with 90 % (the prediction interval of a normal sample); null with fewer than two months.
    """
    both = months.mutate(gain=months.compared_total - months.best_total)
    gain = both.gain.cast("float64")
    told = both.group_by("customer_id").aggregate(
        months_cheaper=(both.gain > 0).cast("int64").sum().cast("int64"),
        regret=ibis.greatest(-both.gain, ibis.literal(0, "int64")).sum().cast("int64"),
        squares=(gain * gain).sum(),
        gains=both.gain.sum().cast("int64"),
        known=both.gain.count().cast("int64"),
    )
    joined = picks.inner_join(told, "customer_id")
    joined = joined.mutate(saving=joined.compared_total - joined.best_total)
    n = joined.known.cast("float64")
    mean = ratio(joined.gains, joined.known)
    spread = ibis.greatest(joined.squares - n * mean * mean, ibis.literal(0.0))
    quantiles = [(joined.known == df + 1, ibis.literal(t)) for df, t in enumerate(T_95, start=1)]
    t = ibis.cases(*quantiles, (joined.known > len(T_95), ibis.literal(T_MORE)), else_=ibis.null("float64"))
    half = t * ratio(spread, joined.known - 1).sqrt() * (n * 2).sqrt()
    return joined.mutate(saving_low=joined.saving.cast("float64") - half, saving_high=joined.saving.cast("float64") + half).drop(
        "squares", "gains", "known"
    )


def blocked(found: ir.Table, picks: ir.Table) -> ir.Table:
    """
    Own plans on sale that would have cost a customer more than the present one: they must not be sold.

    Returns:
        customer_id, offer, current, total, current_total, extra (cents above 0).
    """
    now = picks.filter(picks.current.notnull()).select("customer_id", "current", "current_total", "best")
    rows = found.filter(found.on_sale & found.is_bare).inner_join(now, "customer_id")
    return rows.filter(rows.total > rows.current_total).select(
        "customer_id", "offer", "current", "total", "current_total", "months", extra=rows.total - rows.current_total
    )


def _plan_number(offers: Sequence[Offer], offer: Offer) -> int:
    return list(dict.fromkeys(one.plan.key for one in offers)).index(offer.plan.key)


def _whole(multiple: ir.IntegerValue, size: int) -> ir.IntegerValue:
    """A multiple of *size* divided by it, exact while the result is below 2^53 / size."""
    return multiple // size


def _by_offer(number: ir.IntegerValue, values: Mapping[int, int | str], kind: str) -> ir.Value:
    return ibis.cases(*((number == key, ibis.literal(value, kind)) for key, value in values.items()), else_=ibis.null(kind))


def _by_label(label: ir.StringValue, numbers: Mapping[str, int]) -> ir.IntegerValue:
    return ibis.cases(*((label == key, ibis.literal(number, "int64")) for key, number in numbers.items()), else_=ibis.null("int64"))
