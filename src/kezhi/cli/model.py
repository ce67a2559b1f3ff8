"""`kezhi model list|card|compare|promote`: which models there are, how good they are, and which one serves."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kezhi.cli.options import Json, LangOption, ProjectDir
from kezhi.cli.words import language, out, t

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kezhi.flow.model_registry import ModelRegistry
    from kezhi.models.cards import ModelCard
    from kezhi.settings import FeatureSettings

app = typer.Typer(no_args_is_help=True)
Name = Annotated[str, typer.Argument(metavar="NAME", help=t("model.name"))]
Version = Annotated[int | None, typer.Option("--version", min=1, help=t("model.version"))]
DRIVERS = 8


@app.command("list", help=t("model.list"))
def list_(project: ProjectDir = Path(), as_json: Json = False, lang: LangOption = None) -> None:
    """Every model and version, and which one serves."""
    from kezhi.cli import shown

    registry = _registry(project)
    rows = []
    for name in registry.names():
        serving = registry.champion(name)
        for version in registry.versions(name):
            card = registry.card(name, version)
            measured = card.judgement.get("metrics", {})
            measure = "auc" if "auc" in measured else next(iter(measured), None)  # what a model is judged by first stands first on its card
            found = measured.get(measure, {})
            rows.append({"name": name, "version": version, "method": card.method, "as_of": card.as_of, "is_champion": version == serving,
                         "is_published": card.is_published, "measure": measure, "value": found.get("model"), "baseline": found.get("baseline")})  # fmt: skip
    if as_json:
        shown.as_json(rows)
        return
    if not rows:
        out.print(t("model.none"), markup=False)
    for row in rows:
        state = "serves" if row["is_champion"] else "kept" if row["is_published"] else "refused"
        say = {name: row[name] for name in ("name", "version", "method", "as_of")}
        judged = "" if row["measure"] is None else t(
            "model.judged_by", measure=t(f"model.measures.{row['measure']}"), value=_number(row["value"]), base=_number(row["baseline"])
        )  # fmt: skip
        out.print(t("model.row", **say, judged=judged, state=t(f"model.{state}")), markup=False)


@app.command(help=t("model.card"))
def card(name: Name, project: ProjectDir = Path(), version: Version = None, as_json: Json = False, lang: LangOption = None) -> None:
    """Everything one must know before using its scores."""
    from kezhi.api import open_project
    from kezhi.cli import shown

    registry = _registry(project)
    found = registry.card(name, version)
    seen = registry.records(name, found.version)
    if as_json:
        shown.as_json(found.as_dict() | {"seen": seen})
        return
    for line in card_lines(found, seen, open_project(project).settings.features):
        out.print(line, markup=False)


@app.command(help=t("model.promote"))
def promote(
    name: Name,
    version: Annotated[int, typer.Argument(min=1, metavar="VERSION", help=t("model.promoted_version"))],
    project: ProjectDir = Path(),
    lang: LangOption = None,
) -> None:
    """Let a kept version serve from the next run on."""
    card = _registry(project).choose(name, version)
    out.print(t("model.promoted", name=name, version=version, as_of=card.as_of), markup=False)


@app.command(help=t("model.compare"))
def compare(name: Name, project: ProjectDir = Path(), version: Version = None, as_json: Json = False, lang: LangOption = None) -> None:
    """All methods that were tried, on the same days and rows."""
    from kezhi.cli import shown

    found = _registry(project).card(name, version)
    if as_json:
        shown.as_json(found.candidates)
        return
    out.print(_judged(found), markup=False)
    for row in found.candidates:
        if "ndcg" in row:
            lists = {key: _number(row[key]) for key in ("ndcg", "low", "high", "recall", "coverage", "novelty")}
            out.print("  " + t("model.lists", method=t(f"model.methods.{row['method']}"), **lists), markup=False)
            continue
        if "error_share" in row:
            out.print(
                "  " + t("model.share_row", method=t(f"model.methods.{row['method']}"), share=_number(row["error_share"])), markup=False
            )
            continue
        if "behind" in row:
            say = {key: _number(row[key]) for key in ("behind", "low", "high")} | {"error": _number(row["purchases_rmse"])}
            likelihood = f"{row['log_likelihood']:,.1f}"
            out.print("  " + t("model.choice_row", method=t(f"model.methods.{row['method']}"), likelihood=likelihood, **say), markup=False)
            continue
        if "log_likelihood" in row:
            likelihood = f"{row['log_likelihood']:,.1f}"
            out.print("  " + t("model.likelihood_row", method=t(f"model.methods.{row['method']}"), likelihood=likelihood), markup=False)
            continue
        say = {key: _number(row[key]) for key in ("auc", "low", "high", "log_loss", "brier", "average_precision")}
        out.print("  " + t("model.candidate", method=t(f"model.methods.{row['method']}"), **say), markup=False)


def card_lines(found: ModelCard, seen: list[dict[str, Any]], declared: Mapping[str, FeatureSettings]) -> list[str]:
    """The card in words; *declared* has those of the project's own features."""
    from kezhi.measure.attributes import feature_name
    from kezhi.models.cards import say

    lang = language()
    lines = [t("model.head", name=found.name, version=found.version, method=t(f"model.methods.{found.method}"), as_of=found.as_of)]
    if found.refusal is not None:
        lines.append(t("model.refusal", why=say(found.refusal, lang)))
    since = t("model.since", days=", ".join(found.trained_on)) if found.trained_on else ""
    fitted = {"rows": f"{found.rows:,}", "positives": f"{found.positives:,}", "since": since}
    lines += [
        t("model.population", text=say(found.population, lang)),
        t("model.definition", text=say(found.definition, lang)),
        t(_fitted(found), **fitted),
        t("model.baseline", text=say(found.baseline, lang)),
    ]
    if found.judgement:
        lines.append(_judged(found))
        for measure, entry in found.judgement["metrics"].items():
            numbers = {key: _number(entry[key]) for key in ("model", "low", "high", "baseline")}
            lines.append("  " + t("model.measure", measure=t(f"model.measures.{measure}"), **numbers))
        if found.judgement["calibration"]:
            lines.append(t("model.calibration"))
        lines += [f"  {row['said']:.1%}  {row['came']:.1%}  ({row['rows']:,})" for row in found.judgement["calibration"]]
        if found.judgement["gain"]:
            lines.append(t("model.gain"))
        lines += [f"  {row['part']:>2}  {_number(row['lift'])}  {row['gain'] or 0:.1%}" for row in found.judgement["gain"]]
    if found.threshold:
        threshold = found.threshold
        lines.append(
            t(
                "model.threshold",
                at=f"{threshold['threshold']:.3f}",
                acted=threshold["acted"],
                earned=f"{threshold['earned']:,.2f}",
                counted=t(f"model.counted.{found.counted}"),
            )
        )
    if found.drivers:
        weighed = [f"{feature_name(row['feature'], lang, declared)} {row['weight']:.2f}" for row in found.drivers[:DRIVERS]]
        lines.append(t("model.drivers", drivers="; ".join(weighed)))
    lines += [t("model.limit", text=say(limit, lang)) for limit in found.limits]
    lines += [t("model.seen", day=row["as_of"], auc=_number(row["auc"]), psi=_number(row["score_psi"])) for row in seen]
    return [*lines, t("model.fingerprint", digest=found.fingerprint[:16], seed=found.seed)]


def _judged(found: ModelCard) -> str:
    """On whom, or on how many series and months, it was judged."""
    rows = f"{found.judgement.get('rows', 0):,}"
    if "error_share" in found.judgement.get("metrics", {}):
        return t("model.judged_series", day=found.judged_on, rows=rows)
    return t("model.judged", day=found.judged_on, rows=rows, counted=t(f"model.counted.{found.counted}"))


def _fitted(found: ModelCard) -> str:
    """The key of how many rows it was fitted on: with those treated, with those of label 1, or where there is no label."""
    measured = found.judgement.get("metrics", {})
    if "qini" in measured:
        return "model.fitted_treated"
    return "model.fitted" if found.positives and "ndcg" not in measured else "model.fitted_rows"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _registry(project: Path) -> ModelRegistry:
    from kezhi.api import open_project
    from kezhi.flow.model_registry import ModelRegistry

    return ModelRegistry(open_project(project).folder / ".kezhi" / "models")
