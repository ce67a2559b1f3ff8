"""
A small company in all tables of the lake, the same every time: drawn from a seed, then counted with pandas.

It shares no code with the rooms that make these tables, and its figures fit together (groups add up to customers).
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
from support import table

from kezhi.kit.engine import ir
from kezhi.measure.report import ReportSource
from kezhi.settings import Settings, TagSettings
from kezhi.tables import TABLES

AS_OF = date(2025, 6, 18)
CUSTOMERS = 400
NAMES = ("王芳", "李伟", "张敏", "刘洋", "陈静", "杨磊", "赵倩", "Anna Lindqvist", "周杰", "吴霞")
PROVINCES = ("湖北", "广东", "浙江", "四川", "河南", "湖南", "北京", "上海", "江苏", "山东", "福建", "陕西")
CATEGORIES = ("生鲜食品", "母婴", "家居日用", "美妆个护", "服饰", "数码家电", "运动户外", "图书文具")
WEIGHTS = (0.28, 0.14, 0.17, 0.13, 0.10, 0.06, 0.07, 0.05)
PRICE = (62, 180, 85, 150, 210, 980, 240, 55)
TAGS = [
    TagSettings(name="高价值活跃客户", name_en="High-value active", when="r_score >= 4 and f_score >= 4 and m_score >= 4",
                doc="近期常来且花费高。", doc_en="Came recently, comes often and spends much."),
    TagSettings(name="母婴偏好", name_en="Prefers baby goods", when="favourite_category = '母婴'"),
]  # fmt: skip
GROUP_OF = {
    (True, True, True): "重要价值客户", (True, False, True): "重要发展客户", (False, True, True): "重要保持客户", (False, False, True): "重要挽留客户",
    (True, True, False): "一般价值客户", (True, False, False): "一般发展客户", (False, True, False): "一般保持客户", (False, False, False): "一般挽留客户",
}  # fmt: skip


def source(*, lang: str = "zh", only: tuple[str, ...] | None = None, **changes: Any) -> ReportSource:
    """The sample as a report reads it; *only* names the tables that the snapshot has."""
    names = only if only is not None else tuple(tables())
    notes = ["示例数据由固定种子生成。"] if lang == "zh" else ["The sample is made from a fixed seed."]
    return ReportSource(
        tables={name: tables()[name] for name in names},
        settings=changes.pop("settings", Settings(name="江城百货", language=lang, tags=TAGS)),
        as_of=AS_OF,
        title=changes.pop("title", "江城百货" if lang == "zh" else "Jiangcheng Stores"),
        snapshot="20250618-090000",
        notes=notes,
    )


def tables() -> dict[str, ir.Table]:
    """All tables, made once."""
    if not _MADE:
        _MADE.update({name: table(name, rows) for name, rows in _draw().items()})
    return dict(_MADE)


_MADE: dict[str, ir.Table] = {}


def _draw() -> dict[str, list[dict[str, Any]]]:
    dice = np.random.default_rng(20250618)
    orders, lines = _orders(dice)
    people = [_person(i, dice) for i in range(CUSTOMERS)]
    rfm = _rfm(orders)
    stages = {p["customer_id"]: _stage(p["customer_id"], orders) for p in people}
    tags = [
        {
            "customer_id": row["customer_id"],
            "tag": "高价值活跃客户",
            "since": AS_OF - timedelta(days=30),
            "since_basis": "rule",
            "version": 1,
        }
        for row in rfm
        if min(row["r_score"], row["f_score"], row["m_score"]) >= 4
    ]
    return {
        "orders": orders,
        "ledger": [_counted(order) for order in orders],
        "order_lines": lines,
        "customers": people,
        "rfm": rfm,
        "lifecycle": [{"customer_id": c, "stage": s, "since": AS_OF - timedelta(days=40), "since_basis": "rule", "days_in_stage": 40 + len(c)} for c, s in stages.items()],
        "tags": tags,
        "profile": _profile(people, orders, rfm, stages, tags, dice),
        "sales_monthly": _monthly(orders),
        "category_sales": _categories(orders, lines),
        "cohort_retention": _cohorts(orders),
        **_quality(dice),
    }  # fmt: skip


def _counted(order: dict[str, Any]) -> dict[str, Any]:
    """The sample's orders are all paid, and its refunds all in part: each purchase counts and each refund is netted."""
    kept = {name: order.get(name) for name in ("order_id", "customer_id", "source", "ordered_at", "channel", "gross_amount", "net_amount")}
    bought = order["order_kind"] == "purchase"
    return kept | {"is_purchase": bought, "is_refund": not bought, "is_netted": not bought, "refunded_amount": 0}


