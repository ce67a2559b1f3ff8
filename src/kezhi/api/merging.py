"""What would become of two customers if they were one."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from kezhi import profile
from kezhi.api.who_is_who import records_of, sides_of_merge
from kezhi.flow.reader import Reader
from kezhi.identity.survivors import SURVIVAL, golden
from kezhi.kit.engine import _, ibis
from kezhi.settings import Settings

Row = dict[str, Any]


def merge_preview(reader: Reader, settings: Settings, one: str, other: str) -> Row:
    """
    What would become of two customers if they were one.

    Returns:
        `before` (two) and `after`: customer_id, records, orders, net_amount, tier, clv (null where no model serves);
        `fields` where the two differ: field, values (two), kept, source; `tags`: family, tag, customers (one or both ids); `two_id_numbers`: both have a valid one, and not the same.
        Values are personal. Tier and golden row are computed by the functions of a run on the rows of the two.

    Raises:
        NotFound: There is no such customer.
        WrongInput: They are one already.
    """
    sides = sides_of_merge(reader, one, other)
    ids = [records_of(reader, records[0])[0] for records in sides]
    both = [record for records in sides for record in records]
    known = set(reader.snapshot.tables)
    rows = {row["record_id"]: row for row in reader.pick("customer_records", "record_id", both)}
    kept = min(ids, key=lambda each: (_founded(rows.get(each)), each))
    links = reader.table("identity_links").filter(_.record_id.isin(both))
    links = links.mutate(customer_id=ibis.literal(kept), records=ibis.literal(len(both), "int64"))
    records = reader.table("customer_records").filter(_.record_id.isin(both))
    (made,) = reader.answer(golden(records, links, settings.identity.survivorship)).to_pylist()
    apart = {row["customer_id"]: row for row in reader.pick("customers", "customer_id", ids)}
    bought = {row["customer_id"]: row for row in reader.pick("profile", "customer_id", ids)} if "profile" in known else {}
    worth = {row["customer_id"]: row["clv"] for row in reader.pick("clv", "customer_id", ids)} if "clv" in known else {}
    held = {row["customer_id"]: row["tier"] for row in reader.pick("tiers", "customer_id", ids)} if "tiers" in known else {}
    before: list[Row] = [
        {
            "customer_id": each, "records": len(side), "orders": bought.get(each, {}).get("orders_life") or 0,
            "net_amount": bought.get(each, {}).get("net_amount_life") or Decimal(0), "tier": held.get(each),
            "clv": worth.get(each),
        }
        for each, side in zip(ids, sides, strict=True)
    ]  # fmt: skip
    after = {
        "customer_id": kept, "records": len(both), "orders": sum(row["orders"] for row in before),
        "net_amount": sum((row["net_amount"] for row in before), Decimal(0)), "tier": _tier(reader, settings, ids, kept),
        "clv": _clv(reader, settings, ids, kept) if worth else None,
    }  # fmt: skip
    numbers = {rows[record]["id_number"] for record in both if record in rows and rows[record]["id_number_valid"]}
    return {
        "before": before,
        "after": after,
        "fields": _differing([apart[each] for each in ids], made),
        "tags": _tags(reader, ids) if "customer_tags" in known else [],
        "two_id_numbers": len(numbers) > 1,
    }


def _founded(record: Row | None) -> str:
    moment = record["registered_at"] if record else None
    return moment.isoformat() if moment else "9999"


def _tier(reader: Reader, settings: Settings, ids: Sequence[str], kept: str) -> str | None:
    if "ledger" not in reader.snapshot.tables:
        return None
    rows = reader.table("ledger").filter(_.customer_id.isin(ids)).mutate(customer_id=ibis.literal(kept))
    found = reader.answer(profile.tiers(rows, as_of=reader.snapshot.as_of, settings=settings.tiers)).to_pylist()
    return found[0]["tier"] if found else None


def _clv(reader: Reader, settings: Settings, ids: Sequence[str], kept: str) -> Decimal | None:
    from kezhi.flow.clv import value_of_all

    rows = reader.table("ledger").filter(_.customer_id.isin(ids)).mutate(customer_id=ibis.literal(kept))
    return value_of_all(rows, reader, settings.clv)


def _differing(apart: Sequence[Row], made: Row) -> list[Row]:
    told = []
    for field in SURVIVAL:
        values = [row[field] for row in apart]
        if values[0] != values[1]:
            told.append(
                {"field": field, "values": [None if value is None else str(value) for value in values],
                 "kept": str(made[field]), "source": made[f"{field}_source"], "conflict": None not in values}
            )  # fmt: skip
    return told


def _tags(reader: Reader, ids: Sequence[str]) -> list[Row]:
    owners: dict[tuple[str, str], set[str]] = {}
    for row in reader.pick("customer_tags", "customer_id", list(ids)):
        owners.setdefault((row["family"], row["tag"]), set()).add(row["customer_id"])
    return [{"family": family, "tag": tag, "customers": sorted(held)} for (family, tag), held in sorted(owners.items())]
