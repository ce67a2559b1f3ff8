"""Which customers somebody may see, and what of them is masked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from kezhi.kit.engine import _, ibis, ir
from kezhi.measure.masking import PERSONAL, masked
from kezhi.serve.access.who import Who
from kezhi.serve.workspace import Workspace
from kezhi.store.records import CustomerOwner


def seen_by(who: Who, served: Workspace, customers: ir.Table) -> ir.Table:
    """
    The rows of *customers* (with customer_id, province and city) that *who* may see.

    Regions and ownership widen each other: somebody with regions who also owns customers elsewhere sees both.
    """
    one = who.account
    if not one.regions and not one.own_customers_only:
        return customers
    rules = [_.province.isin(one.regions) | _.city.isin(one.regions)] if one.regions else []
    if one.own_customers_only or one.regions:
        with served.store.reading() as session:
            own = list(session.scalars(select(CustomerOwner.customer_id).where(CustomerOwner.user_id == one.user_id)))
        rules.append(_.customer_id.isin(own) if own else ibis.literal(False))
    seen = rules[0]
    for rule in rules[1:]:
        seen = seen | rule
    return customers.filter(seen.fill_null(False))


def sees(who: Who, served: Workspace, customer: Mapping[str, Any]) -> bool:
    """Whether *who* may see *customer*, a row of `customers`: the rule of `seen_by` for one row that has been read."""
    one = who.account
    if not one.regions and not one.own_customers_only:
        return True
    if customer["province"] in one.regions or customer["city"] in one.regions:
        return True
    with served.store.reading() as session:
        owner = session.get(CustomerOwner, customer["customer_id"])
        return owner is not None and owner.user_id == one.user_id


def mask(row: dict[str, Any]) -> dict[str, Any]:
    """*row* with the personal values in it made unrecognisable."""
    return {name: masked(name, str(value)) if name in PERSONAL and value is not None else value for name, value in row.items()}
