"""The golden row: which record each field of a customer is taken from."""

from __future__ import annotations

from kezhi.kit.engine import _, ibis, ir, typed
from kezhi.tables import CUSTOMERS

NEWEST = (_.changed_at.desc(nulls_first=False), _.trust.desc(), _.record_id.asc())
PLACES = 2**20  # records of one customer that keep their order; `max_cluster_size` is far below
MOBILE_FIRST = (_.phone_kind == "mobile").fill_null(False).ifelse(0, PLACES)

# One sort gives the place among the newest; the other orders are that place below a coarser step, so
# that a single whole number says where a record stands. The trusted step is 2**20 x up to 2**31.
ORDERS = {
    "newest": _.newest,
    "reachable": _.newest + MOBILE_FIRST,
    "trusted": _.newest - _.trust.cast("int64") * PLACES,
    "valid": _.newest - _.trust.cast("int64") * PLACES - _.id_number_valid.fill_null(False).ifelse(2**53, 0),
    "longest": _.newest - (_.trust.cast("int64") * 2**11 + ibis.least(_.address.length().fill_null(0), 2**11 - 1)) * PLACES,
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
    owned = records.join(links.select("record_id", "customer_id"), "record_id").mutate(
        changed_at=_.updated_at.coalesce(_.registered_at),
        # what the number tells stands before what was written, and its record before those without one
        birth_date=_.id_birth_date.coalesce(_.birth_date),
        gender=_.id_gender.coalesce(_.gender),
    )
    newest = ibis.row_number().over(group_by="customer_id", order_by=NEWEST)
    ranked = owned.mutate(newest=newest).mutate(**{f"{name}_place": place for name, place in ORDERS.items()})
    rows = ranked.group_by("customer_id").agg(
        records=_.count(),
        sources=_.source.collect(distinct=True).sort().join(","),
        **{
            name: column.argmin(_[f"{order}_place"], where=_[field].notnull())
            for field, order in SURVIVAL.items()
            for name, column in ((field, _[field]), (f"{field}_source", _.source))
        },
        registered_at=_.registered_at.min(),
    )
    columns = {column.name: column.type for column in CUSTOMERS.columns}
    return typed(rows.left_join(_flags(records, links), "customer_id"), columns)


def _flags(records: ir.Table, links: ir.Table) -> ir.Table:
    """All flags of a customer's records, in order: customer_id, flags."""
    flagged = records.filter(_.flags.notnull() & (_.flags != "")).join(links.select("record_id", "customer_id"), "record_id")
    each = flagged.select("customer_id", flag=_.flags.split(",").unnest())
    return each.group_by("customer_id").agg(flags=_.flag.collect(distinct=True).sort().join(","))
