"""What inputs whose rows have an id of their own share: which repeat another, and what they are called in the lake."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from kezhi.clean.repeats import repeats, without
from kezhi.clean.typing import TypedRows, extracted_on, id_prefix
from kezhi.kit.engine import Workbench, ibis, ir
from kezhi.settings import Settings


def own_repeats(rows: TypedRows, *, merge: bool, bench: Workbench, newest: str | None = None) -> ir.Table:
    """`repeats` of one id, which is the first of the input's key; rows without an id stay."""
    key = rows.input.key[0]
    content = [field for field in rows.mapped if field != key]
    return repeats(rows.good, ("source", key), content, merge=merge, supersede=True, newest=newest, bench=bench)


def renamed(
    rows: TypedRows, lost: ir.Table, moment: str | None, *, settings: Settings, today: date, others: Sequence[str] = ("record_id",)
) -> ir.Table:
    """
    The rows that go on, with ids as the lake calls them and `flags`.

    Args:
        rows: Of the input.
        lost: `repeats.FATE` of those that do not go on.
        moment: The column that must not lie after the source was extracted; None: there is none.
        settings: Prefixes of the sources.
        today: The last day of a source that does not say when it was extracted.
        others: Further ids of the same source.

    Returns:
        The columns of *rows*; without an id of its own a row is called by its file and line.
    """
    kept, key = without(rows.good, lost), rows.input.key[0]
    prefix = id_prefix(kept.source, settings)
    made = kept.source_file + "#" + kept.source_line.cast("string")
    late = ibis.literal(False) if moment is None else kept[moment].date() > extracted_on(kept.source, settings, today)
    return kept.mutate(
        **{key: prefix + kept[key].fill_null(made)},
        **{other: prefix + kept[other] for other in others},
        flags=ibis.cases((late, ibis.literal("future_date")), else_=ibis.null("string")),
    )
