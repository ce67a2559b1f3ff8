"""What other tier rules, or other prices, would have made of the same customers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from pydantic import ValidationError

from kezhi import profile
from kezhi.errors import WrongInput
from kezhi.kit.engine import _, ir
from kezhi.locales import Phrase
from kezhi.settings import TierSettings
from kezhi.settings.unfit import unfit

_FIELDS = {"net_amount": float, "orders": int}
_WHOLE = {"window_days", "grace_days", "rate_days"}


def changed(settings: TierSettings, changes: Sequence[str]) -> TierSettings:
    """
    *settings* with *changes* such as `金.net_amount=8000`, `gold.orders=10` or `window_days=180`.

    Raises:
        WrongInput: A change names no tier or no field, has no number, or the rules would contradict each other.
    """
    made: dict[str, Any] = settings.model_dump()
    for change in changes:
        place, equals, text = (part.strip() for part in change.partition("="))
        name, _dot, field = place.rpartition(".")
        level = next(
            (one for one in made["levels"] if name and name.casefold() in (one["name"].casefold(), one["name_en"].casefold())), None
        )
        if not equals or (level is None if name else field not in _WHOLE) or (name and field not in _FIELDS):
            known = ", ".join(f"{one['name']}.{field}" for one in made["levels"][:-1] for field in _FIELDS)
            raise WrongInput(problem=Phrase("tiers.unknown_change", change=change, known=known))
        try:
            number = _FIELDS.get(field, int)(text)
        except ValueError as error:
            raise WrongInput(problem=Phrase("tiers.no_number", change=change)) from error
        (level if level is not None else made)[field] = number
    try:
        return TierSettings.model_validate(made)
    except ValidationError as error:
        raise WrongInput(problem=Phrase("tiers.contradiction", detail=unfit(error.errors()[0]))) from error


def simulate(orders: ir.Table, *, as_of: date, settings: TierSettings, other: TierSettings, price_change: float = 0.0) -> ir.Table:
    """
    How many customers each tier would keep, gain and lose.

    Args:
        orders: `tables.ORDERS`.
        as_of: The first day not seen.
        settings: The rules as they are.
        other: The rules as they might be, see `changed`.
        price_change: Prices of all orders of the past so much higher or lower (-0.05 is 5 % lower), and as much bought.

    Returns:
        from_tier, to_tier, customers: a row per pair that occurs; every customer once.

    Raises:
        WrongInput: *price_change* is not above -1, or not a number a price could rise by.
    """
    if not -1 < price_change <= 10:
        raise WrongInput(problem=Phrase("tiers.price_out_of_range", change=f"{price_change * 100:g}%"))
    rows = profile.ledger(orders, as_of=as_of).filter(_.customer_id.notnull())
    before = profile.tiers(rows, as_of=as_of, settings=settings).select("customer_id", from_tier="tier")
    after = profile.tiers(rows, as_of=as_of, settings=other, price_change=price_change).select(after_id="customer_id", to_tier="tier")
    both = before.join(after, [before.customer_id == after.after_id])
    return both.group_by("from_tier", "to_tier").aggregate(customers=_.count())
