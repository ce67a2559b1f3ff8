"""The itemsets and rules of a company, as tables of the lake."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from functools import partial

import numpy as np
import pyarrow as pa

from kezhi.errors import WrongInput
from kezhi.insight.baskets.itemsets import find, itemset_table, rule_table
from kezhi.kit.days import days_before, midnight
from kezhi.kit.engine import Workbench, _, ibis, ir
from kezhi.settings import BasketSettings
from kezhi.tables import ASSOCIATION_RULES, ITEMSETS


def basket_lines(purchases: ir.Table, order_lines: ir.Table, *, as_of: date, window_days: int | None) -> ir.Table:
    """
    What was bought in the last *window_days* days before *as_of*; None is all of it.

    Args:
        purchases: `tables.ORDERS`, the rows that are purchases before *as_of*.
        order_lines: `tables.ORDER_LINES`; lines without a product, and of 0 or fewer units, are left out.
        as_of: The first day not seen.
        window_days: At least 1.

    Returns:
        order_id (a whole number that stands for the purchase: texts would cost memory) and product_id.
    """
    if window_days is not None:
        purchases = purchases.filter(_.ordered_at >= midnight(days_before(as_of, window_days)))
    numbered = purchases.select("order_id", number=ibis.row_number().over(order_by="order_id"))
    bought = order_lines.filter(_.product_id.notnull() & (_.quantity.fill_null(1.0) > 0)).select("order_id", "product_id")
    return bought.join(numbered, "order_id").select(order_id="number", product_id="product_id")


def baskets(lines: ir.Table, settings: BasketSettings, *, bench: Workbench) -> Mapping[str, ir.Table]:
    """
    Itemsets and rules of *lines* (order_id, product_id) as `tables.ITEMSETS` and `tables.ASSOCIATION_RULES`.

    Where the settings would give more than `max_itemsets`, the support asked for is doubled until they do not: a
    run does not end because a company sells the same hundred things together.
    """
    itemsets, rules = bench.kernel(partial(_mined, settings=settings), lines)
    return {"itemsets": itemsets, "association_rules": rules}


def _mined(lines: pa.Table, *, settings: BasketSettings) -> tuple[pa.Table, pa.Table]:
    support = Fraction(str(settings.min_support))
    while True:
        try:
            found = find(lines, min_support=support, max_size=settings.max_size, min_count=settings.min_count, most=settings.max_itemsets)
            break
        except WrongInput:
            if support == 1:
                raise
            support = min(support * 2, Fraction(1))
    sets = itemset_table(found)
    sets = sets.append_column("size", pa.array([len(items) for items in sets["items"].to_pylist()], pa.int64()))
    rules = rule_table(found, min_confidence=settings.min_confidence)
    return _numbered(sets, "itemset_no", ITEMSETS.column_names), _numbered(rules, "rule_no", ASSOCIATION_RULES.column_names)


def _numbered(table: pa.Table, name: str, columns: tuple[str, ...]) -> pa.Table:
    """*table* with its rows numbered from 1, in the columns and order of the lake; ids as text."""
    table = table.append_column(name, pa.array(np.arange(1, table.num_rows + 1)))
    kinds = {"items", "antecedent", "consequent"}
    return pa.table({c: table[c].cast(pa.list_(pa.string())) if c in kinds else table[c] for c in columns})
