"""Records to people by the weight of all they tell: all of them, or those that came since the last matching."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from kezhi.identity.deciding import labelled
from kezhi.identity.joining import carried, joined
from kezhi.identity.memory import left_for_next, recalled_matching
from kezhi.identity.probable import Found, people
from kezhi.identity.reviewing import uncertain
from kezhi.identity.trade_off import trade_off
from kezhi.kit.engine import Workbench, _, ibis, ir, typed
from kezhi.settings import IdentitySettings
from kezhi.tables import IDENTITY_MATCHES, IDENTITY_TRADE_OFF, IDENTITY_WEIGHTS


@dataclass(frozen=True, slots=True)
class Matching:
    """What was found out, and the tables that tell it."""

    found: Found
    tables: dict[str, ir.Table]


def matched_people(
    exact: ir.Table,
    records: ir.Table,
    decisions: ir.Table | None,
    previous: Mapping[str, ir.Table],
    settings: IdentitySettings,
    today: date,
    bench: Workbench,
) -> Matching:
    """
    Match records that say anything, on top of what exact keys have joined.

    Where the last snapshot holds a matching that may be gone on from (`memory.recalled_matching`), only what came or changed since is
    compared, and the rest stays as it is.

    Args:
        exact: record_id, cluster (a record_id of it).
        records: `tables.CUSTOMER_RECORDS`.
        decisions: `tables.IDENTITY_DECISIONS`: the weights are learnt with them.
        previous: Tables of the last snapshot.
        today: The day of the run.

    Returns:
        With `identity_matches`, `identity_weights`, `identity_review`, `identity_evidence`, `identity_trade_off` (as when the weights were
        learnt), `identity_forms` and `identity_matching`.
    """
    told = records.filter(~_.is_bare).mutate(
        birth_date=_.id_birth_date.coalesce(_.birth_date), gender=_.id_gender.coalesce(_.gender), is_left=ibis.null("boolean")
    )
    clusters = exact.select("record_id", "cluster")
    labels = None if decisions is None else labelled(decisions)
    memory = recalled_matching(told, clusters, labels, previous, settings, bench)
    if memory is None:
        found = people(told, settings, bench, known=clusters, labels=labels)
        queue, evidence = uncertain(found, clusters, settings, bench)
        others = trade_off(found, clusters, settings, bench)
    else:
        made = joined(told, memory, settings, bench)
        found = made.found
        queue, evidence = carried(*uncertain(found, clusters, settings, bench), made, memory, clusters, bench)
        others = memory.tables["identity_trade_off"]
    tables = {
        "identity_review": queue,
        "identity_evidence": evidence,
        "identity_matches": typed(found.pairs, IDENTITY_MATCHES.types),
        "identity_trade_off": typed(others, IDENTITY_TRADE_OFF.types),
        "identity_weights": typed(found.weights, IDENTITY_WEIGHTS.types),
    }
    return Matching(found, tables | left_for_next(found, memory, told, clusters, settings, today))
