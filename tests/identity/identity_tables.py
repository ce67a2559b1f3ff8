"""Records in a line or two, and what identity makes of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from support import rows, table

from kezhi.flow.warehouse import Warehouse
from kezhi.identity import resolve
from kezhi.kit.engine import ir
from kezhi.settings import IdentitySettings

TODAY = date(2025, 7, 2)
Made = dict[str, list[dict[str, Any]]]
Row = Mapping[str, Any]


def record(record_id: str, **fields: Any) -> dict[str, Any]:
    """A clean record; the source is the text before `:`, a phone is mobile and an id number valid unless told otherwise."""
    told = {"source": record_id.split(":")[0], "trust": 1, "is_bare": False}
    if fields.get("phone"):
        told["phone_kind"] = "mobile"
    if fields.get("id_number"):
        told["id_number_valid"] = True
    return {"record_id": record_id, **told, **fields}


def made(
    bench: Warehouse,
    records: Iterable[Row],
    *,
    previous: Iterable[Row] | None = None,
    history: Iterable[Row] | None = None,
    before: Made | None = None,
    decisions: Iterable[Row] | None = None,
    orders: Iterable[Row] | None = None,
    events: Iterable[Row] | None = None,
    **settings: Any,
) -> Made:
    """Rows of every table that `resolve` makes; *before* is what it made at the last run, all of it."""

    def given(name: str, some: Iterable[Row] | None) -> ir.Table | None:
        return None if some is None else table(name, some, bench)

    tables = resolve(
        table("customer_records", records, bench),
        given("clean_orders", orders),
        given("clean_events", events),
        previous={
            name: table(name, some, bench)
            for name, some in (("identity_links", previous), ("identity_history", history), *(before or {}).items())
            if some is not None and name.startswith("identity_")
        },
        decisions=given("identity_decisions", decisions),
        as_of=date(2025, 7, 1),
        today=TODAY,
        settings=IdentitySettings(**{"probable_links": False} | settings),
        bench=bench,
    )
    return {name: rows(expression, bench) for name, expression in tables.items()}


def customers_of(made: Made) -> list[str]:
    """The records of every customer, one text per customer: `a b` means that a and b are one."""
    found = defaultdict(list)
    for link in made["identity_links"]:
        found[link["customer_id"]].append(link["record_id"])
    return sorted(" ".join(sorted(records)) for records in found.values())


def ids_of(made: Made) -> dict[str, str]:
    """record_id to customer_id."""
    return {link["record_id"]: link["customer_id"] for link in made["identity_links"]}
