"""Which tags each customer holds, and since when: a tag is a rule with a name and words that explain it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from kezhi.kit.engine import ibis, ir, typed
from kezhi.kit.expression import parse
from kezhi.profile.history import with_since
from kezhi.settings import TagSettings
from kezhi.tables import TAGS


def tags(
    staged: ir.Table,
    definitions: Sequence[TagSettings],
    *,
    as_of: date,
    previous: ir.Table | None = None,
    previous_as_of: date | None = None,
) -> ir.Table:
    """
    One row for each tag that holds for a customer.

    Args:
        staged: One row per customer, as `profile.staged` makes it; rules may read every column. It is
            computed once, however many tags there are.
        definitions: Names are unique (`check_definitions`); `since` is a date expression.
        as_of: The first day not seen.
        previous: `tables.TAGS` of the last snapshot; it counts only where the version is the same.
        previous_as_of: The day of that snapshot; a later one than *as_of* is not used.

    Returns:
        `tables.TAGS`. What `since` means and rests on: see `profile.history`.

    Raises:
        ExpressionWrong: A rule or since is no expression over *staged*.
    """
    kinds = TAGS.types
    columns = {name: str(kind) for name, kind in staged.schema().items()}
    rules = [parse(tag.when, columns=columns, kind="boolean") for tag in definitions]
    sinces = {n: parse(tag.since, columns=columns, kind="date") for n, tag in enumerate(definitions) if tag.since is not None}
    if not definitions:
        return typed(staged.filter(ibis.literal(False)).select("customer_id"), kinds)
    numbers = ibis.array([ibis.ifelse(rule.predicate(staged), n, ibis.null("int64")) for n, rule in enumerate(rules)])
    held = staged.select("customer_id", **{f"since_{n}": since.value(staged) for n, since in sinces.items()}, number=numbers.unnest())
    held = held.filter(held.number.notnull())
    number = held.number
    named = held.select(
        "customer_id",
        tag=ibis.cases(*((number == n, tag.name) for n, tag in enumerate(definitions)), else_=ibis.null("string")),
        version=ibis.cases(*((number == n, tag.version) for n, tag in enumerate(definitions)), else_=ibis.null("int64")).cast("int64"),
        rule_since=ibis.cases(*((number == n, held[f"since_{n}"]) for n in sinces), else_=ibis.null("date"))
        if sinces
        else ibis.null("date"),
    )
    keys = ("customer_id", "tag", "version")
    return typed(with_since(named, keys=keys, as_of=as_of, previous=previous, previous_as_of=previous_as_of), kinds)
