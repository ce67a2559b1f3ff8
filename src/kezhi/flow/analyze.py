"""Any order file to a report and tables: no project, no settings."""

from __future__ import annotations

import glob
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from kezhi import sources
from kezhi.flow.lake import Snapshot
from kezhi.flow.reader import Reader
from kezhi.flow.report import report
from kezhi.flow.runner import Watcher, run
from kezhi.settings import FilesSettings, Settings, SourceSettings

WORK = ".kezhi-work"


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
    lang: str = "zh",
    currency: str = "CNY",
    merge_duplicate_rows: bool = True,
    watcher: Watcher | None = None,
) -> Analysis:
    """
    Propose a mapping for *files*, run every step on them, write report, workbook and tables to *out*.

    Args:
        files: Order files, or files of orders, lines, customers and products of one system.
        out: The folder for `report.html`, `customers.xlsx` and `<table>.parquet`; replaced file by file.
        overrides: Our field name to the file's header, where the proposal is wrong.
        as_of: The first day not seen; None is the day after the newest order.
        lang: Language of report and workbook, `zh` or `en`.
        currency: Code of the files' currency.
        merge_duplicate_rows: Merge rows that repeat another exactly.
        watcher: Told how the run goes on.

    Raises:
        WrongInput: A file cannot be read, or a needed column is not found.
    """
    proposals = sources.propose(files, overrides=overrides or {})
    settings = Settings.model_validate(
        {
            "name": "、".join(dict.fromkeys(path.stem for path in files)),
            "language": lang,
            "currency": currency,
            "clean": {"merge_duplicate_rows": merge_duplicate_rows},
            "sources": _sources(proposals),
        }
    )
    out.mkdir(parents=True, exist_ok=True)
    work = out / WORK
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    try:
        snapshot = run(work, settings, as_of=as_of, watcher=watcher)
        for name in snapshot.tables:
            for file in snapshot.files(name):  # DuckDB writes one file a table
                shutil.move(shutil.copy2(file, out / f".{name}.parquet"), out / f"{name}.parquet")
        report(snapshot, out / "report.html", lang=lang)
        report(snapshot, out / "customers.xlsx", lang=lang, form="xlsx")
        return Analysis(out, proposals, _summary(snapshot, out))
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _sources(proposals: Sequence[sources.FileProposal]) -> dict[str, Any]:
    """Files of one shape under one source; a second mapping of the same table makes a second source. Ids stay the files' own."""
    found: list[dict[str, FilesSettings]] = []
    for proposal in proposals:
        here = proposal.settings.model_copy(update={"files": [glob.escape(str(proposal.path.resolve()))]})
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


def _summary(snapshot: Snapshot, out: Path) -> dict[str, Any]:
    """The figures that `--json` prints."""
    with Reader(snapshot) as reader:
        counts = reader.sql(
            """
            select (select coalesce(sum(rows_in), 0) from reconciliation)::bigint rows_read,
                   (select coalesce(sum(rows_rejected), 0) from reconciliation)::bigint rows_rejected,
                   (select coalesce(sum(rows_merged), 0) from reconciliation)::bigint rows_merged,
                   (select count(*) from customers) customers,
                   count(*) filter (order_kind = 'purchase') orders,
                   count(*) filter (order_kind = 'refund') refunds,
                   count(*) filter (customer_id is null) orders_without_customer,
                   coalesce(sum(net_amount) filter (status in ('paid', 'refunded')), 0)::decimal(18, 2) net_amount
            from orders
            """
        ).to_pylist()[0]
        groups = reader.sql("select rfm_group, count(*) customers from rfm group by all order by all").to_pylist()
    return {
        "as_of": str(snapshot.as_of),
        **{name: str(value) if name == "net_amount" else value for name, value in counts.items()},
        "rfm_groups": {row["rfm_group"]: row["customers"] for row in groups},
        "out": str(out),
        "report": str(out / "report.html"),
        "tables": sorted(snapshot.tables),
    }
