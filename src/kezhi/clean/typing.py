"""Raw text rows of one input, typed once: values, the rules that mended them, and why a row cannot be used."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from kezhi.clean.deciding import REJECTED, STANDING, Choice, held_back, rejected_choices
from kezhi.clean.words import feedback_reader, gender_reader, points_reader, relation_reader, status_reader, yes_no_reader
from kezhi.kit.amounts import integer_reader, money_reader, number_reader
from kezhi.kit.emails import email_reader
from kezhi.kit.engine import Workbench, ibis, ir
from kezhi.kit.id_numbers import id_number_reader
from kezhi.kit.moments import moment_reader
from kezhi.kit.phones import phone_reader
from kezhi.kit.reading import Names, Reader, canonical_columns, read, stages_apart, text_of
from kezhi.kit.text import code_reader, name_reader, text_reader
from kezhi.kit.zones import offset_seconds
from kezhi.settings import Settings
from kezhi.tables import INPUTS, MONEY, TIMESTAMP, Input

ORIGIN = ("source", "source_file", "source_line")

KIND_TYPES = {"money": MONEY, "number": "float64", "integer": "int32", "date": "date", "timestamp": TIMESTAMP}

_READERS: dict[str, Callable[[], Reader]] = {
    "text": text_reader,
    "code": code_reader,
    "name": name_reader,
    "phone": phone_reader,
    "email": email_reader,
    "id_number": id_number_reader,
    "gender": gender_reader,
    "status": status_reader,
    "relation": relation_reader,
    "points": points_reader,
    "feedback": feedback_reader,
    "yes_no": yes_no_reader,
    "number": number_reader,
    "integer": integer_reader,
}

Adjust = Callable[[ir.Table], dict[str, tuple[ir.BooleanValue, ir.Value, str]]]
Refuse = Callable[[ir.Table], Sequence[tuple[ir.BooleanValue, str, str]]]


@dataclass(frozen=True, slots=True)
class TypedRows:
    """
    The typed rows of one input.

    `table` has `ORIGIN`, every field of the input under its own name (null where no source maps it), and per
    mapped field `<field>__rule` and `<field>__before`, null unless the text was changed, which it was in no row of the
    fields `as_written`; `reason` and `detail` are null unless the row is rejected.
    """

    input: Input
    mapped: tuple[str, ...]
    readers: Mapping[str, Reader]
    raw: ir.Table
    table: ir.Table
    as_written: frozenset[str]

    @property
    def good(self) -> ir.Table:
        """The rows that can be used, as far as they tell by themselves."""
        return self.table.filter(self.table.reason.isnull())


def by_source(source: ir.StringValue, values: Mapping[str, Any], otherwise: Any, kind: str) -> ir.Value:
    """A setting of the row's source: *values* by source name, *otherwise* for any other."""
    different = {name: value for name, value in values.items() if value != otherwise}
    if not different:
        return ibis.literal(otherwise, kind)
    return ibis.cases(
        *((source == name, ibis.literal(value, kind)) for name, value in different.items()), else_=ibis.literal(otherwise, kind)
    )


def id_prefix(source: ir.StringValue, settings: Settings) -> ir.StringValue:
    """What stands before the own ids of a source: its `id_prefix`, else its name and a colon."""
    given = [(source == name, ibis.literal(one.id_prefix)) for name, one in settings.sources.items() if one.id_prefix is not None]
    return ibis.cases(*given, else_=source + ":") if given else source + ":"


def extracted_on(source: ir.StringValue, settings: Settings, today: date) -> ir.DateValue:
    """The last day a source can know of."""
    return by_source(source, {name: one.extracted_on for name, one in settings.sources.items() if one.extracted_on}, today, "date")


def mapped_fields(name: str, settings: Settings) -> tuple[str, ...]:
    """The fields of input *name* that some source maps; all of them when the settings name no file of it."""
    used = [set(files.columns) for one in settings.sources.values() for table, files in one.tables.items() if table == name]
    return tuple(field for field in INPUTS[name].field_names if not used or any(field in columns for columns in used))


