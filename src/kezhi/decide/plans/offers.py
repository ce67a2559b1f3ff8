"""What can be bought: every plan alone and with each allowed set of add-ons, in whole numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from math import lcm

from kezhi.errors import WrongInput
from kezhi.locales import Phrase
from kezhi.settings import AddOnSettings, BundleSettings, ChargeSettings, PlanSettings, Settings

MICRO = 1_000_000  # use is counted in millionths of its unit, so that every sum of it is exact
MOST_OFFERS = 2000
LARGEST = 9 * 10**18  # of int64, in which a fraction of a cent is added up
MOST_USE = 10**9  # units of one kind that a line may use in a month: its millionths are exact in a float64, as engines divide by it


@dataclass(frozen=True, slots=True)
class Measure:
    """Use of a month as some charge counts it: a kind, in some hours and days, each record rounded or not."""

    kind: str
    unit: int = 0  # millionths each record is rounded to; 0 for not rounded
    mode: str = "up"
    hours: tuple[int, int] | None = None  # minutes of the day, the second one not in it; the first may be the later one
    weekdays: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class Charge:
    """One charge of an offer; amounts of use in millionths, money in cents (hundredths of the currency's unit)."""

    name: str
    measure: Measure
    months: tuple[int, ...] | None
    unit: int  # that the month's sum is rounded to; 0 for not rounded
    mode: str
    included: int
    steps: tuple[tuple[int | None, Fraction], ...]  # bound, counted from the end of the allowance; cents per millionth
    is_volume: bool
    cap: int | None


@dataclass(frozen=True, slots=True)
class Offer:
    """A plan with a set of add-ons."""

    number: int
    plan: PlanSettings
    add_ons: tuple[str, ...]
    fee: int  # cents a month, add-ons included
    charges: tuple[Charge, ...]

    @property
    def label(self) -> str:
        """The plan's key, and those of the add-ons after a plus each."""
        return "+".join((self.plan.key, *self.add_ons))

    @property
    def is_own(self) -> bool:
        """Whether the company itself offers it."""
        return not self.plan.company


def micro(quantity: Decimal) -> int:
    """Millionths of *quantity*, which has at most six decimals."""
    return int(quantity * MICRO)


def cents(amount: Decimal) -> int:
    """Hundredths of *amount*, which has at most two decimals."""
    return int(amount * 100)


def offers(settings: Settings) -> tuple[Offer, ...]:
    """
    Every plan with every allowed set of add-ons, fewest add-ons first and then in the order written.

    Args:
        settings: Plans and add-ons, checked.

    Raises:
        WrongInput: There would be more than 2000; says which plan has most.
    """
    known = {one.key: one for one in settings.add_ons}
    found: list[tuple[PlanSettings, tuple[str, ...]]] = []
    counts: dict[str, int] = {}
    for plan in settings.plans:
        sets = [chosen for size in range(min(plan.max_add_ons, len(plan.add_ons)) + 1) for chosen in combinations(plan.add_ons, size)]
        counts[plan.key] = len(sets)
        found += [(plan, chosen) for chosen in sets]
    if len(found) > MOST_OFFERS:
        largest = max(counts, key=lambda key: counts[key])
        raise WrongInput(problem=Phrase("plans.too_many", offers=len(found), limit=MOST_OFFERS, plan=largest, own=counts[largest]))
    found.sort(key=lambda one: len(one[1]))  # stable: with equal totals the plan written first, with the fewest add-ons, wins
    return tuple(_offer(number, plan, chosen, [known[key] for key in chosen]) for number, (plan, chosen) in enumerate(found))


def measures(found: Sequence[Offer]) -> tuple[Measure, ...]:
    """Everything that the charges of *found* count, each once."""
    return tuple(dict.fromkeys(charge.measure for offer in found for charge in offer.charges))


def kinds(settings: Settings) -> tuple[str, ...]:
    """The kinds of use that some plan charges, in the order written."""
    return tuple(dict.fromkeys(charge.kind or name for plan in settings.plans for name, charge in plan.charges.items()))


def _offer(number: int, plan: PlanSettings, keys: tuple[str, ...], added: Sequence[AddOnSettings]) -> Offer:
    fee = cents(plan.monthly_fee) + sum(cents(one.monthly_fee) for one in added)
    charges = []
    for name, given in plan.charges.items():
        more = sum((micro(one.included.get(name, Decimal(0))) for one in added), 0)
        prices = [one.price[name] for one in added if name in one.price]
        charges.append(_charge(name, given, more, min(prices) if prices else None))
    return Offer(number, plan, keys, fee, tuple(charges))


def _charge(name: str, given: ChargeSettings, more: int, price: Decimal | None) -> Charge:
    each = {one.per: one for one in given.rounding}
    record, month = each.get("record"), each.get("month")
    measure = Measure(
        given.kind or name,
        micro(record.unit) if record else 0,
        record.mode if record else "up",
        _minutes(given.hours) if given.hours else None,
        tuple(sorted(set(given.weekdays))) if given.weekdays else None,
    )
    asked = [(tier.up_to, tier.price) for tier in given.steps] if price is None else [(None, price)]
    steps = tuple((None if bound is None else micro(bound), Fraction(cost) * 100 / micro(given.per)) for bound, cost in asked)
    bottom = lcm(*(cost.denominator for _, cost in steps))
    if bottom * (1 + sum(cost * bottom for _, cost in steps)) >= LARGEST:
        raise WrongInput(problem=Phrase("plans.too_fine", charge=name, prices=", ".join(str(cost) for _, cost in asked), per=given.per))
    return Charge(
        name,
        measure,
        tuple(sorted(set(given.months))) if given.months else None,
        micro(month.unit) if month else 0,
        month.mode if month else "up",
        micro(given.included) + more,
        steps,
        given.tier_mode == "volume",
        None if given.cap is None else cents(given.cap),
    )


def _minutes(hours: str) -> tuple[int, int]:
    first, last = ((int(time[:2]) * 60 + int(time[3:])) for time in hours.split("-"))
    return first, last


def weights(bundle: BundleSettings) -> Mapping[str, Fraction]:
    """How much of the bundle one unit of each charge takes."""
    return {name: Fraction(weight) for name, weight in bundle.of.items()}
