"""Payments on frames of any kind: what was known at each, and which are unusual."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from kezhi import insight, profile
from kezhi.api.days import dated
from kezhi.api.frames import _like, _orders
from kezhi.api.groups import _missing
from kezhi.api.kinds import as_ibis, like
from kezhi.errors import WrongInput
from kezhi.flow.risk import worded
from kezhi.kit.engine import _, ibis
from kezhi.locales import Phrase
from kezhi.settings import RiskSettings
from kezhi.tables import UNUSUAL_PAYMENTS

NEEDED = ("customer_id", "paid_at", "amount")
LONGEST_DAYS = 3660


def payment_features(payments: Any, *, windows: Sequence[int] = (1, 7, 30), delay_days: int = 7) -> Any:
    """
    Each payment with what was known of the payer and the place at its very second: what `FraudModel` is fitted on.

    Args:
        payments: customer_id, paid_at and amount; terminal_id (or store) and is_fraud where they are there.
        windows: Lengths in days.
        delay_days: Days until a fraud is known.

    Returns:
        All columns that came, and those of `profile.payment_windows`, in the kind of frame that came; ordered by paid_at and
        then the other columns that came, so that a model that draws rows draws the same.

    Raises:
        ColumnMissing: A needed column is not there.
        WrongInput: A window or delay that is no whole number of days.
    """
    days = [*windows, delay_days]
    if (
        not windows
        or any(isinstance(one, bool) or not isinstance(one, int) or not 0 <= one <= LONGEST_DAYS for one in days)
        or 0 in windows
    ):
        raise WrongInput(problem=Phrase("risk.windows", windows=", ".join(map(str, windows)), delay=delay_days, most=LONGEST_DAYS))
    came = as_ibis(payments)
    missing = [name for name in NEEDED if name not in came.columns]
    if missing:
        raise _missing("payments", missing, came)
    table = came.mutate(paid_at=came.paid_at.cast("timestamp(6)"), amount=came.amount.cast("float64"))
    for name, kind in (("terminal_id", "string"), ("is_fraud", "boolean")):
        table = table.mutate(**{name: table[name].cast(kind) if name in came.columns else ibis.null(kind)})
    made = profile.payment_windows(table, windows=windows, delay_days=delay_days)
    return _like(payments, made.order_by(*dict.fromkeys(["paid_at", *came.columns])))


@dated
def unusual_payments(orders: Any, *, as_of: date | None = None, settings: RiskSettings | None = None) -> Any:
    """
    Payments far above what the customer, or all customers, usually pay, with reasons in Chinese and English.

    Args:
        orders: As for `rfm`.
        as_of: The first day not seen; None is the day after the last order.
        settings: Bounds and grades; None is the standing choice, but judges all payments, not those of the last 90 days.

    Returns:
        `tables.UNUSUAL_PAYMENTS`, the highest score first, in the kind of frame that came. The distance from the customer's
        own history and from all payments is robust (median, MAD of log amounts), so the unusual payment does not hide itself.

    Raises:
        ColumnMissing: A needed column is not there.
    """
    table = _orders(orders)
    if as_of is None:
        last = table.aggregate(last=_.ordered_at.max()).to_pyarrow()["last"][0].as_py()
        as_of = date(1970, 1, 1) if last is None else last.date() + timedelta(days=1)
    found = insight.unusual_payments(profile.ledger(table, as_of=as_of), settings or RiskSettings(window_days=3660), as_of=as_of)
    rows = worded(found.order_by(ibis.desc("score"), "order_id").to_pyarrow(), UNUSUAL_PAYMENTS)
    kind = as_ibis(orders).schema()["customer_id"].copy(nullable=True).to_pyarrow()
    place = rows.schema.get_field_index("customer_id")
    return like(orders, rows.set_column(place, "customer_id", rows["customer_id"].cast(kind)))
