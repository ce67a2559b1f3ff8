"""A tag known of some customers, given to others of any frame where that is precise enough."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import pyarrow as pa

from kezhi.api.frames import _like
from kezhi.api.kinds import as_ibis
from kezhi.errors import ColumnMissing, WrongInput
from kezhi.flow.propagation import GIVEN, HOLDS, JUDGED, check_features, evidence_columns, given_rows, learn, measured
from kezhi.kit.engine import _, arrow_schema, ibis
from kezhi.locales import Phrase
from kezhi.tables import TAG_PROPAGATION


class Propagated(NamedTuple):
    """
    What `propagate_tag` found; frames are of the kind that came.

    Attributes:
        customers: customer_id, tag, confidence (calibrated chance, 0 to 1), basis `propagated` and evidence (who it was
            learned from) of every customer who was given the tag; empty where it was refused.
        measures: `tables.TAG_PROPAGATION`, one row.
        refusal: `few_known`, `never_precise`, `not_confirmed`, or None where the tag was given.
    """

    customers: Any
    measures: Any
    refusal: str | None


def propagate_tag(
    frame: Any, label: str, *, features: Sequence[str] | None = None, least_precision: float = 0.9, seed: int = 7
) -> Propagated:
    """
    Give a tag to the customers of whom it is not known, with its precision measured on customers kept apart.

    Args:
        frame: One row per customer, with `customer_id`.
        label: A column of yes and no; null where it is not known, which is who may be given the tag.
        features: Columns of numbers, texts or yes and no to tell it from; None: all the others.
        least_precision: The share of given tags that must be right, above 0 and below 1.
        seed: The same seed gives the same tags.

    Raises:
        ColumnMissing: No customer_id, or no *label*.
        WrongInput: *label* is no column of yes and no, a feature no usable column, or a precision out of range.
    """
    table = as_ibis(frame)
    missing = [name for name in ("customer_id", label) if name not in table.columns]
    if missing:
        raise ColumnMissing(table="customers", missing=missing, present=sorted(table.columns), hint="")
    if not 0 < least_precision < 1:
        raise WrongInput(problem=Phrase("propagation.precision", given=least_precision))
    if not table[label].type().is_boolean():
        raise WrongInput(problem=Phrase("propagation.label", label=label, kind=str(table[label].type())))
    usable = [n for n, kind in table.schema().items() if kind.is_numeric() or kind.is_boolean() or kind.is_string()]
    given_features = [features] if isinstance(features, str) else features
    chosen = list(given_features) if given_features is not None else [name for name in usable if name not in ("customer_id", label)]
    check_features(table.drop(label), chosen)
    read = evidence_columns(chosen, table.columns)
    rows = table.filter(_.customer_id.notnull()).select("customer_id", *read, **{HOLDS: table[label]})
    known = rows.filter(rows[HOLDS].notnull()).mutate(**{JUDGED: ibis.literal(True)}).to_pyarrow()
    others = rows.filter(rows[HOLDS].isnull()).to_pyarrow()
    encoding, model = learn(known, others, chosen, least_precision, seed)
    batches = list(given_rows(model, encoding, others.to_batches(), "label", label)) if model.refusal is None else []
    given = pa.Table.from_batches(batches, schema=GIVEN)
    schema = arrow_schema(TAG_PROPAGATION)
    measures = pa.Table.from_pylist([measured(model, "label", label, least_precision, given.num_rows)], schema=schema)
    customers = ibis.memtable(given.select(["customer_id", "tag", "confidence", "basis", "evidence"])).order_by("customer_id")
    return Propagated(_like(frame, customers), _like(frame, ibis.memtable(measures)), model.refusal)
