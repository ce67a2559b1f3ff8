"""The lifecycle stages as they were on an earlier day, told by the same rules from what was known then."""

from __future__ import annotations

from collections.abc import Sequence

from kezhi.kit.engine import _, ir
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


def earlier_stages(wide: ir.Table, lifecycle: ir.Table) -> ir.Table:
    """
    The rows of *lifecycle* of those who were known on its day.

    Args:
        wide: `profile.wide` of that day.
        lifecycle: `tables.LIFECYCLE` made from it.

    Returns:
        `tables.LIFECYCLE` without who had neither registered, ordered nor done anything before that day; of who has
        no date of registration, nothing tells that they were known before their first order or event.
    """
    known = wide.filter(_.registered_on.notnull() | _.r_score.notnull() | (_.events_life > 0))
    return lifecycle.semi_join(known, "customer_id")
