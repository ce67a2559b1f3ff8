"""The stage of life each customer is in with the company, and for how long."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from kezhi.kit.days import days_between
from kezhi.kit.engine import ibis, ir, typed
from kezhi.kit.expression import parse
from kezhi.profile.history import with_since
from kezhi.settings import StageSettings
from kezhi.tables import LIFECYCLE

OTHER_STAGE = "其他"


def lifecycle(
    wide: ir.Table,
    stages: Sequence[StageSettings],
    *,
    as_of: date,
    previous: ir.Table | None = None,
    previous_as_of: date | None = None,
) -> ir.Table:
    """
    The first stage whose rule holds for each customer, and since when.

    Args:
        wide: One row per customer, as `profile.wide` makes it; rules may read every column.
        stages: In order; `when` is a rule, `since` a date expression for the first day the rule holds.
        as_of: The first day not seen.
        previous: `tables.LIFECYCLE` of the last snapshot, for stages whose start no rule tells.
        previous_as_of: The day of that snapshot; a later one than *as_of* is not used.

    Returns:
        `tables.LIFECYCLE`, one row per row of *wide*. Who fits no stage is in `OTHER_STAGE`. What
        `since` means and rests on: see `profile.history`.

    Raises:
        ExpressionWrong: A rule or since is no expression over *wide*.
    """
    held = with_stage(wide, stages, as_of=as_of).select("customer_id", "stage", rule_since="stage_since")
    known = with_since(held, keys=("customer_id", "stage"), as_of=as_of, previous=previous, previous_as_of=previous_as_of)
    dated = known.mutate(days_in_stage=days_between(known.since, as_of))
    return typed(dated, LIFECYCLE.types)


def with_stage(wide: ir.Table, stages: Sequence[StageSettings], *, as_of: date) -> ir.Table:
    """
    *wide* with its stage, and stage_since: the first day the rule of the stage holds, at most *as_of*; null where no rule tells.

    Raises:
        ExpressionWrong: A rule or since is no expression over *wide*.
    """
    columns = {name: str(kind) for name, kind in wide.schema().items()}
    holds = [parse(stage.when, columns=columns, kind="boolean").predicate(wide) for stage in stages]
    sinces = {number: parse(stage.since, columns=columns, kind="date") for number, stage in enumerate(stages) if stage.since is not None}
    numbered = wide.mutate(stage_number=_first(list(zip(holds, range(len(stages)), strict=True)), otherwise=len(stages), kind="int64"))
    number = numbered.stage_number
    since_rule = _first([(number == n, since.value(numbered)) for n, since in sinces.items()], otherwise=None, kind="date")
    staged = numbered.mutate(
        stage=_first([(number == n, stage.name) for n, stage in enumerate(stages)], otherwise=OTHER_STAGE, kind="string"),
        stage_since=ibis.ifelse(since_rule.notnull(), ibis.least(since_rule, ibis.literal(as_of, "date")), None),
    )
    return staged.drop("stage_number")


def _first(branches: list[tuple[ir.BooleanValue, object]], *, otherwise: object, kind: str) -> ir.Value:
    """The value of the first branch that holds."""
    default = ibis.null(kind) if otherwise is None else ibis.literal(otherwise, kind)
    return ibis.cases(*branches, else_=default).cast(kind) if branches else default
