"""Products and what is bought together; a company without order lines has neither."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from kezhi.errors import NotFound
from kezhi.flow.reader import Reader
from kezhi.kit.engine import _
from kezhi.locales import Phrase
from kezhi.measure.pages import products as pages
from kezhi.measure.telling import cluster_name
from kezhi.measure.words import code_word, dimension_word, value_word
from kezhi.serve.access import needs
from kezhi.serve.language import language_of
from kezhi.serve.paging import in_order, next_cursor, page
from kezhi.serve.problems import answers
from kezhi.serve.products.shapes import (
    Categories,
    Category,
    Fit,
    Good,
    ProductDetail,
    ProductPage,
    ProductRow,
    Rule,
    RulePage,
)  # fmt: skip
from kezhi.serve.read import has, small, tables_of
from kezhi.serve.workspace import rows, workspace

router = APIRouter(tags=["insight"], responses=answers(404, 409), dependencies=[needs("insight.read")])
SORTABLE = ("product_id", "net_amount", "orders", "buyers", "margin_rate", "repurchase_rate", "refund_rate", "share_change")
RULES_BY = ("lift", "confidence", "support", "count", "rule_no")
SHOWN_RULES = 20
Cursor = Annotated[str | None, Query(max_length=1000)]
Limit = Annotated[int, Query(ge=1, le=200)]


@router.get("/products", operation_id="listProducts")
def list_products(
    request: Request,
    q: Annotated[str, Query(max_length=200, description="A part of the name, or the product's id")] = "",
    category: Annotated[list[str] | None, Query()] = None,
    stage: Annotated[list[str] | None, Query()] = None,
    sort: Annotated[str, Query(max_length=60, description=f"One of {', '.join(SORTABLE)}; `-`: the largest first")] = "-net_amount",
    cursor: Cursor = None,
    limit: Limit = 20,
) -> ProductPage:
    """Products that fit all filters, a page at a time."""
    reader, lang = workspace(request).reader(), language_of(request)
    snapshot = reader.snapshot
    if not has(reader, "product_view"):
        return ProductPage(items=[], total=0, next=None, snapshot=snapshot.name, as_of=snapshot.as_of)
    fitting = tables_of(reader)["product_view"]
    for name, chosen in (("category", category), ("stage", stage)):
        if chosen:
            fitting = fitting.filter(fitting[name].isin(chosen))
    if words := q.strip():
        fitting = fitting.filter(_.product_name.contains(words) | (_.product_id == words))
    found = rows(reader, page(fitting, sort=sort, sortable=SORTABLE, key="product_id", cursor=cursor, limit=limit))
    following = next_cursor(found, sort=sort, key="product_id", limit=limit)
    total = rows(reader, fitting.aggregate(total=fitting.count()))[0]["total"]
    return ProductPage(
        items=[_product(reader, row, lang) for row in found], total=total, next=following, snapshot=snapshot.name, as_of=snapshot.as_of
    )


@router.get("/categories", operation_id="listCategories")
def list_categories(request: Request) -> Categories:
    """All categories of the 365 days before as_of, the largest first."""
    served, lang = workspace(request), language_of(request)
    reader = served.reader()
    there = has(reader, "category_sales")
    found = small(reader, "categories", lambda: pages.categories(tables_of(reader)["category_sales"])) if there else []
    items = [
        Category(
            name=value_word("category", row["category"], served.settings, lang),
            **{name: row[name] for name in Category.model_fields if name in row},
        )
        for row in found
    ]
    return Categories(items=items, snapshot=reader.snapshot.name, as_of=reader.snapshot.as_of)


@router.get("/products/{product_id}", operation_id="getProduct")
def get_product(request: Request, product_id: str) -> ProductDetail:
    """One product: who buys it, whom its category suits, what goes with it."""
    served, lang = workspace(request), language_of(request)
    reader = served.reader()
    found = rows(reader, tables_of(reader)["product_view"].filter(_.product_id == product_id)) if has(reader, "product_view") else []
    if not found:
        raise NotFound(what=Phrase("pages.problems.product"), id=product_id)
    category = found[0]["category"]
    suits = []
    if category is not None and has(reader, "product_fit"):
        names = _cluster_names(reader, lang)
        for row in small(reader, ("fit", category), lambda: pages.fit(tables_of(reader)["product_fit"], category)):
            kind, value = row["group_kind"], row["group_value"]
            said = names.get(value, value) if kind == "cluster" else value_word(kind, value, served.settings, lang)
            suits.append(Fit(kind_name=dimension_word(kind, lang), value_name=said, **{n: row[n] for n in Fit.model_fields if n in row}))
    rules = []
    if has(reader, "association_rules"):
        named = pages.rules(tables_of(reader)["association_rules"], product=product_id)
        rules = _rules(reader, rows(reader, named.order_by("rule_no").limit(SHOWN_RULES)))
    return ProductDetail(
        product=_product(reader, found[0], lang),
        suits=suits,
        goes_with=rules,
        snapshot=reader.snapshot.name,
        as_of=reader.snapshot.as_of,
    )


@router.get("/rules", operation_id="listRules")
def list_rules(
    request: Request,
    product: Annotated[str | None, Query(max_length=200, description="Only rules that name this product, by its id")] = None,
    min_support: Annotated[float, Query(ge=0, le=1)] = 0,
    min_confidence: Annotated[float, Query(ge=0, le=1)] = 0,
    min_lift: Annotated[float, Query(ge=0, le=1e6)] = 0,
    sort: Annotated[str, Query(max_length=60, description=f"One of {', '.join(RULES_BY)}; `-`: the largest first")] = "-lift",
    cursor: Cursor = None,
    limit: Limit = 20,
) -> RulePage:
    """What is bought together and is hardly chance (q-value at most 0.05)."""
    reader = workspace(request).reader()
    snapshot = reader.snapshot
    if not has(reader, "association_rules"):
        return RulePage(items=[], total=0, next=None, snapshot=snapshot.name, as_of=snapshot.as_of)
    bounds: dict[str, Any] = {"min_support": min_support, "min_confidence": min_confidence, "min_lift": min_lift}
    fitting = pages.rules(tables_of(reader)["association_rules"], product=product, **bounds)
    found = rows(
        reader, in_order(page(fitting, sort=sort, sortable=RULES_BY, key="rule_no", cursor=cursor, limit=limit), sort=sort, key="rule_no")
    )
    following = next_cursor(found, sort=sort, key="rule_no", limit=limit)
    total = rows(reader, fitting.aggregate(total=fitting.count()))[0]["total"]
    return RulePage(items=_rules(reader, found), total=total, next=following, snapshot=snapshot.name, as_of=snapshot.as_of)


def _product(reader: Reader, row: dict[str, Any], lang: str) -> ProductRow:
    cluster = row["main_cluster"]
    name = None if cluster is None else _cluster_names(reader, lang).get(str(cluster), str(cluster))
    return ProductRow.model_validate(row | {"stage_name": code_word("pages.product_stages", row["stage"], lang), "main_cluster_name": name})


def _cluster_names(reader: Reader, lang: str) -> dict[str, str]:
    if not has(reader, "cluster_profiles"):
        return {}
    return {
        str(row["cluster"]): cluster_name(row, lang)
        for row in small(reader, "cluster_names", lambda: tables_of(reader)["cluster_profiles"])
    }


def _rules(reader: Reader, found: list[dict[str, Any]]) -> list[Rule]:
    """The rules with the products' names; a product without one is its id."""
    ids = sorted({one for row in found for side in ("antecedent", "consequent") for one in row[side]})
    names: dict[str, str] = {}
    if ids and has(reader, "products"):
        named = tables_of(reader)["products"].filter(_.product_id.isin(ids)).select("product_id", "product_name")
        names = {row["product_id"]: row["product_name"] for row in rows(reader, named)}

    def goods(side: list[str]) -> list[Good]:
        return [Good(product_id=one, name=names.get(one) or one) for one in side]

    return [
        Rule(
            bought=goods(row["antecedent"]),
            also=goods(row["consequent"]),
            **{name: row[name] for name in ("rule_no", "count", "support", "confidence", "lift", "q_value")},
        )
        for row in found
    ]
