"""Circles of customers, on frames of any kind with from and to."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from kezhi.api.kinds import as_ibis, like
from kezhi.errors import ColumnMissing, WrongInput
from kezhi.insight import circles
from kezhi.insight.circles.graph import Relations
from kezhi.kit.engine import ibis, ratio
from kezhi.locales import Phrase

SEED = 7


def communities(relations: Any, *, seed: int = SEED, resolution: float = 1.0) -> Any:
    """
    The circles of customers: groups with more ties within than chance would give (Leiden).

    Args:
        relations: One row per relation: `from` and `to` (or `from_customer_id`, `to_customer_id`; `from_id`, `to_id`),
            and `weight` where there, at least 0. Direction does not matter; weights of the same two are added.
        seed: The same seed gives the same circles, whatever the order of rows.
        resolution: Above 1 gives smaller circles.

    Returns:
        customer_id, community (1 is the largest), size; the kind of frame that came.

    Raises:
        ColumnMissing: There are no two ends.
        WrongInput: A weight or the resolution makes no sense.
    """
    if not 0 < resolution < float("inf"):
        raise WrongInput(problem=Phrase("circles.resolution", value=resolution))
    return like(relations, circles.communities(_ties(relations), seed=seed, resolution=resolution))


def ego_graph(relations: Any, customer: Any, *, depth: int = 1) -> Any:
    """
    The surroundings of *customer*: the ties among everybody within *depth* steps.

    Returns:
        from_customer_id, to_customer_id, from_depth, to_depth (steps from the customer), weight; near and heavy first.

    Raises:
        WrongInput: No relation names the customer, or depth is below 1.
    """
    if depth < 1:
        raise WrongInput(problem=Phrase("baskets.no_size", name="depth", value=depth))
    ties = _ties(relations)
    return like(relations, circles.ego_graph(ties, ties.place(customer), depth=depth))


def key_customers(relations: Any, *, top: int = 100, chance: float = 0.1, seed: int = SEED) -> Any:
    """
    The customers to win first: the *top* by PageRank, in the order of how far a word from them goes.

    Args:
        relations: As for `communities`.
        top: How many.
        chance: That a neighbour who is told passes it on, 0 to 1.
        seed: The same seed gives the same answer.

    Returns:
        customer_id, degree, strength, pagerank, reach (mean size of 100 independent cascades that begin there).
    """
    if top < 1:
        raise WrongInput(problem=Phrase("baskets.no_size", name="top", value=top))
    if not 0 <= chance <= 1:
        raise WrongInput(problem=Phrase("circles.chance", value=chance))
    return like(relations, circles.key_customers(_ties(relations), top=top, chance=chance, seed=seed))


def circle_interests(members: Any, bought: Any, *, min_customers: int = 5) -> Any:
    """
    What a larger part of a circle has bought than of all members, the highest lift first.

    Args:
        members: What `communities` gave.
        bought: customer_id and item: a product, a category.
        min_customers: Buyers of the circle that an interest must rest on.

    Returns:
        community, item, customers, members, share, base_share, lift (above 1).
    """
    people, items = as_ibis(members), as_ibis(bought)
    _need(people.columns, "members", "customer_id", "community")
    _need(items.columns, "bought", "customer_id", "item")
    items = items.mutate(customer_id=items.customer_id.cast(people.customer_id.type()))
    made = circles.interests(ibis.memtable(people.to_pyarrow()), ibis.memtable(items.to_pyarrow()), min_customers=min_customers)
    made = made.order_by("community", ibis.desc("lift"), ibis.desc("customers"), "item")
    return like(members, made.to_pyarrow())


def prospects(relations: Any, buyers: Any, *, seed: int = SEED) -> Any:
    """
    Whom to talk to about a product: those who have not bought it, in circles of those who have, the best first.

    Args:
        relations: As for `communities`.
        buyers: A frame with the `customer_id` of those who bought.
        seed: Of the circles.

    Returns:
        customer_id, community, buyers_known, known_weight, circle_buyers, circle_members: first who knows most
        buyers, then whose ties to them are strongest, then whose circle has the larger part of buyers.
    """
    bought = as_ibis(buyers)
    _need(bought.columns, "buyers", "customer_id")
    ties = _ties(relations)
    members = circles.communities(ties, seed=seed)
    low, high = (ties.customers.take(pa.array(end)) for end in (ties.low, ties.high))
    edges = ibis.memtable(pa.table({"from_customer_id": low, "to_customer_id": high, "weight": ties.weight}))
    people = ibis.memtable(members)
    made = circles.prospects(
        people, edges, ibis.memtable(bought.select(customer_id=bought.customer_id.cast(people.customer_id.type())).to_pyarrow())
    )
    part = ratio(made.circle_buyers, made.circle_members)
    made = made.order_by(ibis.desc(made.buyers_known), ibis.desc(made.known_weight), ibis.desc(part), made.customer_id)
    return like(relations, made.to_pyarrow())


def _ties(frame: Any) -> Relations:
    return circles.relations(frame if isinstance(frame, pa.Table) else as_ibis(frame).to_pyarrow())


def _need(columns: Any, table: str, *needed: str) -> None:
    if missing := [name for name in needed if name not in columns]:
        raise ColumnMissing(table=table, missing=missing, present=sorted(columns), hint="")
