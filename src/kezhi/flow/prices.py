"""The step that says how sales react to prices: by category, by segment, and by both at once; refused where prices hardly vary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from kezhi import insight, profile
from kezhi.kit.engine import arrow_schema, ibis, ir
from kezhi.locales import text
from kezhi.measure.words import category_word, code_word
from kezhi.tables import PRICE_ELASTICITY

if TYPE_CHECKING:
    from kezhi.flow.step import Inputs

CROSSED, BETWEEN = "category_", ">"  # begins the name of a dimension of categories within a segment; stands between both in a member
LEVEL = 0.95
WORDS = {"rfm_group": "report.groups", "lifecycle_stage": "report.moved", "gender": "report.genders", "total": "prices"}


def prices(inputs: Inputs) -> Mapping[str, ir.Table]:
    """`price_elasticity`; memory is that of one row per product, period and member, of at most most_products products."""
    settings, bench = inputs.settings.prices, inputs.bench
    lines = insight.bought_lines(profile.bought(inputs["ledger"]), inputs["order_lines"], inputs.get("products"))
    known = ["customer_id", *settings.by]
    whole = lines.left_join(inputs["profile"].select(*known), "customer_id").drop("customer_id_right")
    lines = bench.settle(whole.select("product_id", "ordered_at", "quantity", "net_amount", "category", *settings.by))
    segments = {name: lines[name].cast("string") for name in settings.by}
    crossed = {f"{CROSSED}{name}": lines.category + ibis.literal(BETWEEN) + values for name, values in segments.items()}
    asked = {"total": None, "category": lines.category} | segments | crossed
    reach: dict[str, Any] = {"as_of": inputs.as_of}
    looked = {name: getattr(settings, name) for name in ("history_days", "period_days", "most_products")}
    points = [insight.price_points(lines, by=by, **reach, **looked).mutate(dimension=ibis.literal(name)) for name, by in asked.items()]
    money = [insight.money_of_year(lines, by=by, **reach).mutate(dimension=ibis.literal(name)) for name, by in asked.items()]
    found = bench.arrow(ibis.union(*points, distinct=False).order_by("dimension", "member", "product_id", "period"))
    sums = bench.arrow(ibis.union(*money, distinct=False)).to_pylist()
    year = {(row["dimension"], row["member"]): row["net_amount"] for row in sums}
    schema = arrow_schema(PRICE_ELASTICITY)
    return {"price_elasticity": bench.keep(schema, pa.Table.from_pylist(_rows(found, year), schema=schema).to_batches())}


def word_of(dimension: str, member: str, lang: str) -> str:
    """What people call a member of a dimension of `tables.PRICE_ELASTICITY`; a company's own name is its own word."""
    if dimension.startswith(CROSSED):
        category, _between, segment = member.rpartition(BETWEEN)
        return f"{category_word(category, lang)} · {word_of(dimension.removeprefix(CROSSED), segment, lang)}"
    return category_word(member, lang) if dimension == "category" else code_word(WORDS.get(dimension, "prices"), member, lang)


def _rows(found: pa.Table, year: Mapping[tuple[str, str], Decimal]) -> list[dict[str, Any]]:
    """A row per dimension and member."""
    from kezhi.models.elasticity import elasticity

    names = np.array([f"{a}\0{b}" for a, b in zip(found["dimension"].to_pylist(), found["member"].to_pylist(), strict=True)], dtype=object)
    product = np.unique(np.array(found["product_id"].to_pylist(), dtype=object), return_inverse=True)[1] if len(names) else np.empty(0, int)
    period, price, quantity = (found[name].to_numpy(zero_copy_only=False) for name in ("period", "price", "quantity"))
    made = []
    members = sorted(set(names.tolist()))
    cells = Counter(name.split("\0")[0] for name in members)
    for name in members:
        of = names == name
        dimension, member = name.split("\0")
        # of many cells some would look sure by chance, so theirs hold all at once (Bonferroni)
        level = 1 - (1 - LEVEL) / cells[dimension] if dimension.startswith(CROSSED) else LEVEL
        told = elasticity(price[of], quantity[of], [product[of], period[of]], level=level)
        # the sign is part of what is said
        numbers = {
            key: "–" if value is None else f"{value:+z.2f}"
            for key, value in (("value", told.value), ("low", told.low), ("high", told.high))
        }
        sentences = {
            lang: text(
                f"selling.elasticity.{told.verdict}",
                lang,
                segment=word_of(dimension, member, lang),
                rows=told.rows,
                **numbers,
            )
            for lang in ("zh", "en")
        }
        made.append({
            "dimension": dimension, "member": member, "net_amount": year.get((dimension, member), Decimal(0)),
            "products": len(np.unique(product[of])), "rows": told.rows, "price_spread": _digits(told.price_spread), "elasticity": _digits(told.value),
            "low": _digits(told.low), "high": _digits(told.high), "verdict": told.verdict, "sentence": sentences["zh"], "sentence_en": sentences["en"],
        })  # fmt: skip
    return made


def _digits(value: float | None) -> float | None:
    """To nine digits after the point: the last ones depend on the order in which an engine adds."""
    return None if value is None else round(value, 9)
