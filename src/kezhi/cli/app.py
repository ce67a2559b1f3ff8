"""The verbs of `kezhi`, in the order of the help."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version

import typer

from kezhi.cli import (
    alike,
    analyze,
    audit,
    backup,
    bands,
    baskets,
    churn,
    circles,
    city,
    clusters,
    clv,
    collector,
    customer,
    data,
    demo,
    doctor,
    features,
    forecast,
    identity,
    init,
    insight,
    leads,
    lifecycle,
    metric,
    model,
    note,
    plan,
    points,
    prices,
    query,
    recommend,
    report,
    rfm,
    risk,
    run,
    segment,
    serve,
    seven_p,
    status,
    tags,
    tiers,
    uplift,
    user,
    value,
    view,
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
    "seven-p": seven_p.seven_p,
    "customer": customer.customer,
    "value": value.value,
    "baskets": baskets.baskets,
    "circles": circles.circles,
    "circle": circles.circle,
    "clusters": clusters.clusters,
    "points": points.points,
    "view": view.view,
    "lookalike": alike.lookalike,
    "market": alike.market,
    "product": alike.product,
    "fit": alike.fit,
    "recommend": recommend.recommend,
    "forecast": forecast.forecast,
    "clv": clv.clv,
    "features": features.features,
    "dedupe": identity.dedupe,
    "query": query.query,
    "backup": backup.backup,
    "restore": backup.restore,
    "city": city.city,
    "doctor": doctor.doctor,
}
for name, command in _VERBS.items():
    app.command(name, help=t(f"{name}.help"))(command)
app.add_typer(segment.app, name="segment", help=t("segment.help"))
app.add_typer(tags.app, name="tags", help=t("tags.help"))
app.add_typer(rfm.app, name="rfm", help=t("rfm.help"))
app.add_typer(bands.app, name="bands", help=t("bands.help"))
app.add_typer(tiers.app, name="tiers", help=t("tiers.help"))
app.add_typer(lifecycle.app, name="lifecycle", help=t("lifecycle.help"))
app.add_typer(insight.app, name="insight", help=t("insight.help"))
app.add_typer(user.app, name="user", help=t("user.help"))
app.add_typer(plan.app, name="plan", help=t("plan.help"))
app.add_typer(identity.app, name="identity", help=t("identity.help"))
app.add_typer(note.app, name="note", help=t("note.help"))
app.add_typer(audit.app, name="audit", help=t("audit.help"))
app.add_typer(metric.app, name="metric", help=t("metric.help"))
app.add_typer(churn.app, name="churn", help=t("churn.help"))
app.add_typer(risk.app, name="risk", help=t("risk.help"))
app.add_typer(uplift.app, name="uplift", help=t("uplift.help"))
app.add_typer(prices.app, name="prices", help=t("prices.help"))
app.add_typer(leads.app, name="leads", help=t("leads.help"))
app.add_typer(model.app, name="model", help=t("model.help"))
app.add_typer(data.app, name="data", help=t("data.help"))
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
