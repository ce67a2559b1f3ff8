"""kezhi.yaml, tags.yaml, features.yaml and segments.yaml of the city: a project that runs as it stands, and an example to copy from."""

from __future__ import annotations

from datetime import timedelta

from kezhi.city.catalogue import HIGH_END
from kezhi.city.layouts import LAYOUTS, MEMBER_SHEET, Layout
from kezhi.city.seasons import END
from kezhi.city.words import COMPANY

_SOURCES = {
    "shop": (2, "商场收银系统导出，GB18030 编码的 CSV / export of the shops' database, CSV in GB18030"),
    "app": (1, "手机应用，UTF-8 编码的 JSON Lines / the mobile app, JSON lines in UTF-8"),
    "member": (3, "会员系统，Excel 工作簿与 CSV / the member system, Excel workbooks and CSV"),
    "desk": (0, "联名保险的外呼系统，GB18030 编码的 CSV / the desk that calls for the insurance sold with partners, CSV in GB18030"),
}
MARK = f"# {COMPANY}: 客知演示项目，由 `kezhi city` 生成，可照此改成自己的项目。"  # the first line, by which a city is known again
_HEAD = f"""\
{MARK}
# The demo project, made by `kezhi city`; copy it for a project of your own.
name: {COMPANY}
language: zh
currency: CNY
timezone: Asia/Shanghai

# 身份：找出拿不准的记录对，交由人判断。 / Identity: find pairs of records that people should decide about.
identity:
  review: true

# 每个来源：trust 越大，各系统说法不一时越以它为准；columns 左边是客知的字段，右边是文件的列名。
# Each source: where systems disagree the higher trust wins; columns map our field (left) to the file's header (right).
sources:
"""
_CRITERIA = """
# 对顾虑的应答，可按品类另写。 / What to answer to a concern, for all or for one category.
feedback:
  answers:
    - {topic: price, answer: "会员日九折，积分可抵现。", answer_en: "10% off on member days; points count as money."}
    - {topic: quality, answer: "七天无理由退换，一年质保。", answer_en: "Return within seven days; one year of warranty."}
    - {topic: delivery, answer: "江城当日达，外地三天内。", answer_en: "Same day in town, three days elsewhere."}
    - {topic: choice, answer: "新品每周五上架，可到店预订。", answer_en: "New goods every Friday; shops take orders."}
    - {topic: safety, category: 母婴, answer: "每批附检测报告，扫码可查。", answer_en: "Each batch has a test report; scan the code."}
# 合适客户的标准：各品类必须满足的条件。 / Who is right for a category: what must hold.
criteria:
  - category: 珠宝腕表
    must: "age_years >= 18"
    doc: 年满 18 岁。
    doc_en: At least 18 years old.
  - category: 高端护肤
    must: "age_years >= 18 AND refunds_365d <= 3"
    doc: 年满 18 岁，近一年退款不超过 3 次。
    doc_en: At least 18 years old and at most 3 refunds in a year.
"""
_UPLIFT = """
# 活动的成效看什么：购买、消费额，或某个事件。 / What a campaign is judged by: a purchase, money, or an event.
uplift:
  outcomes: {春季领券: coupon_used, 签到提醒: check_in}
"""
_TAGS = (
    ("高价值活跃客户", "High-value active", "orders_90d >= 3 AND average_order_value_90d >= 1000 AND favourite_category IN ({high_end})", None,
     "近 90 天购买至少 3 次、客单价不低于 1000 元，且偏好高端品类。", "At least 3 purchases in 90 days, 1000 yuan or more each on average, and a taste for high-end goods."),
    ("母婴家庭", "Family with a baby", "favourite_category = '母婴' AND favourite_category_orders >= 3", None,
     "最常买母婴品类，且至少买过 3 次。", "Baby goods are the favourite, bought at least 3 times."),
    ("新客", "New customer", "orders_life >= 1 AND tenure_days <= 60", "first_purchase_on + 1",
     "首次购买在 60 天之内。", "First purchase within 60 days."),
    ("沉睡老客", "Sleeping regular", "orders_life >= 5 AND recency_days > 180", "last_purchase_on + 181",
     "买过至少 5 次，但半年没有再来。", "Bought at least 5 times, but not in the last half year."),
    ("流失预警", "Losing interest", "orders_life >= 5 AND recency_days <= 180 AND recency_days > 3 * gap_days_mean", None,
     "距上次购买已超过平时间隔的 3 倍。", "Away for more than three times the usual gap between purchases."),
    ("促销敏感", "Bargain hunter", "orders_365d >= 3 AND discount_share_365d >= 0.12", None,
     "近一年至少 3 单，优惠占原价 12% 以上。", "At least 3 purchases in a year with 12% or more off the list price."),
    ("App 偏好", "App lover", "favourite_channel = 'app' AND favourite_channel_share >= 0.7 AND orders_life >= 3", None,
     "七成以上的购买在手机应用完成。", "Seven purchases in ten or more are made in the app."),
    ("退货偏多", "Many returns", "refunds_365d >= 2 AND refund_amount_365d >= 300", None,
     "近一年退款至少 2 次，合计不低于 300 元。", "At least 2 refunds in a year, together 300 yuan or more."),
    ("晚间购物", "Evening shopper", "favourite_hour IN ('19', '20', '21', '22', '23') AND favourite_hour_orders >= 4", None,
     "最常在晚上 7 点以后购物。", "Shops mostly after 7 in the evening."),
)  # fmt: skip

