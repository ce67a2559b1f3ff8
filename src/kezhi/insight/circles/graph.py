"""Relations as a graph of whole numbers: ids are numbered in Arrow, never one by one in Python."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kezhi.errors import ColumnMissing, WrongInput
from kezhi.locales import Phrase

ENDS = (("from_customer_id", "to_customer_id"), ("from_id", "to_id"), ("from_record_id", "to_record_id"), ("from", "to"))


@dataclass(frozen=True)
class Relations:
    """Undirected: relation r ties customers low[r] < high[r], places in `customers` (in order), with weight[r] above 0."""

    customers: pa.Array
    low: Any
    high: Any
    weight: Any

    def __len__(self) -> int:
        return len(self.low)

    def neighbours(self) -> tuple[Any, Any, Any]:
        """(starts, ends, weights): customer c is tied to ends[starts[c]:starts[c + 1]], in order."""
        one, other = np.concatenate([self.low, self.high]), np.concatenate([self.high, self.low])
        order = np.lexsort((other, one))
        starts = np.zeros(len(self.customers) + 1, np.int64)
        np.cumsum(np.bincount(one, minlength=len(self.customers)), out=starts[1:])
        return starts, other[order], np.concatenate([self.weight, self.weight])[order]

    def place(self, customer: Any) -> int:
        """
        Where *customer* stands.

        Raises:
            WrongInput: No relation names the customer.
        """
        try:
            found = int(pc.index(self.customers, pa.scalar(customer).cast(self.customers.type)).as_py())
        except pa.ArrowInvalid:
            found = -1
        if found < 0:
            raise WrongInput(problem=Phrase("circles.no_customer", customer=customer))
        return found


def relations(table: pa.Table) -> Relations:
    """
    One tie for each two customers of *table*, in whichever direction and however often they are named.

    Args:
        table: from and to (or from_customer_id, to_customer_id; from_id, to_id; from_record_id, to_record_id), and
            weight where there: above 0; 1 without. Weights of one tie are added. Rows with a null or to oneself are left out.

    Raises:
        ColumnMissing: There are no two ends.
        WrongInput: A weight is below 0 or no number.
    """
    ends = next((pair for pair in ENDS if set(pair) <= set(table.column_names)), None)
    if ends is None:
        raise ColumnMissing(table="relations", missing=["from", "to"], present=sorted(table.column_names), hint="")
    weighted = "weight" in table.column_names
    table = table.select([*ends, *(["weight"] if weighted else [])])
    if any(column.null_count for column in table.columns):
        table = table.drop_null()
    both = pa.chunked_array([*table[ends[0]].chunks, *table[ends[1]].cast(table[ends[0]].type).chunks], table[ends[0]].type)
    coded = both.combine_chunks()
    coded = (coded if isinstance(coded, pa.Array) else pa.concat_arrays(coded.chunks)).dictionary_encode()
    order = pc.array_sort_indices(coded.dictionary).to_numpy(zero_copy_only=False)
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    numbers = rank[coded.indices.to_numpy(zero_copy_only=False)]
    one, other = numbers[: table.num_rows], numbers[table.num_rows :]
    try:
        weight = table["weight"].cast("float64").to_numpy() if weighted else np.ones(table.num_rows)
    except pa.ArrowInvalid as error:
        raise WrongInput(problem=Phrase("circles.weight")) from error
    if not np.all(np.isfinite(weight)) or np.any(weight < 0):
        raise WrongInput(problem=Phrase("circles.weight"))
    tied = (one != other) & (weight > 0)
    key = np.minimum(one, other)[tied] * len(order) + np.maximum(one, other)[tied]
    unique, place = np.unique(key, return_inverse=True)
    count = max(len(order), 1)
    return Relations(coded.dictionary.take(pa.array(order)), unique // count, unique % count, np.bincount(place, weight[tied], len(unique)))
