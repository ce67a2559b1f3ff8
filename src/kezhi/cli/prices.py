"""`kezhi prices list|simulate`: how sales react to prices, and what other prices would do."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from kezhi.cli.options import Json, LangOption, ProjectDir
from kezhi.cli.words import language, out, t

app = typer.Typer(no_args_is_help=True)
By = Annotated[str, typer.Option("--by", help=t("prices.by"))]


@app.command("list", help=t("prices.list"))
def list_(project: ProjectDir = Path(), by: By = "category", as_json: Json = False, lang: LangOption = None) -> None:
    """The elasticity of each category (or segment) in a sentence, or why none can be told."""
    from kezhi.api import open_project
    from kezhi.cli import shown
    from kezhi.errors import WrongInput
    from kezhi.kit.engine import _, ibis

    table = shown.table_of(open_project(project), "price_elasticity")
    known = sorted(table.select("dimension").distinct().to_pyarrow()["dimension"].to_pylist())
    if by not in known:
        raise WrongInput(problem=t("prices.no_dimension", by=by, known=", ".join(known) or "–"))
    rows = table.filter(_.dimension == by).order_by(ibis.desc("net_amount"), "member").to_pyarrow().to_pylist()
    if as_json:
        shown.as_json(rows)
        return
    for row in rows:
        out.print(row["sentence_en" if language() == "en" else "sentence"], markup=False)
    out.print(t("prices.mind"), markup=False)


@app.command(help=t("prices.simulate"))
def simulate(
    changes: Annotated[list[str], typer.Argument(metavar="[MEMBER=]SHARE...", help=t("prices.changes"))],
    project: ProjectDir = Path(),
    by: By = "category",
    as_json: Json = False,
    lang: LangOption = None,
) -> None:
    """Revenue of a year with other prices: `5%` for all, or `母婴=5% 数码家电=-3%`."""
    from kezhi.api import open_project
    from kezhi.cli import shown
    from kezhi.flow.prices import word_of
    from kezhi.measure.formats import Formats

    opened = open_project(project)
    rows = opened.simulate_prices(_asked(changes), by=by)
    if as_json:
        shown.as_json(rows)
        return
    formats = Formats(language(), opened.settings.currency)
    for row in rows:
        name = word_of(by, row["member"], language())
        if not row["is_told"]:
            out.print(t("prices.not_told", member=name, now=formats.money(row["net_amount"])), markup=False)
            continue
        money: dict[str, Any] = {
            key: formats.money(row[of]) for key, of in (("now", "net_amount"), ("low", "revenue_low"), ("high", "revenue_high"))
        }
        say = money | {"change": f"{row['change']:+.1%}", "price": "" if row["price_change"] is None else f"{row['price_change']:+.1%}"}
        out.print(t("prices.total" if row["price_change"] is None else "prices.row", member=name, **say), markup=False)
    out.print(t("prices.mind"), markup=False)


def _asked(changes: list[str]) -> dict[str, float] | float:
    """What was typed, as shares; `WrongInput` names what is no share."""
    from kezhi.errors import WrongInput

    def share(written: str) -> float:
        try:
            return float(written.rstrip("%")) / 100 if written.endswith("%") else float(written)
        except ValueError as error:
            raise WrongInput(problem=t("prices.no_share", written=written)) from error

    parts = [one.rpartition("=") for one in changes]
    if len(parts) == 1 and not parts[0][0]:
        return share(parts[0][2])
    if any(not name for name, _sign, _share in parts):
        raise WrongInput(problem=t("prices.no_share", written=" ".join(changes)))
    return {name: share(written) for name, _sign, written in parts}
