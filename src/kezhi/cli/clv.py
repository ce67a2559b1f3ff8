"""`kezhi clv`: who still buys, for how much, and what next; of the best customers, of cohorts, or of one customer."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from kezhi.cli.options import Json, LangOption, Limit, ProjectDir
from kezhi.cli.words import language, out, t


def clv(
    customer: Annotated[str | None, typer.Argument(metavar="[CUSTOMER]", help=t("clv.customer"))] = None,
    project: ProjectDir = Path(),
    cohorts: Annotated[bool, typer.Option("--cohorts", help=t("clv.cohorts"))] = False,
    limit: Limit = 20,
    as_json: Json = False,
    lang: LangOption = None,
) -> None:
    """The customers worth most; or a row per cohort; or all that is told of one customer."""
    from kezhi.api import open_project
    from kezhi.cli import shown
    from kezhi.errors import WrongInput
    from kezhi.kit.engine import _, ibis

    opened = open_project(project)
    notes = opened.snapshot.notes("clv", language())
    if "clv" not in opened.tables and notes:
        raise WrongInput(problem=" ".join(notes))
    table = shown.table_of(opened, "clv")
    if customer is not None:
        told = _one(opened, customer)
        if as_json:
            shown.as_json(told)
        else:
            _tell(told, opened.settings)
        return
    columns: tuple[str, ...]
    if cohorts:
        rows = shown.table_of(opened, "clv_cohorts").order_by("cohort_month").to_pyarrow().to_pylist()
        columns = (
            "cohort_month",
            "customers",
            "alive_customers",
            "clv",
            "clv_low",
            "clv_high",
            "clv_per_customer",
            "margin_customers",
            "margin_clv",
            "margin_clv_low",
            "margin_clv_high",
        )
    else:
        best = table.order_by(ibis.desc("clv"), ibis.desc("expected_purchases"), _.customer_id)
        rows = best.limit(limit).to_pyarrow().to_pylist()
        columns = ("customer_id", "probability_alive", "expected_purchases", "expected_spend", "clv", "clv_low", "clv_high", "margin_clv")
    if as_json:
        shown.as_json(rows)
        return
    shown.as_table(rows, columns)


def _one(project: Any, customer: str) -> dict[str, Any]:
    """The rows of one customer: clv, next_purchase, history."""
    from kezhi.errors import WrongInput
    from kezhi.kit.engine import _

    def rows(name: str) -> list[dict[str, Any]]:
        return list(project.table(name).filter(_.customer_id == customer).to_pyarrow().to_pylist())

    found = rows("clv")
    if not found:
        raise WrongInput(problem=t("clv.unknown", id=customer))
    history = sorted(rows("clv_history"), key=lambda row: row["seen_on"])
    return {**found[0], "next_purchase": next(iter(rows("next_purchase")), None), "history": history}


def _tell(told: dict[str, Any], settings: Any) -> None:
    from kezhi.measure.formats import Formats
    from kezhi.measure.words import category_word

    formats = Formats(language(), settings.currency)
    amounts = {
        name: formats.money(told[key])
        for name, key in (("value", "clv"), ("low", "clv_low"), ("high", "clv_high"), ("spend", "expected_spend"))
    }
    lines = [
        t("clv.alive", alive=formats.share(told["probability_alive"])),
        t("clv.value", days=told["horizon_days"], purchases=formats.decimal(told["expected_purchases"]), **amounts),
    ]
    if told["margin_state"] == "told":
        margins = {name: formats.money(told[f"margin_clv{end}"]) for name, end in (("value", ""), ("low", "_low"), ("high", "_high"))}
        lines.append(t("clv.margin", **margins))
    else:
        lines.append(t(f"clv.margin_states.{told['margin_state']}"))
    coming = told["next_purchase"]
    if coming is not None:
        soon = {"soon": formats.share(coming["probability_30d"]), "later": formats.share(coming["probability_90d"])}
        lines.append(t("clv.next", day=coming["likely_on"], **soon) if coming["likely_on"] else t("clv.never", **soon))
        if coming["category"] is not None:
            share = formats.share(coming["category_probability"])
            lines.append(t("clv.category", category=category_word(coming["category"], language()), share=share))
    for row in told["history"]:
        say = {"day": row["seen_on"], "value": formats.money(row["clv"]), "alive": formats.share(row["probability_alive"])}
        lines.append("  " + t("clv.then", **say))
    for line in lines:
        out.print(line, markup=False)
