"""Records of any table to persons, with no project: identity on an engine of its own in a folder that goes."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from kezhi.flow.warehouse import Warehouse
from kezhi.identity.explaining import explained, spelt
from kezhi.identity.probable import people
from kezhi.kit.engine import ibis, ir
from kezhi.kit.id_numbers import id_number_facts, id_number_reader
from kezhi.kit.reading import read, stages_apart
from kezhi.settings import EngineSettings, IdentitySettings


@dataclass(frozen=True, slots=True)
class Persons:
    """What was found, in memory."""

    members: pa.Table  # record_id, customer_id, probability; in no order
    pairs: pa.Table  # left_record_id, right_record_id, weight_bits, probability, outcome: above the threshold, or refused there
    weights: pa.Table  # comparison, agreement, match_share, chance_share, weight_bits
    counts: pa.Table  # rule, pairs, pairs_left_out


def persons(records: pa.Table | pa.RecordBatchReader, settings: IdentitySettings, *, engine: EngineSettings | None = None) -> Persons:
    """
    Which of *records* are one person's.

    Args:
        records: record_id (text, unique) and any of `identity.comparing.preparing.FIELDS` as text; `is_left` (boolean) for two sets.
            Batches are read once and not kept in memory.
        settings: Threshold and guards.
    """
    with tempfile.TemporaryDirectory(prefix="kezhi-") as folder, Warehouse(engine or EngineSettings(), Path(folder)) as bench:
        table = bench.keep(records.schema, records.to_batches() if isinstance(records, pa.Table) else records)
        found = people(checked(table, bench), settings, bench)
        return Persons(*(bench.arrow(part) for part in (found.members, found.pairs, found.weights, found.counts)))


def checked(table: ir.Table, bench: Warehouse) -> ir.Table:
    """*table* with is_left and `id_number_valid`; an id number of 15 digits made 18."""
    if "is_left" not in table.columns:
        table = table.mutate(is_left=ibis.null("boolean"))
    if "id_number" not in table.columns:
        return table.mutate(id_number_valid=ibis.null("boolean"))
    with stages_apart():
        made = read(table, {"id_number": id_number_reader()})
        made = made.mutate(id_number=made.id_number__value, last_day=ibis.date(2200, 1, 1)).drop("id_number__value", "id_number__rule")
        told = id_number_facts(made, "id_number", "last_day")
        # a valid number tells the day of birth, and better than what was written
        born = ibis.cases(
            (told.id_birth_date.notnull(), told.id_birth_date.cast("string")),
            else_=told["birth_date"] if "birth_date" in told.columns else ibis.null("string"),
        )
        return bench.settle(told.mutate(birth_date=born).drop("id_birth_date", "id_gender", "id_region", "last_day"))


def why(records: pa.Table, pair: tuple[str, str], weights: pa.Table, settings: IdentitySettings) -> dict[str, Any]:
    """weight_bits, probability, refused and evidence (comparison, level, bits) of *pair*, by the weights a run has learnt."""
    with tempfile.TemporaryDirectory(prefix="kezhi-") as folder, Warehouse(EngineSettings(), Path(folder)) as bench:
        table = bench.keep(records.schema, records.to_batches())
        told = table.mutate(
            is_left=ibis.null("boolean"),
            birth_date=table.id_birth_date.coalesce(table.birth_date),
            gender=table.id_gender.coalesce(table.gender),
        )
        found, chosen = explained(told, pair, weights.to_pylist(), settings, bench)
        row = bench.arrow(found).to_pylist()[0]
        return {name: row[name] for name in ("weight_bits", "probability", "refused")} | {"evidence": spelt(row, chosen)}
