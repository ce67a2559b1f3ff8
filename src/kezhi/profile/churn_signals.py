"""The signs that somebody is leaving, each by name: buys less, logs in less, complains more, changes channel, looks at rivals."""

from __future__ import annotations

from datetime import date

from kezhi.kit.days import day, days_before, days_between, midnight
from kezhi.kit.engine import _, ibis, ir, ratio
from kezhi.profile.gaps import purchase_gaps
from kezhi.profile.rhythm import horizons
from kezhi.settings import ChurnSettings

NEEDED = (
    "last_purchase_on", "recency_days", "tenure_days", "gap_days_mean", "gap_days_std", "active_days_life", "orders_30d", "orders_90d",
    "orders_365d", "net_amount_90d", "net_amount_365d", "discount_share_365d", "refunds_365d", "events_30d", "events_90d", "events_365d",
)  # fmt: skip
SIGNALS = (
    "silent_days", "own_gap_days", "silence_ratio", "tenure_days", "orders_30d", "orders_90d", "orders_365d", "net_amount_90d",
    "net_amount_365d", "discount_share_365d", "refunds_365d", "gap_days_std", "events_30d", "events_90d", "events_365d", "frequency_ratio",
    "login_ratio", "complaints_90d", "complaints_rise", "channel_switch_share", "supplier_switches_365d",
)  # fmt: skip
TENURE_DAYS = 365  # longer is not told apart, as a longer history would look like other customers
_HASH = 32  # characters of a hash
MOST_RATIO = 3.0  # of now to before: more is not told apart
LEAST_BEFORE_DAYS = 60  # of an earlier period that a fall is told from


def churn_signals(
    features: ir.Table,
    channels: ir.Table,
    events: ir.Table | None,
    *,
    as_of: date,
    settings: ChurnSettings,
    most_days: int,
    group: ir.Value | None = None,
) -> ir.Table:
    """
    Everything a model of leaving looks at, of every customer who ever bought (or acted, by the settings' definition).

    Args:
        features: `tables.FEATURES` of the day, at least `NEEDED`.
        channels: `last_channels` of the purchases before *as_of*.
        events: `tables.EVENTS`; without any, what rests on them is null.
        as_of: The first day not seen.
        settings: Definition and names of events.
        most_days: The longest horizon.
        group: Of *features*: what makes customers ones of different companies, whose mean gaps are kept apart.

    Returns:
        customer_id, last_act_on, horizon_days, ended_on (day of the first end event of a contract; null else), last_channel and
        `SIGNALS`, float64: frequency_ratio is purchases of the last 90 days / as many as the year before them would give;
        login_ratio logins of the last 30 days / as many as the 60 before would give; complaints_rise those of the
        last 90 days minus those of the 90 before; channel_switch_share the share of earlier purchases that used another
        channel than the last. Ratios end at 3. Null where the earlier period has nothing.
    """
    known = _acts(features, events, as_of=as_of, settings=settings)
    if group is not None:
        known = horizons(known.mutate(company=group), settings, most_days=most_days, group="company")
    else:
        known = horizons(known, settings, most_days=most_days)
    before_days = ibis.least(known.tenure_days, TENURE_DAYS) - 90
    before = known.orders_365d - known.orders_90d
    usual = ibis.ifelse(before_days >= LEAST_BEFORE_DAYS, ratio(before * 90, before_days), None)
    # one gap has no spread: 0 would say that the rhythm is exact
    known = known.mutate(gap_days_std=ibis.ifelse(_.active_days >= 3, _.gap_days_std, None))
    wide = known.mutate(
        frequency_ratio=ibis.least(ratio(known.orders_90d, usual), MOST_RATIO), tenure_days=ibis.least(known.tenure_days, TENURE_DAYS)
    )
    parts = [channels]
    if events is not None:
        parts.append(_event_signs(events, as_of=as_of, settings=settings))
    for part in parts:
        wide = wide.left_join(part, "customer_id", rname="{name}_right").drop("customer_id_right")
    counted = {
        name: wide[name].fill_null(0) for name in ("complaints_90d", "complaints_rise", "supplier_switches_365d") if name in wide.columns
    }
    wide = wide.mutate(**counted)
    return wide.select(
        "customer_id",
        "last_act_on",
        "horizon_days",
        "last_channel",
        ended_on=wide.ended_on if "ended_on" in wide.columns else ibis.null("date"),
        # six places: a last digit that differs between engines must not fall on the other side of a tree's cut
        **{name: wide[name].cast("float64").round(6) if name in wide.columns else ibis.null("float64") for name in SIGNALS},
    )