def type_rows(
    name: str,
    raw: ir.Table,
    *,
    settings: Settings,
    needed: Sequence[str],
    adjust: Adjust | None = None,
    refuse: Refuse | None = None,
    bench: Workbench,
) -> TypedRows:
    """
    Read every mapped field of *raw* and settle the result.

    A field that is canonical in every row takes no stage of reading, and nothing is written down of what mended it. Where that holds of
    all fields, and those with values other than text have their type in the file, the rows are the raw ones: nothing is settled.

    Args:
        name: The input, a name of `tables.INPUTS`.
        raw: `tables.raw_schema(name)`.
        settings: Mapping, currency, time zones and orders of day and month.
        needed: Fields without which a row is rejected (`missing_value`, `unreadable_value`).
        adjust: Fields whose value is changed where a test holds: (test, value, rule).
        refuse: Further reasons to reject: (test, reason, detail).
        bench: Where the rows are settled.
    """
    given = INPUTS[name]
    mapped = mapped_fields(name, settings)
    readers = {field: _reader(given.field(field).kind, name, settings) for field in mapped}
    plain = canonical_columns(raw, readers, bench)
    came = raw.select(*ORIGIN, **{field: raw[field] if field in plain else text_of(raw[field]) for field in mapped})
    table = read(came, {field: reader for field, reader in readers.items() if field not in plain})
    table = table.mutate(**{f"{field}__value": readers[field].plain(table[field]) for field in plain})
    table = table.mutate(**{f"{field}__rule": ibis.null("string") for field in plain})
    changed = adjust(_values(table, given, mapped)) if adjust else {}
    made: dict[str, ir.Value] = {}
    for field in mapped:
        value, rule = table[f"{field}__value"], table[f"{field}__rule"]
        if field in changed:
            test, other, code = changed[field]
            here = test.fill_null(False)
            value, rule = ibis.cases((here, other), else_=value), ibis.cases((here, ibis.literal(code)), else_=rule)
        if choices := rejected_choices(settings, name, field):
            value, rule = _as_it_came(table, given, field, value, rule, choices, changed[field][2] if field in changed else None)
        made |= {f"{field}__new": value, f"{field}__why": rule}
    table = table.mutate(**made)
    typed = table.select(
        *ORIGIN,
        *(
            table[f"{f.name}__new"].name(f.name) if f.name in mapped else ibis.null(KIND_TYPES.get(f.kind, "string")).name(f.name)
            for f in given.fields
        ),
        *(table[f"{field}__why"].name(f"{field}__rule") for field in mapped),
        **{
            f"{field}__before": ibis.cases((table[f"{field}__why"].notnull(), text_of(table[field])), else_=ibis.null("string"))
            for field in mapped
        },
    )
    reasons = [*_needed(typed, needed, mapped), *(refuse(typed) if refuse else ())]
    none = ibis.null("string")
    judged = typed.mutate(
        reason=ibis.cases(*((test, ibis.literal(reason)) for test, reason, _ in reasons), else_=none) if reasons else none,
        detail=ibis.cases(*((test, ibis.literal(detail)) for test, _, detail in reasons), else_=none) if reasons else none,
    )
    as_written = frozenset(plain) - changed.keys()
    unmended = [f"{field}__{part}" for field in as_written for part in ("rule", "before")]
    is_read = all(field in plain and (given.field(field).kind not in KIND_TYPES or not raw[field].type().is_string()) for field in mapped)
    with stages_apart():
        made_rows = bench.named(judged.drop(*unmended)) if is_read else bench.settle(judged.drop(*unmended))
    return TypedRows(given, mapped, readers, raw, made_rows.mutate(**dict.fromkeys(unmended, ibis.null("string"))), as_written)


def _as_it_came(
    table: ir.Table,
    given: Input,
    field: str,
    value: ir.Value,
    rule: ir.StringValue,
    choices: Sequence[Choice],
    adjusted: str | None,
) -> tuple[ir.Value, ir.StringValue]:
    """
    *value* and *rule* where corrections of the column were rejected.

    Of an adjustment the value that was read stands; of a reading the text does, or nothing where the column cannot hold it.
    """
    held = held_back(table.source, text_of(table[field]), rule, choices)
    if given.field(field).kind in STANDING:
        stands, why = table[field], ibis.null("string")
    else:
        stands, why = ibis.null(value.type()), ibis.literal(REJECTED)
    if adjusted is None:
        return ibis.cases((held, stands), else_=value), ibis.cases((held, why), else_=rule)
    of_adjusting = held & (rule == adjusted)
    return (
        ibis.cases((of_adjusting, table[f"{field}__value"]), (held, stands), else_=value),
        ibis.cases((of_adjusting, table[f"{field}__rule"]), (held, why), else_=rule),
    )


def _values(table: ir.Table, given: Input, mapped: Sequence[str]) -> ir.Table:
    """The values under the fields' own names, for `adjust`; it must only be used to build expressions over *table*."""
    return _View(table, given, mapped)


class _View:
    """Fields by name: the read value, or a typed null where no source maps the field."""

    def __init__(self, table: ir.Table, given: Input, mapped: Sequence[str]) -> None:
        self._table, self._given, self._mapped = table, given, mapped

    def __getitem__(self, name: str) -> ir.Value:
        if name in ORIGIN:
            return self._table[name]
        if name in self._mapped:
            return self._table[f"{name}__value"]
        return ibis.null(KIND_TYPES.get(self._given.field(name).kind, "string"))


def _needed(typed: ir.Table, needed: Sequence[str], mapped: Sequence[str]) -> list[tuple[ir.BooleanValue, str, str]]:
    reasons: list[tuple[ir.BooleanValue, str, str]] = []
    for field in needed:
        if field in mapped:
            reasons.append((typed[field].isnull() & typed[f"{field}__rule"].notnull(), "unreadable_value", field))
        reasons.append((typed[field].isnull(), "missing_value", field))
    return reasons


def _reader(kind: str, table: str, settings: Settings) -> Reader:
    if kind in ("date", "timestamp"):
        return _moment_reader(kind, table, settings)
    if kind == "money":
        return money_reader(settings.currency)
    return _READERS[kind]()


def _moment_reader(kind: str, table: str, settings: Settings) -> Reader:
    orders = {name: files.date_order for name, one in settings.sources.items() for of, files in one.tables.items() if of == table}
    zones = {name: one.timezone for name, one in settings.sources.items() if one.timezone and one.timezone != settings.timezone}

    def order(at: Names) -> ir.StringValue:
        return by_source(at(".source"), orders, "ymd", "string")

    def shift(at: Names, utc: ir.IntegerValue) -> ir.IntegerValue:
        here = offset_seconds(utc, settings.timezone)
        if not zones:
            return here
        names = sorted(set(zones.values()))
        return ibis.cases(
            *((at(".source").isin([s for s, z in zones.items() if z == zone]), offset_seconds(utc, zone)) for zone in names), else_=here
        )

    return moment_reader(kind, order, shift)
