"""What each customer is worth: value after costs, potential, loyalty, and a score that says what it is made of."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from kezhi.kit.days import day, days_before, midnight
from kezhi.kit.engine import Workbench, _, ibis, ir, ratio, typed
from kezhi.kit.money import amount_of
from kezhi.profile.percentiles import with_percentile
from kezhi.profile.potential import growth, residual, share_of_wallet
from kezhi.settings import ValueSettings
from kezhi.tables import MONEY, SCORE, VALUE, WINDOWS_DAYS

DEFAULT = ValueSettings()
_COST = "decimal(18, 6)"  # one message may cost less than a cent


def value(
    features: ir.Table,
    ledger: ir.Table,
    loyalty: ir.Table,
    moves: ir.Table,
    events: ir.Table | None,
    order_lines: ir.Table | None,
    products: ir.Table | None,
    *,
    as_of: date,
    settings: ValueSettings = DEFAULT,
    bench: Workbench | None = None,
) -> ir.Table:
    """
    Value, ranks, potential and score of every customer with a purchase or refund.

    value_amount = margin − service − contact − acquisition cost, in the window of the settings; a cost without a
    figure in the settings is not known, is null, and is not guessed. Score = current + potential + loyalty by
    their weights: current is the percentile of value_amount (of revenue where the margin is unknown), potential
    that of potential_amount; what is unknown leaves its weight to the others. Contributions are cut to
    hundredths and add up to the score exactly.

    Args:
        features: `tables.FEATURES`.
        ledger: `profile.ledger` of rows with a customer.
        loyalty: `profile.loyalty`.
        moves: `tables.MOVES`; those of dimension rfm that were recomputed tell what each group spent next.
        events: `tables.EVENTS`; none: service and contact by event are not known.
        order_lines, products: For the share of wallet; none: null.
        as_of: The first day not seen.
        settings: Costs, weights, bands; none of the costs is assumed.
        bench: Where money, ranks and parts are computed once; without it they stand in the expression several times.

    Returns:
        `tables.VALUE`.
    """
    window, days = settings.window, WINDOWS_DAYS[settings.window]
    since = days_before(as_of, days) if days else None
    of_window = (f"{name}_{window}" for name in ("orders", "net_amount", "margin_amount", "refunds"))
    # no more than is read: the ranks sort whole rows
    read = dict.fromkeys(("customer_id", "tenure_days", "net_amount_90d", "net_amount_365d", *of_window))
    people = features.filter((_.orders_life > 0) | (_.refunds_life > 0)).select(*read)
    people = growth(people, settings)
    people = people.cross_join(people.aggregate(any_margin=_[f"margin_amount_{window}"].notnull().any()))
    bought = people[f"orders_{window}"]
    revenue, margin = people[f"net_amount_{window}"], people[f"margin_amount_{window}"]
    # who neither bought nor gave back has a margin of 0; but only a company that keeps costs knows that
    sold_nothing = people.any_margin & (bought == 0) & (revenue == 0)
    table = people.mutate(revenue_amount=revenue, margin_amount=ibis.ifelse(sold_nothing, margin.fill_null(0), margin), bought=bought)
    table = table.mutate(product_cost_amount=_.revenue_amount - _.margin_amount)
    if settings.service_cost_per_refund is not None:
        handled = (table[f"refunds_{window}"] * _cost(settings.service_cost_per_refund)).cast(MONEY)
        table = table.mutate(of_refunds=handled)
    table = _with(table, _of_events(events, settings.service_cost_per_event, since, as_of), "of_service")
    table = _with(table, _of_events(events, settings.contact_cost_per_event, since, as_of), "contact_cost_amount")
    table = _with_acquisition(table, ledger, since, settings)
    service = [table[name].fill_null(0) for name in ("of_refunds", "of_service") if name in table.columns]
    table = table.mutate(service_cost_amount=(sum(service[1:], service[0]) if service else ibis.null(MONEY)))
    costs = ("service_cost_amount", "contact_cost_amount", "acquisition_cost_amount")
    for name in costs:
        if name not in table.columns:
            table = table.mutate(**{name: ibis.null(MONEY)})
    known = [ibis.ifelse(table.margin_amount.notnull(), "product", None)]
    known += [ibis.ifelse(table[name].notnull(), name.removesuffix("_cost_amount"), None) for name in costs]
    spent = [table[name].cast(MONEY).fill_null(0) for name in costs]
    table = table.mutate(
        value_amount=(table.margin_amount - spent[0] - spent[1] - spent[2]).cast(MONEY),
        costs_known=_joined(known),
    )
    table = _ranked(table)
    table = _with(table, residual(moves, settings), "residual_amount", zero=False)
    table = table.mutate(potential_amount=amount_of(_.residual_amount.cast("float64") * _.growth_ratio.fill_null(1.0)))
    wallet = share_of_wallet(ledger, order_lines, products, settings.category_benchmarks, as_of=as_of)
    table = _with(table, wallet, "share_of_wallet", zero=False)
    if wallet is not None:
        table = table.mutate(share_of_wallet=_.share_of_wallet.fill_null(0.0))
    parts = loyalty.select(loyal_id="customer_id", **{c: loyalty[c] for c in loyalty.columns if c != "customer_id"})
    table = table.left_join(parts, [table.customer_id == parts.loyal_id])
    # read four times: by the rows, and by the ranks of three columns
    return typed(_scored(bench.settle(table) if bench else table, settings), VALUE.types)


def _with(table: ir.Table, found: ir.Table | None, name: str, *, zero: bool = True) -> ir.Table:
    """*table* with the column *name* of *found* (customer_id, *name*); 0 for who has none there, null when there is no *found*."""
    if found is None:
        return table if zero else table.mutate(**{name: ibis.null(VALUE.column(name).type)})
    given = found.select(given_id="customer_id", given=found[name])
    joined = table.left_join(given, [table.customer_id == given.given_id])
    return joined.mutate(**{name: joined.given.fill_null(0) if zero else joined.given}).drop("given_id", "given")


def _cost(each: float) -> ir.DecimalScalar:
    return ibis.literal(Decimal(str(each)).quantize(Decimal("0.000001")), _COST)


def _of_events(events: ir.Table | None, costs: dict[str, float], since: date | None, as_of: date) -> ir.Table | None:
    """Cost of the events named in *costs*, as columns of both names; None when it is not known."""
    if events is None or not costs:
        return None
    seen = events.filter(_.customer_id.notnull() & (_.occurred_at < midnight(as_of)) & _.event_name.isin(list(costs)))
    if since is not None:
        seen = seen.filter(_.occurred_at >= midnight(since))
    each = ibis.cases(*((seen.event_name == name, _cost(cost)) for name, cost in costs.items()), else_=_cost(0))
    sums = seen.select("customer_id", each=each).group_by("customer_id").aggregate(cost=_.each.sum().cast(MONEY))
    return sums.select("customer_id", of_service="cost", contact_cost_amount="cost")


def _with_acquisition(table: ir.Table, ledger: ir.Table, since: date | None, settings: ValueSettings) -> ir.Table:
    """Adds acquisition_cost_amount: by the channel of the first purchase, else the general figure; 0 when won before the window."""
    if settings.acquisition_cost is None and not settings.acquisition_cost_by_channel:
        return table
    general = ibis.null(_COST) if settings.acquisition_cost is None else _cost(settings.acquisition_cost)
    bought = ledger.filter(_.is_purchase)
    first = bought.mutate(place=ibis.row_number().over(group_by="customer_id", order_by=["ordered_at", "order_id"])).filter(_.place == 0)
    by_channel = [(first.channel == channel, _cost(cost)) for channel, cost in settings.acquisition_cost_by_channel.items()]
    won = first.select(
        won_id="customer_id", won_on=day(first.ordered_at), won_cost=ibis.cases(*by_channel, else_=general) if by_channel else general
    )
    joined = table.left_join(won, [table.customer_id == won.won_id])
    in_window = ibis.literal(True) if since is None else joined.won_on >= ibis.literal(since, "date")
    charged = ibis.ifelse(in_window, joined.won_cost, _cost(0)).cast(MONEY)
    return joined.mutate(acquisition_cost_amount=charged).drop("won_id", "won_on", "won_cost")


def _joined(words: list[ir.StringValue]) -> ir.StringValue:
    """The words that are not null, comma separated; null without any."""
    joined: ir.StringValue = ibis.literal("")
    for word in words:
        joined = joined + ibis.ifelse(word.isnull(), "", "," + word.fill_null(""))
    return joined.substr(1).nullif("")


def _ranked(table: ir.Table) -> ir.Table:
    """Adds revenue_rank, margin_rank, rank_change; ties by customer_id."""

    def place(column: str, among: ir.BooleanValue) -> ir.Value:
        number = ibis.row_number().over(group_by=among, order_by=[ibis.desc(column), "customer_id"]) + 1
        return ibis.ifelse(among, number, None)

    by_revenue = ibis.window(group_by=table.bought > 0, order_by=[ibis.desc("revenue_amount"), "customer_id"], preceding=None, following=0)
    both = (table.bought > 0) & table.margin_amount.notnull()
    table = table.mutate(
        revenue_rank=place("revenue_amount", table.bought > 0),
        margin_rank=place("margin_amount", both),
        # their place by revenue among themselves: how many of them come so far in the order of all, which is there already
        revenue_rank_too=ibis.ifelse(both, both.cast("int64").sum().over(by_revenue), None),
    )
    return table.mutate(rank_change=_.revenue_rank_too - _.margin_rank)


def _scored(table: ir.Table, settings: ValueSettings) -> ir.Table:
    """Adds the score, its contributions and the band."""
    for column, name in (("value_amount", "value_percentile"), ("revenue_amount", "revenue_percentile"), ("potential_amount", "potential")):
        table = with_percentile(table, column, name)
    table = table.mutate(
        score_basis=ibis.ifelse(table.value_amount.notnull(), "value", "revenue"),
        current=ibis.coalesce(table.value_percentile, table.revenue_percentile),
        loyal=table.loyalty_index.cast("float64"),
    )
    parts = {"current": table.current, "potential": table.potential, "loyalty": table.loyal}
    weights = {name: float(settings.weights.get(name, 0.0)) for name in parts}  # type: ignore[call-overload]
    total = ibis.literal(0.0)
    for name, part in parts.items():
        total = total + ibis.ifelse(part.isnull(), 0.0, weights[name])
    for name, part in parts.items():
        # cut, not rounded: three halves rounded up would make more than 100
        points = ratio(part * weights[name], total).fill_null(0.0)
        hundredths = (points * 100.0 + 1e-6).floor().cast("int64")
        exact = (hundredths.cast(SCORE) * ibis.literal(Decimal("0.01"), SCORE)).cast(SCORE)
        table = table.mutate(**{f"{name}_contribution": exact})
    table = table.mutate(value_score=(_.current_contribution + _.potential_contribution + _.loyalty_contribution).cast(SCORE))
    bands = [(table.value_score.cast("float64") >= band.at_least, band.name) for band in settings.bands[:-1]]
    last = settings.bands[-1].name
    return table.mutate(value_band=ibis.cases(*bands, else_=last) if bands else ibis.literal(last))