def next_acts(purchases: ir.Table, events: ir.Table | None, *, on: date, settings: ChurnSettings) -> ir.Table:
    """customer_id and next_days: days from *on* to the first purchase (action, or end event, by the definition) on or after it."""
    if settings.definition == "purchases" or events is None:
        acts = purchases.select("customer_id", at="ordered_at")
    else:
        found = events.filter(_.event_name.isin(settings.end_events)) if settings.definition == "contract" else events
        acts = found.select("customer_id", at="occurred_at")
    later = acts.filter(_.customer_id.notnull() & (_.at >= midnight(on)))
    return later.group_by("customer_id").aggregate(next_on=day(_.at.min())).select("customer_id", next_days=days_between(on, _.next_on))


def _acts(features: ir.Table, events: ir.Table | None, *, as_of: date, settings: ChurnSettings) -> ir.Table:
    """Last day, days of silence, mean gap and number of days with a purchase or action, beside the columns of *features*."""
    if settings.definition == "activity" and events is not None:
        seen = events.filter(_.customer_id.notnull() & (_.occurred_at < midnight(as_of))).select("customer_id", ordered_at="occurred_at")
        days = purchase_gaps(seen, as_of=as_of)
        days = days.select("customer_id", "gap_days_mean", "gap_days_std", last_act_on="last_purchase_on", active_days="active_days_life",
                           tenure_days=days_between(days.first_purchase_on, as_of))  # fmt: skip
        rest = features.drop("gap_days_mean", "gap_days_std", "tenure_days")
        joined = days.join(rest, "customer_id")
        return joined.mutate(silent_days=days_between(joined.last_act_on, as_of))
    known = features.mutate(last_act_on=_.last_purchase_on, silent_days=_.recency_days, active_days=_.active_days_life)
    if settings.definition == "contract" and events is not None:
        ended = events.filter(_.event_name.isin(settings.end_events) & _.customer_id.notnull() & (_.occurred_at < midnight(as_of)))
        ends = ended.group_by("customer_id").aggregate(ended_on=day(_.occurred_at.min()))
        known = known.left_join(ends, "customer_id", rname="{name}_right").drop("customer_id_right")
        return known.filter(_.silent_days.notnull() | (_.events_365d > 0) | _.ended_on.notnull())
    return known.filter(_.silent_days.notnull())


def last_channels(purchases: ir.Table) -> ir.Table:
    """customer_id, last_channel, and channel_switch_share: of the purchases before the last, the share in another channel; null without any."""
    named = purchases.filter(_.channel.notnull() & _.customer_id.notnull())
    named = named.select("customer_id", "channel", "order_id", at=named.ordered_at.epoch_seconds().cast("int64"))
    newest = named.group_by("customer_id").aggregate(last_at=_.at.max(), rows=_.count())
    # of several in one second the last by a hash of the id, of fixed length, before the channel; a ranking would sort all rows
    ends = named.join(newest, [named.customer_id == newest.customer_id, named.at == newest.last_at], rname="{name}_right")
    last = ends.group_by("customer_id").aggregate(key=(_.order_id.hexdigest("md5") + _.channel).max(), rows=_.rows.max())
    last = last.select("customer_id", "rows", last_channel=last.key.substr(_HASH))
    same = named.join(last, [named.customer_id == last.customer_id, named.channel == last.last_channel], rname="{name}_right")
    sums = same.group_by("customer_id", "last_channel").aggregate(rows=_.rows.max(), same=_.count())
    return sums.select("customer_id", "last_channel", channel_switch_share=ratio(sums["rows"] - sums.same, sums["rows"] - 1))


def _event_signs(events: ir.Table, *, as_of: date, settings: ChurnSettings) -> ir.Table:
    def since(days: int) -> ir.BooleanValue:
        return _.occurred_at >= midnight(days_before(as_of, days))

    def named(names: list[str]) -> ir.BooleanValue:
        return _.event_name.isin(names) if names else ibis.literal(False)

    seen = events.filter(_.customer_id.notnull() & (_.occurred_at < midnight(as_of)) & since(365))
    login, complaint = named(settings.login_events), named(settings.complaint_events)
    sums = seen.group_by("customer_id").aggregate(
        logins_30d=_.count(where=login & since(30)),
        logins_90d=_.count(where=login & since(90)),
        complaints_90d=_.count(where=complaint & since(90)),
        complaints_180d=_.count(where=complaint & since(180)),
        supplier_switches_365d=_.count(where=named(settings.switch_events)),
    )
    return sums.select(
        "customer_id",
        "complaints_90d",
        "supplier_switches_365d",
        login_ratio=ibis.least(ratio(sums.logins_30d * 2, sums.logins_90d - sums.logins_30d), MOST_RATIO),
        complaints_rise=sums.complaints_90d * 2 - sums.complaints_180d,
    )
