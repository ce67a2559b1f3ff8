"""Any order file to a report and tables: no project, no settings."""

from __future__ import annotations

import glob
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from kezhi import sources
from kezhi.errors import WrongInput
from kezhi.flow.lake import Snapshot
from kezhi.flow.reader import Reader
from kezhi.flow.report import report_and_workbook
from kezhi.flow.runner import run
from kezhi.flow.steps import FOUNDATION, STEPS
from kezhi.flow.watcher import Watcher
from kezhi.flow.writing import writing
from kezhi.kit.engine import arrow_schema
from kezhi.locales import Phrase
from kezhi.settings import FilesSettings, Settings, SourceSettings
from kezhi.tables import TABLES

WORK = ".kezhi-work"
REPORT, WORKBOOK = "report.html", "customers.xlsx"
# written even when the files say nothing of them
PROMISED = ("customers", "orders", "order_lines", "rfm", "lifecycle", "features", "profile", "corrections", "rejects")

COMPARED = ("name", "phone", "email", "id_number", "wechat_id", "birth_date", "address")  # what tells of a person, beyond an id


@dataclass(frozen=True)
class Analysis:
    """What `analyze` found and wrote."""

    out: Path
    proposals: list[sources.FileProposal]
    summary: dict[str, Any]


def analyze(
    files: Sequence[Path],
    out: Path,
    *,
    overrides: Mapping[str, str] | None = None,
    as_of: date | None = None,
    date_order: str | None = None,
    lang: str = "zh",
    currency: str = "CNY",
    merge_duplicate_rows: bool = True,
    quick: bool = False,
    watcher: Watcher | None = None,
) -> Analysis:
    """
    Propose a mapping for *files*, run every step on them, write report, workbook and tables to *out*.

    All is made beside and then put in place, so a run that fails leaves *out* as it was. Tables of an earlier
    analysis are replaced or removed.

    Args:
        files: Order files, or files of orders, lines, customers and products of one system.
        out: The folder for `report.html`, `customers.xlsx` and `<table>.parquet`.
        overrides: Our field name to the file's header, where the proposal is wrong.
        as_of: The first day not seen; None is the day after the newest order.
        date_order: How 01/02/2024 is meant, `mdy` or `dmy`, in a file whose dates leave a choice.
        lang: Language of report and workbook, `zh` or `en`.
        currency: Code of the files' currency.
        merge_duplicate_rows: Merge rows that repeat another exactly.
        quick: Only what every analysis stands on, up to profile and sales: no groups, baskets, clusters or models.
        watcher: Told how the run goes on.

    Raises:
        WrongInput: A file cannot be read, a needed column is not found, the day is no day of business, *currency* is no code, or *out* cannot be
            written to or holds files of others that would be overwritten.
    """
    files = list({path.resolve(): path for path in files}.values())
    if not re.fullmatch("[A-Z]{3}", currency):
        raise WrongInput(problem=Phrase("flow.currency", currency=currency))
    _may_write(out)
    proposals = sources.propose(files, overrides=overrides or {}, date_order=date_order)
    is_new = not out.exists()
    work, made = out / WORK, out / WORK / "made"
    try:
        shutil.rmtree(work, ignore_errors=True)
        with writing(out):
            made.mkdir(parents=True)
        settings = Settings.model_validate(
            {
                "name": "、".join(dict.fromkeys(path.stem for path in files)),
                "language": lang,
                "currency": currency,
                "clean": {"merge_duplicate_rows": merge_duplicate_rows},
                "skip": [step.name for step in STEPS if step.name not in FOUNDATION] if quick else [],
                "identity": {"probable_links": _tell_of_people(proposals)},
                "sources": _sources(_linked(proposals, work / "files")),
            }
        )
        snapshot = run(work / "files", settings, as_of=as_of, is_served=False, watcher=watcher)
        for name in snapshot.tables:
            for file in snapshot.files(name):  # DuckDB writes one file a table
                shutil.copy2(file, made / f"{name}.parquet")
        for name in PROMISED:
            if name not in snapshot.tables:
                pq.write_table(_without_rows(name), made / f"{name}.parquet")
        report_and_workbook(snapshot, made / REPORT, made / WORKBOOK, lang=lang)
        summary = _summary(snapshot, out)
        with writing(out):
            for file in made.iterdir():
                file.replace(out / file.name)
            for name in TABLES.keys() - set(summary["tables"]):
                (out / f"{name}.parquet").unlink(missing_ok=True)
        return Analysis(out, proposals, summary)
    finally:
        shutil.rmtree(work, ignore_errors=True)
        if is_new and out.is_dir() and not any(out.iterdir()):
            out.rmdir()


