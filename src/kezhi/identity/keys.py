"""What can tie two records together: one row per record and key value."""

from __future__ import annotations

from kezhi.kit.engine import _, ibis, ir

# Strongest first: where keys contradict each other the later ones yield.
KINDS = ("id_number", "member_id", "app_id", "wechat_id", "phone", "email")

# Kinds a family, a colleague or a shop assistant may lend to someone else; the others name one person.
LENT_KINDS = ("wechat_id", "phone", "email")


def key_rows(records: ir.Table) -> ir.Table:
    """
    The keys of every record.

    Args:
        records: `tables.CUSTOMER_RECORDS`.

    Returns:
        record_id, key_kind (one of `KINDS`), key_value (never null), name (lower case, without
        blanks; null when unknown). An id number counts when it is valid and a phone when it is
        mobile: a landline belongs to a household or an office.
    """
    usable = {
        "id_number": _.id_number_valid.fill_null(False),
        "phone": (_.phone_kind == "mobile").fill_null(False),
    }
    return ibis.union(
        *[
            records.filter(_[kind].notnull() & (_[kind] != "") & usable.get(kind, ibis.literal(True))).select(
                "record_id",
                key_kind=ibis.literal(kind),
                key_value=_[kind],
                name=_.name.lower().replace(" ", "").replace("　", "").nullif(""),
            )
            for kind in KINDS
        ]
    )


def strength(kind: ir.StringValue) -> ir.IntegerValue:
    """Place of a key kind in `KINDS`: 0 is the strongest."""
    return kind.cases(*[(name, place) for place, name in enumerate(KINDS)], else_=len(KINDS))
