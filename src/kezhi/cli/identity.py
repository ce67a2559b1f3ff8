"""`kezhi dedupe FILE` and `kezhi identity explain|review|merge|split|undo|history …`: who is who, why, and what people decide."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from kezhi.cli.options import Json, LangOption, ProjectDir, day
from kezhi.cli.words import out, t

app = typer.Typer(no_args_is_help=True)
Customer = Annotated[str, typer.Argument(metavar="ID", help=t("customer.id"))]
Reason = Annotated[str | None, typer.Option("--reason", help=t("identity.reason"))]
By = Annotated[str | None, typer.Option("--by", help=t("note.by"))]


def dedupe(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=t("dedupe.file"))],
    mapping: Annotated[str | None, typer.Option("--map", metavar="FIELD=HEADER,...", help=t("dedupe.map"))] = None,
    probability: Annotated[float, typer.Option("--probability", help=t("dedupe.probability"))] = 0.9,
    path: Annotated[Path | None, typer.Option("--out", "-o", metavar="CSV", help=t("dedupe.out"))] = None,
    as_json: Json = False,
    lang: LangOption = None,
) -> None:
    """Read the file, and say which of its records are one person's."""
    from kezhi.api.linkage import dedupe as find
    from kezhi.api.linkage import read_records
    from kezhi.cli.mapping import overrides

    records, columns = read_records(file, overrides(mapping))
    made = find(records, columns=columns, probability=probability)
    rows, customers = made.num_rows, len(made["customer_id"].unique())
    if path is not None:
        from pyarrow import csv

        csv.write_csv(made, path)
    if as_json:
        from kezhi.cli.shown import as_json as show

        show({"records": rows, "customers": customers, "columns": columns, "members": made.to_pylist()})
        return
    out.print(t("dedupe.found", records=f"{rows:,}", customers=f"{customers:,}"), markup=False)
    if path is not None:
        out.print(t("written", path=path.resolve()), markup=False)
        return
    for row in made.to_pylist():
        if row["record_id"] != row["customer_id"]:
            out.print(f"  {row['record_id']} = {row['customer_id']}  {row['probability']:.3f}", markup=False)


@app.command(help=t("identity.explain"))
def explain(
    left: Annotated[str, typer.Argument(metavar="A", help=t("identity.record"))],
    right: Annotated[str, typer.Argument(metavar="B", help=t("identity.record"))],
    project: ProjectDir = Path(),
    as_json: Json = False,
    lang: LangOption = None,
) -> None:
    """The weight of every field of two records."""
    from kezhi.api import open_project

    found: dict[str, Any] = open_project(project).explain_identity(left, right)
    if as_json:
        _json(found)
        return
    answer = "same" if found["same_customer"] else "apart"
    out.print(
        t(f"identity.{answer}", left=left, right=right, probability=f"{found['probability']:.4f}", bits=f"{found['weight_bits']:+.1f}"),
        markup=False,
    )
    _evidence(found["evidence"], "level", "bits")
    if found["refused"]:
        out.print(t(f"identity.refused.{found['refused']}"), markup=False)


@app.command(help=t("identity.review"))
def review(
    project: ProjectDir = Path(),
    limit: Annotated[int, typer.Option("--limit", min=1, help=t("identity.limit"))] = 10,
    answer: Annotated[str | None, typer.Option("--answer", metavar="PAIR=same|apart|later", help=t("identity.answer"))] = None,
    reason: Reason = None,
    by: By = None,
    as_json: Json = False,
    lang: LangOption = None,
) -> None:
    """The uncertain pairs with what speaks for and against each; or the answer to one."""
    from kezhi.api import open_project

    asked = open_project(project).identity
    if answer is not None:
        pair, _, said = answer.partition("=")
        _decided(asked.answer(pair, said, reason=reason, author=by), as_json)
        return
    rows = asked.review(limit)
    if as_json:
        _json(rows)
        return
    if not rows:
        out.print(t("identity.nothing_open"), markup=False)
    for row in rows:
        told = {"pair": row["pair_id"], "left": row["left_record_id"], "right": row["right_record_id"]}
        worth = {"value": f"{row['value_at_stake']:,.2f}", "probability": f"{row['probability']:.3f}"}
        out.print(t("identity.pair", outcome=t(f"identity.outcomes.{row['outcome']}"), **told, **worth), markup=False)
        _evidence(row["evidence"], "agreement", "weight_bits")


