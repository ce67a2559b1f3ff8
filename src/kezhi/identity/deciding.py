"""What people decided about who is who, laid over what the machine found: it wins, and takes no more than it says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import Any

import pyarrow as pa

from kezhi.identity.keys import KINDS, strength
from kezhi.kit.engine import Workbench, _, ibis, ir

GROUPS = pa.schema([("record_id", pa.string()), ("cluster", pa.string())])
PROBABLE, TOGETHER = len(KINDS), len(KINDS) + 1  # ties that are weaker than any key
Tie = tuple[int, float, str, str]  # strength, minus bits, left, right: in order of what is tied first


def decided(members: ir.Table, decisions: ir.Table, live: ir.Table, pairs: ir.Table | None, bench: Workbench) -> ir.Table:
    """
    *members* with the clusters that people's decisions make of them.

    Only clusters with a record that a decision names are looked at. Two customers that somebody joined are one, with all that
    the machine ties to either, whatever the guards say: a person saw more. Where somebody split, each other record goes with
    the side it is tied to most strongly. Of decisions that contradict each other the newest holds, and when it is undone the
    older ones hold again: what comes out depends on the decisions that hold and on nothing that was before.

    Args:
        members: record_id, cluster and other columns: every record.
        decisions: `tables.IDENTITY_DECISIONS`.
        live: record_id, key_kind, key_value, live_value of `guards.guarded`.
        pairs: `probable.Found.pairs`, if probable links were made.

    Returns:
        *members* with another cluster (a record_id of it) where a decision says so; settled. Cost: decisions and the records of
        the customers they name are held in memory.
    """
    holding = decisions.filter(_.undone_on.isnull() & (_.kind != "later"))
    sides = [holding.select(record_id=holding[side].unnest()) for side in ("one_records", "other_records")]
    named = bench.settle(sides[0].union(sides[1], distinct=True))
    clusters = members.semi_join(named, "record_id").select("cluster").distinct()
    touched = bench.settle(members.semi_join(clusters, "cluster").select("record_id", "cluster"))
    keys = live.join(touched, "record_id").select("record_id", "cluster", "live_value", strength=strength(_.key_kind))
    likely = (
        _nothing(touched)
        if pairs is None
        else pairs.filter(_.outcome == "joined")
        .semi_join(touched.select(left_record_id="record_id"), "left_record_id")
        .select("left_record_id", "right_record_id", "weight_bits")
    )
    order = holding.select("number", "kind", "one_records", "other_records")
    (groups,) = bench.kernel(_regrouped, order, touched, keys, likely)
    wider = members.left_join(groups.select("record_id", decided="cluster"), "record_id").drop("record_id_right")
    return bench.settle(wider.mutate(cluster=ibis.coalesce(_.decided, _.cluster)).drop("decided"))


def labelled(decisions: ir.Table) -> ir.Table:
    """What the decisions that hold say of pairs of records: left_record_id, right_record_id, label (1: one person, 0: two)."""
    holding = decisions.filter(_.undone_on.isnull() & (_.kind != "later"))
    each = holding.select("number", "kind", "other_records", left_record_id=_.one_records.unnest())
    pairs = each.select("number", "kind", "left_record_id", right_record_id=_.other_records.unnest())
    newest = pairs.group_by(["left_record_id", "right_record_id"]).agg(kind=_.kind.argmax(_.number))
    return newest.select("left_record_id", "right_record_id", label=(_.kind == "same").ifelse(1, 0).cast("int8"))


def _nothing(touched: ir.Table) -> ir.Table:
    return touched.filter(ibis.literal(False)).select(
        left_record_id="record_id", right_record_id="record_id", weight_bits=ibis.literal(0.0)
    )


def _regrouped(decisions: Any, touched: Any, keys: Any, likely: Any) -> tuple[pa.Table, ...]:
    clusters = dict(zip(touched["record_id"].to_pylist(), touched["cluster"].to_pylist(), strict=True))
    ties = _ties(clusters, keys.to_pylist(), likely.to_pylist())
    ruled = sorted(decisions.to_pylist(), key=lambda row: -row["number"])
    found = grouped(clusters, ruled, ties)
    return (pa.table({"record_id": list(found), "cluster": list(found.values())}, schema=GROUPS),)


def _ties(clusters: Mapping[str, str], keys: Iterable[Mapping[str, Any]], likely: Iterable[Mapping[str, Any]]) -> list[Tie]:
    """What ties records of one cluster, the strongest first; last, that the machine put them together, however it came about."""
    holders: dict[tuple[str, int, str], list[str]] = defaultdict(list)
    for row in keys:
        holders[row["cluster"], row["strength"], row["live_value"]].append(row["record_id"])
    ties = {(kind, 0.0, *pair) for (_cluster, kind, _value), held in holders.items() for pair in combinations(sorted(held), 2)}
    for row in likely:
        left, right = sorted((row["left_record_id"], row["right_record_id"]))
        if clusters.get(left, "") == clusters.get(right):
            ties.add((PROBABLE, -row["weight_bits"], left, right))
    together = defaultdict(list)
    for record, cluster in clusters.items():
        together[cluster].append(record)
    ties |= {(TOGETHER, 0.0, *pair) for held in together.values() for pair in combinations(sorted(held), 2)}
    return sorted(ties)


def grouped(records: Iterable[str], ruled: Sequence[Mapping[str, Any]], ties: Sequence[Tie]) -> dict[str, str]:
    """
    The first record of the person each of *records* belongs to.

    Args:
        records: All records in question.
        ruled: Decisions that hold (kind, one_records, other_records), the newest first.
        ties: Pairs the machine tied, the strongest first.
    """
    there = set(records)
    people = _People(there)
    for rule in ruled:
        one, other = ([record for record in rule[side] if record in there] for side in ("one_records", "other_records"))
        if rule["kind"] == "same":
            if one and other:
                people.join(one[0], other[0])
        else:
            for left in one:
                for right in other:
                    people.keep_apart(left, right)
    for _strength, _bits, left, right in ties:
        people.join(left, right)
    return {record: people.first(record) for record in sorted(there)}


class _People:
    """Records joined to people, some of whom must not become one."""

    def __init__(self, records: Iterable[str]) -> None:
        self._parent = {record: record for record in records}
        self._foes: dict[str, set[str]] = defaultdict(set)  # by first record, of both

    def first(self, record: str) -> str:
        """The smallest record of the person."""
        while self._parent[record] != record:
            self._parent[record] = self._parent[self._parent[record]]
            record = self._parent[record]
        return record

    def join(self, left: str, right: str) -> None:
        """Make one person of two, unless they are to be kept apart."""
        low, high = sorted((self.first(left), self.first(right)))
        if low == high or high in self._foes[low]:
            return
        self._parent[high] = low
        for foe in self._foes.pop(high, set()):
            self._foes[foe].discard(high)
            self._foes[foe].add(low)
            self._foes[low].add(foe)

    def keep_apart(self, left: str, right: str) -> None:
        """Never make one person of the two, unless they are one already."""
        one, other = self.first(left), self.first(right)
        if one != other:
            self._foes[one].add(other)
            self._foes[other].add(one)
