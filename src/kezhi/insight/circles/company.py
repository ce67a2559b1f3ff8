"""The circles of a company, as tables of the lake."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial

import numpy as np
import pyarrow as pa

from kezhi.insight.circles.communities import communities
from kezhi.insight.circles.graph import Relations, relations
from kezhi.insight.circles.interests import interests
from kezhi.insight.circles.key_customers import key_customers
from kezhi.kit.days import days_before, midnight
from kezhi.kit.engine import Workbench, _, ibis, ir, ratio, typed
from kezhi.kit.intervals import wilson
from kezhi.settings import CircleSettings
from kezhi.tables import CIRCLE_INTERESTS, CIRCLES, MONEY, TIES

_SUM = "decimal(38, 9)"  # a sum of floats would depend on the order of rows


def ties(related: ir.Table | None, lines: ir.Table | None, *, as_of: date, settings: CircleSettings) -> ir.Table:
    """
    Who is tied to whom, in whichever direction and however often they are named.

    Args:
        related: `tables.RELATIONS`; those dated on or after *as_of* and those of one customer are left out.
        lines: What was bought (customer_id, product_id, ordered_at), read where `co_purchase` is asked for.
        as_of: The first day not seen.
        settings: What a kind weighs.

    Returns:
        `tables.TIES`. Cost of co-purchase: products × `co_purchase_max_buyers`².
    """
    parts = []
    if related is not None:
        seen = related.filter(_.related_at.isnull() | (_.related_at < midnight(as_of)), _.from_customer_id != _.to_customer_id)
        parts.append(
            seen.select(
                one=ibis.least(_.from_customer_id, _.to_customer_id),
                other=ibis.greatest(_.from_customer_id, _.to_customer_id),
                kind=_.kind,
                weight=_.weight.cast(_SUM),
            )
        )
    if lines is not None and settings.co_purchase:
        parts.append(co_purchases(lines, as_of=as_of, settings=settings))
    every = ibis.union(*parts, distinct=False) if len(parts) > 1 else parts[0]
    summed = every.group_by("one", "other", "kind").aggregate(weight=_.weight.sum())
    of_kind = ibis.cases(
        *((summed.kind == kind, ibis.literal(float(weight))) for kind, weight in settings.kind_weights.items()), else_=ibis.literal(0.0)
    )
    weighed = summed.mutate(weight=(of_kind * (summed.weight.cast("float64") + 1).log2()).cast(_SUM)).filter(_.weight > 0)
    made = weighed.group_by("one", "other").aggregate(weight=_.weight.sum(), kinds=_.kind.collect().sort().join(","))
    return typed(made.rename(from_customer_id="one", to_customer_id="other"), TIES.types)


def co_purchases(lines: ir.Table, *, as_of: date, settings: CircleSettings) -> ir.Table:
    """one, other (customers), kind `co_purchase`, weight: the rare products that both bought; see `CircleSettings`."""
    since = midnight(days_before(as_of, settings.co_purchase_days))
    bought = lines.filter(_.customer_id.notnull() & (_.ordered_at >= since) & (_.ordered_at < midnight(as_of)))
    each = bought.select("customer_id", "product_id").distinct()
    rare = each.group_by("product_id").aggregate(n=_.count()).filter(_.n.between(2, settings.co_purchase_max_buyers))
    mine = each.semi_join(rare, "product_id").select(one="customer_id", product_id="product_id")
    theirs = mine.select(other="one", product="product_id")
    pairs = mine.join(theirs, [mine.product_id == theirs.product, mine.one < theirs.other])
    common = pairs.group_by("one", "other").aggregate(weight=_.count()).filter(_.weight >= settings.co_purchase_min_products)
    return common.select("one", "other", kind=ibis.literal("co_purchase"), weight=_.weight.cast(_SUM))


def circle_tables(
    tied: ir.Table, people: ir.Table, lines: ir.Table | None, *, as_of: date, settings: CircleSettings, bench: Workbench
) -> Mapping[str, ir.Table]:
    """
    Circles, their members, interests and key customers.

    Args:
        tied: `ties`, settled.
        people: `tables.PROFILE`.
        lines: What was bought (customer_id, category, ordered_at), for interests; None: none.
        as_of: The first day not seen.
        settings: Of circles.
        bench: Where the graph is worked out, in memory: about 200 bytes a tie.

    Returns:
        `circle_members`, `circles`, `circle_interests`, `key_customers`, as `tables.py` says.
    """
    members, shapes, keys = bench.kernel(partial(_found, settings=settings), tied)
    liked = bench.settle(_interests(members, lines, as_of=as_of, settings=settings))
    owned = members.join(people.select("customer_id", "orders_life", "net_amount_365d"), "customer_id")
    money = owned.group_by("community").aggregate(
        buyers=_.count(where=_.orders_life > 0), net_amount_365d=_.net_amount_365d.sum().cast(MONEY)
    )
    first = liked.filter(_["rank"] == 1).select("community", main_interest="category")
    whole = shapes
    for part in (money, first):
        whole = whole.left_join(part, "community").drop("community_right")
    return {
        "circle_members": members,
        "circles": typed(whole.mutate(buyers=_.buyers.fill_null(0), net_amount_365d=_.net_amount_365d.fill_null(0)), CIRCLES.types),
        "circle_interests": liked,
        "key_customers": keys,
    }  # fmt: skip


def _interests(members: ir.Table, lines: ir.Table | None, *, as_of: date, settings: CircleSettings) -> ir.Table:
    """`tables.CIRCLE_INTERESTS`."""
    columns = CIRCLE_INTERESTS.types
    if lines is None:
        return typed(members.filter(ibis.literal(False)).select("community"), columns)
    bought = lines.filter(_.customer_id.notnull() & (_.ordered_at >= midnight(days_before(as_of, 365)))).select(
        "customer_id", item="category"
    )
    found = interests(members, bought, min_customers=settings.min_interest_customers)
    # by the lower end: what three friends bought of a rare category has a high lift, and is no taste of a circle yet
    low, _high = wilson(found.customers, found.members)
    sure = found.mutate(category=_.item, lift_low=ratio(low, found.base_share))
    order = [ibis.desc(sure.lift_low.round(9)), sure.category]
    return typed(sure.mutate(rank=ibis.row_number().over(group_by=sure.community, order_by=order) + 1), columns)


def _found(tied: pa.Table, *, settings: CircleSettings) -> tuple[pa.Table, pa.Table, pa.Table]:
    """circle_members, the shape of each circle, key_customers; of ties in any order."""
    graph = relations(tied)
    people = len(graph.customers)
    made = communities(graph, seed=settings.seed, closeness=settings.closeness) if people else None
    label = made["community"].to_numpy() - 1 if made else np.zeros(0, np.int64)
    inside = label[graph.low] == label[graph.high]
    one = np.concatenate([graph.low, graph.high])
    both, weights = np.concatenate([inside, inside]), np.concatenate([graph.weight, graph.weight])
    strength = np.bincount(one, weights, people)
    members = pa.table(
        {
            "customer_id": graph.customers.cast(pa.string()),
            "community": label + 1,
            "size": np.bincount(label)[label] if people else label,
            "degree": np.bincount(one, minlength=people),
            "degree_inside": np.bincount(one, both, people).astype(np.int64),
            "strength": strength,
        }
    )
    shapes = _shapes(graph, label, inside, np.bincount(one, weights * both, people))
    keys = key_customers(graph, top=settings.key_customers, chance=settings.chance, seed=settings.seed)
    place = np.searchsorted(np.asarray(graph.customers.to_numpy(zero_copy_only=False), dtype=object), keys["customer_id"].to_pylist())
    return members, shapes, pa.table(
        {
            "customer_id": keys["customer_id"].cast(pa.string()),
            "rank": pa.array(np.arange(1, keys.num_rows + 1)),
            "community": pa.array(label[place] + 1, pa.int64()),
            "degree": keys["degree"].cast(pa.int64()),
            **{name: keys[name] for name in ("strength", "pagerank", "reach")},
        }
    )  # fmt: skip


def _shapes(graph: Relations, label: np.ndarray, inside: np.ndarray, strength_inside: np.ndarray) -> pa.Table:
    """Per circle: customers, ties_inside, density, modularity_part, head_customer_id."""
    circles = int(label.max()) + 1 if len(label) else 0
    size, total = np.bincount(label, minlength=circles), float(graph.weight.sum()) or 1.0
    held = label[graph.low][inside]
    ends = np.bincount(label[graph.low], graph.weight, circles) + np.bincount(label[graph.high], graph.weight, circles)
    share = np.divide(np.bincount(held, graph.weight[inside], circles), total)
    possible = size * (size - 1) // 2
    number = np.bincount(held, minlength=circles)
    order = np.lexsort((np.arange(len(label)), -strength_inside, label))
    head = order[np.searchsorted(label[order], np.arange(circles))]
    return pa.table(
        {
            "community": pa.array(np.arange(1, circles + 1), pa.int64()),
            "customers": size,
            "ties_inside": number,
            "density": pa.array(np.divide(number, np.maximum(possible, 1)), mask=possible == 0),
            "modularity_part": share - np.square(np.divide(ends, 2 * total)),
            "head_customer_id": graph.customers.take(pa.array(head, pa.int64())).cast(pa.string()),
        }
    )
