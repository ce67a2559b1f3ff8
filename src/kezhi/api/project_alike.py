"""Who is like the customers of a segment of a project."""

from __future__ import annotations

from collections.abc import Sequence

from kezhi.api.alike import Alike, lookalike, stem
from kezhi.api.project import Project
from kezhi.flow.alike import OF_GOODS
from kezhi.kit.expression.nodes import Behaviour, InSegment, walk


def lookalike_of_project(project: Project, asked: str, *, features: Sequence[str] | None = None, seed: int = 7) -> Alike:
    """
    Who, among the customers of *project* outside a segment, is like those in it.

    Args:
        project: With a snapshot.
        asked: The key of a saved segment, or a rule over the profile and what customers did.
        features: As for `lookalike`.
        seed: As for `lookalike`.

    Returns:
        As `lookalike`. Columns that the rule names are not read; where it asks what customers did, neither are favourite goods,
        as they would repeat a purchase. Counts of purchases are read: of a rule such as `did('order', times >= 5)` name features.

    Raises:
        ExpressionWrong: *asked* is no rule.
        WrongInput: No such segment, or fewer than 30 customers in it or outside it.
    """
    rule, profile = project.segments.expression(asked), project.table("profile")
    of_deeds = any(isinstance(node, Behaviour | InSegment) for node in walk(rule.root))
    if not of_deeds and set(rule.columns) <= set(profile.columns):
        return lookalike(profile, buyers=rule.text, features=features, seed=seed)
    stems = {stem(name) for name in rule.columns}
    repeated = [name for name in profile.columns if name != "customer_id" and (stem(name) in stems or name.startswith(OF_GOODS))]
    found = lookalike(profile.drop(*repeated), buyers=project.segment(asked), features=features, seed=seed)
    return found._replace(left_out=sorted(repeated))
