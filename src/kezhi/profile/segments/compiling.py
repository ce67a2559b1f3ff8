"""
From segments to Ibis: a question about behaviour becomes one grouped query, whose answer is a column of the row.

An expression that asks only the profile stays a filter of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import reduce
from operator import and_
from typing import cast

from kezhi.kit.days import days_before, midnight
from kezhi.kit.engine import _, ibis, ir, ratio
from kezhi.kit.expression import Expression
from kezhi.kit.expression import nodes as n
from kezhi.kit.expression.behaviours import DAYS, EVENT, TIMES
from kezhi.kit.expression.compiling import build
from kezhi.kit.expression.functions import FUNCTIONS
from kezhi.profile.behaviours import DEED_COLUMNS, LINE_COLUMNS, Deeds
from kezhi.tables import MONEY

_FALSE = n.Value(False)
_OF_VERB = {"first_on": "day", "last_on": "day"}  # what a verb without a measure reads of a deed
_BY_PRODUCT = {"order": "order_line", "event": "event_product"}


@dataclass(frozen=True, slots=True)
class Population:
    """
    Whom segments choose from.

    Attributes:
        profile: `tables.PROFILE`.
        deeds: What they did, as `profile.deeds` makes it.
        as_of: The first day not seen; today() of expressions.
        saved: Rules of saved segments by key, for in_segment().
        declared: customer_id and a column per declared feature, as `profile.declared_columns` makes it; looked at only for
            what reads one.
    """

    profile: ir.Table
    deeds: Deeds
    as_of: date
    saved: Mapping[str, Expression] = field(default_factory=dict)
    declared: ir.Table | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """What an expression may read of a row."""
        own = tuple(self.profile.columns)
        return own if self.declared is None else (*own, *(name for name in self.declared.columns if name not in own))

    def of_columns(self, names: Sequence[str]) -> ir.Table:
        """The profile with *names*, of which some may be declared features."""
        table = self.profile.select(*(name for name in names if name in self.profile.columns))
        asked = [name for name in names if name not in self.profile.columns]
        return table if self.declared is None or not asked else _beside(table, self.declared.select("customer_id", *asked))


def filtered(population: Population, expression: Expression) -> ir.Table:
    """
    The rows of the profile for which *expression* holds, with the profile's columns.

    What must hold of everyone chosen is asked as an engine answers it best: of the profile as a filter, of what somebody
    did (or did not do) as a semi (anti) join. Only what stands within OR is worked out for every customer.
    """
    asked, profile, rest = _Asked(population), population.profile, list[n.Node]()
    for part in _conjuncts(population, expression.root):
        match part:
            case n.Not(n.Behaviour(verb="did", times=None) as deed) if (doers := asked.doers(deed)) is not None:
                profile = profile.anti_join(doers, "customer_id")
            case n.Behaviour(verb="did") as deed if (doers := asked.doers(deed)) is not None:
                profile = profile.semi_join(doers, "customer_id")
            case _:
                rest.append(n.replaced(part, asked.change))
    if not rest:
        return profile
    rule = rest[0] if len(rest) == 1 else n.Every(tuple(rest))
    read = _columns_read([rule])
    if not asked.groups and not asked.sequences and read <= set(profile.columns):
        return profile.filter(cast("ir.BooleanValue", build(rule, profile)))
    joined = asked.joined(["customer_id", *(name for name in population.columns if name in read)])
    return profile.semi_join(joined.filter(cast("ir.BooleanValue", build(rule, joined))), "customer_id")


def counted(population: Population, expression: Expression) -> ir.Table:
    """One row, customers: for how many *expression* holds; reads no column of the profile but those it asks."""
    read = columns_read(population, expression)
    # two hundred columns that nobody asks for would be described in every layer of the query
    narrow = population.profile.select("customer_id", *(name for name in population.profile.columns if name in read - {"customer_id"}))
    return filtered(replace(population, profile=narrow), expression).aggregate(customers=_.count())


def columns_read(population: Population, expression: Expression) -> set[str]:
    """Columns of the profile, and declared features, that *expression* reads, or a segment that it names."""
    return _columns_read([_without_names(population, expression.root)])


def _without_names(population: Population, root: n.Node) -> n.Node:
    """*root* with the rules of the segments it names in their place."""

    def rule(node: n.Node) -> n.Node | None:
        return _without_names(population, population.saved[node.key].root) if isinstance(node, n.InSegment) else None

    return n.replaced(root, rule)


def _conjuncts(population: Population, root: n.Node) -> list[n.Node]:
    """What must hold of everyone for whom *root* holds; another segment's rule counts as its own parts."""
    match root:
        case n.Every(parts):
            return [one for part in parts for one in _conjuncts(population, part)]
        case n.InSegment(key):
            return _conjuncts(population, population.saved[key].root)
    return [root]


