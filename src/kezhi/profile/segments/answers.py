"""What a segment's clauses do, and how segments overlap."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from operator import and_, or_
from typing import Any

from kezhi.kit.engine import _, ibis, ir, ratio
from kezhi.kit.expression import Expression
from kezhi.kit.expression.nodes import Some
from kezhi.profile.segments.compiling import Population, holding


def explained(population: Population, expression: Expression) -> ir.Table:
    """
    How many customers each clause of *expression* lets through.

    Returns:
        One row per clause, in the order they are written: number (from 1), clause (its text), joined_by (`and`, `or`),
        customers (for whom the clause alone holds), remaining (in it and all clauses before; of `or`, in it or any
        before), changed (how many customers the clause takes away from what was left before it; of `or`, adds), and
        only_this (whom this clause alone keeps out; of `or`, whom it alone brings in).
    """
    table, holds = holding(population, expression.clauses)
    is_or = isinstance(expression.root, Some)
    join = or_ if is_or else and_
    flags = table.select(**{f"c{i}": hold for i, hold in enumerate(holds)})
    columns = [flags[f"c{i}"] for i in range(len(holds))]
    counts: dict[str, ir.Value] = {"all": _.count()}
    for i, column in enumerate(columns):
        others = [other for j, other in enumerate(columns) if j != i]
        own = column if is_or else ~column
        alone = reduce(and_, [~other if is_or else other for other in others], own)
        counts |= {
            f"customers_{i}": column.cast("int64").sum(),
            f"remaining_{i}": reduce(join, columns[: i + 1]).cast("int64").sum(),
            f"only_{i}": alone.cast("int64").sum(),
        }
    totals = flags.aggregate(**counts)
    rows = []
    for i, clause in enumerate(expression.clauses):
        before = totals[f"remaining_{i - 1}"] if i else (ibis.literal(0) if is_or else totals["all"])
        remaining = totals[f"remaining_{i}"].fill_null(0)
        rows.append(
            totals.select(
                number=ibis.literal(i + 1, "int64"),
                clause=ibis.literal(clause.text),
                joined_by=ibis.literal("or" if is_or else "and"),
                customers=totals[f"customers_{i}"].fill_null(0).cast("int64"),
                remaining=remaining.cast("int64"),
                changed=(remaining - before if is_or else before - remaining).cast("int64"),
                only_this=totals[f"only_{i}"].fill_null(0).cast("int64"),
            )
        )
    return ibis.union(*rows) if len(rows) > 1 else rows[0]


def overlap(population: Population, expressions: Mapping[str, Expression]) -> ir.Table:
    """
    The regions of a Venn diagram of *expressions* by name.

    Returns:
        One row per region that has customers: a boolean column per name, and customers. Who is in none of them is a
        region too. The customers of all rows are all customers.
    """
    table, holds = holding(population, list(expressions.values()))
    flags: dict[str, Any] = dict(zip(expressions, holds, strict=True))
    regions = table.select(**flags).group_by(*expressions).aggregate(customers=_.count())
    return regions.order_by(*(ibis.desc(name) for name in expressions))


def composition(population: Population, expression: Expression, dimensions: Mapping[str, ir.Table]) -> ir.Table:
    """
    Who the members of a segment are, against everyone.

    Args:
        population: Whom it chooses from.
        expression: Its rule.
        dimensions: By what they are told apart: a column's name, and a table with customer_id (unique) and the column.

    Returns:
        One row per dimension and value (null: not known): customers (members), share (of the members; null without
        any), everyone (customers of the population) and everyone_share. Over the values of a dimension both shares sum to 1.
    """
    table, (holds,) = holding(population, [expression])
    inside = table.select("customer_id", inside=holds.cast("int64"))
    parts = []
    for name, of in dimensions.items():
        valued = inside.left_join(of.select("customer_id", value=of[name].cast("string")), "customer_id").drop("customer_id_right")
        counted = valued.group_by("value").aggregate(customers=_.inside.sum(), everyone=_.count())
        parts.append(
            counted.select(
                "value",
                "customers",
                "everyone",
                dimension=ibis.literal(name),
                share=ratio(counted.customers, counted.customers.sum()),
                everyone_share=ratio(counted.everyone, counted.everyone.sum()),
            )
        )
    return ibis.union(*parts) if len(parts) > 1 else parts[0]
