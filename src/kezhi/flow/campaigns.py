"""Who was in which campaign, from which day each is looked at, and what came of it."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from kezhi import profile
from kezhi.kit.days import day, days_before, midnight
from kezhi.kit.engine import _, ibis, ir

if TYPE_CHECKING:
    from kezhi.flow.step import Inputs

FEATURES = (
    "recency_days", "orders_90d", "orders_365d", "net_amount_90d", "net_amount_365d", "average_order_value_365d",
    "discount_share_365d", "refunds_365d", "gap_days_mean", "events_90d", "events_365d",
)  # fmt: skip


def people(inputs: Inputs) -> ir.Table:
    """
    One row per customer of the newest campaigns: campaign, customer_id, arm, arms (how many), is_control, assigned_at (the first),
    is_randomised, cost. Rows dated after the data are left out. Settled.
    """
    settings, given = inputs.settings.uplift, inputs["treatments"]
    given = given.filter(_.flags.isnull() & (_.assigned_at < midnight(inputs.as_of)))
    begun = given.group_by("campaign").aggregate(begun=_.assigned_at.min())
    newest = begun.order_by(ibis.desc("begun"), "campaign").limit(settings.most_campaigns)
    named = given.semi_join(newest, "campaign")
    one = named.group_by("campaign", "customer_id").aggregate(
        arm=_.arm.min(), arms=_.arm.nunique(), assigned_at=_.assigned_at.min(), is_randomised=_.is_randomised.all(), cost=_.cost.sum()
    )
    return inputs.bench.settle(one.mutate(is_control=_.arm.lower().isin([name.lower() for name in settings.control_arms])))


def assigned(inputs: Inputs, everyone: ir.Table) -> ir.Table:
    """
    Those of *everyone* (`people`) whose window is over, with what came of it.

    Returns:
        campaign, customer_id, arm, is_control, cost, looked_on (features are those known before that day, the day of assignment or one of
        cut_offs earlier days), outcome (float64); customers of several arms are left out, and of more than fit_rows customers of an arm
        a sample is taken. Settled.
    """
    settings, as_of = inputs.settings.uplift, inputs.as_of
    over = midnight(days_before(as_of, settings.window_days))
    whole = everyone.filter((_.arms == 1) & (_.assigned_at < over))
    turn = (ibis.literal(f"{settings.seed}:") + whole.customer_id).hexdigest("md5")
    drawn = ibis.row_number().over(group_by=["campaign", "arm"], order_by=[turn, whole.customer_id])
    number = day(whole.assigned_at).epoch_days()
    chosen = whole.mutate(drawn=drawn, on=number).filter(_.drawn < settings.fit_rows)
    spans = ibis.window(group_by="campaign")
    chosen = chosen.mutate(since=_.on - _.on.min().over(spans), span=_.on.max().over(spans) - _.on.min().over(spans))
    # whole days from the first assignment, in as many equal parts as there are cut-offs
    width = chosen.span // settings.cut_offs + 1
    looked = chosen.on - (chosen.since - (chosen.since // width) * width)
    chosen = chosen.mutate(looked_on=(looked.cast("int32").as_interval("D") + ibis.date(1970, 1, 1)).cast("date"))
    columns = ("campaign", "customer_id", "arm", "is_control", "cost", "looked_on", "outcome")
    return inputs.bench.settle(_with_outcome(inputs, chosen).select(*columns))


def told(inputs: Inputs, everyone: ir.Table, seen: pa.Table) -> list[dict[str, Any]]:
    """
    Per campaign and arm that is no control, the last assigned first: campaign, arm, assigned_on, outcome, has_control, is_randomised,
    mixed, cost, and treated, controls with mean and variance of the outcome of both.

    Args:
        inputs: Of the step.
        everyone: `people`.
        seen: The rows of `assigned`.
    """
    settings = inputs.settings.uplift
    sums = everyone.group_by("campaign", "arm", "is_control").aggregate(
        first=_.assigned_at.min(), randomised=_.is_randomised.all(), mixed=(_.arms > 1).sum()
    )
    every = inputs.bench.arrow(sums.order_by("campaign", "arm")).to_pylist()
    campaign, arm = (np.array(seen[name].to_pylist(), dtype=object) for name in ("campaign", "arm"))
    control, outcome = (seen[name].to_numpy(zero_copy_only=False) for name in ("is_control", "outcome"))
    cost = seen["cost"].cast(pa.float64()).to_numpy(zero_copy_only=False)
    made = []
    for one in every:
        if one["is_control"]:
            continue
        of = [other for other in every if other["campaign"] == one["campaign"]]
        here = campaign == one["campaign"]
        given, against = here & (arm == one["arm"]), here & control.astype(bool)
        paid = cost[given]
        made.append(
            {
                "campaign": one["campaign"],
                "arm": one["arm"],
                "assigned_on": min(other["first"] for other in of).date(),
                "outcome": settings.outcomes.get(one["campaign"], settings.outcome),
                "has_control": any(other["is_control"] for other in of),
                "is_randomised": all(other["randomised"] for other in of),
                "mixed": one["mixed"],
                "cost": None if not len(paid) or np.isnan(paid).any() else Decimal(str(round(float(paid.mean()), 2))),
                **_moments("treated", outcome[given]),
                **_moments("control", outcome[against]),
            }
        )
    return sorted(made, key=lambda one: (-one["assigned_on"].toordinal(), one["campaign"], one["arm"]))


def _moments(name: str, outcome: Any) -> dict[str, Any]:
    rows = len(outcome)
    return {f"{name}_rows": rows, f"{name}_mean": float(outcome.mean()) if rows else None,
            f"{name}_var": float(outcome.var(ddof=1)) if rows > 1 else 0.0}  # fmt: skip


def _with_outcome(inputs: Inputs, chosen: ir.Table) -> ir.Table:
    """*chosen* with outcome, float64: what came within window_days after the assignment, by the measure of the campaign."""
    settings = inputs.settings.uplift
    asked = ibis.cases(
        *((chosen.campaign == name, ibis.literal(outcome)) for name, outcome in settings.outcomes.items()), else_=ibis.literal(settings.outcome)
    ) if settings.outcomes else ibis.literal(settings.outcome)  # fmt: skip
    chosen = chosen.mutate(asked=asked)
    purchases = profile.bought(inputs["ledger"])
    acts = [
        purchases.select("customer_id", at="ordered_at", what=ibis.literal("purchase"), amount=ibis.literal(1.0)),
        profile.netted(inputs["ledger"]).select(
            "customer_id", at="ordered_at", what=ibis.literal("net_amount"), amount=_.net_amount.cast("float64")
        ),
    ]  # fmt: skip
    events = inputs.get("events")
    named = sorted({*settings.outcomes.values(), settings.outcome} - {"purchase", "net_amount"})
    if events is not None and named:
        found = events.filter(_.event_name.isin(named))
        acts.append(found.select("customer_id", at="occurred_at", what="event_name", amount=ibis.literal(1.0)))
    every = ibis.union(*acts, distinct=False).filter(_.customer_id.notnull())
    joined = chosen.select("campaign", "customer_id", "assigned_at", "asked").join(
        every, [chosen.customer_id == every.customer_id, chosen.asked == every.what]
    )
    window = ibis.interval(days=settings.window_days)
    came = joined.filter((_.at > _.assigned_at) & (_.at <= _.assigned_at + window))
    sums = came.group_by("campaign", "customer_id").aggregate(came=_.amount.sum())
    whole = chosen.left_join(sums, ["campaign", "customer_id"]).drop("campaign_right", "customer_id_right")
    is_money = whole.asked == "net_amount"
    return whole.mutate(outcome=ibis.ifelse(is_money, whole.came.fill_null(0.0), (whole.came.fill_null(0.0) > 0).cast("float64")))
