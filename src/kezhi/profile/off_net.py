"""Who left, where to, why and what it cost: one row per lost customer."""

from __future__ import annotations

from datetime import date

from kezhi.kit.days import day, days_between, midnight
from kezhi.kit.engine import _, ibis, ir, typed
from kezhi.settings import ChurnSettings
from kezhi.tables import MONEY, OFF_NET

COMPLAINT_DAYS = 90  # before the last act: a complaint that may have been the cause
REFUND_DAYS = 30
RIVAL_DAYS = 365
_LATER = 10_000_000_000


def off_net(lost: ir.Table, ledger: ir.Table, events: ir.Table | None, *, as_of: date, settings: ChurnSettings) -> ir.Table:
    """
    What is known of each lost customer.

    The cause is the first that is found: an event about a rival in the year before; a complaint in the 90 days before
    the last act or after it; a refund in the 30 days before or after it; most earlier purchases in another channel than
    the last; else `unknown`. These stand together in time; that one brought about the other is not proven.

    Args:
        lost: customer_id, last_act_on, lost_on, last_channel, channel_switch_share (see `last_channels`).
        ledger: `tables.LEDGER` before *as_of*.
        events: `tables.EVENTS`; without any, no rival and no complaint is found.
        as_of: The first day not seen.
        settings: Names of events.

    Returns:
        `tables.OFF_NET`.
    """
    rows = ledger.join(lost.select("customer_id", "last_act_on"), "customer_id")
    rows = rows.mutate(age=days_between(day(rows.ordered_at), rows.last_act_on))
    sums = rows.group_by("customer_id").aggregate(
        value_lost=_.net_amount.sum(where=(_.is_purchase | _.is_netted) & (_.age < RIVAL_DAYS)),
        refunds=_.count(where=_.is_refund & (_.age <= REFUND_DAYS)),
    )
    parts = [sums]
    if events is not None:
        parts += _event_signs(lost, events, as_of=as_of, settings=settings)
    wide = lost
    for part in parts:
        wide = wide.left_join(part, "customer_id", rname="{name}_right").drop("customer_id_right")
    none = ibis.literal(False)
    cause = ibis.cases(
        ((wide.switches > 0).fill_null(False) if events is not None else none, "supplier_switch"),
        ((wide.complaints > 0).fill_null(False) if events is not None else none, "complaint"),
        ((wide.refunds > 0).fill_null(False), "refund"),
        ((wide.channel_switch_share > 0.5).fill_null(False), "channel_switch"),
        else_="unknown",
    )
    wide = wide.mutate(channel=wide.last_channel, cause=cause, value_lost=wide.value_lost.fill_null(0).cast(MONEY))
    return typed(wide, OFF_NET.types)


def _event_signs(lost: ir.Table, events: ir.Table, *, as_of: date, settings: ChurnSettings) -> list[ir.Table]:
    seen = events.filter(_.occurred_at < midnight(as_of)).join(lost.select("customer_id", "last_act_on"), "customer_id")
    age = days_between(day(seen.occurred_at), seen.last_act_on).fill_null(0)
    seen = seen.mutate(age=age)
    rival = seen.filter(_.event_name.isin(settings.switch_events or [""]) & (_.age < RIVAL_DAYS))
    complaint = seen.filter(_.event_name.isin(settings.complaint_events or [""]) & (_.age <= COMPLAINT_DAYS))
    moment = (_.occurred_at.epoch_seconds().cast("int64") + _LATER).cast("string")
    switches = rival.group_by("customer_id").aggregate(switches=_.count())
    # the page of the last such event, by a maximum over text
    pages = rival.filter(_.page.notnull()).select("customer_id", key=moment + _.page).group_by("customer_id").aggregate(key=_.key.max())
    left_to = pages.select("customer_id", left_to=_.key.substr(11))
    return [switches, left_to, complaint.group_by("customer_id").aggregate(complaints=_.count())]
