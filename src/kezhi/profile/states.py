"""The lifecycle stages as they were on an earlier day, told by the same rules from what was known then."""

from __future__ import annotations

from collections.abc import Sequence

from kezhi.kit.engine import ir
from kezhi.kit.expression import parse
from kezhi.profile.profile import WIDE_COLUMNS
from kezhi.settings import StageSettings
from kezhi.tables import FEATURES

_SEEN = ("orders_life", "events_life")


def needed_columns(stages: Sequence[StageSettings]) -> set[str]:
    """The columns of `tables.FEATURES` that the rules of *stages*, and the question who was known, read."""
    texts = [text for stage in stages for text in (stage.when, stage.since) if text is not None]
    named = {name for text in texts for name in parse(text, columns=WIDE_COLUMNS).columns}
    return {*_SEEN, *(named & set(FEATURES.column_names))}


def was_known(wide: ir.Table) -> ir.BooleanValue:
    """
    Of each row of *wide* (`profile.wide` of a day) whether the customer had registered, ordered or done anything before that day.

    Of who has no date of registration, nothing tells that they were known before their first order or event.
    """
    known: ir.BooleanValue = wide.registered_on.notnull() | wide.r_score.notnull() | (wide.events_life > 0)
    return known
