"""Rows that say the same thing twice, and rows of one key that disagree."""

from __future__ import annotations

from collections.abc import Sequence

from kezhi.kit.engine import Workbench, ibis, ir, sieve

FATE = {
    "source": "string",
    "source_file": "string",
    "source_line": "int64",
    "fate": "string",  # merged or rejected
    "reason": "string",  # duplicate_row or superseded
    "kept": "string",  # the place of the row that stays
}


def repeats(
    rows: ir.Table,
    key: Sequence[str],
    content: Sequence[str],
    *,
    merge: bool,
    supersede: bool,
    newest: str | None = None,
    bench: Workbench,
) -> ir.Table:
    """
    The rows of *rows* that do not go on because another row of their key does.

    Only rows of keys that occur more than once (and the few that the sieve lets through) are ordered, so a
    table without repeats costs one grouping.

    Args:
        rows: Rows with `source`, `source_file`, `source_line`; a null in *key* never repeats.
        key: What identifies a row.
        content: The columns that must be equal for a row to repeat another exactly; nulls are equal.
        merge: Exact repeats are merged with the first of them; else they count as disagreeing.
        supersede: Of disagreeing rows the newest stays; else all of them stay.
        newest: The column that tells the newest; ties and null go by file name and line.
        bench: Where the keys that repeat, and their rows, are settled.

    Returns:
        `FATE`, one row per row that does not go on.
    """
    named = rows.filter(*(rows[column].notnull() for column in key))
    sieved = named.mutate(sieve=sieve(*(named[column] for column in key)))
    # settled, for then the engine knows how few they are, and does not put the rows themselves in memory
    several = bench.settle(sieved.group_by("sieve").aggregate(n=lambda t: t.count()).filter(lambda t: t.n > 1))
    suspects = sieved.semi_join(several, "sieve")
    age = suspects[newest].fill_null(ibis.timestamp("1000-01-01 00:00:00").cast("timestamp(6)")) if newest else ibis.literal(0)
    place = suspects.source_file + "#" + suspects.source_line.cast("string")
    suspects = bench.settle(
        suspects.select(*dict.fromkeys(("source", "source_file", "source_line", *key, *content)), place_of_row=place, age_of_row=age)
    )
    same = ibis.window(group_by=list(dict.fromkeys((*key, *content))), order_by=[suspects.source_file, suspects.source_line])
    copies = suspects.mutate(
        copy_no=ibis.row_number().over(same) if merge else ibis.literal(0), first=suspects.place_of_row.first().over(same)
    )
    merged = copies.filter(copies.copy_no > 0)
    result = _fates(merged, "merged", "duplicate_row", merged["first"])
    if supersede:
        left = copies.filter(copies.copy_no == 0)
        newest_first = [ibis.desc(left.age_of_row), ibis.desc(left.source_file), ibis.desc(left.source_line)]
        ranked = left.mutate(
            rank=ibis.row_number().over(group_by=list(key), order_by=newest_first),
            winner=left.place_of_row.first().over(group_by=list(key), order_by=newest_first),
        )
        lost = ranked.filter(ranked["rank"] > 0)
        result = result.union(_fates(lost, "rejected", "superseded", lost.winner))
    return result


def _fates(rows: ir.Table, fate: str, reason: str, kept: ir.StringValue) -> ir.Table:
    return rows.select("source", "source_file", "source_line", fate=ibis.literal(fate), reason=ibis.literal(reason), kept=kept)


def without(rows: ir.Table, fates: ir.Table) -> ir.Table:
    """*rows* that are in none of *fates*."""
    return rows.anti_join(fates, ["source_file", "source_line"])
