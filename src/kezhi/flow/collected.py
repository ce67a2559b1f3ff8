"""What the collector took in, as raw tables of a run beside those of files."""

from __future__ import annotations

from dataclasses import dataclass, field

import pyarrow as pa

from kezhi.clean.traits import latest_traits
from kezhi.flow.warehouse import Warehouse
from kezhi.identity.devices import attributed, owners
from kezhi.kit.engine import _, ibis, ir
from kezhi.settings import FilesSettings, Settings, SourceSettings
from kezhi.sources.collector import Collected
from kezhi.tables import INPUTS, raw_schema


@dataclass(frozen=True)
class CollectedTables:
    """Raw tables by input name, rejects, one row per file and table (as `read_files`), and who had which anonymous id."""

    raw: dict[str, ir.Table] = field(default_factory=dict)
    rejects: ir.Table | None = None
    files: ir.Table | None = None
    owned: ir.Table | None = None


def collected_tables(collected: Collected, settings: Settings, bench: Warehouse) -> CollectedTables:
    """
    The log's events with the person whose device it was, and one row of facts per person.

    Events of nobody known have no record_id: they stay in `events` without a customer.
    """
    if not collected.segments:
        return CollectedTables()
    owned = None
    if ties := collected.paths("ties"):
        owned = bench.settle(owners(bench.read(*ties), most=settings.identity.max_records_per_value))
    raw: dict[str, ir.Table] = {}
    for name, at in (("events", "occurred_at"), ("customer_records", "updated_at")):
        if paths := collected.paths(name):
            rows = bench.read(*paths)
            for _round in range(2 if owned is not None else 0):  # a device's user may have an alias
                rows = bench.settle(attributed(rows, owned, at=at))
            rows = rows.select(*(column for column, _kind in raw_schema(name)))
            raw[name] = bench.settle(latest_traits(rows)) if name == "customer_records" else rows
    rejects = bench.read(*collected.paths("rejects")) if collected.paths("rejects") else None
    return CollectedTables(raw, rejects, _files(collected, raw.get("customer_records"), bench), owned)


def with_sources(settings: Settings, collected: Collected) -> Settings:
    """*settings* that also map the collector's fields, for cleaning reads only fields that some source maps."""
    added = dict(settings.sources)
    for name in collected.sources:
        known = added.get(name, SourceSettings(tables={}))
        tables = dict(known.tables)
        for table in ("events", "customer_records"):
            every = {field: field for field in INPUTS[table].field_names}
            given = tables.get(table, FilesSettings(files=[], columns={}))
            tables[table] = given.model_copy(update={"columns": every | given.columns})
        added[name] = known.model_copy(update={"tables": tables})
    return settings.model_copy(update={"sources": added})


def anonymous_links(owned: ir.Table, settings: Settings) -> ir.Table:
    """`tables.ANONYMOUS_LINKS` of what `identity.devices.owners` found."""
    prefix = {name: one.id_prefix for name, one in settings.sources.items() if one.id_prefix is not None}
    before = owned.source + ":"
    if prefix:
        before = ibis.cases(*((owned.source == name, ibis.literal(text)) for name, text in prefix.items()), else_=before)
    return owned.select(
        "source",
        "anonymous_id",
        "tie_no",
        record_id=before + owned.user_id,
        tied_at=owned.tied_at.cast("timestamp(6)"),
        ends_at=owned.until.cast("timestamp(6)"),
    )


def _files(collected: Collected, records: ir.Table | None, bench: Warehouse) -> ir.Table:
    """Rows in by source, table and segment; people count once, where they were last told of."""
    counts = collected.counts()
    columns = {
        "source": [source for source, *_rest in counts],
        "table_name": ["events" for _one in counts],
        "source_file": [file for _source, file, *_rest in counts],
        "rows_in": [rows_in for *_rest, rows_in, _rejected in counts],
        "rows_rejected": [rejected for *_rest, rejected in counts],
    }
    schema = pa.schema(
        [("source", "string"), ("table_name", "string"), ("source_file", "string"), ("rows_in", "int64"), ("rows_rejected", "int64")]
    )
    table = pa.table(columns, schema=schema)
    files = bench.keep(schema, table.to_batches())
    if records is not None:
        people = records.group_by("source", "source_file").agg(rows_in=_.count())
        told = people.mutate(table_name=ibis.literal("customer_records"), rows_rejected=ibis.literal(0, "int64"))
        files = files.union(told.select(*files.columns))
    return files
