"""The step `risk`: unusual payments and cases, with reasons in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pyarrow as pa

from kezhi import insight
from kezhi.kit.engine import arrow_schema, ir
from kezhi.locales import text
from kezhi.tables import RISK_CASES, UNUSUAL_PAYMENTS, Table


def risk(inputs: Any) -> Mapping[str, ir.Table]:
    """`unusual_payments` and `risk_cases` of a run; the rows that come out are few, and are put into words in memory."""
    settings, ledger = inputs.settings.risk, inputs["ledger"]
    found = inputs.bench.settle(insight.unusual_payments(ledger, settings, as_of=inputs.as_of))
    cases = insight.risk_cases(ledger, found, settings, as_of=inputs.as_of)
    unusual, told = inputs.bench.kernel(lambda one, two: (worded(one, UNUSUAL_PAYMENTS), worded(two, RISK_CASES)), found, cases)
    return {"unusual_payments": unusual, "risk_cases": told}


def worded(rows: pa.Table, table: Table) -> pa.Table:
    """*rows* as *table*, with reasons (Chinese) and reasons_en from the columns that are there."""
    told = rows.to_pylist()
    for row in told:
        row["reasons"], row["reasons_en"] = ([text(key, lang, **say) for key, say in _reasons(row)] for lang in ("zh", "en"))
    schema = arrow_schema(table)
    return pa.Table.from_pylist([{name: row.get(name) for name in schema.names} for row in told], schema=schema)


def _reasons(row: Mapping[str, Any]) -> list[tuple[str, dict[str, str]]]:
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
    if row.get("is_returner"):
        listed.append(("risk.reasons.refunds", {"refunds": str(row["refunds"]), "share": f"{row['refund_share']:.0%}"}))
    return listed


def _money(amount: Decimal | None) -> str:
    return "–" if amount is None else f"{amount:,.2f}"
