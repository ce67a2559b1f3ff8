"""How what is bought spreads within a circle, day by day, against what would have come anyway."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from kezhi.kit.days import day, days_between, midnight
from kezhi.kit.engine import _, ibis, ir, ratio, typed
from kezhi.tables import CIRCLE_SPREAD

FEWEST = 5  # members of a circle
WITHIN = (30, 90, 365)  # days from the first purchase


def circle_spread(
    members: ir.Table, ties: ir.Table, lines: ir.Table, customers: ir.Table, *, as_of: date, settle: Callable[[ir.Table], ir.Table]
) -> ir.Table:
    """
    Per circle of five or more and category that two of it bought: who came first, who followed, and whom to talk to next.

    Expected are the other members, each with the chance of any customer who had not bought before that day to buy the
    category for the first time within the same 90 days. A lift above 1 is taste shared or word passed on; `tied_followers`
    says how many had somebody to hear it from.

    Args:
        members: `tables.CIRCLE_MEMBERS`.
        ties: `tables.TIES`.
        lines: As `insight.bought_lines` makes them.
        customers: All customers, one row each.
        as_of: The first day not seen.
        settle: As of a `Workbench`: what many queries read is computed once.

    Returns:
        `tables.CIRCLE_SPREAD`. Cost: customers × categories × ties of a member, in numbers of 8 bytes.
    """
    known = lines.filter(_.customer_id.notnull() & (_.ordered_at < midnight(as_of)))
    firsts = settle(known.group_by("customer_id", "category").aggregate(bought_on=day(_.ordered_at).min()))
    turned = ibis.row_number().over(order_by="customer_id")
    people = settle(members.filter(_["size"] >= FEWEST).select("customer_id", "community", person_id=turned))
    sizes = people.group_by("community").aggregate(members=_.count())
    own = settle(firsts.join(people, "customer_id").select("person_id", "community", "category", "bought_on"))
    turn = ibis.row_number().over(group_by=["community", "category"], order_by=["bought_on", "person_id"])
    begun = own.mutate(turn=turn).filter(_.turn == 0).select("community", "category", first_person_id="person_id", first_on="bought_on")
    rows = own.join(begun, ["community", "category"])
    since = days_between(rows.first_on, rows.bought_on)
    later = rows.person_id != rows.first_person_id
    counts = rows.group_by("community", "category", "first_person_id", "first_on").aggregate(
        buyers=rows.count(), **{f"followed_{days}d": (later & (since < days)).cast("int64").sum() for days in WITHIN}
    )
    edges = settle(_within(ties, people))
    counts = counts.filter(_.buyers >= 2).join(sizes, "community")
    for part in (_tied(own, edges), _open(own, edges)):
        counts = counts.left_join(part, ["community", "category"]).drop("community_right", "category_right")
    names = people.select(first_person_id="person_id", first_customer_id="customer_id")
    counts = settle(counts.mutate(tied_followers=_.tied_followers.fill_null(0), open_members=_.open_members.fill_null(0)))
    everybody = customers.aggregate(everybody=_.count())
    table = _with_chances(counts, firsts).join(names, "first_person_id").cross_join(everybody)
    chance = ratio(table.then - table.before - 1, table.everybody - table.before - 1)
    made = table.mutate(expected_90d=(chance * (table.members - 1)).fill_null(0.0)).mutate(lift_90d=ratio(_.followed_90d, _.expected_90d))
    return typed(made, CIRCLE_SPREAD.types)


def _within(ties: ir.Table, people: ir.Table) -> ir.Table:
    """one and other (persons of one circle) of each tie, either way round."""
    one = people.select(from_customer_id="customer_id", one="person_id", circle="community")
    other = people.select(to_customer_id="customer_id", other="person_id", its_circle="community")
    inside = ties.select("from_customer_id", "to_customer_id").join(one, "from_customer_id").join(other, "to_customer_id")
    forth = inside.filter(_.circle == _.its_circle).select("one", "other")
    return forth.union(forth.select(one="other", other="one"), distinct=True)


def _tied(own: ir.Table, edges: ir.Table) -> ir.Table:
    """community, category, tied_followers: buyers of a circle who are tied to somebody who had bought before."""
    heard = own.select("community", "category", one="person_id", followed_on="bought_on").join(edges, "one")
    teller = own.select("category", other="person_id", told_on="bought_on")
    told = heard.join(teller, ["other", "category"]).filter(_.told_on < _.followed_on)
    return told.group_by("community", "category").aggregate(tied_followers=_.one.nunique())


def _open(own: ir.Table, edges: ir.Table) -> ir.Table:
    """community, category, open_members: members tied to a buyer of their circle who have not bought themselves."""
    near = own.select("community", "category", one="person_id").join(edges, "one")
    asked = near.select("community", "category", person_id="other").distinct()
    left = asked.anti_join(own.select("person_id", "category"), ["person_id", "category"])
    return left.group_by("community", "category").aggregate(open_members=_.count())


def _with_chances(counts: ir.Table, firsts: ir.Table) -> ir.Table:
    """
    *counts* with before and then: customers whose first purchase of the category came before first_on, and up to 89 days after.

    Days asked for and days of purchases are put in one row and summed along it, which costs a sort, where a join on
    ranges of days would cost the product of both.
    """
    bought = firsts.group_by("category", on="bought_on").aggregate(n=_.count())
    kinds = {"category": "string", "on": "date", "n": "int64", "community": "int64", "ask": "int64"}
    asked = [
        typed(
            counts.select("category", "community", on=counts.first_on + ibis.interval(days=step), n=ibis.literal(0), ask=ibis.literal(ask)),
            kinds,
        )
        for ask, step in ((1, -1), (2, 89))
    ]
    both = ibis.union(typed(bought.mutate(ask=ibis.literal(0)), kinds), *asked, distinct=False)
    along = ibis.cumulative_window(group_by="category", order_by=["on", "ask", "community"])
    summed = both.mutate(upto=both.n.sum().over(along)).filter(_.ask > 0)
    pivoted = summed.group_by("category", "community").aggregate(before=_.upto.max(where=_.ask == 1), then=_.upto.max(where=_.ask == 2))
    return counts.join(pivoted, ["category", "community"])