@app.command(help=t("identity.preview"))
def preview(one: Customer, other: Customer, project: ProjectDir = Path(), as_json: Json = False, lang: LangOption = None) -> None:
    """What would become of two customers if they were one."""
    from kezhi.api import open_project

    _preview(open_project(project).identity.preview(one, other), as_json)


@app.command(help=t("identity.merge"))
def merge(
    one: Customer,
    other: Customer,
    project: ProjectDir = Path(),
    reason: Reason = None,
    by: By = None,
    as_json: Json = False,
    lang: LangOption = None,
) -> None:
    """Say that two customers are one person; shows first what becomes of them."""
    from kezhi.api import open_project

    asked = open_project(project).identity
    if not as_json:
        _preview(asked.preview(one, other), as_json)
    _decided(asked.merge(one, other, reason=reason, author=by), as_json)


@app.command(help=t("identity.split"))
def split(
    customer_id: Customer,
    records: Annotated[list[str], typer.Argument(metavar="RECORD...", help=t("identity.split_records"))],
    project: ProjectDir = Path(),
    reason: Reason = None,
    by: By = None,
    as_json: Json = False,
    lang: LangOption = None,
) -> None:
    """Say that some records of a customer are another person."""
    from kezhi.api import open_project

    _decided(open_project(project).identity.split(customer_id, records, reason=reason, author=by), as_json)


@app.command(help=t("identity.undo"))
def undo(
    decision_id: Annotated[str, typer.Argument(metavar="DECISION", help=t("identity.decision"))],
    project: ProjectDir = Path(),
    reason: Reason = None,
    by: By = None,
    as_json: Json = False,
    lang: LangOption = None,
) -> None:
    """Take a decision back."""
    from kezhi.api import open_project

    _decided(open_project(project).identity.undo(decision_id, reason=reason, author=by), as_json)


@app.command("trade-off", help=t("identity.trade_off"))
def trade_off(project: ProjectDir = Path(), as_json: Json = False, lang: LangOption = None) -> None:
    """What another threshold would give."""
    from kezhi.api import open_project

    rows = open_project(project).identity.trade_off()
    if as_json:
        _json(rows)
        return
    out.print(t("identity.trade_off_means"), markup=False)
    for row in rows:
        shares = {name: "–" if row[f"expected_{name}"] is None else f"{row[f'expected_{name}']:.1%}" for name in ("precision", "recall")}
        used = "  " + t("identity.in_use") if row["is_chosen"] else ""
        out.print(
            "  " + t("identity.threshold", threshold=f"{row['threshold']:g}", links=f"{row['links']:,}", **shares) + used, markup=False
        )


@app.command(help=t("identity.decisions"))
def decisions(
    customer_id: Annotated[str | None, typer.Argument(metavar="[ID]", help=t("customer.id"))] = None,
    project: ProjectDir = Path(),
    undone: Annotated[bool, typer.Option("--undone", help=t("identity.undone_too"))] = False,
    as_json: Json = False,
    lang: LangOption = None,
) -> None:
    """What people decided, newest first."""
    from kezhi.api import open_project

    rows = open_project(project).identity.decisions(customer_id, undone=undone)
    if as_json:
        _json(rows)
        return
    if not rows:
        out.print(t("nothing"), markup=False)
    for row in rows:
        _decision(row)


@app.command(help=t("identity.history"))
def history(
    customer_id: Customer,
    project: ProjectDir = Path(),
    as_of: Annotated[str | None, typer.Option("--as-of", metavar="YYYY-MM-DD", help=t("identity.as_of"))] = None,
    as_json: Json = False,
    lang: LangOption = None,
) -> None:
    """When records came to other customers; or who was who at the end of a day."""
    from kezhi.api import open_project

    asked, on = open_project(project).identity, day(as_of)
    if on is not None:
        was = asked.on(customer_id, on)
        if as_json:
            _json(was)
        else:
            out.print(t("identity.was", day=on, customer=was["customer_id"], records=", ".join(was["records"])), markup=False)
        return
    rows = asked.history(customer_id)
    if as_json:
        _json(rows)
        return
    for row in rows:
        told = {name: row[name] or "–" for name in ("record_id", "customer_id", "former_id")}
        out.print(t("identity.event", day=row["recorded_on"], event=t(f"identity.events.{row['event']}"), **told), markup=False)


