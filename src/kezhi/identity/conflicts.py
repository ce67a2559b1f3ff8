"""What the guards kept apart, in words a steward can act on."""

from __future__ import annotations

from kezhi.kit.engine import _, ibis, ir, typed
from kezhi.tables import IDENTITY_CONFLICTS


def conflicts(stopped: ir.Table, links: ir.Table) -> ir.Table:
    """
    One row per value or cluster that was kept apart.

    Args:
        stopped: reason, key_kind (null for a cluster), key_value (null for a cluster), subject (what
            the records have in common), record_id.
        links: `tables.IDENTITY_LINKS`.

    Returns:
        `tables.IDENTITY_CONFLICTS`. What ended as one customer anyhow, by another key, is left out.
    """
    found = (
        stopped.join(links.select("record_id", "customer_id"), "record_id")
        .group_by(["reason", "key_kind", "subject"])
        .agg(value=_.key_value.min(), records=_.count(), customers=_.customer_id.nunique(), first=_.record_id.min())
        .filter(_.customers > 1)
    )
    return typed(
        found.mutate(
            # a record has one value of each kind and is in one cluster: its id names the conflict
            conflict_id=_.reason + ":" + _.key_kind.coalesce("cluster") + ":" + _.first,
            masked_value=masked(_.value, _.key_kind),
        ),
        IDENTITY_CONFLICTS.types,
    )


def masked(value: ir.StringValue, kind: ir.StringValue) -> ir.StringValue:
    """*value* with its middle hidden: `138****0000`, `t***@qq.com`; null stays null."""
    long = value.substr(0, 3) + "****" + value.right(4)
    short = value.substr(0, 1) + "***"
    at = value.find("@")
    mail = value.substr(0, 1) + "***" + value.substr(at)
    code = ibis.cases((value.length() >= 9, long), else_=short)
    return ibis.cases((value.isnull(), ibis.null("string")), ((kind == "email") & (at > 0), mail), else_=code)