def _columns_read(rules: Sequence[n.Node]) -> set[str]:
    nodes = [node for rule in rules for node in n.walk(rule)]
    named = {node.name for node in nodes if isinstance(node, n.Column)}
    return named.union(*(FUNCTIONS[node.function].columns for node in nodes if isinstance(node, n.Call)))


def holding(population: Population, expressions: Sequence[Expression]) -> tuple[ir.Table, list[ir.BooleanValue]]:
    """
    One row per customer with what the expressions read, and for each expression where it holds (never null).

    Costs one aggregate over the deeds for each different set of conditions, however many expressions share it.
    """
    asked = _Asked(population)
    rules = [n.replaced(expression.root, asked.change) for expression in expressions]
    read = _columns_read(rules)
    # a row of two hundred columns would be carried through every join
    table = asked.joined([name for name in population.columns if name == "customer_id" or name in read])
    # a rule that reads no column, such as TRUE, is one value: it too must be a column, of which one may take a sum
    return table, [cast("ir.BooleanValue", table.customer_id.notnull() & build(rule, table).fill_null(False)) for rule in rules]


def valued(population: Population, expressions: Sequence[Expression]) -> tuple[ir.Table, list[ir.Value]]:
    """One row per customer with what the expressions read, and the value of each; costs as `holding`."""
    asked = _Asked(population)
    roots = [n.replaced(expression.root, asked.change) for expression in expressions]
    read = _columns_read(roots)
    table = asked.joined([name for name in population.columns if name == "customer_id" or name in read])
    return table, [build(root, table) for root in roots]


class _Asked:
    """The questions about behaviour of some expressions: each becomes columns of one joined aggregate."""

    def __init__(self, population: Population) -> None:
        self.population = population
        self.groups: dict[tuple[str, tuple[n.Node, ...]], dict[tuple[str, str | None], str]] = {}
        self.sequences: dict[tuple[n.Behaviour, n.Behaviour], str] = {}

    def change(self, node: n.Node) -> n.Node | None:
        """What stands for *node* over the joined row; None where it stays."""
        match node:
            case n.Today():
                return n.Value(self.population.as_of)
            case n.InSegment(key):
                return n.Call("coalesce", (n.replaced(self.population.saved[key].root, self.change), _FALSE))
            case n.Sequence(first, second, days):
                column = n.Column(self.sequences.setdefault((first, second), f"kz_then_{len(self.sequences)}"))
                if days is None:
                    return n.Not(n.IsNull(column))
                return n.Call("coalesce", (n.Comparison("<=", column, n.Value(days)), _FALSE))
            case n.Behaviour(verb="did", times=times):
                column = self._column(node, "count")
                if times is None:
                    return n.Comparison(">=", column, n.Value(1))
                return n.replaced(times, lambda part: column if part == n.Column(TIMES) else None)
            case n.Behaviour(verb=verb):
                return self._column(node, verb)
        return None

    def _column(self, deed: n.Behaviour, verb: str) -> n.Column:
        conditions = tuple(n.replaced(condition, _today(self.population.as_of)) for condition in deed.conditions)
        asked = self.groups.setdefault((deed.subject, conditions), {})
        number = sum(len(columns) for columns in self.groups.values())
        return n.Column(asked.setdefault((verb, deed.measure), f"kz_deed_{number}"))

    def doers(self, deed: n.Behaviour) -> ir.Table | None:
        """customer_id of those who did *deed*, maybe repeated; None where those who did nothing might count too."""
        at_least = 1
        match deed.times:
            case None:
                pass
            case n.Comparison(">=", n.Column(name), n.Value(int(times))) if name == TIMES and times >= 1:
                at_least = times
            case _:
                return None
        conditions = [n.replaced(condition, _today(self.population.as_of)) for condition in deed.conditions]
        rows, by_product = self._rows(deed.subject, conditions, ())
        if rows is None:
            return None
        counted = rows.filter(_.is_counted)
        if at_least == 1:
            return counted.select("customer_id")
        narrow = counted.select("customer_id", "deed_id", "is_counted")
        often = narrow.group_by("customer_id").aggregate(times=_value(narrow, "count", None, by_product))
        return often.filter(_.times >= at_least)

    def joined(self, columns_of_profile: Sequence[str]) -> ir.Table:
        """*columns_of_profile* with every asked column; counts and sums of those who did nothing are 0."""
        table = self.population.of_columns(columns_of_profile)
        for (subject, conditions), columns in self.groups.items():
            measures = {measure or _OF_VERB.get(verb, "days") for verb, measure in columns}
            rows, by_product = self._rows(subject, conditions, measures)
            values: dict[str, ir.Value] = {}
            for (verb, measure), name in columns.items():
                values[name] = ibis.null("int64") if rows is None else _value(rows, verb, measure, by_product)
            table = table.mutate(**values) if rows is None else _beside(table, rows.group_by("customer_id").aggregate(**values))
            zeros = [name for (verb, _measure), name in columns.items() if verb in ("count", "sum")]
            table = table.mutate(**{name: table[name].fill_null(0) for name in zeros})
        for (first, second), name in self.sequences.items():
            one, other = (self._rows(deed.subject, deed.conditions, ("days",))[0] for deed in (first, second))
            if one is None or other is None:
                table = table.mutate(**{name: ibis.null("int64")})
            else:
                table = _beside(table, _shortest(one, other, name))
        return table

    def _rows(self, subject: str, conditions: Sequence[n.Node], measures: Iterable[str]) -> tuple[ir.Table | None, bool]:
        """The deeds that *conditions* hold for, and whether one deed may stand on several rows; None: there are none."""
        read = frozenset((*_columns_read(conditions), *measures))
        kind = subject if subject in DEED_COLUMNS else EVENT
        by_product = bool(read & LINE_COLUMNS)
        asked = read if subject in DEED_COLUMNS else read | {"event_name"}
        table = self.population.deeds.of(_BY_PRODUCT.get(kind, kind) if by_product else kind, asked)
        if table is None:
            return None, by_product
        if subject not in DEED_COLUMNS:
            table = table.filter(table.event_name == subject)
        at = _today(self.population.as_of)
        holds = [_holds(n.replaced(condition, at), table, self.population.as_of) for condition in conditions]
        return (table.filter(reduce(and_, holds)) if holds else table), by_product