def _orders(dice: np.random.Generator) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    orders: list[dict[str, Any]] = []
    lines: list[dict[str, Any]] = []
    for customer in range(-40, CUSTOMERS - 25):  # the first forty buy without a name; the last twenty-five never buy
        start = int(dice.integers(1, 700))
        loyal = float(dice.gamma(0.9, 5)) if customer >= 0 else 0.0
        left = start if dice.random() < 0.72 else int(start * dice.random())
        for day in sorted({start, *(start - int(d) for d in dice.integers(0, max(left, 1), int(loyal)))}, reverse=True):
            number = len(orders)
            category = int(dice.choice(len(CATEGORIES), p=WEIGHTS))
            amount = round(float(dice.lognormal(np.log(PRICE[category] * 1.6), 0.6)), 2)
            order = {
                "order_id": f"app:{number}", "customer_id": f"app:c{customer}" if customer >= 0 else None, "source": "app", "order_kind": "purchase",
                "ordered_at": AS_OF - timedelta(days=max(day, 1)), "gross_amount": amount, "net_amount": amount, "status": "paid", "channel": "app",
            }  # fmt: skip
            orders.append(order)
            lines.append({"order_id": order["order_id"], "line_no": "1", "product_id": f"p{category}", "quantity": 1, "net_amount": amount})
            if dice.random() < 0.05 and day > 5:
                back = round(amount * 0.4, 2)
                orders.append(order | {"order_id": f"app:{number}r", "order_kind": "refund", "refund_of": order["order_id"], "net_amount": -back, "gross_amount": -back,
                                       "ordered_at": order["ordered_at"] + timedelta(days=4)})  # fmt: skip
                lines.append(
                    {"order_id": f"app:{number}r", "line_no": "1", "product_id": f"p{category}", "quantity": 0, "net_amount": -back}
                )
    return orders, lines


def _person(i: int, dice: np.random.Generator) -> dict[str, Any]:
    return {
        "customer_id": f"app:c{i}", "records": 2 if i % 4 == 0 else 1, "sources": "app,shop" if i % 4 == 0 else "app", "name": NAMES[i % len(NAMES)],
        "phone": f"138{10000000 + i * 7919:08d}", "email": f"c{i}@example.com", "gender": (None, "male", "female", "female")[int(dice.integers(4))],
        "province": None if i % 9 == 0 else PROVINCES[int(len(PROVINCES) * dice.random() ** 2)], "city": "武汉",
        "registered_at": AS_OF - timedelta(days=int(dice.integers(1, 900))),
    }  # fmt: skip


def _money(value: float) -> Decimal:
    return Decimal(str(round(value, 2)))


def _frame(orders: list[dict[str, Any]]) -> pd.DataFrame:
    frame = pd.DataFrame(orders)
    frame["day"] = pd.to_datetime(frame["ordered_at"])
    frame["month"] = frame["day"].dt.to_period("M")
    return frame


