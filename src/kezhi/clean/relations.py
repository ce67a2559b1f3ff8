"""Relations of people after cleaning."""

from __future__ import annotations

from collections.abc import Sequence

from kezhi.clean.repeats import repeats, without
from kezhi.clean.typing import TypedRows, id_prefix, type_rows
from kezhi.kit.engine import Workbench, ibis, ir, typed
from kezhi.settings import Settings
from kezhi.tables import CLEAN_RELATIONS


def type_relations(raw: ir.Table, *, settings: Settings, bench: Workbench) -> TypedRows:
    """Typed `relations`; a relation to oneself, and a weight that is unreadable or not above 0, is rejected."""
    return type_rows("relations", raw, settings=settings, needed=("from_record_id", "to_record_id"), refuse=_without_meaning, bench=bench)


def _without_meaning(rows: ir.Table) -> Sequence[tuple[ir.BooleanValue, str, str]]:
    found = [
        ((rows.from_record_id == rows.to_record_id).fill_null(False), "self_relation", "to_record_id"),
        ((rows.weight <= 0).fill_null(False), "weight_not_above_0", "weight"),
    ]
    if "weight__rule" in rows.columns:
        found.append((rows.weight.isnull() & rows.weight__rule.notnull(), "unreadable_value", "weight"))
    return found


def relation_fates(relations: TypedRows, *, merge: bool, bench: Workbench) -> ir.Table:
    """Rows of two people, kind and moment that are equal in all; without a moment each row is a relation of its own."""
    rows = relations.good
    tie = rows.from_record_id + "\t" + rows.to_record_id + "\t" + rows.kind.fill_null("other") + "\t" + rows.related_at.cast("string")
    return repeats(rows.mutate(tie=tie), ("source", "tie"), relations.mapped, merge=merge, supersede=False, bench=bench)


def named_relations(relations: TypedRows, fates: ir.Table, *, settings: Settings) -> ir.Table:
    """The relations that go on, their people under the names of `customer_records`, with source_file and source_line."""
    rows = without(relations.good, fates)
    prefix = id_prefix(rows.source, settings)
    return rows.mutate(
        relation_id=rows.source_file + "#" + rows.source_line.cast("string"),
        from_record_id=prefix + rows.from_record_id,
        to_record_id=prefix + rows.to_record_id,
        kind=rows.kind.fill_null("other"),
        weight=rows.weight.fill_null(ibis.literal(1.0)),
    )


def of_strangers(named: ir.Table, records: ir.Table) -> ir.Table:
    """The rows of *named* in which an end is no record of *records* (tables.CUSTOMER_RECORDS)."""
    senders, receivers = records.select(from_record_id="record_id"), records.select(to_record_id="record_id")
    unknown_sender = named.anti_join(senders, "from_record_id")
    return unknown_sender.union(named.semi_join(senders, "from_record_id").anti_join(receivers, "to_record_id"))


def as_clean_relations(named: ir.Table) -> ir.Table:
    """`tables.CLEAN_RELATIONS`."""
    return typed(named, CLEAN_RELATIONS.types)