def _may_write(out: Path) -> None:
    """
    Make sure that nobody's files are lost.

    Raises:
        WrongInput: *out* is a file, or holds files named like ours and is not the folder of an earlier analysis.
    """
    with writing(out):
        is_file = out.exists() and not out.is_dir()
    if is_file:
        raise WrongInput(problem=Phrase("flow.out_is_file", path=out))
    ours = [REPORT, WORKBOOK, *(f"{name}.parquet" for name in TABLES)]
    there = [name for name in ours if (out / name).exists()]
    if there and not {REPORT, WORKBOOK, "rfm.parquet"} <= set(there):
        raise WrongInput(problem=Phrase("flow.out_taken", folder=out, what=", ".join(there)))


def _linked(proposals: Sequence[sources.FileProposal], folder: Path) -> list[sources.FileProposal]:
    """
    The same proposals for links in *folder*, so that rows and order ids name the file as the user does, without its folders.

    Two files of one name are told apart by a number before it.
    """
    linked: list[sources.FileProposal] = []
    for number, proposal in enumerate(proposals, start=1):
        link = folder / proposal.path.name
        if link.exists() or link.name.startswith("."):
            link = folder / str(number) / proposal.path.name.lstrip(".")
        link.parent.mkdir(parents=True, exist_ok=True)
        try:
            link.symlink_to(proposal.path.resolve())
            linked.append(replace(proposal, path=link.relative_to(folder)))
        except OSError:  # Windows asks for a right that few have
            linked.append(replace(proposal, path=proposal.path.resolve()))
    return linked


def _tell_of_people(proposals: Sequence[sources.FileProposal]) -> bool:
    """Whether records can be compared at all: files that name buyers by an id alone would be compared for nothing."""
    return any(set(COMPARED) & set(proposal.settings.columns) for proposal in proposals)


def _sources(proposals: Sequence[sources.FileProposal]) -> dict[str, Any]:
    """Files of one shape under one source; a second mapping of the same table makes a second source. Ids stay the files' own."""
    found: list[dict[str, FilesSettings]] = []
    for proposal in proposals:
        here = proposal.settings.model_copy(update={"files": [glob.escape(str(proposal.path))]})
        for tables in found:
            known = tables.get(proposal.table)
            if known is None:
                tables[proposal.table] = here
                break
            if known.model_copy(update={"files": here.files}) == here:
                tables[proposal.table] = known.model_copy(update={"files": [*known.files, *here.files]})
                break
        else:
            found.append({proposal.table: here})
    return {
        f"files{number or ''}": SourceSettings(id_prefix="", tables=tables).model_dump(mode="json", exclude_none=True)
        for number, tables in enumerate(found)
    }


def _without_rows(name: str) -> pa.Table:
    """The table *name* of tables.py without rows."""
    return arrow_schema(TABLES[name]).empty_table()


def _summary(snapshot: Snapshot, out: Path) -> dict[str, Any]:
    """
    The figures that `--json` prints.

    Orders, refunds and money are those before as_of; `orders_later` says how many rows were left out. `net_amount` is the
    report's: an order that was never paid, or was given back, is not in it.
    """
    with Reader(snapshot) as reader:
        rows = reader.sql(
            """
            select coalesce(sum(rows_in), 0)::bigint rows_read, coalesce(sum(rows_rejected), 0)::bigint rows_rejected,
                   coalesce(sum(rows_merged), 0)::bigint rows_merged
            from reconciliation
            """
        ).to_pylist()[0]
        orders: dict[str, Any] = {"orders": 0, "refunds": 0, "orders_without_customer": 0, "orders_later": 0, "net_amount": "0.00"}
        groups: list[dict[str, Any]] = []
        if "orders" in snapshot.tables:
            orders = reader.sql(
                f"""
                select count(*) filter (is_seen and order_kind = 'purchase') orders,
                       count(*) filter (is_seen and order_kind = 'refund') refunds,
                       count(*) filter (is_seen and order_kind = 'purchase' and customer_id is null) orders_without_customer,
                       count(*) filter (not is_seen) orders_later,
                       (select coalesce(sum(net_amount), 0)::decimal(18, 2) from sales_monthly) net_amount
                from (select *, ordered_at < date '{snapshot.as_of}' is_seen from orders)
                """
            ).to_pylist()[0]
            groups = reader.sql("select rfm_group, count(*) customers from rfm group by all order by all").to_pylist()
    return {
        "as_of": str(snapshot.as_of),
        **rows,
        "customers": snapshot.rows("customers") if "customers" in snapshot.tables else 0,
        **orders,
        "net_amount": str(orders["net_amount"]),
        "rfm_groups": {row["rfm_group"]: row["customers"] for row in groups},
        "out": str(out),
        "report": str(out / REPORT),
        "tables": sorted({*snapshot.tables, *PROMISED}),
    }
