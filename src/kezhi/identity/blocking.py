"""Which pairs of records are worth comparing: blocking rules, and how many pairs they may give."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from kezhi.kit.engine import Workbench, _, ibis, ir


@dataclass(frozen=True, slots=True)
class Rule:
    """Records with the same `key` are compared; of them the `fixed` comparisons say nothing new when weights are learnt."""

    name: str
    needs: tuple[str, ...]  # the comparisons whose fields the key is made of
    key: Callable[[ir.Table], ir.StringValue]
    fixed: tuple[str, ...]


def _joined(*parts: ir.StringValue) -> ir.StringValue:
    """The parts as one text; null when one of them is."""
    text = parts[0]
    for part in parts[1:]:
        text = text + "|" + part
    return text


def _either_way(one: ir.StringValue, other: ir.StringValue) -> ir.StringValue:
    """Both as one text, whichever stands first; null when one of them is (`least` would take the other alone)."""
    both = _joined(ibis.least(one, other), ibis.greatest(one, other))
    return ibis.cases((one.notnull() & other.notnull(), both), else_=ibis.null("string"))


NAMES = ("name", "given_name", "surname")

# The number of a rule is its bit in the mask of a pair: add at the end.
RULES = (
    Rule("id_number", ("id_number",), lambda t: t.id_number, ("id_number", "birth_date", "gender")),
    Rule("phone", ("phone",), lambda t: t.phone, ("phone",)),
    Rule("email", ("email",), lambda t: t.email, ("email",)),
    Rule("member_id", ("member_id",), lambda t: t.member_id, ("member_id",)),
    Rule("app_id", ("app_id",), lambda t: t.app_id, ("app_id",)),
    Rule("wechat_id", ("wechat_id",), lambda t: t.wechat_id, ("wechat_id",)),
    Rule("name_birth", ("name", "birth_date"), lambda t: _joined(t.sound, t.birth), (*NAMES, "birth_date")),
    Rule("name_birth_month", ("name", "birth_date"), lambda t: _joined(t.sound, t.birth.substr(0, 6)), (*NAMES, "birth_date")),
    Rule("name_city", ("name", "city"), lambda t: _joined(t.sound, t.city), (*NAMES, "city")),
    Rule("name_phone_head", ("name", "phone"), lambda t: _joined(t.sound, t.phone.substr(0, 7)), (*NAMES, "phone")),
    Rule("name_phone_tail", ("name", "phone"), lambda t: _joined(t.sound, t.phone.right(4)), (*NAMES, "phone")),
    Rule("mail_name", ("email",), lambda t: t.mail_name.re_extract("^.{5,}$", 0).nullif(""), ("email",)),
    Rule("name", ("name",), lambda t: t.sound, NAMES),
    Rule("surname_birth", ("name", "birth_date"), lambda t: _joined(ibis.coalesce(t.family, t.surname), t.birth), (*NAMES, "birth_date")),
    Rule("given_birth", ("name", "birth_date"), lambda t: _joined(t.given, t.birth), (*NAMES, "birth_date")),
    Rule("swapped_birth", ("name", "birth_date"), lambda t: _joined(ibis.coalesce(t.surname, t.given), t.birth), (*NAMES, "birth_date")),
    Rule("birth_postcode", ("birth_date", "postcode"), lambda t: _joined(t.birth, t.postcode), ("birth_date", "postcode")),
    Rule("surname_postcode", ("name", "postcode"), lambda t: _joined(t.surname, t.postcode), (*NAMES, "postcode")),
    Rule("given_postcode", ("name", "postcode"), lambda t: _joined(t.given, t.postcode), (*NAMES, "postcode")),
    Rule(
        "surname_address",
        ("name", "address"),
        lambda t: _joined(ibis.coalesce(t.family, t.surname), t.address.substr(0, 12)),
        (*NAMES, "address"),
    ),
    Rule("given_address", ("name", "address"), lambda t: _joined(t.given, t.address.substr(0, 12)), (*NAMES, "address")),
    Rule("address", ("address",), lambda t: t.address, ("address", "city", "postcode")),
    Rule("birth", ("birth_date",), lambda t: t.birth, ("birth_date",)),
    Rule("given_city", ("name", "city"), lambda t: _joined(t.given, t.city), (*NAMES, "city")),
    Rule("surname_city", ("name", "city"), lambda t: _joined(t.surname, t.city), (*NAMES, "city")),
    Rule("surname_given_head", ("name",), lambda t: _joined(t.surname, t.given.substr(0, 2)), NAMES),
    Rule("given_surname_head", ("name",), lambda t: _joined(t.given, t.surname.substr(0, 2)), NAMES),
    Rule("birth_city", ("birth_date", "city"), lambda t: _joined(t.birth, t.city), ("birth_date", "city")),
    Rule("both_names", ("name",), lambda t: _either_way(t.given, t.surname), NAMES),
    Rule("all", (), lambda t: (t.row >= 0).ifelse("all", "none"), ()),  # a thousand records, all with all
)

FEW = 500_000  # pairs that may be made of any records, however few


def candidates(
    records: ir.Table, chosen: Iterable[str], pairs_per_record: float, bench: Workbench, *, of: ir.Table | None = None
) -> tuple[ir.Table, ir.Table]:
    """
    The pairs of records that some rule brings together, each once.

    How many pairs each rule would give is counted before one is made. A rule may give *pairs_per_record* times the
    records (or a tenth of `FEW`; the last rule, of all with all, `FEW`): when it would give more, its largest blocks are left
    out, whose keys are the commonest and say least; rules that ask for more than that key still bring their records together.

    Args:
        records: `preparing.prepared`.
        chosen: Names of the comparisons: rules that need others are left out.
        of: row: only pairs with at least one of these, each of which may be in twice *pairs_per_record* pairs of a rule, as it is
            on average among all; the rule of all with all is left out. None: all pairs.

    Returns:
        Settled: pairs with left_row, right_row (left_row is less) and mask (a bit per rule of `RULES`); and counts: rule,
        pairs, pairs_left_out.
    """
    told = set(chosen)
    rules = [(number, rule) for number, rule in enumerate(RULES) if told.issuperset(rule.needs) and (of is None or rule.needs)]
    if of is None:
        keys = bench.settle(_keys(records, rules))
        own = keys
        blocks = bench.settle(
            keys.group_by(["rule", "key"]).agg(size=_.count()).filter(_.size > 1).mutate(pairs=_.size * (_.size - 1) // 2)
        )
        allowed = records.agg(pairs=_.count() * pairs_per_record)
    else:
        own = bench.settle(_keys(records.semi_join(of, "row"), rules))
        mine = bench.settle(own.group_by(["rule", "key"]).agg(mine=_.count()))
        keys = bench.settle(_keys(records, rules).semi_join(mine, ["rule", "key"]))
        sized = keys.group_by(["rule", "key"]).agg(size=_.count()).filter(_.size > 1).join(mine, ["rule", "key"])
        blocks = bench.settle(sized.mutate(pairs=_.mine * (_.size - _.mine) + _.mine * (_.mine - 1) // 2))
        allowed = of.agg(pairs=_.count() * pairs_per_record * 2)
    sizes = blocks.group_by(["rule", "size"]).agg(pairs=_.pairs.sum().cast("int64"))
    limits, counts = bench.kernel(_limits, sizes, allowed)
    kept = blocks.join(limits, "rule").filter(_.size <= _.largest).select("rule", "key")
    live = bench.settle(keys.join(kept, ["rule", "key"]))
    one = live if of is None else bench.settle(own.semi_join(kept, ["rule", "key"]))
    other = live.select("rule", "key", other_row="row", other_left="is_left")
    met = one.join(other, ["rule", "key"]).filter(_.is_left.isnull() | (_.is_left != _.other_left))
    if of is None:
        ends = met.filter(_.row < _.other_row).select("rule", left_row="row", right_row="other_row")
    else:  # a pair may come from one end only
        ends = met.filter(_.row != _.other_row)
        ends = ends.select("rule", left_row=ibis.least(_.row, _.other_row), right_row=ibis.greatest(_.row, _.other_row)).distinct()
    bits = ibis.cases(*[(ends.rule == number, 2**number) for number in range(len(RULES))], else_=0).cast("int64")
    pairs = ends.mutate(bit=bits).group_by(["left_row", "right_row"]).agg(mask=_.bit.sum().cast("int64"))
    return bench.settle(pairs), counts


def _keys(records: ir.Table, rules: Iterable[tuple[int, Rule]]) -> ir.Table:
    """row, is_left, rule and key: a row per record and rule whose key it has."""
    each = [records.select("row", "is_left", rule=ibis.literal(number).cast("int64"), key=rule.key(records)) for number, rule in rules]
    return ibis.union(*each).filter(_.key.notnull())


def _limits(sizes: Any, allowed: Any) -> tuple[pa.Table, ...]:
    """The largest block of each rule that is still compared, and the pairs of it that are, and are not."""
    per_rule = max(FEW // 10, int(allowed["pairs"][0].as_py()))
    rule, size, pairs = (sizes[name].to_numpy().astype(np.int64) for name in ("rule", "size", "pairs"))
    largest, given, left_out = [], [], []
    for number in range(len(RULES)):
        mine, most = rule == number, FEW if RULES[number].name == "all" else per_rule
        order = np.argsort(size[mine], kind="stable")
        sizes_up, of_size = size[mine][order], pairs[mine][order]
        total = np.cumsum(of_size)
        fits = int(np.searchsorted(total, most, side="right"))
        largest.append(int(sizes_up[fits - 1]) if fits else 1)
        given.append(int(total[fits - 1]) if fits else 0)
        left_out.append(int(of_size.sum()) - given[-1])
    limits = pa.table({"rule": pa.array(range(len(RULES)), pa.int64()), "largest": pa.array(largest, pa.int64())})
    counts = pa.table(
        {"rule": [rule.name for rule in RULES], "pairs": pa.array(given, pa.int64()), "pairs_left_out": pa.array(left_out, pa.int64())}
    )
    return limits, counts


def strangers(records: ir.Table, draws: int, most: int) -> ir.Table:
    """
    Some *most* pairs that chance brings together: row i and the row a fixed step further, at most *draws* steps; left_row, right_row, mask 0.

    The rows stand in the order of ids, which may follow the order of registration: the steps are spread over the whole. All
    records are drawn from equally often; of more than *most* every n-th once.
    """
    size = records.agg(records=_.count().cast("int64"))
    one = ibis.literal(1, "int64")
    known = records.select("row").cross_join(size).filter(_.row % ibis.greatest(_.records // most, one) == 0)
    each = ibis.least(ibis.greatest(most // known.records, one), ibis.literal(draws, "int64"))
    steps = known.mutate(draw=ibis.range(1, each + 1).unnest())
    span = _.records - 1
    far = steps.filter(_.records > 1).mutate(other=(_.row + 1 + (_.draw * 7_368_787 + _.row * 104_729) % span) % _.records)
    pairs = far.select(left_row=ibis.least(_.row, _.other), right_row=ibis.greatest(_.row, _.other), mask=ibis.literal(0).cast("int64"))
    return pairs.filter(_.left_row < _.right_row).distinct()  # few records meet more than once
