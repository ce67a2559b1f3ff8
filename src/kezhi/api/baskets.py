"""What is bought together, on frames of any kind: itemsets, association rules, sequences."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from kezhi import insight, profile
from kezhi.api.days import dated
from kezhi.api.frames import _orders
from kezhi.api.kinds import as_ibis, like
from kezhi.errors import ColumnMissing, WrongInput
from kezhi.insight.baskets import find, itemset_table, rule_table
from kezhi.insight.baskets.itemsets import share
from kezhi.kit.engine import _, ibis, ir
from kezhi.locales import Phrase

Share = float | str | Fraction


def frequent_itemsets(order_lines: Any, *, min_support: Share = 0.001, max_size: int | None = None) -> Any:
    """
    The sets of products that stand together in at least *min_support* of the orders.

    Args:
        order_lines: One row per line: `order_id`, `product_id`. Rows with a null, and lines of 0 or fewer units or
            with an amount below 0 (returns) where `quantity` or `net_amount` are there, are left out.
        min_support: Above 0, at most 1. Compared as written and in whole numbers: 0.1 is one tenth.
        max_size: Products of the largest set; None is no limit.

    Returns:
        items (a list in the order of ids), support (share of orders with a product), count; small and then frequent
        sets first. The kind of frame that came, product ids in their type.

    Raises:
        ColumnMissing: A column is not there.
        WrongInput: A number makes no sense, or there would be more than 2 million sets.
    """
    return like(order_lines, itemset_table(find(_lines(order_lines), min_support=min_support, max_size=max_size)))


def association_rules(
    order_lines: Any,
    *,
    min_support: Share = 0.001,
    min_confidence: Share = 0.1,
    max_size: int | None = None,
    max_consequent: int | None = 1,
    min_lift: float | None = None,
    products: Any = None,
    min_margin: float | None = None,
    min_stock: float | None = None,
) -> Any:
    """
    The rules "who bought these also bought that", the highest lift first.

    Args:
        order_lines: As for `frequent_itemsets`.
        min_support: Of the products of both sides together.
        min_confidence: Above 0, at most 1; compared as `min_support`, so that no rule on the line is lost.
        max_size: Products of both sides together; None is no limit.
        max_consequent: Products of the consequent; None is no limit.
        min_lift: Leaves out rules below it.
        products: For the two filters: `product_id` with `list_price` and `unit_cost`, or with `stock`.
        min_margin: Every product of the consequent earns at least this share of its list price, 0 to 1.
        min_stock: Of every product of the consequent at least so many units are there.

    Returns:
        antecedent, consequent (lists in the order of ids), count, antecedent_count, consequent_count, support,
        confidence, lift, leverage, conviction (null where confidence is 1), p_value (Fisher's exact test, one-sided),
        q_value (Benjamini, Hochberg over all rules whose products were counted together, also those below the
        thresholds). The kind of frame that came. The filters leave q-values as they are.

    Raises:
        ColumnMissing: A column is not there.
        WrongInput: A number makes no sense, a filter came without products, or there would be too many rules.
    """
    found = find(_lines(order_lines), min_support=min_support, max_size=max_size)
    rules = rule_table(found, min_confidence=min_confidence, max_consequent=max_consequent, min_lift=min_lift)
    if min_margin is not None or min_stock is not None:
        if products is None:
            raise WrongInput(problem=Phrase("baskets.no_products"))
        rules = _worth(rules, as_ibis(products), min_margin, min_stock)
    return like(order_lines, rules)


@dated
def sequences(
    orders: Any,
    order_lines: Any,
    *,
    within_days: int = 90,
    min_support: Share = 0.001,
    min_confidence: Share = 0.01,
    as_of: date | None = None,
) -> Any:
    """
    What customers buy after what: product A in one purchase, product B in a later one within some days.

    Args:
        orders: As for `rfm`, with `order_id`; refunded orders are no purchases, anonymous ones are left out.
        order_lines: As for `frequent_itemsets`.
        within_days: The later purchase comes 1 to this many calendar days after; the same day has no order.
        min_support: Share of the buying customers, compared in whole numbers.
        min_confidence: customers / first_customers, at least.
        as_of: The first day not seen; None is after the newest order.

    Returns:
        first_product_id, then_product_id, customers, first_customers, support, confidence, lift, gap_days_mean, the
        highest lift first; the kind of frame that *order_lines* is.

    Raises:
        ColumnMissing: A column is not there.
        WrongInput: A number makes no sense.
    """
    if within_days < 1:
        raise WrongInput(problem=Phrase("baskets.no_size", name="within_days", value=within_days))
    least, sure = share(min_support, "min_support"), share(min_confidence, "min_confidence")
    asked = as_ibis(orders)
    if "order_id" not in asked.columns:
        raise ColumnMissing(table="orders", missing=["order_id"], present=sorted(asked.columns), hint="")
    table = ibis.memtable(_orders(asked).to_pyarrow())
    if as_of is None:
        newest = table.ordered_at.max().cast("date").to_pyarrow().as_py()
        as_of = newest + timedelta(days=1) if newest else date(1970, 1, 1)
    lines = _lines(order_lines)
    held = ibis.memtable(lines.set_column(0, "order_id", lines["order_id"].cast("string")).append_column(
        "quantity", pa.array([1.0] * lines.num_rows, pa.float64())
    ))  # fmt: skip
    bought = ibis.memtable(profile.purchases(table, as_of=as_of).to_pyarrow())
    buyers = int(bought.semi_join(held, "order_id").customer_id.nunique().to_pyarrow().as_py())
    customers = max(1, -(-least.numerator * buyers // least.denominator))
    found = insight.sequences(bought, held, within_days=within_days, min_customers=customers)
    found = found.filter(_.customers.cast("decimal(38, 0)") * sure.denominator >= _.first_customers.cast("decimal(38, 0)") * sure.numerator)
    names = ("first_product_id", "then_product_id", "customers", "first_customers", "support", "confidence", "lift", "gap_days_mean")
    made = found.select(*names).order_by(ibis.desc("lift"), ibis.desc("customers"), "first_product_id", "then_product_id")
    return like(order_lines, made.to_pyarrow())


def _lines(frame: Any) -> pa.Table:
    """order_id and product_id of what was bought; an Arrow table is read as it is, without a copy."""
    needed = ["order_id", "product_id"]
    held = frame if isinstance(frame, pa.Table) else as_ibis(frame)
    names = held.column_names if isinstance(held, pa.Table) else list(held.columns)
    if missing := [name for name in needed if name not in names]:
        raise ColumnMissing(table="order_lines", missing=missing, present=sorted(map(str, names)), hint="")
    chosen = held.select([*needed, *(name for name in ("quantity", "net_amount") if name in names)])
    table = chosen if isinstance(chosen, pa.Table) else chosen.to_pyarrow()
    if "quantity" in table.column_names:
        table = table.filter(pc.fill_null(pc.greater(table["quantity"], 0), True))
    if "net_amount" in table.column_names:
        table = table.filter(pc.fill_null(pc.greater_equal(table["net_amount"], 0), True))
    return table.select(needed)


def _worth(rules: pa.Table, products: ir.Table, min_margin: float | None, min_stock: float | None) -> pa.Table:
    """The rules whose consequents may be sold: a product of unknown margin or stock may not."""
    needed = ["product_id", *(["list_price", "unit_cost"] if min_margin is not None else []), *(["stock"] if min_stock is not None else [])]
    if missing := [name for name in needed if name not in products.columns]:
        raise ColumnMissing(table="products", missing=missing, present=sorted(products.columns), hint="")
    if min_margin is not None:
        cost, price = products.unit_cost.cast("float64"), products.list_price.cast("float64")
        products = products.filter((price > 0) & (price - cost >= price * min_margin))
    if min_stock is not None:
        products = products.filter(_.stock.cast("float64") >= min_stock)
    sold = set(products.select("product_id").to_pyarrow()["product_id"].to_pylist())
    good = [all(one in sold for one in consequent) for consequent in rules["consequent"].to_pylist()]
    return rules.filter(pa.array(good, pa.bool_()))
