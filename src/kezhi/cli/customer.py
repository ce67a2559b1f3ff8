"""`kezhi customer ID`: one customer: the records, the profile, the orders."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from kezhi.cli.options import Json, LangOption, ProjectDir
from kezhi.cli.query import rounded
from kezhi.cli.words import out, t

SHOWN_ORDERS = 20


def customer(
    customer_id: Annotated[str, typer.Argument(metavar="ID", help=t("customer.id"))],
    project: ProjectDir = Path(),
    as_json: Json = False,
    lang: LangOption = None,
) -> None:
    """Show the customer that has the id, or that a record with the id belongs to."""
    from kezhi.api import open_project
    from kezhi.errors import WrongInput
    from kezhi.kit.engine import _, ibis

    opened = open_project(project)
    links = opened.table("identity_links")
    found = links.filter((_.customer_id == customer_id) | (_.record_id == customer_id)).limit(1).to_pyarrow().to_pylist()
    if not found:
        raise WrongInput(problem=t("customer.unknown", id=customer_id))
    one = found[0]["customer_id"]

    def rows(name: str) -> list[dict[str, Any]]:
        return list(opened.table(name).filter(_.customer_id == one).to_pyarrow().to_pylist())

    orders = opened.table("orders").filter(_.customer_id == one).order_by(ibis.desc("ordered_at"), "order_id").limit(SHOWN_ORDERS)
    facts = {
        "customer": rows("customers")[0],
        "records": sorted(rows("identity_links"), key=lambda row: row["record_id"]),
        "profile": next(iter(rows("profile") if "profile" in opened.tables else []), None),
        "points": next(iter(rows("points") if "points" in opened.tables else []), None),
        "tags": sorted(rows("tags") if "tags" in opened.tables else [], key=lambda row: row["tag"]),
        "customer_tags": sorted(
            rows("customer_tags") if "customer_tags" in opened.tables else [], key=lambda row: (row["family"], row["tag"])
        ),
        "orders": orders.to_pyarrow().to_pylist(),
    }
    if as_json:
        typer.echo(json.dumps(facts, ensure_ascii=False, default=str, indent=1))
        return
    for section in ("customer", "profile", "points"):
        out.print(t(f"customer.{section}"), style="bold")
        for name, value in (facts[section] or {}).items():
            if value is not None:
                out.print(f"  {name}: {rounded(value)}", markup=False)
    for section in ("records", "customer_tags", "orders"):
        out.print(t(f"customer.{section}"), style="bold")
        for row in facts[section]:
            out.print(
                "  " + "  ".join(f"{name}={rounded(value)}" for name, value in row.items() if value is not None and name != "customer_id"),
                markup=False,
            )
