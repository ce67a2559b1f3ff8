"""What people learnt and wrote down, as tags: who had which one when, who said so, and since when."""

from __future__ import annotations

from datetime import date

from kezhi.kit.engine import _, ibis, ir

FAMILY = "hand_given"
CONFIDENCE = 0.9  # as of what records say: a person said so
_NEVER = date(9999, 12, 31)


def notes(written: ir.Table, links: ir.Table) -> ir.Table:
    """
    `tables.NOTES`: each note on the customer that its record belongs to now.

    A note names the customer of its day. A customer's id is the id of its founding record, so that the links lead from
    an id that was merged away to the customer of today; a note on somebody who is in no source any more keeps its id.

    Args:
        written: note_id, customer_id and the other columns of `tables.NOTES`.
        links: `tables.IDENTITY_LINKS`.
    """
    now = links.select("record_id", now_id="customer_id")
    met = written.left_join(now, written.customer_id == now.record_id)
    return met.mutate(customer_id=ibis.coalesce(met.now_id, met.customer_id)).select(*written.columns)


def hand_given_tags(notes: ir.Table) -> ir.Table:
    """
    The tags that hold: customer_id, family, tag, confidence, basis, evidence (notes that say so), contradicted, author
    and learnt_on (of the latest note).
    """
    holding = notes.filter(_.tag.notnull(), _.withdrawn_on.isnull())
    counted = holding.mutate(
        place=ibis.row_number().over(group_by=("customer_id", "tag"), order_by=(ibis.desc("learnt_on"), "note_id")),
        evidence=_.note_id.count().over(ibis.window(group_by=("customer_id", "tag"))),
    )  # fmt: skip
    return counted.filter(_.place == 0).select(
        "customer_id", "tag", "evidence", "author", "learnt_on", family=ibis.literal(FAMILY), basis=ibis.literal(FAMILY),
        confidence=ibis.literal(CONFIDENCE), contradicted=ibis.literal(False),
    )  # fmt: skip


def hand_given_history(notes: ir.Table, *, as_of: date) -> ir.Table:
    """
    When each tag held: customer_id, family, tag, valid_from (learnt), valid_to (withdrawn; null while it holds).

    Notes that say the same at the same time are one spell. Days after *as_of* are told as *as_of*: the run saw them
    then; what was learnt and withdrawn on one day held on none.
    """
    today, never = ibis.literal(as_of, "date"), ibis.literal(_NEVER, "date")
    said = notes.filter(_.tag.notnull()).mutate(
        begins=ibis.least(_.learnt_on, today), ends=ibis.ifelse(_.withdrawn_on.isnull(), never, ibis.least(_.withdrawn_on, today))
    )
    said = said.filter(_.ends > _.begins).select("customer_id", "tag", "note_id", "begins", "ends")
    order = {"group_by": ("customer_id", "tag"), "order_by": ("begins", "note_id")}
    before = said.mutate(reached=_.ends.max().over(ibis.window(**order, preceding=(None, 1))))
    begun = before.mutate(is_new=(before.reached.isnull() | (before.begins > before.reached)).cast("int64"))
    spell = begun.mutate(spell=_.is_new.sum().over(ibis.window(**order, preceding=None, following=0)))
    one = spell.group_by("customer_id", "tag", "spell").aggregate(valid_from=_.begins.min(), last=_.ends.max())
    return one.select(
        "customer_id", "tag", "valid_from", family=ibis.literal(FAMILY), valid_to=ibis.ifelse(one["last"] == never, ibis.null("date"), one["last"])
    )  # fmt: skip
