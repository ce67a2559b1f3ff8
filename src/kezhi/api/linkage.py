"""Who is who in a table of any kind: `dedupe` within one, `link` between two."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from kezhi.api.kinds import as_ibis, like
from kezhi.errors import ColumnMissing, WrongInput
from kezhi.flow.linkage import Persons, persons
from kezhi.identity.comparing.preparing import FIELDS
from kezhi.locales import Phrase
from kezhi.settings import FilesSettings, IdentitySettings
from kezhi.sources.formats import open_file
from kezhi.sources.headers import NAMES, SURE, likeness
from kezhi.sources.reading import Reading

ID = "record_id"
PROBABILITY = 0.9


def dedupe(
    records: Any, *, columns: Mapping[str, str] | None = None, probability: float = PROBABILITY, settings: IdentitySettings | None = None
) -> Any:
    """
    Which records are one person's.

    Nothing is needed but the records: how much each agreement is worth is learnt from them (Fellegi-Sunter weights by
    expectation and maximisation), and expected beforehand where they are few. Values that say nothing (13800138000,
    test@test.com, 测试), office mail boxes and numbers of many records count as not told. Records with two different valid
    id numbers are never one person, nor those that share only a landline, an address or a company.

    Args:
        records: `record_id` (unique) and whatever there is of name, given_name, surname, phone, email, id_number, birth_date,
            gender, address, province, city, postcode, company, member_id, app_id, wechat_id; pandas, Polars, Arrow or Ibis.
        columns: How *records* call them, `{"name": "客户姓名"}`; the other way round is understood too.
        probability: Links at least as probable as this are made.
        settings: Further guards; *probability* stands before its own.

    Returns:
        record_id, customer_id, probability, one row per record in the order that came, in the kind of frame that came.
        customer_id is the first record_id of the customer (a smaller number, or a shorter and then an earlier text).
        probability is that of the record's surest link within its customer; of a record alone, that it has no other.

    Raises:
        ColumnMissing: No record_id, or a column of *columns* is not there.
        WrongInput: A record_id is empty or stands twice, or *probability* is not between 0 and 1.

    Cost: grows with the candidate pairs, at most some 3 per record and blocking rule. 1,000 records take some 5 seconds.
    """
    table = _told(records, columns, "records")
    _unique(table[ID], "records")
    found = persons(_text(table), _settings(settings, probability))
    return like(records, _in_order(table[ID], found))


def link(
    left: Any,
    right: Any,
    *,
    columns: Mapping[str, str] | None = None,
    probability: float = PROBABILITY,
    settings: IdentitySettings | None = None,
) -> Any:
    """
    Which records of *left* and of *right* are one person's; records of the same set are not compared.

    Args:
        left: As for `dedupe`; record_id is unique within each set.
        right: The same; need not have the same columns.
        columns: As for `dedupe`, for both sets.
        probability: As for `dedupe`.
        settings: As for `dedupe`.

    Returns:
        left_record_id, right_record_id, probability: one row per linked pair, the surest first; the kind of frame that *left* is.

    Raises:
        ColumnMissing, WrongInput: As for `dedupe`.
    """
    one, other = _told(left, columns, "left"), _told(right, columns, "right")
    _unique(one[ID], "left")
    _unique(other[ID], "right")
    sides = []
    for table, mark in ((one, "l"), (other, "r")):
        text = _text(table)
        marked = text.set_column(text.schema.get_field_index(ID), ID, pc.binary_join_element_wise(mark, text[ID], ""))
        sides.append(marked.append_column("is_left", pa.array([mark == "l"] * len(marked), pa.bool_())))
    found = persons(pa.concat_tables(sides, promote_options="default"), _settings(settings, probability))
    joined = found.pairs.filter(pc.equal(found.pairs["outcome"], "joined"))
    turned = pc.equal(pc.utf8_slice_codeunits(joined["left_record_id"], 0, 1), "r")
    names = [
        pc.if_else(turned, joined[a], joined[b]) for a, b in (("right_record_id", "left_record_id"), ("left_record_id", "right_record_id"))
    ]
    ends = [pc.utf8_slice_codeunits(name, 1) for name in names]
    made = pa.table({"left_record_id": ends[0], "right_record_id": ends[1], "probability": joined["probability"]})
    made = made.sort_by([("probability", "descending"), ("left_record_id", "ascending"), ("right_record_id", "ascending")])
    for name, source in (("left_record_id", one[ID]), ("right_record_id", other[ID])):
        made = made.set_column(made.schema.get_field_index(name), name, _as_came(made[name], source))
    return like(left, made)


def read_records(file: Path, mapping: Mapping[str, str]) -> tuple[pa.Table, dict[str, str]]:
    """
    The rows of a file of any known format as text, and which of its columns is which field: those of *mapping*, those that
    bear our names, and those whose names the dictionary of headers knows. Without an id the rows are numbered from 1.

    Raises:
        WrongInput: The file cannot be read, or a column of *mapping* is not there.
    """
    with _opened(file) as reading:
        header = reading.header
        columns = {field: field for field in (ID, *FIELDS) if field in header}
        for field in (ID, *FIELDS):
            found = next((name for name in header if name not in columns.values() and _is(field, name)), None)
            if field not in columns and found is not None:
                columns[field] = found
        columns |= mapping
        missing = sorted(set(columns.values()) - set(header))
        if missing:
            raise ColumnMissing(table=str(file), missing=missing, present=sorted(header), hint="")
        wanted = list(dict.fromkeys(columns.values()))
        blocks = [block.table for block in reading.blocks(wanted)]
    table = pa.concat_tables(blocks) if blocks else pa.table({name: pa.array([], pa.string()) for name in wanted})
    if ID not in columns:
        table = table.append_column(ID, pa.array(range(1, table.num_rows + 1), pa.int64()).cast(pa.string()))
        columns[ID] = ID
    return table, columns


def _is(field: str, header: str) -> bool:
    return field in NAMES and likeness("customer_records", field, header) >= SURE


@contextmanager
def _opened(file: Path) -> Iterator[Reading]:
    """*file* opened by its ending."""
    if not file.is_file():
        raise WrongInput(problem=Phrase("linkage.no_file", path=file))
    yield open_file(file, FilesSettings(files=str(file), columns={}), [])


def _settings(settings: IdentitySettings | None, probability: float) -> IdentitySettings:
    if not 0 < probability <= 1:
        raise WrongInput(problem=Phrase("linkage.probability", value=probability))
    return (settings or IdentitySettings()).model_copy(update={"probability": probability})


def _told(frame: Any, columns: Mapping[str, str] | None, what: str) -> pa.Table:
    """record_id and the known fields of *frame* under our names, as they came."""
    table = as_ibis(frame).to_pyarrow()
    present = table.column_names
    ours = {name: name for name in (ID, *FIELDS) if name in present}
    for one, other in (columns or {}).items():
        field, header = (one, other) if one in (ID, *FIELDS) and other in present else (other, one)
        if field not in (ID, *FIELDS) or header not in present:
            raise ColumnMissing(table=what, missing=[other if one in (ID, *FIELDS) else one], present=sorted(map(str, present)), hint="")
        ours[field] = header
    if ID not in ours:
        raise ColumnMissing(table=what, missing=[ID], present=sorted(map(str, present)), hint="")
    return pa.table({field: table[header] for field, header in ours.items()})


def _unique(ids: Any, what: str) -> None:
    if ids.null_count:
        raise WrongInput(problem=Phrase("linkage.no_id", table=what, records=ids.null_count))
    counts = pc.value_counts(ids.combine_chunks())
    twice = [row["values"] for row in counts.filter(pc.greater(counts.field("counts"), 1)).to_pylist()]
    if twice:
        raise WrongInput(problem=Phrase("linkage.id_twice", table=what, id=str(twice[0]), records=len(twice)))


def _text(table: pa.Table) -> pa.Table:
    """Every column as text: days as 1985-03-07, whole numbers without a point."""
    made = {}
    for name in table.column_names:
        values = table[name].combine_chunks()
        kind = values.type
        if pa.types.is_dictionary(kind):
            values, kind = values.dictionary_decode(), kind.value_type
        if pa.types.is_floating(kind) and pc.all(pc.equal(pc.round(values), values), min_count=0).as_py() is not False:
            values = pc.cast(values, pa.int64(), safe=False)
        if pa.types.is_timestamp(kind):
            values = pc.strftime(values, format="%Y-%m-%d")
        if pa.types.is_nested(kind) or pa.types.is_binary(kind):
            values = pa.array([None if value is None else str(value) for value in values.to_pylist()], pa.string())
        made[name] = pc.cast(values, pa.string())
    return pa.table(made)


def _as_came(text: Any, source: Any) -> Any:
    """Ids that were made text in the type they came in."""
    return text.cast(pa.int64()).cast(source.type) if pa.types.is_floating(source.type) else text.cast(source.type)


def _in_order(ids: Any, found: Persons) -> pa.Table:
    asked = pa.table({ID: _text(pa.table({ID: ids}))[ID], "place": pa.array(range(len(ids)), pa.int64())})
    joined = asked.join(found.members, ID).sort_by("place")
    return pa.table({ID: ids, "customer_id": _as_came(joined["customer_id"], ids), "probability": joined["probability"].cast(pa.float64())})
