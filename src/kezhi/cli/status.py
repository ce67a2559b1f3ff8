"""`kezhi status`: what is served, how long its steps took, and whether the counts of every source add up."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import typer
from rich.table import Table

from kezhi.cli.notes import show_notes
from kezhi.cli.options import Json, LangOption, ProjectDir
from kezhi.cli.words import err, language, out, t


def status(project: ProjectDir = Path(), as_json: Json = False, lang: LangOption = None) -> None:
    """Show the current snapshot; exit 1 when a source's counts do not add up or a saved segment no longer fits."""
    from kezhi.api import open_project
    from kezhi.errors import SettingsWrong

    with_rows = open_project(project)
    snapshot = with_rows.snapshot
    rows = with_rows.query(
        """
        select source, table_name, source_file, rows_in, rows_out, rows_rejected, rows_merged,
               rows_in = rows_out + rows_rejected + rows_merged adds_up
        from reconciliation order by all
        """
    ).to_pylist()
    saved = with_rows.table("segments").order_by("segment").to_pyarrow().to_pylist() if "segments" in with_rows.tables else []
    broken: SettingsWrong | None = None
    try:
        _ = with_rows.segments.saved
    except SettingsWrong as wrong:
        broken = wrong
    if as_json:
        facts = {key: snapshot.manifest[key] for key in ("as_of", "made_at", "engine", "steps")}
        counts = {name: snapshot.rows(name) for name in snapshot.tables}
        found = {"tables": counts, "reconciliation": rows, "segments": saved, "segments_wrong": broken and broken.say("en")}
        typer.echo(json.dumps({"snapshot": snapshot.name, **facts, **found}, ensure_ascii=False, indent=1))
    else:
        _show(snapshot.name, snapshot.manifest, rows)
        _show_segments(saved)
        show_notes(snapshot)
    if broken:
        err.print(t("segment.broken", problem=broken.say(language())), style="red", markup=False)
    if broken or not all(row["adds_up"] for row in rows):
        raise typer.Exit(1)


def _show(name: str, manifest: Any, rows: list[dict[str, Any]]) -> None:
    out.print(t("status.head", snapshot=name, as_of=manifest["as_of"], made_at=manifest["made_at"], engine=manifest["engine"]))
    steps = Table(t("status.step"), t("status.how"), t("status.seconds"), box=None, pad_edge=False)
    for step, facts in manifest["steps"].items():
        steps.add_row(t(f"steps.{step}"), t(f"how.{facts['how']}"), f"{facts.get('seconds', 0):.1f}")
    out.print(steps)
    files = Table(
        *(
            t(f"status.{column}")
            for column in ("source", "table", "file", "rows_in", "rows_out", "rows_rejected", "rows_merged", "adds_up")
        ),
        box=None,
        pad_edge=False,
    )
    for row in rows:
        counts = (f"{row[column]:,}" for column in ("rows_in", "rows_out", "rows_rejected", "rows_merged"))
        files.add_row(row["source"], row["table_name"], row["source_file"], *counts, "=" if row["adds_up"] else "≠")
    out.print(files)
    made = Table(t("status.table"), t("status.rows"), box=None, pad_edge=False)
    for table, facts in manifest["tables"].items():
        made.add_row(table, f"{facts['rows']:,}")
    out.print(made)


def _show_segments(saved: list[dict[str, Any]]) -> None:
    if not saved:
        return
    shown = Table(*(t(f"segment.{head}") for head in ("saved", "customers", "share", "entered", "left")), box=None, pad_edge=False)
    for row in saved:
        share = "" if row["share"] is None else f"{row['share']:.1%}"
        shown.add_row(row["segment"], f"{row['customers']:,}", share, f"{row['entered_customers']:,}", f"{row['left_customers']:,}")
    out.print(shown)
