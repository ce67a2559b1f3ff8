"""What a file is and which of its columns is which, proposed from names and values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from kezhi.errors import FileUnreadable, MappingUnsure, WrongInput
from kezhi.locales import Phrase
from kezhi.settings import FilesSettings
from kezhi.sources import values
from kezhi.sources.headers import SURE
from kezhi.sources.matching import Belief, match, match_by_values
from kezhi.sources.reading import missing_columns
from kezhi.sources.sample import Sample, take_sample
from kezhi.tables import INPUTS

_PERSONAL = ("name", "phone", "email", "id_number", "wechat_id")
_BUYER = ("member_id", "app_id", "phone", "email", "wechat_id", "id_number", "name")
_NEGATIVE = ("quantity", "net_amount", "gross_amount")


@dataclass(frozen=True, slots=True)
class FileProposal:
    """
    How a file would be read.

    `believed` says which header was taken for which field and why, `unsure` what a person should look at, both
    to be said in either language; `ignored` are the headers that nothing was made of.
    """

    path: Path
    table: str
    settings: FilesSettings
    believed: list[Belief]
    unsure: list[Phrase] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    encoding: str | None = None
    delimiter: str | None = None


def propose(paths: Sequence[Path], *, overrides: Mapping[str, str] | None = None, date_order: str | None = None) -> list[FileProposal]:
    """
    Say of each file what it is and which of its columns is which.

    Args:
        paths: Files of any format Kezhi reads.
        overrides: Our field name to the file's header; they win. A file without that header is not concerned. `customer_id`, as our
            tables call the buyer, is `record_id`.
        date_order: How 01/02/2024 is meant, `mdy` or `dmy`, where the values leave a choice.

    Raises:
        FileUnreadable: A file cannot be opened or parsed at all.
        NothingToRead: A file is empty.
        MappingUnsure: A needed column was not found; the message says how to map it.
        WrongInput: An override names a field that no input table has, or one field is given two headers.
        ColumnMissing: No file has the header that an override names.
    """
    overrides = _by_field(overrides or {})
    for path in paths:
        _may_be_read(path)
    samples = [take_sample(path) for path in paths]
    present = list(dict.fromkeys(header for sample in samples for header in sample.header))
    missing = missing_columns(", ".join(path.name for path in paths), present, list(overrides.values()))
    if missing is not None:
        raise missing
    return [_propose(sample, overrides, date_order) for sample in samples]


def _by_field(overrides: Mapping[str, str]) -> dict[str, str]:
    """Overrides by the names of our fields, however they were spelled."""
    known = sorted({name for table in INPUTS.values() for name in table.field_names})
    found: dict[str, str] = {}
    for name, header in overrides.items():
        field = name.strip().lower().replace("-", "_")
        field = "record_id" if field == "customer_id" else field
        if field not in known:
            near = get_close_matches(field, [*known, "customer_id"], n=1)
            hint = (
                Phrase("sources.hints.nearest", missing=name, near=near[0])
                if near
                else Phrase("sources.problems.fields", names=", ".join(known))
            )
            raise WrongInput(problem=Phrase("sources.problems.no_field", field=name, hint=hint))
        if found.get(field, header) != header:
            raise WrongInput(problem=Phrase("sources.problems.two_headers", field=name, headers=f"{found[field]}, {header}"))
        found[field] = header
    return found


def _may_be_read(path: Path) -> None:
    """
    Say in plain words why a file cannot be opened.

    Raises:
        FileUnreadable: It is not there, is a folder, or is not ours to read.
    """
    try:
        if path.is_dir():
            raise FileUnreadable(file=str(path), problem=Phrase("sources.problems.folder"), hint=Phrase("sources.hints.files"))
        with path.open("rb"):
            return
    except FileNotFoundError as error:
        raise FileUnreadable(file=str(path), problem=Phrase("sources.problems.not_there"), hint="") from error
    except PermissionError as error:
        raise FileUnreadable(file=str(path), problem=Phrase("sources.problems.not_allowed"), hint=Phrase("sources.hints.locked")) from error
    except OSError as error:
        raise FileUnreadable(file=str(path), problem=error.strerror or str(error), hint="") from error


def _propose(sample: Sample, overrides: Mapping[str, str], date_order: str | None) -> FileProposal:
    table, found = _table_of(sample, overrides)
    unsure: list[Phrase] = []
    if not sample.encoding_is_sure:
        unsure.append(Phrase("sources.unsure.encoding", detail=sample.encoding))
    if not sample.has_header:
        unsure.append(Phrase("sources.unsure.no_header"))
    _fill_buyer(sample, table, found, unsure)
    if table == "sales" and "order_id" not in found:  # each row an order of its own
        unsure.append(Phrase("sources.unsure.no_order_id"))
    for belief in found.values():
        if belief.confidence < SURE:
            unsure.append(Phrase("sources.unsure.field", detail=f"{belief.header} → {belief.field}"))
        if values.fits(INPUTS[table].field(belief.field).kind, sample.columns[belief.header]) < 0.5:
            unsure.append(Phrase("sources.unsure.values", detail=f"{belief.header} → {belief.field}"))
    settings: dict[str, object] = {"columns": {name: found[name].header for name in INPUTS[table].field_names if name in found}}
    order = _date_order(sample, table, found, unsure, date_order)
    if order != "ymd":
        settings["date_order"] = order
    prefix = _cancel_prefix(sample, found)
    if prefix:
        settings["cancel_prefix"] = prefix
        unsure.append(Phrase("sources.unsure.cancel_prefix", detail=prefix))
    used = {belief.header for belief in found.values()}
    return FileProposal(
        path=sample.path,
        table=table,
        settings=sample.settings.model_copy(update=settings),
        believed=[found[name] for name in INPUTS[table].field_names if name in found],
        unsure=unsure,
        ignored=[header for header in sample.header if header not in used],
        encoding=sample.encoding,
        delimiter=sample.delimiter,
    )


def _table_of(sample: Sample, overrides: Mapping[str, str]) -> tuple[str, dict[str, Belief]]:
    """
    The input table that the file is, and its fields.

    Raises:
        MappingUnsure: It is none of them.
    """
    matched = {table: match(sample, table, overrides) for table in INPUTS}
    sure = {table: {name for name, belief in found.items() if belief.confidence >= SURE} for table, found in matched.items()}
    sales = matched["sales"]
    if sure["refunds"] >= {"refunded_at", "refund_amount"} and "ordered_at" not in sure["orders"]:
        return "refunds", _with_id(matched["refunds"], "refund_id", "refund_of")
    if sure["relations"] >= {"from_record_id", "to_record_id"} and not _has_amount(sales):
        return "relations", matched["relations"]
    if sure["chargebacks"] >= {"order_id", "known_at"}:
        return "chargebacks", matched["chargebacks"]
    if sure["calls"] >= {"lead_id", "called_at"}:
        return "calls", matched["calls"]
    if sure["leads"] >= {"lead_id", "created_at"}:
        return "leads", matched["leads"]
    if sure["place_visits"] >= {"visited_at", "place_name", "record_id"} and not _has_amount(sales):
        return "place_visits", matched["place_visits"]
    if sure["treatments"] >= {"campaign", "arm", "record_id"} and not _has_amount(sales):
        return "treatments", matched["treatments"]
    if sure["feedback"] >= {"said_at"} and sure["feedback"] & {"rating", "words"} and not _has_amount(sales):
        return "feedback", matched["feedback"]
    if sure["point_entries"] >= {"booked_at", "points"} and not _has_amount(sales):
        return "point_entries", matched["point_entries"]
    if sure["events"] >= {"event_name", "occurred_at"} and not _has_amount(sales):
        return "events", matched["events"]
    if sure["order_lines"] >= {"order_id", "product_id"} and "ordered_at" not in sales and not sure["sales"] & {*_PERSONAL, "record_id"}:
        return "order_lines", matched["order_lines"]
    if "ordered_at" not in sales or not _has_amount(sales):
        products, people = sure["products"], sure["customer_records"]
        if "product_id" in products and products & {"product_name", "category", "brand", "list_price"} and "order_id" not in sure["orders"]:
            return "products", matched["products"]
        describes = people & {*_PERSONAL, "gender", "birth_date", "age", "registered_at", "member_id"}
        if describes and len(people) > 1 and not _has_amount(sales):
            return "customer_records", matched["customer_records"]
        match_by_values(sample, sales)
    if "ordered_at" not in sales:
        raise _unsure(sample, "ordered_at")
    if not _has_amount(sales):
        raise _unsure(sample, "net_amount")
    if not sales.keys() & {"record_id", "order_id", "product_id", "product_name", *_BUYER}:
        raise _unsure(sample, "record_id")
    is_flat = any(name in sales for name in (*_PERSONAL, "product_id", "product_name", "quantity", "unit_price"))
    orders = matched["orders"]
    if (
        not is_flat
        and sure["orders"] >= {"order_id", "ordered_at"}
        and values.distinct_share(sample.columns[orders["order_id"].header]) > 0.95
    ):
        return "orders", orders
    return "sales", sales


def _has_amount(found: Mapping[str, Belief]) -> bool:
    return bool(found.keys() & {"net_amount", "gross_amount"}) or {"unit_price", "quantity"} <= found.keys()


def _with_id(found: dict[str, Belief], name: str, instead: str) -> dict[str, Belief]:
    """A required id that the file lacks is taken from another column."""
    if name not in found and instead in found:
        found[name] = Belief(name, found[instead].header, Phrase("sources.why.values"), 0.5)
    return found


def _fill_buyer(sample: Sample, table: str, found: dict[str, Belief], unsure: list[Phrase]) -> None:
    """Who bought: without an id, the best thing that names a person; and a column of names called 客户 is also the name."""
    if "record_id" not in INPUTS[table].field_names:
        return
    if "record_id" in found:
        header = found["record_id"].header
        if table == "sales" and "name" not in found and values.are_names(sample.columns[header]):
            found["name"] = Belief("name", header, Phrase("sources.why.values"), SURE)
        return
    other = next((found[name] for name in _BUYER if name in found), None)
    if other is not None:
        found["record_id"] = Belief("record_id", other.header, other.why, SURE)
        if other.field != "member_id":
            unsure.append(Phrase("sources.unsure.buyer", detail=other.header))
    elif table in ("sales", "orders"):
        unsure.append(Phrase("sources.unsure.no_buyer"))
    elif table == "customer_records":
        raise _unsure(sample, "record_id")


def _date_order(sample: Sample, table: str, found: Mapping[str, Belief], unsure: list[Phrase], wanted: str | None) -> str:
    """How 01/02/2024 is meant, told by the first value that leaves no choice; the whole file is read when the sample does."""
    orders = []
    for name, belief in found.items():
        if INPUTS[table].field(name).kind in ("date", "timestamp"):
            order = values.date_order(sample.columns[belief.header])
            order = order or values.date_order(sample.column(belief.header))
            if order is None and wanted is None:
                unsure.append(Phrase("sources.unsure.date_order", detail=belief.header))
            orders.append(order)
    told = [order for order in orders if order in ("mdy", "dmy")]
    # nothing told: month first, as programs that write dates so mostly do; it was put among the unsure
    return told[0] if told else wanted or "mdy" if None in orders else "ymd"


def _cancel_prefix(sample: Sample, found: Mapping[str, Belief]) -> str | None:
    amount = next((found[name] for name in _NEGATIVE if name in found), None)
    if "order_id" not in found or amount is None:
        return None
    return values.cancel_prefix(sample.columns[found["order_id"].header], sample.columns[amount.header])


def _unsure(sample: Sample, needed: str) -> MappingUnsure:
    return MappingUnsure(file=sample.path.name, needed=needed, header=sample.header, hint=Phrase("sources.hints.map", field=needed))
