"""Pairs of records to levels: what the engine can tell in the engine, what needs letters counted in a compiled loop."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import pyarrow as pa

from kezhi.identity.comparing.comparison import ALIKE, EDITS, Comparison, Measured, Told, whole
from kezhi.kit.engine import Workbench, _, ibis, ir

Chosen = tuple[Comparison, ...]
AT_ONCE = 8_000_000  # pairs whose records stand side by side, some 500 bytes each


def valued(chosen: Chosen) -> Chosen:
    """Those for which a rare value is worth more than a common one."""
    return tuple(one for one in chosen if one.value)


def told_by(records: ir.Table, chosen: Chosen, bench: Workbench) -> Chosen:
    """Those of *chosen* that a record of `preparing.prepared` tells something for: by the others nobody can be compared."""
    told = bench.arrow(records.agg(**{one.name: one.known(records.__getitem__, records.__getitem__).any() for one in chosen}))
    return tuple(one for one in chosen if told[one.name][0].as_py())


def _tests(chosen: Chosen) -> tuple[Measured, ...]:
    return tuple({level.test.column: level.test for one in chosen for level in one.levels if isinstance(level.test, Measured)}.values())


def with_holders(records: ir.Table, chosen: Chosen, bench: Workbench, *, among: ir.Table | None = None) -> ir.Table:
    """*records* with `<comparison>__holders`: how many records (of *among*, where given) tell the same value; null where none is told."""
    known = records
    for one in valued(chosen):
        value, holders = str(one.value), f"{one.name}__holders"
        every = records if among is None else among.select(value).semi_join(records.select(value), value)
        repeated = every.group_by(value).agg(holders=_.count()).filter((_.holders > 1) & _[value].notnull())  # few values are
        told = known.left_join(repeated.select(repeated_value=value, repeated_holders="holders"), [(value, "repeated_value")])
        count = ibis.cases((told[value].isnull(), ibis.null("int64")), else_=ibis.coalesce(told.repeated_holders, 1).cast("int64"))
        known = told.mutate(**{holders: count}).drop("repeated_value", "repeated_holders")
    return bench.settle(known)


def compared(pairs: ir.Table, records: ir.Table, chosen: Chosen, bench: Workbench) -> ir.Table:
    """
    The level of every comparison for each pair.

    Args:
        pairs: left_row, right_row, mask.
        records: `preparing.prepared` with `with_holders`.

    Returns:
        left_row, right_row, mask, a column per comparison (int8: the number of its level, -1 unknown) and per valued one
        `holders__<name>`: how many records tell the value both tell, null where it is not the same.

    Cost: of `AT_ONCE` pairs at a time all that their records tell is laid side by side, so memory and disk do not grow with the pairs.
    """
    told = bench.arrow(pairs.agg(pairs=_.count(), rows=_.left_row.max() + 1)).to_pylist()[0]
    parts, measured = max(1, -(-told["pairs"] // AT_ONCE)), []
    for part in range(parts):
        first, end = (bound * (told["rows"] or 0) // parts for bound in (part, part + 1))
        # settled, for an engine that guesses how many they are lays the wrong side out in memory
        own = bench.settle(pairs.filter((_.left_row >= first) & (_.left_row < end))) if parts > 1 else pairs
        measured.append(_side_by_side(own, records, chosen, bench))
    every = ibis.union(*measured) if len(measured) > 1 else measured[0]
    levels = {one.name: _level(every, one) for one in chosen}
    holders = [f"holders__{one.name}" for one in valued(chosen)]
    return every.select("left_row", "right_row", "mask", **levels, **{name: every[name] for name in holders})


def _side_by_side(pairs: ir.Table, records: ir.Table, chosen: Chosen, bench: Workbench) -> ir.Table:
    """What the engine and the compiled loops tell of each pair: the columns of `_schema`."""
    sides = {side: records.select(**{f"{side}_{name}": records[name] for name in records.columns}) for side in ("left", "right")}
    met = pairs.join(sides["left"], "left_row").join(sides["right"], "right_row")

    def left(name: str) -> ir.Value:
        return met[f"left_{name}"]

    def right(name: str) -> ir.Value:
        return met[f"right_{name}"]

    first = {f"first__{one.name}": whole(left, right, one) for one in chosen}
    holders = {f"holders__{one.name}": _holders(left, right, one.value, f"{one.name}__holders") for one in valued(chosen)}
    tests = _tests(chosen)
    read = tuple(dict.fromkeys(test.field for test in tests))
    differ = {field: (left(field) != right(field)).fill_null(False) for field in read}
    texts = {f"{side}__{field}": ibis.cases((differ[field], at(field)), else_=ibis.null("string")) for field in read for side, at in (("left", left), ("right", right))}  # fmt: skip
    asked = met.select("left_row", "right_row", "mask", **first, **holders, **texts)
    schema = _schema(chosen)
    return bench.each_batch(partial(_measured, tests, schema), schema, asked)


def _holders(left: Told, right: Told, value: str | None, counts: str) -> ir.IntegerValue:
    assert value
    return ibis.cases((left(value) == right(value), left(counts)), else_=ibis.null("int64")).cast("int64")


def _level(measured: ir.Table, one: Any) -> ir.IntegerValue:
    """Levels stand from best to worst, so the level is the least of those that hold."""
    level = measured[f"first__{one.name}"]
    near = []
    for number, candidate in enumerate(one.levels):
        if isinstance(candidate.test, Measured):
            value = measured[candidate.test.column]
            holds = value <= candidate.test.bound if candidate.test.measure == EDITS else value >= candidate.test.bound
            near.append((holds & (level > number), number))
    return ibis.cases(*near, else_=level).cast("int8") if near else level.cast("int8")


def _schema(chosen: Chosen) -> pa.Schema:
    return pa.schema(
        [("left_row", pa.int64()), ("right_row", pa.int64()), ("mask", pa.int64())]
        + [(f"first__{one.name}", pa.int8()) for one in chosen]
        + [(f"holders__{one.name}", pa.int64()) for one in valued(chosen)]
        + [(test.column, pa.float32() if test.measure == ALIKE else pa.int8()) for test in _tests(chosen)]
    )


def _measured(tests: tuple[Measured, ...], schema: pa.Schema, batch: Any) -> Mapping[str, Any]:
    from kezhi.kit import text_distance

    measures = {"edits": text_distance.edits, "alike": text_distance.alike, "rearranged": text_distance.rearranged}
    kept = {name: batch[name] for name in schema.names if name in batch.schema.names}
    found = {test.column: measures[test.measure](batch[f"left__{test.field}"], batch[f"right__{test.field}"]) for test in tests}
    return kept | {name: pa.array(values, schema.field(name).type) for name, values in found.items()}
