"""Who stands with whom: circles of customers, who matters in them, and what they like."""

from kezhi.insight.circles.cascade import reaches
from kezhi.insight.circles.communities import communities, modularity
from kezhi.insight.circles.company import circle_tables, ties
from kezhi.insight.circles.ego import ego_graph
from kezhi.insight.circles.graph import Relations, relations
from kezhi.insight.circles.interests import interests, prospects
from kezhi.insight.circles.key_customers import key_customers
from kezhi.insight.circles.spread import circle_spread

__all__ = [
    "Relations",
    "circle_spread",
    "circle_tables",
    "communities",
    "ego_graph",
    "interests",
    "key_customers",
    "modularity",
    "prospects",
    "reaches",
    "relations",
    "ties",
]
