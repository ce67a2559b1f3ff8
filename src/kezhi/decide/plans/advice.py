"""The tables that are kept and shown: the best plan of each customer, its months, what must not be sold, plans compared."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

from kezhi.decide.plans.offers import Offer, cents
from kezhi.decide.plans.sentences import sentence
from kezhi.kit.engine import ibis, ir, ratio, typed
from kezhi.kit.money import amount_of
from kezhi.tables import BEST_PLAN, BEST_PLAN_MONTHS, BLOCKED_PLANS, MONEY, PLAN_REVIEW, Table

LIKELY_SHARE = 2 / 3  # of the months cheaper, for `likely`


def money(amount: ir.IntegerValue) -> ir.DecimalValue:
    """Cents as money."""
    made: ir.DecimalValue = (amount.cast(MONEY) * ibis.literal(Decimal("0.01"), type=MONEY)).cast(MONEY)
    return made


def best_plan(verdicts: ir.Table, offers: Sequence[Offer], *, currency: str) -> ir.Table:
    """`tables.BEST_PLAN` of `choosing.verdicts`; the margin counts fixed costs of plans, and nothing where a competitor has the customer."""
    text = _texts(offers)
    costs = {offer.number: cents(offer.plan.monthly_cost) for offer in offers}
    own = [offer.number for offer in offers if offer.is_own]
    rows = verdicts
    best_fixed = text(rows.best, lambda o: costs[o.number], "int64") * rows.months
    current_fixed = text(rows.current, lambda o: costs[o.number], "int64") * rows.months
    change = rows.best_total - best_fixed - (rows.current_total - current_fixed)
    from_rival = (rows.best_total - best_fixed).cast("float64") - rows.usage_cost
    share = ratio(rows.months_cheaper, rows.months)
    rows = rows.mutate(
        best_plan=text(rows.best, lambda o: o.plan.key),
        best_add_ons=text(rows.best, lambda o: ",".join(o.add_ons)),
        best_label=text(rows.best, lambda o: o.label),
        current_plan=text(rows.current, lambda o: o.label),
        compared_plan=text(rows.compared, lambda o: o.label),
        competitor_plan=text(rows.rival, lambda o: o.label),
        competitor=text(rows.rival, lambda o: o.plan.company),
        competitor_saving=money(rows.best_total - rows.rival_total),
        risk_band=ibis.cases(
            (rows.compared.isnull() | (rows.compared == rows.best), "none"),
            (rows.saving <= 0, "none"),
            ((rows.saving_low > 0).fill_null(False), "sure"),
            ((rows.months >= 2) & (share >= LIKELY_SHARE), "likely"),
            else_="unsure",
        ),
        margin_change=ibis.cases(
            (rows.current.isnull(), ibis.null(MONEY)),
            (rows.current.isin(own or [-1]), money(change)),
            else_=_rounded(from_rival),
        ),
        saving_low=_rounded(rows.saving_low),
        saving_high=_rounded(rows.saving_high),
        **{name: money(rows[name]) for name in ("best_total", "current_total", "compared_total", "saving", "regret")},
        competitor_total=money(rows.rival_total),
        sentence_zh=sentence(rows, offers, "zh", currency),
        sentence_en=sentence(rows, offers, "en", currency),
    )
    return _as(rows, BEST_PLAN)


def months(side_by_side: ir.Table) -> ir.Table:
    """`tables.BEST_PLAN_MONTHS`."""
    rows = side_by_side
    return _as(rows.mutate(best_total=money(rows.best_total), compared_total=money(rows.compared_total)), BEST_PLAN_MONTHS)


def blocked(rows: ir.Table, offers: Sequence[Offer]) -> ir.Table:
    """`tables.BLOCKED_PLANS` of `choosing.blocked`."""
    text = _texts(offers)
    made = rows.mutate(
        plan=text(rows.offer, lambda o: o.plan.key),
        current_plan=text(rows.current, lambda o: o.label),
        plan_total=money(rows.total),
        current_total=money(rows.current_total),
        extra_cost=money(rows.extra),
    )
    return _as(made, BLOCKED_PLANS)


def review(found: ir.Table, picks: ir.Table, stopped: ir.Table, offers: Sequence[Offer]) -> ir.Table:
    """
    `tables.PLAN_REVIEW`: every plan against the customers' own months.

    Args:
        found: `choosing.totals`.
        picks: `choosing.verdicts`.
        stopped: `choosing.blocked`.
        offers: All of them.
    """
    plan_no = {offer.number: number for number, key in enumerate(_keys(offers)) for offer in offers if offer.plan.key == key}
    text = _texts(offers)

    def numbered(column: ir.IntegerValue) -> ir.IntegerValue:
        return text(column, lambda o: plan_no[o.number], "int64")

    bare = found.filter(found.is_bare)
    base = bare.group_by(plan=numbered(bare.offer)).aggregate(
        eligible=bare.count(), months=bare.months.sum().cast("int64"), billed=bare.total.sum().cast("int64")
    )
    now = picks.filter(picks.current.notnull())
    current = now.group_by(plan=numbered(now.current)).aggregate(
        customers=now.count(),
        customer_months=now.months.sum().cast("int64"),
        current_billed=now.current_total.sum().cast("int64"),
        avoidable=ibis.greatest(now.saving, 0).sum().cast("int64"),
        well_placed=(now.saving <= 0).cast("int64").sum().cast("int64"),
    )
    best = picks.group_by(plan=numbered(picks.best)).aggregate(best_for=picks.count())
    dear = stopped.group_by(plan=numbered(stopped.offer)).aggregate(blocked_for=stopped.count())
    against = bare.inner_join(picks.select("customer_id", "best_total"), "customer_id")
    cheaper = against.group_by(plan=numbered(against.offer)).aggregate(
        cheaper_than_best_for=(against.total < against.best_total).cast("int64").sum().cast("int64")
    )
    rows = base
    for other in (current, best, dear, cheaper):
        rows = rows.left_join(other, "plan").drop("plan_right")
    keys = _keys(offers)
    plans = {key: next(one.plan for one in offers if one.plan.key == key) for key in keys}

    def word(values: list[str]) -> ir.StringValue:
        return ibis.cases(*((rows.plan == number, ibis.literal(value)) for number, value in enumerate(values)), else_=ibis.null("string"))

    zero = ("customers", "best_for", "blocked_for", "cheaper_than_best_for", "well_placed")
    made = rows.mutate(
        plan=word(keys),
        plan_name=word([plans[key].name or key for key in keys]),
        company=word([plans[key].company for key in keys]).nullif(""),
        mean_monthly_bill=_mean(rows.billed, rows.months),
        current_monthly_bill=_mean(rows.current_billed, rows.customer_months),
        current_total=money(rows.current_billed.fill_null(0)),
        avoidable=money(rows.avoidable.fill_null(0)),
        **{name: rows[name].fill_null(0) for name in zero},
    )
    return _as(made, PLAN_REVIEW)


def _rounded(amount: ir.FloatingValue) -> ir.DecimalValue:
    """Cents in float64 as money."""
    return amount_of(amount / 100.0)


def _mean(total: ir.IntegerValue, count: ir.IntegerValue) -> ir.DecimalValue:
    return amount_of(ratio(total, count) / 100.0)


def _keys(offers: Sequence[Offer]) -> list[str]:
    return list(dict.fromkeys(offer.plan.key for offer in offers))


def _texts(offers: Sequence[Offer]) -> Callable[..., ir.Value]:
    """What turns the number of an offer into something that *of* says of it."""

    def text(number: ir.IntegerValue, of: Callable[[Offer], str | int], kind: str = "string") -> ir.Value:
        return ibis.cases(*((number == one.number, ibis.literal(of(one), kind)) for one in offers), else_=ibis.null(kind))

    return text


def _as(rows: ir.Table, table: Table) -> ir.Table:
    return typed(rows, table.types)
