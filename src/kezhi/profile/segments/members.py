"""The saved segments of a run: who is in them since when, who came and went and why, how large they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from kezhi.kit.engine import Workbench, _, ibis, ir, ratio, typed
from kezhi.kit.expression import Expression
from kezhi.kit.expression.nodes import InSegment, walk
from kezhi.kit.spells import spells
from kezhi.profile.segments.compiling import Population, holding
from kezhi.settings import SegmentSettings
from kezhi.tables import SEGMENT_HISTORY, SEGMENT_MEMBERS, SEGMENT_MOVEMENT, SEGMENTS, Table

_KEYS = ("segment", "customer_id")
_BETWEEN = "; "


def segment_tables(
    population: Population,
    definitions: Sequence[SegmentSettings],
    *,
    previous: Mapping[str, ir.Table],
    before: Population | None,
    previous_as_of: date | None,
    bench: Workbench,
) -> Mapping[str, ir.Table]:
    """
    `tables.SEGMENTS`, `SEGMENT_MEMBERS`, `SEGMENT_HISTORY` and `SEGMENT_MOVEMENT` of the saved segments.

    Args:
        population: With `saved` in it, the rules by key.
        definitions: Keys, names and owners, as in segments.yaml.
        previous: Tables of the last snapshot.
        before: The population of the last snapshot; None on the first run.
        previous_as_of: Its day; a later one than the population's is not used.
        bench: Where the members and what their clauses said are computed once.

    Returns:
        The four tables. A segment that the last snapshot did not have moves nobody.
    """
    as_of = population.as_of
    if previous_as_of is not None and previous_as_of > as_of:
        previous, before, previous_as_of = {}, None, None
    texts = {key: _text(expression, population.saved) for key, expression in population.saved.items()}
    members = bench.settle(_members(population))
    history = bench.settle(
        spells(members, keys=_KEYS, as_of=as_of, previous=previous.get("segment_history"), previous_as_of=previous_as_of)
    )
    movement = bench.settle(_movement(population, before, members, texts, previous, bench))
    sizes = members.group_by("segment").aggregate(customers=_.count())
    moved = movement.group_by("segment").aggregate(
        entered_customers=(_.movement == "entered").cast("int64").sum(), left_customers=(_.movement == "left").cast("int64").sum()
    )
    known = _constants(
        [
            {
                "segment": d.key,
                "segment_name": d.name or d.key,
                "segment_name_en": d.name_en or d.key,
                "owner": d.owner,
                "expression": texts[d.key],
            }
            for d in definitions
        ],
        population.profile,
    )
    total = population.profile.aggregate(everyone=_.count())
    sized = known.left_join(sizes, "segment").drop("segment_right").left_join(moved, "segment").drop("segment_right").cross_join(total)
    counts = {name: sized[name].fill_null(0).cast("int64") for name in ("customers", "entered_customers", "left_customers")}
    sized = sized.mutate(**counts).mutate(share=lambda t: ratio(t.customers, t.everyone))
    return {
        "segments": _as(SEGMENTS, sized),
        "segment_members": _as(SEGMENT_MEMBERS, history.filter(_.valid_to.isnull()).mutate(since=_.valid_from)),
        "segment_history": _as(SEGMENT_HISTORY, history),
        "segment_movement": _as(SEGMENT_MOVEMENT, movement.mutate(moved_on=ibis.literal(as_of, "date"))),
    }


def _members(population: Population) -> ir.Table:
    """segment and customer_id, for each saved segment that holds."""
    keys = list(population.saved)
    if not keys:
        nobody = population.profile.filter(ibis.literal(False))
        return nobody.select("customer_id", segment=ibis.literal(""))
    table, holds = holding(population, list(population.saved.values()))
    # one wide row is looked at once, however many segments there are
    names = ibis.array([ibis.ifelse(hold, ibis.literal(key), ibis.null("string")) for key, hold in zip(keys, holds, strict=True)])
    return table.select("customer_id", segment=names.unnest()).filter(_.segment.notnull())


def _movement(
    population: Population,
    before: Population | None,
    members: ir.Table,
    texts: Mapping[str, str],
    previous: Mapping[str, ir.Table],
    bench: Workbench,
) -> ir.Table:
    """segment, customer_id, movement and why, against the members of the last snapshot."""
    nobody = members.select(*_KEYS).filter(ibis.literal(False)).mutate(movement=ibis.literal(""), why=ibis.literal(""))
    if before is None or not {"segment_members", "segments"} <= previous.keys():
        return nobody
    old = previous["segments"].select("segment", old_text="expression")
    now = [{"segment": key, "now_text": text} for key, text in texts.items()]
    if not now:
        return nobody
    known = _constants(now, population.profile).join(old, "segment").select("segment", is_same=_.now_text == _.old_text)
    was = previous["segment_members"].select(*_KEYS)
    came = members.select(*_KEYS).anti_join(was, _KEYS).mutate(movement=ibis.literal("entered"))
    went = was.anti_join(members, _KEYS).mutate(movement=ibis.literal("left"))
    moved = bench.settle(came.union(went).join(known, "segment").select(*_KEYS, "movement", "is_same"))
    here = population.profile.select("customer_id", is_here=ibis.literal(True))
    there = before.profile.select("customer_id", was_there=ibis.literal(True))
    told = moved.left_join(here, "customer_id").drop("customer_id_right").left_join(there, "customer_id").drop("customer_id_right")
    clauses = _changed_clauses(population, before, moved, bench)
    told = told.left_join(clauses, _KEYS).select(*told.columns, "changed")
    why = ibis.cases(
        (told.was_there.isnull(), "new_customer"),
        (told.is_here.isnull(), "customer_gone"),
        (~told.is_same, "definition_changed"),
        (told.changed.notnull() & (told.changed != ""), told.changed),
        else_="unknown",
    )
    return told.select(*_KEYS, "movement", why=why)


def _changed_clauses(population: Population, before: Population, moved: ir.Table, bench: Workbench) -> ir.Table:
    """segment, customer_id and the clauses that said something else on the day of the last snapshot."""
    numbered = [(key, number, clause) for key, rule in population.saved.items() for number, clause in enumerate(rule.clauses)]
    sides = []
    lacking = any(set(clause.columns) - set(before.columns) for _key, _number, clause in numbered)
    for side in (population, replace(before, saved=population.saved)):
        if lacking:
            break
        some = replace(side, profile=side.profile.semi_join(moved, "customer_id"))
        table, holds = holding(some, [clause for _key, _number, clause in numbered])
        sides.append(bench.settle(table.select("customer_id", **{f"c{i}": hold for i, hold in enumerate(holds)})))
    if not sides:
        return moved.select(*_KEYS, changed=ibis.null("string")).filter(ibis.literal(False))
    both = bench.settle(sides[0].join(sides[1], "customer_id", rname="before_{name}"))
    parts = []
    for key in population.saved:
        own = [(i, clause) for i, (of, _number, clause) in enumerate(numbered) if of == key]
        said = ibis.literal("")
        for i, clause in own:
            said = said + ibis.ifelse(both[f"c{i}"] != both[f"before_c{i}"], ibis.literal(clause.text + _BETWEEN), ibis.literal(""))
        parts.append(both.select("customer_id", segment=ibis.literal(key), changed=said))
    every = ibis.union(*parts) if len(parts) > 1 else parts[0]
    changed = every.filter(_.changed != "")
    return changed.select(*_KEYS, changed=_.changed.substr(0, _.changed.length() - len(_BETWEEN)))


def _text(expression: Expression, saved: Mapping[str, Expression]) -> str:
    """The canonical text, and that of every segment it names: a change of theirs is a change of it."""
    named = dict.fromkeys(node.key for node in walk(expression.root) if isinstance(node, InSegment))
    return " ".join([expression.text, *(f"[{key}: {_text(saved[key], saved)}]" for key in named)])


def _constants(rows: Sequence[Mapping[str, str]], anywhere: ir.Table) -> ir.Table:
    """A few *rows* of text as a table of the engine that *anywhere* is of."""
    columns = ("segment", "segment_name", "segment_name_en", "owner", "expression") if not rows else tuple(rows[0])
    one = anywhere.aggregate(people=_.count())
    if not rows:
        return one.select(**{name: ibis.literal("") for name in columns}).filter(ibis.literal(False))
    tables = [one.select(**{name: ibis.literal(value) for name, value in row.items()}) for row in rows]
    return ibis.union(*tables) if len(tables) > 1 else tables[0]


def _as(promise: Table, table: ir.Table) -> ir.Table:
    return typed(table, promise.types)
