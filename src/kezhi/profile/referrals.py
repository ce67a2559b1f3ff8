"""Whom customers brought."""

from __future__ import annotations

from datetime import date

from kezhi.kit.days import midnight
from kezhi.kit.engine import _, ir


def referrals(relations: ir.Table, *, as_of: date) -> ir.Table:
    """
    How many others each customer referred before *as_of*.

    Args:
        relations: `tables.RELATIONS`; of kind `referral`, from is who referred. A referral without a moment counts, one of
            oneself does not, and the same two count once.
        as_of: The first day not seen.

    Returns:
        customer_id, referrals (at least 1): one row per customer who referred somebody.
    """
    told = relations.filter(_.kind == "referral", _.from_customer_id != _.to_customer_id)
    seen = told.filter((_.related_at < midnight(as_of)).fill_null(True))
    return seen.group_by(customer_id="from_customer_id").aggregate(referrals=_.to_customer_id.nunique().cast("int64"))
