"""Why two records are, or are not, one person: the weight of every field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

import pyarrow as pa

from kezhi.identity.comparing import UNKNOWN
from kezhi.identity.comparing.pairing import Chosen, compared, valued, with_holders
from kezhi.identity.comparing.preparing import prepared
from kezhi.identity.matching import one_row, weighed
from kezhi.identity.weighing import Weights, remembered
from kezhi.kit.engine import Workbench, _, ibis, ir
from kezhi.settings import IdentitySettings


def explained(
    records: ir.Table, pair: tuple[str, str], weights: Iterable[Mapping[str, Any]], settings: IdentitySettings, bench: Workbench
) -> tuple[ir.Table, Chosen]:
    """
    One row about *pair*: for each comparison its level (a number, -1 unknown) and `bits__<comparison>`; weight_bits, probability,
    refused; and the comparisons, whose `levels` name the numbers.

    Args:
        records: As for `preparing.prepared`; all of them, as a rare name weighs more than a common one.
        pair: Two record ids.
        weights: Rows of `tables.IDENTITY_WEIGHTS`.
        settings: Those of the run.
    """
    chosen = remembered(weights, 1.0).chosen
    rows = with_holders(prepared(records, tuple(settings.ignored_values), settings.max_records_per_value, bench), chosen, bench)
    asked = rows.filter(_.record_id.isin(pair))
    pairs = asked.agg(left_row=_.row.min(), right_row=_.row.max()).mutate(mask=ibis.literal(0).cast("int64"))
    return weighed(compared(pairs, asked, chosen, bench), recalled(weights, rows, chosen, bench), chosen, bench), chosen


def recalled(weights: Iterable[Mapping[str, Any]], rows: ir.Table, chosen: Chosen, bench: Workbench) -> ir.Table:
    """What `weighed` needs of the *weights* that a run has learnt, for pairs of *rows* (`preparing.prepared`)."""
    sizes = rows.agg(records=_.count(), **{one.name: _[str(one.value)].count() for one in valued(chosen)})
    (shares,) = bench.kernel(partial(_shares, list(weights)), sizes)
    return shares


def _shares(weights: Iterable[Mapping[str, Any]], sizes: Any) -> tuple[pa.Table, ...]:
    found = sizes.to_pylist()[0]
    records = found["records"]
    learnt: Weights = remembered(weights, float(records * (records - 1) // 2))
    return (pa.table(one_row(learnt, records, found)),)


def spelt(row: Mapping[str, Any], chosen: Chosen) -> list[dict[str, Any]]:
    """The evidence in rows: comparison, level, bits; the heaviest first."""
    told = [
        {"comparison": one.name, "level": one.levels[row[one.name]].name, "bits": row[f"bits__{one.name}"]}
        for one in chosen
        if row[one.name] != UNKNOWN
    ]
    return sorted(told, key=lambda each: (-abs(each["bits"]), each["comparison"]))
