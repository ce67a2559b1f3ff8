"""The verbs of `kezhi`, in the order of the help."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version

import typer

from kezhi.cli import (
    alike,
    analyze,
    baskets,
    circles,
    city,
    clusters,
    collector,
    customer,
    demo,
    doctor,
    init,
    insight,
    lifecycle,
    metric,
    query,
    report,
    rfm,
    run,
    segment,
    serve,
    status,
    tiers,
    user,
    value,
)
from kezhi.cli.words import out, t

app = typer.Typer(help=t("help"), no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)

_VERBS: dict[str, Callable[..., None]] = {
    "demo": demo.demo,
    "analyze": analyze.analyze,
    "init": init.init,
    "run": run.run,
    "status": status.status,
    "serve": serve.serve,
    "report": report.report,
    "customer": customer.customer,
    "value": value.value,
    "baskets": baskets.baskets,
    "circles": circles.circles,
    "circle": circles.circle,
    "clusters": clusters.clusters,
    "lookalike": alike.lookalike,
    "market": alike.market,
    "product": alike.product,
    "fit": alike.fit,
    "query": query.query,
    "city": city.city,
    "doctor": doctor.doctor,
}
for name, command in _VERBS.items():
    app.command(name, help=t(f"{name}.help"))(command)
app.add_typer(segment.app, name="segment", help=t("segment.help"))
app.add_typer(rfm.app, name="rfm", help=t("rfm.help"))
app.add_typer(tiers.app, name="tiers", help=t("tiers.help"))
app.add_typer(lifecycle.app, name="lifecycle", help=t("lifecycle.help"))
app.add_typer(insight.app, name="insight", help=t("insight.help"))
app.add_typer(user.app, name="user", help=t("user.help"))
app.add_typer(metric.app, name="metric", help=t("metric.help"))
app.add_typer(collector.app, name="collector", help=t("collector.help"))


def _version(asked: bool) -> None:
    if asked:
        out.print(f"kezhi {version('kezhi')}")
        raise typer.Exit


@app.callback()
def _root(
    _: bool = typer.Option(False, "--version", help=t("version"), callback=_version, is_eager=True),
) -> None:
    """Options before the verb."""
