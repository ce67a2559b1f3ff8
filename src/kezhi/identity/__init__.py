"""Which records are one person: exact keys, guards, clusters that live, one golden row per customer."""

from kezhi.identity.assigning import related
from kezhi.identity.components import components
from kezhi.identity.entities import entities
from kezhi.identity.resolving import resolve

__all__ = ["components", "entities", "related", "resolve"]
