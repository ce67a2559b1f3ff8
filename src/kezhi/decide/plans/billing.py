"""
What one offer would have cost: a bill per payer and month, in whole cents.

A bill is made in this order: use as the charge counts it, rounded per month where the charge says so; less the
charge's own allowance, then less what the bundles give; the price, by tiers where there are some, half a cent
rounded up once per charge and month; the charge's cap; the cap of all charges; fees; discounts in the order
written; the least bill. Amounts are int64 all the way, so that every engine comes to the same cent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import lcm

from kezhi.decide.plans.measuring import rounded
from kezhi.decide.plans.offers import Charge, Measure, Offer, cents, micro, weights
from kezhi.kit.engine import ibis, ir
from kezhi.settings import DiscountSettings

Rounding = tuple[int, int, str]  # number of the measure, unit, mode


def roundings(offers: Sequence[Offer], measures: Sequence[Measure]) -> tuple[Rounding, ...]:
    """How months are rounded by some charge, each way once; 0 for not at all."""
    every = (charge for offer in offers for charge in offer.charges)
    return tuple(dict.fromkeys((list(measures).index(charge.measure), charge.unit, charge.mode) for charge in every))


def rounded_months(months: ir.Table, ways: Sequence[Rounding]) -> ir.Table:
    """*months* with `r<n>` per way, once for all offers."""
    return months.mutate(**{f"r{number}": rounded(months[f"m{measure}"], unit, mode) for number, (measure, unit, mode) in enumerate(ways)})


def bill(months: ir.Table, offer: Offer, measures: Sequence[Measure], ways: Sequence[Rounding]) -> ir.Table:
    """
    Bills of *offer*.

    Args:
        months: Rows of `rounded_months` of `monthly_use`, with `lines`, how many are taken together.
        offer: The plan and its add-ons.
        measures: As in `monthly_use`.
        ways: As in `rounded_months`.

    Returns:
        The columns of *months* and, in cents, fee, `charge_<name>` per charge, usage_charge, discount, top_up (what
        is missing to the least bill) and total = fee + usage_charge - discount + top_up. Accounts with more
        lines than the plan allows have no row.
    """
    plan, family = offer.plan, offer.plan.family
    rows = months
    fee: ir.IntegerValue = ibis.literal(offer.fee, "int64")
    if family is not None:
        if family.max_lines is not None:
            rows = rows.filter(rows.lines <= family.max_lines)
        more = ibis.greatest(rows.lines - family.lines, ibis.literal(0, "int64"))
        fee = fee + more * cents(family.line_fee)
    rows = rows.mutate(fee=fee, **{f"over_{n}": _over(rows, charge, measures, ways) for n, charge in enumerate(offer.charges)})
    rows = _bundled(rows, offer)
    rows = rows.mutate(**{f"charge_{charge.name}": _priced(rows[f"over_{n}"], charge) for n, charge in enumerate(offer.charges)})
    usage: ir.IntegerValue = ibis.literal(0, "int64")
    for charge in offer.charges:
        usage = usage + rows[f"charge_{charge.name}"]
    if plan.cap is not None:
        usage = ibis.least(usage, ibis.literal(cents(plan.cap), "int64"))
    rows = rows.mutate(usage_charge=usage, discount=ibis.literal(0, "int64")).drop(*(f"over_{n}" for n in range(len(offer.charges))))
    for discount in plan.discounts:
        rows = rows.mutate(discount=rows.discount + _discount(rows, discount))
    # only what the plan has: an engine reads each formula as often as a part of the bill names it
    rows = rows.mutate(total=rows.fee + rows.usage_charge - rows.discount if plan.discounts else rows.fee + rows.usage_charge)
    if plan.minimum is None:
        return rows.mutate(top_up=ibis.literal(0, "int64"))
    least = ibis.literal(cents(plan.minimum), "int64")
    rows = rows.mutate(top_up=ibis.greatest(least - rows.total, ibis.literal(0, "int64")))
    return rows.mutate(total=ibis.greatest(rows.total, least))


def _over(rows: ir.Table, charge: Charge, measures: Sequence[Measure], ways: Sequence[Rounding]) -> ir.IntegerValue:
    """Use beyond the charge's own allowance."""
    used = rows[f"r{list(ways).index((list(measures).index(charge.measure), charge.unit, charge.mode))}"]
    if charge.included:
        used = ibis.greatest(used - charge.included, ibis.literal(0, "int64"))
    if charge.months:
        used = ibis.cases((rows.month.month().isin(charge.months), used), else_=ibis.literal(0, "int64"))
    return used


def _bundled(rows: ir.Table, offer: Offer) -> ir.Table:
    """*rows* with less use beyond allowances, by what each bundle gives."""
    place = {charge.name: number for number, charge in enumerate(offer.charges)}
    for bundle in offer.plan.bundles:
        rows = rows.mutate(left=ibis.literal(micro(bundle.included), "int64"))
        for name, weight in weights(bundle).items():
            over = rows[f"over_{place[name]}"]
            covered = ibis.least(over, _times(rows.left, 1 / weight))
            rows = rows.mutate(**{f"over_{place[name]}": over - covered, "left": rows.left - _times(covered, weight, up=True)})
        rows = rows.drop("left")
    return rows