def _rfm(orders: list[dict[str, Any]]) -> list[dict[str, Any]]:
    made = []
    for customer, rows in _frame(orders).dropna(subset="customer_id").groupby("customer_id"):
        bought = rows[rows.order_kind == "purchase"]
        recent = rows[rows.day >= pd.Timestamp(AS_OF) - pd.Timedelta(days=365)]
        days = (pd.Timestamp(AS_OF) - bought.day.max()).days
        count, money = int((recent.order_kind == "purchase").sum()), float(recent.net_amount.sum())
        r = 5 - int(np.searchsorted([30, 60, 90, 180], days))
        f = 1 + int(np.searchsorted([2, 4, 7, 10], count, side="right"))
        m = 1 + int(np.searchsorted([500, 2000, 5000, 10000], money, side="right"))
        made.append({"customer_id": customer, "recency_days": days, "frequency": count, "monetary": _money(money), "r_score": r, "f_score": f, "m_score": m,
                     "rfm_group": GROUP_OF[r >= 4, f >= 4, m >= 4]})  # fmt: skip
    return made


def _stage(customer: str, orders: list[dict[str, Any]]) -> str:
    days = [(AS_OF - o["ordered_at"]).days for o in orders if o["customer_id"] == customer and o["order_kind"] == "purchase"]
    if not days:
        return "潜在"
    if min(days) > 365:
        return "离网"
    if min(days) > 180:
        return "挽留"
    return "升级" if sum(day <= 365 for day in days) >= 4 else "客户"


def _profile(people: Any, orders: Any, rfm: Any, stages: Any, tags: Any, dice: np.random.Generator) -> list[dict[str, Any]]:
    counts = TABLES["profile"]
    zeros = {c.name: 0 for c in counts.columns if not c.nullable and c.type in ("int64", "decimal(18, 2)")}
    bought: dict[str, list[dict[str, Any]]] = {}
    for order in orders:
        if order["order_kind"] == "purchase" and order["customer_id"]:
            bought.setdefault(order["customer_id"], []).append(order)
    scores = {row["customer_id"]: row for row in rfm}
    tagged = {row["customer_id"]: row["tag"] for row in tags}
    made = []
    for person in people:
        key = person["customer_id"]
        mine = bought.get(key, [])
        days = [(AS_OF - o["ordered_at"]).days for o in mine]
        made.append(zeros | {k: person[k] for k in ("customer_id", "gender", "province", "city", "records", "sources")} | {
            "age_years": None if len(made) % 6 == 0 else int(np.clip(dice.normal(37, 12), 16, 88)), "registered_on": person["registered_at"],
            "orders_life": len(mine), "orders_90d": sum(d <= 90 for d in days), "orders_365d": sum(d <= 365 for d in days),
            "net_amount_life": _money(sum(o["net_amount"] for o in mine)), "net_amount_365d": _money(sum(o["net_amount"] for o in mine)),
            "favourite_category": CATEGORIES[len(made) % 8] if mine else None, "last_purchase_on": max((o["ordered_at"] for o in mine), default=None),
            **{k: v for k, v in scores.get(key, {}).items() if k not in ("customer_id", "recency_days")}, "recency_days": min(days, default=None),
            "lifecycle_stage": stages[key], "lifecycle_since": AS_OF - timedelta(days=40), "days_in_stage": 40, "tags": tagged.get(key),
        })  # fmt: skip
    return made


def _monthly(orders: list[dict[str, Any]]) -> list[dict[str, Any]]:
    frame = _frame(orders)
    bought = frame[frame.order_kind == "purchase"]
    first = bought.groupby("customer_id").month.min()
    made = []
    for month, rows in frame.groupby("month"):
        purchases = rows[rows.order_kind == "purchase"]
        made.append({
            "month": month.start_time.date(), "orders": len(purchases), "customers": purchases.customer_id.nunique(), "new_customers": int((first == month).sum()),
            "net_amount": _money(rows.net_amount.sum()), "refund_amount": _money(-rows[rows.order_kind == "refund"].net_amount.sum()),
            "anonymous_amount": _money(rows[rows.customer_id.isna()].net_amount.sum()),
        })  # fmt: skip
    return made