def _today(as_of: date) -> Callable[[n.Node], n.Node | None]:
    return lambda node: n.Value(as_of) if isinstance(node, n.Today) else None


def _holds(condition: n.Node, table: ir.Table, as_of: date) -> ir.BooleanValue:
    """*condition* over one deed; the usual window is a comparison of times, which is cheaper than counting days."""
    match condition:
        case n.Comparison("<=" | "<" as sign, n.Column(name), n.Value(int(days))) if name == DAYS and abs(days) < 36_600:
            return table.at >= midnight(days_before(as_of, days if sign == "<=" else days - 1))
    return cast("ir.BooleanValue", build(condition, table))


def _value(rows: ir.Table, verb: str, measure: str | None, by_product: bool) -> ir.Value:
    """One figure per customer; a netted refund lowers sums and is nothing else."""
    counted = rows.is_counted
    match verb:
        case "count":
            return rows.deed_id.nunique(where=counted) if by_product else counted.cast("int64").sum().cast("int64")
        case "days_since":
            return rows.days.min(where=counted)
        case "days_since_first":
            return rows.days.max(where=counted)
        case "first_on":
            return rows.day.min(where=counted)
        case "last_on":
            return rows.day.max(where=counted)
    column = rows[cast("str", measure)]
    exact = MONEY if column.type().is_decimal() else "float64" if column.type().is_floating() else "int64"
    match verb:
        case "sum":
            return column.sum().cast(exact)
        case "average":
            return ratio(column.sum(where=counted), column.count(where=counted))
        case "min":
            return column.min(where=counted)
        case _:
            return column.max(where=counted)


def _shortest(first: ir.Table, second: ir.Table, name: str) -> ir.Table:
    """Per customer the fewest calendar days from a deed of *first* to a strictly later one of *second*; who has none is absent."""
    marked = [
        rows.filter(_.is_counted).select("customer_id", "at", "days", is_first=ibis.literal(one), is_second=ibis.literal(not one))
        for rows, one in ((first, True), (second, False))
    ]
    # one row a moment: then the order within a customer is unique, and "before" is strictly before
    moments = marked[0].union(marked[1]).group_by("customer_id", "at", "days").aggregate(a=_.is_first.any(), b=_.is_second.any())
    earlier = ibis.window(group_by="customer_id", order_by="at", preceding=(None, 1))
    gaps = moments.mutate(before=ibis.ifelse(moments.a, moments.days, ibis.null("int64")).min().over(earlier))
    return gaps.filter(_.b & _.before.notnull()).group_by("customer_id").aggregate(**{name: (_.before - _.days).min()})


def _beside(table: ir.Table, part: ir.Table) -> ir.Table:
    return table.left_join(part, "customer_id").drop("customer_id_right")