_SEGMENTS = (
    ("vip", "贵宾", "VIP", "会员部", "r_score >= 4 AND f_score >= 4 AND m_score >= 4",
     "近期、频繁且消费高。", "Recent, frequent and high spending."),
    ("baby_buyers", "母婴近购", "Recent buyers of baby goods", "母婴品类", "did('order', times >= 2, days <= 90, category = '母婴')",
     "近 90 天至少买过两次母婴。", "Bought baby goods at least twice in 90 days."),
    ("look_no_buy", "只看不买", "Looked, did not buy", "电商部", "did('view', times >= 3, days <= 60) AND NOT did('order', days <= 60)",
     "近 60 天浏览至少三次而没有下单。", "Looked at three products or more in 60 days and ordered nothing."),
    ("sleeping_vip", "沉睡大客户", "Big spenders gone quiet", "客户服务部",
     "sum('order', net_amount, days <= 730) >= 3000 AND days_since('order') > 180",
     "两年内消费不低于 3000 元，已半年没有来。", "Spent 3000 yuan or more in two years, and has not come for half a year."),
    ("vip_watch", "需关怀的贵宾", "VIPs to look after", "客户服务部", "in_segment('vip') AND did('refund', days <= 180)",
     "半年内退过款的贵宾。", "VIPs with a refund in the last half year."),
)  # fmt: skip


def settings_text() -> str:
    """kezhi.yaml."""
    parts = [_HEAD]
    for source, (trust, words) in _SOURCES.items():
        parts.append(f"  # {words}\n  {source}:\n    trust: {trust}\n    extracted_on: {END - timedelta(days=1)}\n    tables:\n")
        parts += [_table(layout) for layout in LAYOUTS if layout.source == source]
    parts.append(
        "\n# 一个积分值多少钱，用来算未兑换积分的负债。 / What a point is worth: tells the liability of points not redeemed yet.\npoints:\n  value_per_point: 0.1\n"
    )
    parts += [_CRITERIA, _UPLIFT]
    return "".join(parts)


def _table(layout: Layout) -> str:
    lines = [f"      {layout.table_name}:", f"        files: {layout.pattern}"]
    if layout.pattern.endswith(".csv"):
        lines.append("        encoding: gb18030")
    if layout.pattern.endswith(".xlsx"):
        lines.append(f"        sheet: {MEMBER_SHEET}")
    lines.append("        columns:")
    lines += [f"          {field}: {header}" for field, header in layout.columns.items()]
    return "\n".join(lines) + "\n"


def tags_text() -> str:
    """tags.yaml."""
    lines = ["# 标签：when 是对客户画像各列的条件。 / Tags: `when` is a condition over the columns of the profile.", "tags:"]
    high_end = ", ".join(f"'{name}'" for name in HIGH_END)
    for name, name_en, when, since, doc, doc_en in _TAGS:
        lines += [f"  - name: {name}", f"    name_en: {name_en}", f'    when: "{when.format(high_end=high_end)}"']
        if since:
            lines.append(f"    since: {since}")
        lines += [f"    doc: {doc}", f"    doc_en: {doc_en}"]
    lines += [
        "# 买得多的客户偏爱什么是已知的；足够准时，也推给买得少的客户。",
        "# What those like who bought often is known; where that is precise enough, it is told of others too.",
        "propagate:",
        "  - tag: 母婴",
        "    family: category",
        '    known: "orders_life >= 5"',
        "    least_precision: 0.7",
    ]
    return "\n".join(lines) + "\n"


def segments_text() -> str:
    """segments.yaml."""
    lines = ["# 客群：when 是对画像与行为的条件。 / Segments: `when` is a condition over the profile and what customers did.", "segments:"]
    for key, name, name_en, owner, when, doc, doc_en in _SEGMENTS:
        lines += [f"  - key: {key}", f"    name: {name}", f"    name_en: {name_en}", f'    when: "{when}"']
        lines += [f"    owner: {owner}", f"    doc: {doc}", f"    doc_en: {doc_en}"]
    return "\n".join(lines) + "\n"


_FEATURES = (
    ("evening_share", "ratio: [\"count('order', hour >= 19, days <= 365)\", orders_365d]", "晚间占比", "Evening share",
     "近一年晚上 7 点以后的购买占比。", "Share of the last year's purchases made after 7 in the evening."),
    ("weekend_share", "ratio: [\"count('order', weekday >= 6, days <= 365)\", orders_365d]", "周末占比", "Weekend share",
     "近一年周末的购买占比。", "Share of the last year's purchases made at weekends."),
    ("spend_trend", "trend: order\n    measure: sum\n    column: net_amount\n    windows: [30, 90]", "消费趋势", "Spending trend",
     "近 30 天日均消费与近 90 天日均消费之比，1 为如常。", "Spent a day in the last 30 days against the last 90; 1 is as always."),
    ("views_14d", "window: view\n    days: 14", "两周浏览", "Views in two weeks",
     "近 14 天浏览商品次数。", "Products looked at in the last 14 days."),
    ("level_in_city", "cross: [member_level, city]", "城市内会员级别", "Level in city",
     "会员级别与所在城市。", "Member level and city together."),
)  # fmt: skip


def features_text() -> str:
    """features.yaml."""
    lines = [
        "# 特征：比例、趋势、窗口、组合；可用于标签、客群、特征比较与流失模型。",
        "# Features: ratio, trend, window, cross; for tags, segments, comparison and the model of churn.",
        "features:",
    ]
    for key, what, name, name_en, doc, doc_en in _FEATURES:
        lines += [f"  {key}:", f"    {what}", f"    name: {name}", f"    name_en: {name_en}", f"    doc: {doc}", f"    doc_en: {doc_en}"]
    return "\n".join(lines) + "\n"