def _categories(orders: list[dict[str, Any]], lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    recent = {o["order_id"]: o for o in orders if (AS_OF - o["ordered_at"]).days <= 365}
    frame = pd.DataFrame([line | {"customer_id": recent[line["order_id"]]["customer_id"]} for line in lines if line["order_id"] in recent])
    return [
        {"category": CATEGORIES[int(product[1:])], "orders": int((rows.net_amount > 0).sum()), "customers": rows.customer_id.nunique(),
         "quantity": float(rows.quantity.sum()), "net_amount": _money(rows.net_amount.sum())}
        for product, rows in frame.groupby("product_id")
    ]  # fmt: skip


def _cohorts(orders: list[dict[str, Any]]) -> list[dict[str, Any]]:
    frame = _frame(orders)
    bought = frame[(frame.order_kind == "purchase") & frame.customer_id.notna()].copy()
    bought["cohort"] = bought.groupby("customer_id").month.transform("min")
    now = pd.Period(AS_OF, "M")
    made = []
    for cohort, rows in bought.groupby("cohort"):
        size = rows.customer_id.nunique()
        for n in range((now - cohort).n + 1):
            active = rows[rows.month == cohort + n].customer_id.nunique()
            made.append({"cohort_month": cohort.start_time.date(), "month_no": n, "customers": size, "active_customers": active,
                         "retention_rate": active / size, "is_complete": cohort + n < now})  # fmt: skip
    return made


def _quality(dice: np.random.Generator) -> dict[str, list[dict[str, Any]]]:
    origin = {"source": "shop", "source_file": "data/shop.csv", "table_name": "customer_records"}
    changed = [("phone", "phone_format", "138 0013-8001", "13800138001"), ("birth_date", "date_format", "1985/3/7", "1985-03-07"), ("name", "full_width", "ＡＮＮＡ", "ANNA"),
               ("net_amount", "money_format", "￥1,234.50", "1234.50")]  # fmt: skip
    corrections = [
        origin | {"source_line": n + 2, "row_key": f"shop:{n}", "column_name": column, "rule": rule, "before": before, "after": after}
        for n, (column, rule, before, after) in enumerate(changed[int(dice.choice(4, p=(0.5, 0.2, 0.2, 0.1)))] for _ in range(60))
    ]
    rejects = [
        origin | {"source_line": n, "stage": "clean", "reason": "missing_key", "detail": "record_id", "raw_text": f",王芳,1380013800{n}"}
        for n in range(100, 104)
    ]
    return {
        "reconciliation": [
            {"source": "shop", "table_name": "customer_records", "source_file": "data/shop.csv", "rows_in": 300, "rows_out": 290, "rows_rejected": 4, "rows_merged": 6},
            {"source": "app", "table_name": "orders", "source_file": "data/app-1.jsonl", "rows_in": 1500, "rows_out": 1500, "rows_rejected": 0, "rows_merged": 0},
            {"source": "app", "table_name": "orders", "source_file": "data/app-2.jsonl", "rows_in": 900, "rows_out": 897, "rows_rejected": 0, "rows_merged": 3},
        ],
        "corrections": corrections,
        "rejects": rejects,
        "identity_links": [
            {"record_id": f"{s}:c{i}", "customer_id": f"app:c{i}", "source": s, "linked_by": ("phone", "phone,email")[i % 8 == 0] if i % 4 == 0 else None, "records": 2 if i % 4 == 0 else 1}
            for i in range(CUSTOMERS) for s in (("app", "shop") if i % 4 == 0 else ("app",))
        ],
        "identity_conflicts": [
            {"conflict_id": "placeholder-phone-1", "reason": "placeholder", "key_kind": "phone", "masked_value": "138****0000", "records": 12, "customers": 12},
            {"conflict_id": "shared-phone-1", "reason": "shared_value", "key_kind": "phone", "masked_value": "027****1234", "records": 9, "customers": 9},
        ],
    }  # fmt: skip