def _times(amount: ir.IntegerValue, factor: Fraction, *, up: bool = False) -> ir.IntegerValue:
    """amount × factor, rounded down or up to a whole number; nothing in between is larger than the result by much."""
    top, bottom = factor.numerator, factor.denominator
    if bottom == 1:
        return amount * top
    rest = (amount % bottom) * top + (bottom - 1 if up else 0)
    return (amount - amount % bottom) // bottom * top + (rest - rest % bottom) // bottom


def _priced(over: ir.IntegerValue, charge: Charge) -> ir.IntegerValue:
    """Cents for *over* millionths, half a cent rounded up."""
    bottom = lcm(*(price.denominator for _, price in charge.steps))
    tops = [int(price * bottom) for _, price in charge.steps]
    if not any(tops):
        return ibis.literal(0, "int64")
    if charge.is_volume:
        cases = [
            (over <= bound, _cents([over], [top], bottom))
            for (bound, _), top in zip(charge.steps[:-1], tops[:-1], strict=True)
            if bound is not None
        ]
        amount = _cents([over], [tops[-1]], bottom)
        amount = ibis.cases(*cases, else_=amount) if cases else amount
    else:
        amount = _cents(_parts(over, charge), tops, bottom, whole=_is_whole(charge, bottom))
    return amount if charge.cap is None else ibis.least(amount, ibis.literal(charge.cap, "int64"))


def _parts(over: ir.IntegerValue, charge: Charge) -> list[ir.IntegerValue]:
    """How much of *over* lies in each tier."""
    parts, start = [], 0
    for bound, _ in charge.steps:
        above = over if not start else ibis.greatest(over - start, ibis.literal(0, "int64"))
        parts.append(above if bound is None else ibis.least(above, ibis.literal(bound - start, "int64")))
        start = bound or start
    return parts


def _is_whole(charge: Charge, bottom: int) -> bool:
    """Whether rounding makes every part a multiple of *bottom*, so that no fraction of a cent can come."""
    unit = charge.unit or charge.measure.unit
    bounds = [bound for bound, _ in charge.steps if bound is not None]
    return bool(unit) and unit % bottom == 0 and charge.included % bottom == 0 and all(bound % bottom == 0 for bound in bounds)


def _cents(parts: Sequence[ir.IntegerValue], tops: Sequence[int], bottom: int, *, whole: bool = False) -> ir.IntegerValue:
    """
    The sum of parts × tops / bottom, half rounded up once.

    Each part is cut into whole bottoms and a rest, so that no product leaves int64. An engine divides int64 as float64: it
    is only asked to divide multiples of *bottom* below 2^53, where that is exact.
    """
    if bottom == 1:
        return sum((part * top for part, top in zip(parts, tops, strict=True)), start=ibis.literal(0, "int64"))
    amount: ir.IntegerValue = ibis.literal(0, "int64")
    rests: ir.IntegerValue = ibis.literal(bottom // 2, "int64")
    for part, top in zip(parts, tops, strict=True):
        if top:
            rest = part % bottom
            amount = amount + (part if whole else part - rest) // bottom * top
            rests = rests + rest * top
    return amount if whole else amount + _divided(rests, bottom)


def _divided(amount: ir.IntegerValue, bottom: int) -> ir.IntegerValue:
    """amount // bottom, exact up to 2^63: the engine's quotient, a float64, is off by at most one, and is set right."""
    whole = amount - amount % bottom
    near = whole // bottom
    rest = whole - near * bottom
    return near + ibis.cases((rest > 0, 1), (rest < 0, -1), else_=0)


def _discount(rows: ir.Table, discount: DiscountSettings) -> ir.IntegerValue:
    """What *discount* takes off, never more than what is left of its part."""
    left = rows.fee + rows.usage_charge - rows.discount
    base: Mapping[str, ir.IntegerValue] = {"fee": rows.fee, "usage": rows.usage_charge, "total": left}
    part = ibis.least(base[discount.of], left)
    if discount.amount is not None:
        off = ibis.least(part, ibis.literal(cents(discount.amount), "int64"))
    else:
        share = Fraction(discount.percent or 0) / 100
        off = _cents([part], [share.numerator], share.denominator)
    tests: list[ir.BooleanValue] = []
    if discount.first_months is not None:
        tests.append(rows.month_no <= discount.first_months)
    number = rows.month.year() * 100 + rows.month.month()
    if discount.since:
        tests.append(number >= int(discount.since.replace("-", "")))
    if discount.until:
        tests.append(number <= int(discount.until.replace("-", "")))
    for test in tests:
        off = ibis.cases((test, off), else_=ibis.literal(0, "int64"))
    return off
