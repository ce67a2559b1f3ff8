"""What to offer one customer next: products with the reason for each in both languages."""

from __future__ import annotations

from typing import Any

from kezhi.flow.reader import Reader
from kezhi.locales import text

SHOWN = 8


def offers(reader: Reader, customer_id: str) -> list[dict[str, Any]]:
    """The first rows of `recommendations` of the customer, with product_name, category, reason and reason_en."""
    if "recommendations" not in reader.snapshot.tables:
        return []
    rows = sorted(reader.pick("recommendations", "customer_id", [customer_id]), key=lambda row: row["rank"])[:SHOWN]
    wanted = sorted({row[name] for row in rows for name in ("product_id", "reason_product_id") if row[name] is not None})
    found = reader.pick("products", "product_id", wanted) if "products" in reader.snapshot.tables else []
    known = {row["product_id"]: row for row in found}
    for row in rows:
        of, led = known.get(row["product_id"], {}), row["reason_product_id"]
        name = known.get(led, {}).get("product_name") or led or ""
        said = {
            key: text(f"recommend.reasons.{row['reason_code']}", lang, product=name)
            for key, lang in (("reason", "zh"), ("reason_en", "en"))
        }
        row |= {"product_name": of.get("product_name"), "category": of.get("category"), **said}
    return rows