@app.command(help=t("identity.values"))
def values(customer_id: Customer, project: ProjectDir = Path(), as_json: Json = False, lang: LangOption = None) -> None:
    """Each value that the records of a customer tell, and which is kept."""
    from kezhi.api import open_project

    rows = open_project(project).identity.values(customer_id)
    if as_json:
        _json(rows)
        return
    if not rows:
        out.print(t("identity.one_record"), markup=False)
    for row in rows:
        kept = t(f"identity.rules.{row['rule']}") if row["is_kept"] else t("identity.not_kept")
        on = f"{row['told_at']:%Y-%m-%d}" if row["told_at"] else "–"
        told = {"field": t(f"identity.fields.{row['field']}"), "value": row["value"], "sources": row["sources"], "day": on, "kept": kept}
        out.print(t("identity.value", **told), markup=False)


@app.command(help=t("identity.entities"))
def entities(
    customer_id: Annotated[str | None, typer.Argument(metavar="[ID]", help=t("customer.id"))] = None,
    project: ProjectDir = Path(),
    as_json: Json = False,
    lang: LangOption = None,
) -> None:
    """Households, companies, accounts and devices: how many there are, or those of one customer with its scopes."""
    from kezhi.api import open_project

    found = open_project(project).identity.entities(customer_id)
    if as_json:
        _json(found)
        return
    one = "one" if customer_id else "all"
    if not any(found.values()):
        out.print(t("identity.no_entities"), markup=False)
    for row in (*found["entities"], *found["scopes"]):
        words = {name: t(f"identity.entity_words.{row[name]}") for name in ("entity_type", "role", "scope") if name in row}
        told_by = ", ".join(t(f"identity.entity_words.{word}") for word in row.get("told_by", "").split(",") if word)
        what = "entity" if "entity_type" in row else "scope"
        out.print(t(f"identity.{what}_of_{one}", **(row | words | {"told_by": told_by})), markup=False)


def _evidence(rows: list[dict[str, Any]], level: str, bits: str) -> None:
    for row in rows:
        field, agreement = t(f"identity.fields.{row['comparison']}"), t(f"identity.levels.{row[level]}")
        out.print("  " + t("identity.row", field=field, level=agreement, bits=f"{row[bits]:+.1f}"), markup=False)


def _preview(found: dict[str, Any], as_json: bool) -> None:
    if as_json:
        _json(found)
        return
    out.print(t("identity.becomes_one"), markup=False)
    for row in [*found["before"], found["after"]]:
        money = f"{row['net_amount']:,.2f}"
        told = {"customer": row["customer_id"], "records": row["records"], "orders": row["orders"], "tier": row["tier"] or "–"}
        told["clv"] = "–" if row["clv"] is None else f"{row['clv']:,.2f}"
        out.print("  " + t("identity.side", amount=money, **told), markup=False)
    for row in found["fields"]:
        left, right = (value or "–" for value in row["values"])
        kept = {"left": left, "right": right, "kept": row["kept"], "source": row["source"]}
        out.print("  " + t("identity.field", field=t(f"identity.fields.{row['field']}"), **kept), markup=False)
    if found["tags"]:
        out.print("  " + t("identity.tags", tags=", ".join(row["tag"] for row in found["tags"])), markup=False)
    if found["two_id_numbers"]:
        out.print("  " + t("identity.two_numbers"), markup=False)


def _decided(row: dict[str, Any], as_json: bool) -> None:
    if as_json:
        _json(row)
        return
    _decision(row)
    if row["kind"] != "later":
        out.print(t("identity.next_run"), markup=False)


def _decision(row: dict[str, Any]) -> None:
    sides = {"one": ", ".join(row["one_records"]), "other": ", ".join(row["other_records"])}
    words = t(
        f"identity.decided.{row['kind']}", id=row["decision_id"], author=row["author"], at=f"{row['made_at']:%Y-%m-%d %H:%M}", **sides
    )
    if row["undone_at"]:
        words += t("identity.is_undone", by=row["undone_by"])
    out.print(words + (t("identity.pending") if row["pending"] else ""), markup=False)


def _json(value: Any) -> None:
    from kezhi.cli.shown import as_json as show

    show(value)
