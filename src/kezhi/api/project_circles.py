"""Circles of a project: those of its snapshot, or of a file of relations with what the project knows of the customers in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv
from pyarrow import parquet as pq

from kezhi.api.circles import SEED, circle_interests, communities, ego_graph, key_customers
from kezhi.api.project import Project
from kezhi.errors import ColumnMissing, FileUnreadable, NoSnapshot, WrongInput
from kezhi.insight import circles
from kezhi.insight.circles import modularity, relations
from kezhi.insight.circles.graph import ENDS
from kezhi.kit.engine import _, ibis, ir, ratio
from kezhi.locales import Phrase
from kezhi.profile import purchases

SHOWN = 10


def read_relations(path: Path, project: Project | None = None) -> pa.Table:
    """
    from, to and, where there, weight of a CSV or Parquet file; ids are text.

    With *project* an id that is a record of it becomes the record's customer; others stay as they are.

    Raises:
        FileUnreadable: The file cannot be opened or parsed.
        ColumnMissing: It has no two ends.
    """
    try:
        if path.suffix == ".parquet":
            table = pq.read_table(path)
        else:
            texts = csv.ConvertOptions(column_types={name: pa.string() for pair in ENDS for name in pair}, strings_can_be_null=True)
            table = csv.read_csv(path, convert_options=texts)
    except (OSError, pa.ArrowInvalid) as error:
        raise FileUnreadable(file=str(path), problem=str(error).strip().split("\n")[0], hint=Phrase("circles.file")) from error
    ends = next((pair for pair in ENDS if set(pair) <= set(table.column_names)), None)
    if ends is None:
        raise ColumnMissing(table=path.name, missing=["from", "to"], present=sorted(table.column_names), hint="")
    made = {"from": table[ends[0]].cast("string"), "to": table[ends[1]].cast("string")}
    if "weight" in table.column_names:
        made["weight"] = table["weight"]
    made_table = pa.table(made)
    if project is None or "identity_links" not in project.tables:
        return made_table
    links = ibis.memtable(project.table("identity_links").select("record_id", "customer_id").to_pyarrow())
    found = ibis.memtable(made_table)
    for end in ("from", "to"):
        link = links.select(**{f"{end}_record": "record_id", f"{end}_customer": "customer_id"})
        found = found.left_join(link, [found[end] == link[f"{end}_record"]])
        found = found.mutate(**{end: found[f"{end}_customer"].fill_null(found[end])}).drop(f"{end}_record", f"{end}_customer")
    return found.to_pyarrow()


def circles_of(path: Path, project: Project | None = None, *, top: int = SHOWN, seed: int = SEED) -> dict[str, Any]:
    """customers, relations, circles (how many), modularity, the *top* largest circles with their interests, key_customers."""
    table = read_relations(path, project)
    members, ties = communities(table, seed=seed), relations(table)
    sizes: dict[int, int] = {}
    for community, size in zip(members["community"].to_pylist(), members["size"].to_pylist(), strict=True):
        sizes[community] = size
    liked: dict[int, list[dict[str, Any]]] = {}
    if project is not None:
        for row in circle_interests(members, _categories(project)).to_pylist():
            liked.setdefault(row["community"], []).append(row)
    return {
        "customers": members.num_rows,
        "relations": len(ties),
        "circles": len(sizes),
        "modularity": modularity(ties, members["community"].to_numpy()),
        "largest": [{"community": c, "size": sizes[c], "interests": liked.get(c, [])[:3]} for c in sorted(sizes)[:top]],
        "key_customers": key_customers(table, top=top, seed=seed).to_pylist(),
    }


def circle_of(path: Path, customer: str, project: Project | None = None, *, depth: int = 1, seed: int = SEED) -> dict[str, Any]:
    """customer, community, size and the ties within *depth* steps."""
    table = read_relations(path, project)
    if project is not None and "identity_links" in project.tables:
        link = project.table("identity_links").filter(_.record_id == customer).limit(1).to_pyarrow().to_pylist()
        customer = link[0]["customer_id"] if link else customer
    ties = ego_graph(table, customer, depth=depth).to_pylist()
    members = communities(table, seed=seed)
    own = members.filter(pc.equal(members["customer_id"], customer)).to_pylist()[0]
    return {**own, "relations": ties}


def _categories(project: Project) -> pa.Table:
    """customer_id and item, the categories that customers bought before the as-of day."""
    if not {"order_lines", "products"} <= set(project.tables):
        return pa.table({"customer_id": pa.array([], pa.string()), "item": pa.array([], pa.string())})
    bought = purchases(project.table("orders"), as_of=project.snapshot.as_of).filter(_.customer_id.notnull())
    lines = project.table("order_lines").filter(_.quantity.fill_null(1.0) > 0).select("order_id", "product_id")
    goods = project.table("products").select("product_id", item="category")
    found = lines.join(bought.select("order_id", "customer_id"), "order_id").join(goods, "product_id")
    return found.select("customer_id", "item").distinct().to_pyarrow()


def circles_of_project(project: Project, *, top: int = SHOWN) -> dict[str, Any]:
    """
    What `circles_of` gives, from the tables of the snapshot; reach and interests are those of the run.

    Raises:
        NoSnapshot: The run had no relations.
    """
    ties, members = _ties(project), project.table("circle_members")
    largest = project.table("circles").order_by("community").limit(top).to_pyarrow().to_pylist()
    liked = project.table("circle_interests").filter((_["rank"] <= 3) & (_.community <= top)).order_by("community", "rank")
    interests: dict[int, list[dict[str, Any]]] = {}
    for row in liked.to_pyarrow().to_pylist():
        interests.setdefault(row["community"], []).append({"item": row["category"], **row})
    totals = project.table("circles").aggregate(circles=_.count(), modularity=_.modularity_part.sum()).to_pyarrow().to_pylist()[0]
    return {
        "customers": members.count().to_pyarrow().as_py(),
        "relations": ties.count().to_pyarrow().as_py(),
        "circles": totals["circles"],
        "modularity": totals["modularity"] or 0.0,
        "largest": [row | {"size": row["customers"], "interests": interests.get(row["community"], [])} for row in largest],
        "key_customers": project.table("key_customers").order_by("rank").limit(top).to_pyarrow().to_pylist(),
    }  # fmt: skip


def circle_of_project(project: Project, customer: str, *, depth: int = 1) -> dict[str, Any]:
    """
    customer, community, size and the ties within *depth* steps, from the snapshot.

    Args:
        project: With a snapshot.
        customer: A customer_id, or a record_id of one.
        depth: Steps away, at least 1.

    Raises:
        NoSnapshot: The run had no relations.
        WrongInput: Nobody is tied to the customer.
    """
    ties = _ties(project)
    link = project.table("identity_links").filter(_.record_id == customer).limit(1).to_pyarrow().to_pylist()
    customer = link[0]["customer_id"] if link else customer
    own = project.table("circle_members").filter(_.customer_id == customer).to_pyarrow().to_pylist()
    if not own:
        raise WrongInput(problem=Phrase("circles.no_customer", customer=customer))
    near = ego_graph(ties.select("from_customer_id", "to_customer_id", "weight").to_pyarrow(), customer, depth=depth)
    return {**own[0], "relations": near.to_pylist()}


def prospects_of_project(project: Project, item: str) -> ir.Table:
    """
    Whom to talk to about a product or category: members of circles with buyers of it who have not bought it themselves.

    Args:
        project: With a snapshot of relations and order lines.
        item: A product_id, product_name, category or brand, as written in `products`.

    Returns:
        As `kezhi.prospects`, the best first.

    Raises:
        NoSnapshot: The run had no relations, or no order lines.
        WrongInput: No product is called so.
    """
    ties = _ties(project)
    if not {"order_lines", "products"} <= set(project.tables):
        raise NoSnapshot(folder=str(project.folder), what="order_lines, products")
    goods = project.table("products").filter(ibis.or_(*(_[name] == item for name in ("product_id", "product_name", "category", "brand"))))
    if not goods.count().to_pyarrow().as_py():
        raise WrongInput(problem=Phrase("circles.no_item", item=item))
    bought = purchases(project.table("orders"), as_of=project.snapshot.as_of).select("order_id", "customer_id")
    lines = project.table("order_lines").filter(_.quantity.fill_null(1.0) > 0).semi_join(goods, "product_id").select("order_id")
    buyers = bought.semi_join(lines, "order_id").select("customer_id")
    made = circles.prospects(project.table("circle_members").select("customer_id", "community"), ties, buyers)
    part = ratio(made.circle_buyers, made.circle_members)
    return made.order_by(ibis.desc(made.buyers_known), ibis.desc(made.known_weight), ibis.desc(part), made.customer_id)


def _ties(project: Project) -> ir.Table:
    if "ties" not in project.tables:
        raise NoSnapshot(folder=str(project.folder), what="relations")
    return project.table("ties")
