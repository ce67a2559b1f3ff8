"""What is known of the products and of customers beside their interactions: kinds, makers, margins, stock, segments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kezhi.errors import WrongInput
from kezhi.locales import Phrase
from kezhi.models.mixed_columns import arrow_columns
from kezhi.models.recommendation.interactions import coded, named, need, numbers, places, plain


@dataclass(slots=True)
class Offers:
    """
    Per product that can be recommended.

    Attributes:
        group, maker: Number of category and brand, int32; −1 unknown.
        groups: Names of the categories, in order.
        margin: Share of the price; NaN unknown; None where no margins came.
        in_stock: Whether it is to be had.
        names: What a reason calls it: its name, else its id.
    """

    group: Any
    maker: Any
    groups: list[str]
    margin: Any | None
    in_stock: Any
    names: list[str]

    def allowed(self, labels: pa.Array, out_of_stock: Any, min_margin: float | None, columns: Mapping[str, str] | None) -> Any:
        """The products that may be offered to anybody."""
        made = self.in_stock.copy()
        gone = places(_ids(out_of_stock, columns), labels)
        made[gone[gone >= 0]] = False
        if min_margin is not None:
            if isinstance(min_margin, bool) or not isinstance(min_margin, (int, float, np.number)) or not np.isfinite(min_margin):
                raise WrongInput(problem=Phrase("recommend.parameter", name="min_margin", value=min_margin))
            if self.margin is None:
                raise WrongInput(problem=Phrase("recommend.no_margin"))
            made &= np.nan_to_num(self.margin, nan=-np.inf) >= min_margin
        return made

    def group_of(self, name: Any) -> int | None:
        """The number of category *name*; None when there is none."""
        return self.groups.index(str(name)) if str(name) in self.groups else None


@dataclass(slots=True)
class Segments:
    """The segment of each customer that `fit` was told of."""

    customers: pa.Array
    names: pa.Array

    def of(self, ids: pa.Array) -> list[str | None]:
        """The segment of each of *ids*; None unknown."""
        place = places(ids, self.customers)
        return self.names.take(pa.array(np.maximum(place, 0), mask=place < 0)).to_pylist() if len(self.names) else [None] * len(ids)

    def members(self, segment: str, users: pa.Array) -> Any:
        """Places among *users* of the customers of *segment*."""
        mine = self.customers.filter(pc.fill_null(pc.equal(self.names, segment), False))
        found = places(mine, users)
        return np.unique(found[found >= 0])


def read_offers(products: Any, labels: pa.Array, columns: Mapping[str, str] | None) -> Offers:
    """What the frame *products* tells of *labels*; None tells nothing."""
    count = len(labels)
    unknown = np.full(count, -1, np.int32)
    names = [str(one) for one in labels.to_pylist()]
    if products is None:
        return Offers(unknown, unknown.copy(), [], None, np.ones(count, bool), names)
    table = named(arrow_columns(products), _there(products, columns))
    need(table, "products", ("product_id",))
    place = places(labels, plain(table["product_id"]))
    spot = pa.array(np.maximum(place, 0), mask=place < 0)

    def column(name: str) -> pa.Array | None:
        return plain(table[name]).take(spot) if name in table.column_names and table.num_rows else None

    def kinds(name: str) -> tuple[Any, list[str]]:
        values = column(name)
        if values is None:
            return unknown.copy(), []
        made = unknown.copy()
        known = pc.is_valid(values).to_numpy(zero_copy_only=False)
        made[known], levels = coded(values.filter(pa.array(known)).cast(pa.string()))
        return made, levels.to_pylist()

    group, groups = kinds("category")
    maker, _ = kinds("brand")
    margin: Any = None
    if (given := column("margin")) is not None:
        margin = numbers(given, "margin")
    elif (price := column("list_price")) is not None and (cost := column("unit_cost")) is not None:
        paid, spent = numbers(price, "list_price"), numbers(cost, "unit_cost")
        margin = np.divide(paid - spent, paid, out=np.full(count, np.nan), where=paid > 0)
    stock = np.ones(count, bool)
    if (given := column("in_stock")) is not None:
        stock = np.nan_to_num(numbers(given, "in_stock"), nan=1.0) > 0
    if (told := column("product_name")) is not None:
        names = [one if name is None else str(name) for one, name in zip(names, told.to_pylist(), strict=True)]
    return Offers(group, maker, groups, margin, stock, names)


def segments_of(customers: Any, columns: Mapping[str, str] | None) -> Segments | None:
    """The frame *customers* as `Segments`; None for none."""
    if customers is None:
        return None
    table = named(arrow_columns(customers), _there(customers, columns))
    need(table, "customers", ("customer_id", "segment"))
    return Segments(plain(table["customer_id"]), plain(table["segment"]).cast(pa.string()))


def _there(frame: Any, columns: Mapping[str, str] | None) -> dict[str, str]:
    """The part of a mapping that *frame* has; only interactions must have all of it."""
    found = set(arrow_columns(frame).column_names)
    return {ours: theirs for ours, theirs in (columns or {}).items() if theirs in found}


def _ids(given: Any, columns: Mapping[str, str] | None) -> pa.Array:
    """Product ids from a list or from a frame with product_id."""
    if given is None:
        return pa.array([], pa.string())
    if isinstance(given, pa.Array | pa.ChunkedArray):
        return plain(given)
    if hasattr(given, "columns") or isinstance(given, (pa.Table, dict)):
        table = named(arrow_columns(given), _there(given, columns))
        need(table, "out_of_stock", ("product_id",))
        return plain(table["product_id"])
    if isinstance(given, (str, bytes)) or not hasattr(given, "__iter__"):
        given = [given]
    try:
        return plain(pa.array(list(given)))
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise WrongInput(problem=Phrase("recommend.mixed_ids")) from error
