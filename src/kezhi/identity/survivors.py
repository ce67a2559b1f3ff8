"""The golden row: which record each field of a customer is taken from."""

from __future__ import annotations

from kezhi.kit.engine import _, ibis, ir, typed
from kezhi.tables import CUSTOMERS

NEWEST = (_.changed_at.desc(nulls_first=False), _.trust.desc(), _.record_id.asc())
ORDERS = {
    "trusted": (_.trust.desc(), *NEWEST),
    "newest": NEWEST,
    "longest": (_.trust.desc(), _.address.length().desc(nulls_first=False), *NEWEST),
    "valid": (_.valid_id.desc(), _.trust.desc(), *NEWEST),
    "reachable": ((_.phone_kind == "mobile").fill_null(False).cast("int8").desc(), *NEWEST),
}

# Facts that do not change come from whom we trust, those that do from who heard last. Place of birth,
# which an id number tells, is not where someone lives: a province is never taken from it.
SURVIVAL = {
    "name": "trusted",
    "phone": "reachable",
    "email": "newest",
    "id_number": "valid",
    "gender": "valid",
    "birth_date": "valid",
    "province": "newest",
    "city": "newest",
    "address": "longest",
    "occupation": "newest",
    "wechat_id": "newest",
    "member_id": "trusted",
    "app_id": "trusted",
}


def golden(records: ir.Table, links: ir.Table) -> ir.Table:
    """
    One row per customer.

    Each field is that of the customer's first record, in the field's order, that has one:

    - name, member_id, app_id: most trusted source, then newest.
    - email, wechat_id, province, city, occupation: newest (updated_at, else registered_at; records
      without either last), then most trusted.
    - phone: mobile before landline, then newest.
    - address: most trusted source, then longest, then newest.
    - id_number: valid first, then most trusted, then newest.
    - gender, birth_date: those a valid id number tells, then most trusted, then newest.

    The smallest record_id breaks what ties are left.

    Args:
        records: `tables.CUSTOMER_RECORDS`.
        links: `tables.IDENTITY_LINKS`.

    Returns:
        `tables.CUSTOMERS`; `<field>_source` is null where the field is.
    """
    owned = records.join(links.select("record_id", "customer_id", cluster_size="records"), "record_id").mutate(
        changed_at=_.updated_at.coalesce(_.registered_at),
        valid_id=_.id_number_valid.fill_null(False).cast("int8"),
        # what the number tells stands before what was written: told and written values share an order
        birth_date=_.id_birth_date.coalesce(_.birth_date),
        gender=_.id_gender.coalesce(_.gender),
    )
    alone, together = owned.filter(_.cluster_size == 1), owned.filter(_.cluster_size > 1)
    columns = {column.name: column.type for column in CUSTOMERS.columns}
    return typed(_alone(alone).union(_together(together)), columns)


def _alone(records: ir.Table) -> ir.Table:
    """Customers of one record: nothing to choose."""
    return records.select(
        "customer_id",
        records=ibis.literal(1, "int64"),
        sources=_.source,
        **{
            name: value
            for field in SURVIVAL
            for name, value in ((field, _[field]), (f"{field}_source", ibis.cases((_[field].notnull(), _.source), else_=ibis.null("string"))))
        },
        registered_at=_.registered_at,
        flags=_.flags,
    )


def _together(records: ir.Table) -> ir.Table:
    """Customers of several records."""
    ranked = records.mutate(
        **{f"rank_{name}": ibis.row_number().over(group_by="customer_id", order_by=order) for name, order in ORDERS.items()}
    )
    rows = ranked.group_by("customer_id").agg(
        records=_.count(),
        sources=_.source.collect(distinct=True).sort().join(","),
        **{
            name: column.argmin(_[f"rank_{order}"], where=_[field].notnull())
            for field, order in SURVIVAL.items()
            for name, column in ((field, _[field]), (f"{field}_source", _.source))
        },
        registered_at=_.registered_at.min(),
    )
    flags = (
        records.filter(_.flags.notnull() & (_.flags != ""))
        .select("customer_id", flag=_.flags.split(",").unnest())
        .group_by("customer_id")
        .agg(flags=_.flag.collect(distinct=True).sort().join(","))
    )
    return rows.left_join(flags, "customer_id").select(*rows.columns, "flags")
