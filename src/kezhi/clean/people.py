"""One row per person as one system knows it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from kezhi.clean.repeats import without
from kezhi.clean.typing import Adjust, TypedRows, by_source, extracted_on, id_prefix, type_rows
from kezhi.kit.engine import Workbench, ibis, ir, typed
from kezhi.kit.id_numbers import id_number_facts
from kezhi.kit.phones import phone_kind
from kezhi.settings import Settings
from kezhi.tables import CUSTOMER_RECORDS

_TYPES = CUSTOMER_RECORDS.types

# What a row may tell about a person, beside its id.
ABOUT = (
    "member_id", "app_id", "name", "phone", "email", "id_number", "wechat_id", "gender", "birth_date", "age", "province", "city",
    "address", "occupation", "registered_at", "updated_at",
)  # fmt: skip


def type_records(raw: ir.Table, *, settings: Settings, today: date, bench: Workbench) -> TypedRows:
    """Typed `customer_records`; impossible ages and birth dates are null, by rule `impossible_age`."""
    return type_rows(
        "customer_records", raw, settings=settings, needed=("record_id",), adjust=impossible_ages(settings, today), bench=bench
    )


def impossible_ages(settings: Settings, today: date) -> Adjust:
    """Birth dates after the day of extraction or too long before it, and ages below 0 or too high."""
    oldest = settings.clean.oldest_age_years

    def adjust(t: ir.Table) -> dict[str, tuple[ir.BooleanValue, ir.Value, str]]:
        last = extracted_on(t["source"], settings, today)
        born, age = t["birth_date"], t["age"]
        too_long_ago = born < (last - ibis.interval(years=oldest + 1))
        return {
            "birth_date": ((born > last) | too_long_ago, ibis.null("date"), "impossible_age"),
            "age": ((age < 0) | (age > oldest), ibis.null("int32"), "impossible_age"),
        }

    return adjust


def records_of_files(records: TypedRows, fates: ir.Table) -> ir.Table:
    """The rows of customer files that go on, with `own_id` and `flags` of their readings."""
    rows = without(records.good, fates)
    return rows.mutate(is_bare=ibis.literal(False), is_impossible=said_impossible(rows))


def said_impossible(rows: ir.Table) -> ir.BooleanValue:
    """True where an age or birth date of the row was impossible."""
    found = ibis.literal(False)
    for column in ("birth_date__rule", "age__rule"):
        if column in rows.columns:
            found = found | (rows[column] == "impossible_age").fill_null(False)
    return found


def as_customer_records(rows: ir.Table, *, settings: Settings, today: date) -> ir.Table:
    """
    `tables.CUSTOMER_RECORDS`.

    Args:
        rows: source, the source's own record_id, `ABOUT`, is_bare, is_impossible; one row per record.
    """
    last = extracted_on(rows.source, settings, today)
    told = id_number_facts(rows.mutate(last_day=last), "id_number", "last_day")
    trusts = {name: one.trust for name, one in settings.sources.items()}
    flags = ibis.literal("")
    future = (told.registered_at.date() > told.last_day).fill_null(False)
    for test, code in ((told.is_impossible, "impossible_age"), (future, "future_registration")):
        flags += ibis.cases((test, ibis.literal(f",{code}")), else_=ibis.literal(""))
    return typed(
        told.mutate(
            trust=by_source(told.source, trusts, 1, "int32"),
            phone_kind=phone_kind(told.phone),
            age_years=told.age,
            flags=flags.re_replace("^,", "").nullif(""),
        ),
        _TYPES,
    )


def bare_records(named: Sequence[ir.Table], known: ir.Table | None, *, settings: Settings) -> ir.Table:
    """
    Records of people whom only orders or events name.

    Args:
        named: Tables with source and (prefixed) record_id.
        known: Tables with record_id of the people whom files describe.
    """
    every = ibis.union(*(t.select("source", "record_id") for t in named)) if len(named) > 1 else named[0].select("source", "record_id")
    ids = every.filter(every.record_id.notnull()).group_by("record_id").aggregate(source=every.source.min())
    if known is not None:
        ids = ids.anti_join(known, "record_id")
    trusts = {name: one.trust for name, one in settings.sources.items()}
    return typed(ids.mutate(trust=by_source(ids.source, trusts, 1, "int32"), is_bare=ibis.literal(True)), _TYPES)


def prefixed(rows: ir.Table, settings: Settings) -> ir.Table:
    """*rows* with the prefix of their source before record_id."""
    return rows.mutate(record_id=id_prefix(rows.source, settings) + rows.record_id)
