"""Bundles: products that people of the city put into one basket because they go together; the truth for rules of baskets."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from kezhi.city import catalogue as goods
from kezhi.city.chance import stream

SHARE = 0.04  # of orders get a bundle on top of what they would have held
RAREST = 1 / 12  # how often the rarest bundle is bought, of the commonest
THEMES = (  # what goes together: a product of each of these categories
    ("热干面配茶", ("食品生鲜", "食品生鲜")),
    ("宝宝到家", ("母婴", "母婴", "日用百货")),
    ("周末露营", ("运动户外", "食品生鲜")),
    ("新居", ("家居家纺", "日用百货")),
    ("晨跑", ("运动户外", "服饰鞋包")),
    ("梳妆台", ("美妆个护", "美妆个护", "日用百货")),
    ("下厨", ("数码家电", "食品生鲜")),
    ("出差", ("服饰鞋包", "美妆个护")),
    ("绘本时间", ("母婴", "食品生鲜")),
    ("大扫除", ("日用百货", "日用百货")),
)
AFFORDABLE = 0.5  # the cheaper part of a category, from which a bundle takes its products


@dataclass(frozen=True, slots=True)
class Bundles:
    """Product numbers of each bundle, and how often each is bought among all that are."""

    products: tuple[tuple[int, ...], ...]
    weights: np.ndarray


def bundles(seed: int, catalogue: goods.Catalogue) -> Bundles:
    """The bundles of the city *seed*; no product is in two of them."""
    rng = stream(seed, "bundles")
    free = [
        list(rng.permutation(np.arange(first, first + max(8, int((last - first) * AFFORDABLE)))))
        for first, last in zip(catalogue.first, catalogue.last, strict=True)
    ]
    chosen = tuple(tuple(int(free[goods.NAMES.index(name)].pop()) for name in theme) for _, theme in THEMES)
    weights = rng.permutation(np.geomspace(RAREST, 1, len(chosen)))
    return Bundles(chosen, weights / weights.sum())


def bundled(seed: int, part: int, lines: pl.DataFrame, first: int, end: int, catalogue: goods.Catalogue) -> pl.DataFrame:
    """
    *lines* of the orders *first* to *end* with a bundle added to some: one of each of its products, at the list price.

    A stream of its own draws them, so that orders without a bundle stay as they were.
    """
    rng = stream(seed, "bundled orders", part)
    known = bundles(seed, catalogue)
    number = first + np.flatnonzero(rng.random(end - first) < SHARE)
    which = rng.choice(len(known.products), len(number), p=known.weights)
    sizes = np.array([len(products) for products in known.products])[which]
    product = np.array([one for bundle in which for one in known.products[bundle]], dtype=np.int64)
    place = np.arange(len(product)) - np.repeat(np.cumsum(sizes) - sizes, sizes) + 1
    held = lines.group_by("number").agg(held=pl.col("line_no").max())
    price = catalogue.price_fen[product]
    more = (
        pl.DataFrame({"number": np.repeat(number, sizes), "place": place, "product": product, "price": price})
        .join(held, on="number", how="left", maintain_order="left")
        .select(
            "number", line_no=pl.col("held") + pl.col("place"), product="product", quantity=pl.lit(1, dtype=lines.schema["quantity"]),
            price="price", discount=pl.lit(0, dtype=lines.schema["discount"]), net="price",
        )
    )  # fmt: skip
    return pl.concat([lines, more.cast(lines.schema)]).sort("number", "line_no", maintain_order=True)
