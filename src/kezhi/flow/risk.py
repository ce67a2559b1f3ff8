"""The step `risk`: unusual payments, rings and cases with reasons in both languages, and what the policy allows whom."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pyarrow as pa

from kezhi import identity, insight
from kezhi.insight import rings
from kezhi.kit.engine import arrow_schema, ir, typed
from kezhi.locales import text
from kezhi.tables import RING_MEMBERS, RISK_CASES, UNUSUAL_PAYMENTS, Table


def risk(inputs: Any) -> Mapping[str, ir.Table]:
    """The tables of a run; the rows that come out are few, and are put into words in memory."""
    settings, ledger, bench = inputs.settings.risk, inputs["ledger"], inputs.bench
    found = bench.settle(insight.unusual_payments(ledger, settings, as_of=inputs.as_of, bench=bench))
    cases = insight.risk_cases(ledger, found, inputs.get("fraud_scores"), settings, as_of=inputs.as_of)
    members, together = _rings(inputs)
    unusual, told = bench.kernel(_told, found, cases, insight.ring_cases(together, settings))
    return {
        "unusual_payments": unusual,
        "risk_cases": told,
        "ring_members": members,
        "risk_grades": insight.risk_grades(told, members, settings),
    }


def _rings(inputs: Any) -> tuple[ir.Table, ir.Table]:
    """`tables.RING_MEMBERS`, and one row per ring."""
    settings, bench = inputs.settings.risk, inputs.bench
    suspected = bench.settle(rings.suspects(inputs["ledger"], settings, as_of=inputs.as_of))
    tied = bench.settle(rings.tied_suspects(suspected, inputs.get("entity_links"), inputs.get("relations"), settings))
    labels = identity.components(rings.edges(tied), bench)
    members = bench.settle(rings.ring_members(suspected, labels, tied, settings))
    found = bench.settle(rings.rings(members, tied, inputs["orders"], settings, as_of=inputs.as_of))
    return typed(members.semi_join(found, "ring_id"), RING_MEMBERS.types), found


def _told(unusual: pa.Table, cases: pa.Table, together: pa.Table) -> tuple[pa.Table, pa.Table]:
    of_customers = [row | {"kind": "customer", "member_ids": [row["customer_id"]]} for row in cases.to_pylist()]
    of_rings = [row | {"kind": "ring", "unusual_payments": 0, "refunds": row["hits"]} for row in together.to_pylist()]
    return worded(unusual, UNUSUAL_PAYMENTS), _in_words([*of_customers, *of_rings], RISK_CASES)


def worded(rows: pa.Table, table: Table) -> pa.Table:
    """*rows* as *table*, with reasons (Chinese) and reasons_en from the columns that are there."""
    return _in_words(rows.to_pylist(), table)


def _in_words(told: list[dict[str, Any]], table: Table) -> pa.Table:
    for row in told:
        tell = _of_ring if row.get("kind") == "ring" else _of_customer
        row["reasons"], row["reasons_en"] = ([text(key, lang, **say) for key, say in tell(row, lang)] for lang in ("zh", "en"))
    schema = arrow_schema(table)
    return pa.Table.from_pylist([{name: row.get(name) for name in schema.names} for row in told], schema=schema)


def _of_customer(row: Mapping[str, Any], lang: str) -> list[tuple[str, dict[str, str]]]:
    """Keys and fields of what is said of *row*, the strongest first."""
    found = []
    for side in ("own", "peer"):
        distance, usual = row[f"{side}_z"], row[f"{side}_usual"]
        if distance is not None and row["amount"] is not None and row["score"] > 0 and distance >= row[f"{side}_bound"]:
            times = f"{row['amount'] / usual:,.1f}" if usual else "–"
            say = {"amount": _money(row["amount"]), "usual": _money(usual), "times": times, "order": row["order_id"]}
            found.append((distance, f"risk.reasons.{side}", say))
    found.sort(key=lambda one: -one[0])
    listed = [(key, say) for _distance, key, say in found]
    if row.get("fraud_order_id"):
        why = row["fraud_reasons" if lang == "zh" else "fraud_reasons_en"]
        say = {"order": row["fraud_order_id"], "chance": f"{row['fraud_probability']:.0%}", "amount": _money(row["fraud_amount"])}
        listed.append(("risk.reasons.fraud", say | {"why": text("risk.reasons.stop", lang).join(why)}))
    if row.get("is_returner"):
        listed.append(("risk.reasons.refunds", {"refunds": str(row["refunds"]), "share": f"{row['refund_share']:.0%}"}))
    return listed


def _of_ring(row: Mapping[str, Any], lang: str) -> list[tuple[str, dict[str, str]]]:
    """What ties the members, what they do, and whether they do it together."""
    ties = text("risk.ties.and", lang).join(text(f"risk.ties.{kind}", lang) for kind in row["tied_by"].split(","))
    members = len(row["member_ids"])
    acts = {"hits": str(row["hits"]), "purchases": str(row["purchases"]), "share": f"{row['hits'] / row['purchases']:.0%}",
            "base": f"{row['base_share']:.1%}", "money": _money(row["stake_amount"])}  # fmt: skip
    listed = [("risk.reasons.ring", {"members": str(members), "ties": ties}), (f"risk.reasons.ring_{row['pattern']}", acts)]
    if row["referrals"] >= members:  # a connected graph with as many ties as members has a circle
        listed.append(("risk.reasons.loop", {"referrals": str(row["referrals"])}))
    if row["together"]:
        listed.append(("risk.reasons.together", {"together": str(row["together"])}))
    return listed


def _money(amount: Decimal | None) -> str:
    return "–" if amount is None else f"{amount:,.2f}"
