"""The golden row: which record each field of a customer is taken from."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from kezhi.kit.engine import Workbench, _, ibis, ir, typed
from kezhi.settings import SurvivalRule, SurvivingField
from kezhi.tables import CUSTOMER_VALUES, CUSTOMERS

NONE: Mapping[SurvivingField, SurvivalRule] = MappingProxyType({})

NEWEST = (_.changed_at.desc(nulls_first=False), _.trust.desc(), _.record_id.asc())
PLACES = 2**20  # records of one customer that keep their order; `max_cluster_size` is far below
MOBILE_FIRST = (_.phone_kind == "mobile").fill_null(False).ifelse(0, PLACES)

# One sort gives the place among the newest; the other rules are that place below a coarser step, so
# that a single whole number says where a record stands. The trusted step is 2**20 x up to 2**31.


def _place(rule: str, field: str) -> ir.Value:
    """Where a record stands when *field* is asked by *rule*: the smallest is first."""
    trust = _.trust.cast("int64")
    return {
        "newest": _.newest,
        "reachable": _.newest + MOBILE_FIRST,
        "trusted": _.newest - trust * PLACES,
        "valid": _.newest - trust * PLACES - _.id_number_valid.fill_null(False).ifelse(2**53, 0),
        "longest": _.newest - (trust * 2**11 + ibis.least(_[field].cast("string").length().fill_null(0), 2**11 - 1)) * PLACES,
        "complete": _.newest - _.filled * PLACES,
        "frequent": _.newest - (_.count().over(group_by=["customer_id", field]) if rule == "frequent" else ibis.literal(0)) * PLACES,
    }[rule]


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


def golden(records: ir.Table, links: ir.Table, rules: Mapping[SurvivingField, SurvivalRule] = NONE) -> ir.Table:
    """
    One row per customer.

    Each field is that of the customer's first record, in the field's order, that has one. Unless *rules* say otherwise:

    - name, member_id, app_id: most trusted source, then newest.
    - email, wechat_id, province, city, occupation: newest (updated_at, else registered_at; records
      without either last), then most trusted.
    - phone: mobile before landline, then newest.
    - address: most trusted source, then longest, then newest.
    - id_number: valid first, then most trusted, then newest.
    - gender, birth_date: those a valid id number tells, then most trusted, then newest.

    A rule may be `trusted` (then newest), `newest` (then trusted), `frequent` (the value most records tell), `complete` (of the record
    that tells most), `longest` (of the most trusted source), `reachable` (mobile first) or `valid` (of a valid id number first). The
    smallest record_id breaks what ties are left.

    Args:
        records: `tables.CUSTOMER_RECORDS`.
        links: `tables.IDENTITY_LINKS`.
        rules: Field to rule, from the settings.

    Returns:
        `tables.CUSTOMERS`; `<field>_source` is null where the field is.
    """
    wanted = SURVIVAL | dict(rules)
    ranked = _ranked(records, links.filter(_.records > 1), wanted)
    chosen = ranked.group_by("customer_id").agg(
        records=_.count(),
        sources=_.source.collect(distinct=True).sort().join(","),
        **{
            name: column.argmin(_[f"{field}_place"], where=_[field].notnull())
            for field in wanted
            for name, column in ((field, _[field]), (f"{field}_source", _.source))
        },
        registered_at=_.registered_at.min(),
    )
    # most customers have one record, of which nothing is to be chosen: sorting them all costs several times as much
    alone = _owned(records, links.filter(_.records == 1))
    of_field = {
        name: value
        for field in wanted
        for name, value in ((field, alone[field]), (f"{field}_source", ibis.ifelse(alone[field].notnull(), alone.source, None)))
    }
    only = alone.select("customer_id", "registered_at", records=ibis.literal(1, "int64"), sources="source", **of_field)
    columns = {column: kind for column, kind in CUSTOMERS.types.items() if column != "flags"}
    rows = typed(chosen, columns).union(typed(only, columns))
    return typed(rows.left_join(_flags(records, links), "customer_id"), CUSTOMERS.types)


def values(records: ir.Table, links: ir.Table, rules: Mapping[SurvivingField, SurvivalRule] = NONE, *, bench: Workbench) -> ir.Table:
    """
    `tables.CUSTOMER_VALUES`: all that the records of a customer of several say, the kept and the others; nothing is lost in a merge.

    Args:
        records: `tables.CUSTOMER_RECORDS`.
        links: `tables.IDENTITY_LINKS`.
        rules: As for `golden`.
        bench: Where fields are told one by one: the values of all at once do not fit into the memory that a run of millions has.
    """
    wanted = SURVIVAL | dict(rules)
    ranked = _ranked(records, links.filter(_.records > 1), wanted)
    read = ("customer_id", "record_id", "source", "changed_at", *wanted, *(f"{field}_place" for field in wanted))
    ranked = bench.settle(ranked.select(*read))
    return ibis.union(*(bench.settle(typed(_told(ranked, field, rule), CUSTOMER_VALUES.types)) for field, rule in wanted.items()))


def _told(ranked: ir.Table, field: str, rule: str) -> ir.Table:
    """The rows of `values` of one *field*."""
    each = ranked.filter(ranked[field].notnull()).select(
        "customer_id", "record_id", "source", "changed_at", value=ranked[field].cast("string"), place=ranked[f"{field}_place"].cast("int64")
    )
    told = each.group_by(["customer_id", "value"]).agg(
        record_id=_.record_id.argmin(_.place), records=_.count(), sources=_.source.collect(distinct=True).sort().join(","),
        told_at=_.changed_at.max(), place=_.place.min(),
    )  # fmt: skip
    return told.mutate(
        field=ibis.literal(field),
        rule=ibis.literal(rule),
        is_kept=_.place == _.place.min().over(group_by="customer_id"),
        alternatives=_.count().over(group_by="customer_id") - 1,
    )


def _ranked(records: ir.Table, links: ir.Table, wanted: Mapping[str, str]) -> ir.Table:
    """Records with their customer, changed_at and `<field>_place`."""
    owned = _owned(records, links)
    newest = ibis.row_number().over(group_by="customer_id", order_by=NEWEST)
    filled = sum((owned[field].notnull().ifelse(1, 0) for field in wanted), ibis.literal(0)).cast("int64")
    placed = owned.mutate(newest=newest, filled=filled)
    return placed.mutate(**{f"{field}_place": _place(rule, field) for field, rule in wanted.items()})


def _owned(records: ir.Table, links: ir.Table) -> ir.Table:
    """Records with their customer and changed_at; a valid id number tells birth date and gender before what was written."""
    return records.join(links.select("record_id", "customer_id"), "record_id").mutate(
        changed_at=_.updated_at.coalesce(_.registered_at),
        birth_date=_.id_birth_date.coalesce(_.birth_date),
        gender=_.id_gender.coalesce(_.gender),
    )


def _flags(records: ir.Table, links: ir.Table) -> ir.Table:
    """All flags of a customer's records, in order: customer_id, flags."""
    flagged = records.filter(_.flags.notnull() & (_.flags != "")).join(links.select("record_id", "customer_id"), "record_id")
    each = flagged.select("customer_id", flag=_.flags.split(",").unnest())
    return each.group_by("customer_id").agg(flags=_.flag.collect(distinct=True).sort().join(","))
