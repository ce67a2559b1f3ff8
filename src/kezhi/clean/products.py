"""Products, from product files and from the rows of sales."""

from __future__ import annotations

from kezhi.clean.latest import latest
from kezhi.clean.repeats import without
from kezhi.clean.typing import TypedRows, by_source, type_rows
from kezhi.kit.engine import Workbench, ibis, ir, typed
from kezhi.settings import Settings
from kezhi.tables import MONEY, PRODUCTS

_FIELDS = {"product_name": "string", "category": "string", "brand": "string", "list_price": MONEY, "unit_cost": MONEY}
_RANK_OF_A_FILE = 5_000_000_000  # above every row of sales: a product file knows best


def type_products(raw: ir.Table, *, settings: Settings, bench: Workbench) -> TypedRows:
    """Typed `products`."""
    return type_rows("products", raw, settings=settings, needed=("product_id",), bench=bench)


def as_products(files: ir.Table | None, sold: ir.Table | None, *, settings: Settings) -> ir.Table:
    """
    `tables.PRODUCTS`: each field's newest value, product files before sales, trusted sources before others.

    Args:
        files: Good rows of product files, source and the fields of the input.
        sold: product_id, product_name, category, brand, unit_cost and sold_at.
    """
    parts = []
    if files is not None:
        trusts = {name: one.trust for name, one in settings.sources.items()}
        trust = by_source(files.source, trusts, 1, "int64").clip(lower=0, upper=4_000)
        parts.append(typed(files.mutate(rank=trust * 1_000_000 + _RANK_OF_A_FILE), {"product_id": "string", **_FIELDS, "rank": "int64"}))
    if sold is not None:
        known = sold.filter(sold.product_id.notnull())
        seconds = (known.sold_at.epoch_seconds().cast("int64") + 5_400_000_000).clip(lower=0) // 3
        parts.append(typed(known.mutate(rank=seconds), {"product_id": "string", **_FIELDS, "rank": "int64"}))
    every = ibis.union(*parts) if len(parts) > 1 else parts[0]
    return typed(latest(every, "product_id", every["rank"], _FIELDS), PRODUCTS.types)


def good_products(products: TypedRows, fates: ir.Table) -> ir.Table:
    """Product rows that go on."""
    return without(products.good, fates)
