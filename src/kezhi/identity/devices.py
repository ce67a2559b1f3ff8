"""Whose a device was, and when: events of somebody not signed in find the customer who signed in there."""

from __future__ import annotations

from kezhi.kit.engine import _, ibis, ir


def owners(ties: ir.Table, *, most: int) -> ir.Table:
    """
    Who had each anonymous id, from when to when.

    The first owner also had it before; a later one from the moment of the tie on. A tie of an id to itself (somebody known by a
    mail address only) counts only as long as no user is tied to it. An id of more than *most* users is a shared device or a
    placeholder, and is nobody's.

    Args:
        ties: source, source_file, source_line, anonymous_id, user_id, tied_at (text that sorts as time).
        most: Users that one anonymous id may have.

    Returns:
        source, anonymous_id, user_id, tied_at, since (null: from the beginning), until (exclusive; null: to the end), tie_no
        (1 is the first of the id); source, anonymous_id and tie_no are unique together.
    """
    device = ["source", "anonymous_id"]
    real = ties.mutate(is_user=_.user_id != _.anonymous_id)
    users = real.group_by(device).agg(users=_.user_id.nunique(where=_.is_user))
    kept = real.join(users, device).filter((_.users <= most) & (_.is_user | (_.users == 0)))
    order = ibis.window(group_by=device, order_by=[kept.tied_at, kept.source_file, kept.source_line])
    before = kept.mutate(before=kept.user_id.lag().over(order))
    changes = before.filter(_.before.isnull() | (_.before != _.user_id))
    again = ibis.window(group_by=device, order_by=[changes.tied_at, changes.source_file, changes.source_line])
    numbered = changes.mutate(tie_no=ibis.row_number().over(again) + 1, until=changes.tied_at.lead().over(again))
    return numbered.select(
        *device,
        "user_id",
        "tied_at",
        since=ibis.cases((numbered.tie_no == 1, ibis.null("string")), else_=numbered.tied_at),
        until=numbered.until,
        tie_no=numbered.tie_no.cast("int64"),
    )


def attributed(rows: ir.Table, owned: ir.Table, *, at: str) -> ir.Table:
    """
    *rows* with the record of whoever had the id at that time.

    A row that names a user keeps it, unless that id itself was given to another user by an alias.

    Args:
        rows: source, record_id, anonymous_id and the text column *at*.
        owned: From `owners`.
        at: When, in the same form as `owners` has it.

    Returns:
        *rows*, as many, with record_id filled in or still null.
    """
    columns = rows.columns
    acting = rows.mutate(acting_id=ibis.coalesce(rows.record_id, rows.anonymous_id))
    who = owned.select(
        owner_source=owned.source, owned_id=owned.anonymous_id, owner_id=owned.user_id, owned_since=owned.since, owned_until=owned.until
    )
    found = acting.left_join(
        who,
        [
            acting.source == who.owner_source,
            acting.acting_id == who.owned_id,
            who.owned_since.isnull() | (acting[at] >= who.owned_since),
            who.owned_until.isnull() | (acting[at] < who.owned_until),
        ],
    )
    return found.mutate(record_id=ibis.coalesce(found.owner_id, found.record_id)).select(*columns)
