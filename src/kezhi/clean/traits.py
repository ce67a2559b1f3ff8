"""Facts about a person that came bit by bit: one row with the last of each."""

from __future__ import annotations

from kezhi.kit.engine import ir
from kezhi.tables import CUSTOMER_RECORDS_IN, raw_schema


def latest_traits(told: ir.Table) -> ir.Table:
    """
    One raw row per source and record: of every field the last value that was told, the place of the last row.

    Args:
        told: `tables.raw_schema("customer_records")`, many rows per person, `updated_at` in a form that sorts as time.

    Returns:
        The same columns, one row per source and record_id.
    """
    place = told.updated_at.fill_null("") + "#" + told.source_file + "#" + told.source_line.cast("string").lpad(12, "0")
    rows = told.mutate(place_in_time=place)
    fields = [name for name in CUSTOMER_RECORDS_IN.field_names if name != "record_id"]
    last = {name: rows[name].argmax(rows.place_in_time, where=rows[name].notnull()) for name in fields}
    one = rows.group_by("source", "record_id").agg(
        source_file=rows.source_file.argmax(rows.place_in_time),
        source_line=rows.source_line.argmax(rows.place_in_time),
        **last,
    )
    return one.select(*(name for name, _kind in raw_schema("customer_records")))
