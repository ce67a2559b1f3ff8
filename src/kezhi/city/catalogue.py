"""What the company sells: products with category, brand, list price and cost, in fen (1/100 yuan)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from kezhi.city.chance import stream
from kezhi.city.words import shares

# category, lowest and highest list price in yuan, cost share, products, popularity, brands, things
CATEGORIES = (
    ("食品生鲜", 8, 168, 0.74, 90, 24, ("楚味坊", "江城粮仓", "三峡果园", "蜀香"), ("有机大米", "坚果礼盒", "热干面", "柑橘", "腊肉", "茶叶")),
    ("日用百货", 6, 128, 0.66, 70, 17, ("洁家", "白云", "小熊家", "好生活"), ("洗衣液", "抽纸", "保温杯", "收纳盒", "牙膏", "毛巾")),
    ("服饰鞋包", 79, 899, 0.52, 80, 15, ("楚衣", "海岚", "青禾", "NORTHWAY", "优尚"), ("连衣裙", "羽绒服", "运动鞋", "衬衫", "牛仔裤", "双肩包")),
    ("美妆个护", 39, 560, 0.45, 60, 11, ("雅萃", "花颜", "水之语", "MOLI"), ("面霜", "口红", "面膜", "洗发水", "防晒霜")),
    ("母婴", 29, 699, 0.60, 60, 10, ("贝亲亲", "小象妈妈", "乐优", "KIDOO"), ("婴儿奶粉", "纸尿裤", "婴儿车", "儿童绘本", "奶瓶", "连体衣")),
    ("数码家电", 59, 4999, 0.80, 50, 7, ("江科", "星辰", "VITON", "小橙"), ("蓝牙耳机", "平板电脑", "电饭煲", "吸尘器", "智能手表", "空气炸锅")),
    ("家居家纺", 29, 1999, 0.55, 50, 7, ("安睡", "木里", "水星纺", "北屋"), ("四件套", "乳胶枕", "落地灯", "茶几", "窗帘")),
    ("运动户外", 39, 1299, 0.56, 40, 6, ("跃动", "山野", "RUNUP", "极行"), ("跑鞋", "瑜伽垫", "帐篷", "冲锋衣", "羽毛球拍")),
    ("高端护肤", 580, 3280, 0.48, 24, 1.2, ("海蓝之源", "莱珀妮", "ÉCLAT"), ("精华", "面霜", "眼霜礼盒", "修护套装")),
    ("轻奢箱包", 980, 8800, 0.50, 24, 0.9, ("VALENTI", "COCCHI", "MIRÓ"), ("手提包", "旅行箱", "钱夹", "斜挎包")),
    ("珠宝腕表", 880, 12800, 0.58, 24, 0.7, ("金玉满堂", "周大庆", "ORÉON"), ("金手链", "钻戒", "机械腕表", "珍珠项链")),
)  # fmt: skip
NAMES = tuple(row[0] for row in CATEGORIES)
HIGH_END = ("高端护肤", "轻奢箱包", "珠宝腕表")
HIGH_END_NUMBERS = tuple(NAMES.index(name) for name in HIGH_END)
POPULARITY = shares(tuple(int(row[5] * 10) for row in CATEGORIES))
BABY = NAMES.index("母婴")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Products, ordered by category; `first` and `last` bound a category's products, `favourite` splits them by brand."""

    frame: pl.DataFrame  # product_id, product_name, category, brand, list_price_fen, unit_cost_fen
    price_fen: np.ndarray
    cost_fen: np.ndarray
    category: np.ndarray
    brand: np.ndarray  # number of the brand within its category
    first: np.ndarray
    last: np.ndarray

    def draw(self, rng: np.random.Generator, category: np.ndarray, brand: np.ndarray, loyal: np.ndarray) -> np.ndarray:
        """A product number per row: popular ones more often; a *loyal* row tries again until the *brand* fits, at most four times."""
        first, size = self.first[category], (self.last - self.first)[category]
        chosen: np.ndarray = first + (rng.random(len(category)) ** 1.9 * size).astype(np.int64)
        for _ in range(4):
            again = np.flatnonzero(loyal & (self.brand[chosen] != brand))
            chosen[again] = first[again] + (rng.random(len(again)) * size[again]).astype(np.int64)
        return chosen


def catalogue(seed: int) -> Catalogue:
    """The products of the city *seed*; within a category the cheaper ones come first, as the popular ones."""
    rng = stream(seed, "catalogue")
    rows: list[tuple[str, str, str, str, int, int]] = []
    brand_numbers, category_numbers, first = [], [], []
    for number, (category, low, high, cost_share, count, _, brands, things) in enumerate(CATEGORIES):
        first.append(len(rows))
        prices = np.sort(low * (high / low) ** (rng.random(count) ** 1.25))
        for price in prices:
            brand = int(rng.integers(len(brands)))
            fen = max(round(price), 1) * 100 - int(rng.choice([0, 10, 20, 100])) if price > 2 else 100
            cost = round(fen * cost_share * rng.uniform(0.9, 1.1))
            name = f"{brands[brand]}{things[int(rng.integers(len(things)))]}{int(rng.integers(1, 100))}号"
            rows.append((f"{len(rows) + 1:06d}", name, category, brands[brand], fen, cost))
            brand_numbers.append(brand)
            category_numbers.append(number)
    frame = pl.DataFrame(rows, schema=["product_id", "product_name", "category", "brand", "list_price_fen", "unit_cost_fen"], orient="row")
    return Catalogue(
        frame,
        frame["list_price_fen"].to_numpy(),
        frame["unit_cost_fen"].to_numpy(),
        np.array(category_numbers),
        np.array(brand_numbers),
        np.array(first),
        np.array([*first[1:], len(rows)]),
    )
