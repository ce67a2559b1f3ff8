"""The files of the three systems: where they lie, and which of their headers is which of our fields."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Layout:
    """One input table of one system; `columns` is our field -> the file's header, `extra` are headers we have no field for."""

    source: str
    table_name: str
    path: str  # with {year} or {part} where there are several files
    pattern: str  # the glob in kezhi.yaml
    columns: dict[str, str]
    extra: tuple[str, ...] = ()

    @property
    def fields(self) -> dict[str, str]:
        """The file's header -> our field."""
        return {header: field for field, header in self.columns.items()}

    def header(self, field: str) -> str:
        """The file's header of our *field*."""
        return self.columns[field]


def _layout(source: str, table: str, path: str, pattern: str, columns: str, extra: tuple[str, ...] = ()) -> Layout:
    """*columns* is `field=header` words."""
    return Layout(
        source, table, f"data/{source}/{path}", f"data/{source}/{pattern}", dict(word.split("=") for word in columns.split()), extra
    )


SHOP_CUSTOMERS = _layout(
    "shop", "customer_records", "顾客.csv", "顾客.csv",
    "record_id=顾客编号 member_id=会员卡号 name=姓名 phone=手机号码 email=电子邮箱 id_number=身份证号 gender=性别 birth_date=出生日期 "
    "age=年龄 province=省份 city=城市 address=地址 occupation=职业 registered_at=注册时间 updated_at=更新时间",
)  # fmt: skip
SHOP_PRODUCTS = _layout(
    "shop", "products", "商品.csv", "商品.csv",
    "product_id=商品编号 product_name=商品名称 category=类目 brand=品牌 list_price=标价 unit_cost=成本价",
)  # fmt: skip
SHOP_ORDERS = _layout(
    "shop", "orders", "订单_{year}.csv", "订单_*.csv",
    "order_id=订单号 record_id=顾客编号 ordered_at=下单时间 gross_amount=应付金额 discount_amount=优惠金额 net_amount=实付金额 "
    "status=订单状态 refund_of=原订单号 channel=渠道 store=门店 payment_method=支付方式",
)  # fmt: skip
SHOP_LINES = _layout(
    "shop", "order_lines", "订单明细_{year}.csv", "订单明细_*.csv",
    "order_id=订单号 line_no=行号 product_id=商品编号 quantity=数量 unit_price=单价 discount_amount=优惠金额 net_amount=实付金额",
)  # fmt: skip
SHOP_REFUNDS = _layout(
    "shop", "refunds", "退款.csv", "退款.csv",
    "refund_id=退款单号 refund_of=原订单号 record_id=顾客编号 refunded_at=退款时间 refund_amount=退款金额 channel=退款渠道",
)  # fmt: skip
APP_USERS = _layout(
    "app", "customer_records", "users.jsonl", "users.jsonl",
    "record_id=user_id app_id=user_id member_id=member_no name=real_name phone=mobile email=email wechat_id=wechat gender=gender "
    "birth_date=birthday city=city registered_at=created_at updated_at=updated_at",
)  # fmt: skip
APP_ORDERS = _layout(
    "app", "orders", "orders.jsonl", "orders.jsonl",
    "order_id=order_no record_id=user_id ordered_at=pay_time gross_amount=total_fee discount_amount=discount_fee net_amount=pay_amount "
    "status=order_status refund_of=origin_order_no channel=channel payment_method=pay_type",
)  # fmt: skip
APP_LINES = _layout(
    "app", "order_lines", "order_items.jsonl", "order_items.jsonl",
    "order_id=order_no line_no=line_no product_id=sku quantity=qty unit_price=price discount_amount=discount_fee net_amount=pay_amount",
)  # fmt: skip
APP_EVENTS = _layout(
    "app", "events", "events.jsonl", "events.jsonl",
    "event_id=event_id record_id=user_id occurred_at=ts event_name=event session_id=session_id product_id=sku page=page channel=channel",
)  # fmt: skip
APP_USAGE = _layout(
    "app", "usage", "card_usage.jsonl", "card_usage.jsonl",
    "usage_id=bill_no record_id=user_id used_at=read_on minutes=call_minutes messages=sms megabytes=data_mb plan=plan",
)  # fmt: skip
APP_FEEDBACK = _layout(
    "app", "feedback", "feedback.jsonl", "feedback.jsonl",
    "feedback_id=feedback_id record_id=user_id said_at=created_at kind=type product_id=sku rating=stars words=content chosen_for=why_us",
)  # fmt: skip
APP_PLACES = _layout(
    "app", "place_visits", "places.jsonl", "places.jsonl",
    "visit_id=visit_id record_id=user_id visited_at=entered_at place_name=poi place_kind=poi_type",
)  # fmt: skip
APP_TREATMENTS = _layout(
    "app", "treatments", "campaigns.jsonl", "campaigns.jsonl",
    "treatment_id=send_id record_id=user_id campaign=campaign arm=variant assigned_at=sent_at is_randomised=randomised cost=send_cost "
    "discount_share=discount_rate",
)  # fmt: skip
MEMBERS = _layout(
    "member", "customer_records", "会员{part}.xlsx", "会员*.xlsx",
    "record_id=会员卡号 member_id=会员卡号 name=会员姓名 phone=联系电话 id_number=证件号码 birth_date=生日 city=所在城市 app_id=APP账号 "
    "registered_at=入会日期",
    ("会员等级", "积分"),
)  # fmt: skip
MEMBER_LEVELS = _layout(
    "member", "memberships", "等级.csv", "等级.csv", "record_id=会员卡号 member_level=会员等级 joined_on=入会日期 points_told=积分余额"
)
MEMBER_POINTS = _layout(
    "member", "point_entries", "积分流水.csv", "积分流水.csv",
    "entry_id=流水号 record_id=会员卡号 booked_at=变动时间 kind=变动类型 points=积分 expires_on=有效期至",
)  # fmt: skip
SHOP_RELATIONS = _layout(
    "shop", "relations", "关系.csv", "关系.csv",
    "from_record_id=顾客A to_record_id=顾客B kind=关系类型 weight=次数 related_at=建立时间",
)  # fmt: skip
APP_RELATIONS = _layout(
    "app", "relations", "relations.jsonl", "relations.jsonl",
    "from_record_id=from_user to_record_id=to_user kind=relation weight=times related_at=since",
)  # fmt: skip
APP_CHARGEBACKS = _layout(
    "app", "chargebacks", "chargebacks.jsonl", "chargebacks.jsonl", "order_id=order_no known_at=notified_at reason=reason amount=disputed"
)
DESK_LEADS = _layout(
    "desk", "leads", "线索.csv", "线索.csv",
    "lead_id=线索编号 created_at=线索时间 channel=渠道 interest=意向险种 name=姓名 phone=手机号码 gender=性别 age=年龄 city=城市 asked_before=曾询价 "
    "converted_at=转化时间 premium=保费",
)  # fmt: skip
DESK_CALLS = _layout(
    "desk", "calls", "外呼.csv", "外呼.csv",
    "call_id=外呼编号 lead_id=线索编号 agent=坐席 called_at=外呼时间 connected=是否接通 duration_seconds=通话秒数",
)  # fmt: skip
MEMBER_SHEET = "会员"
LAYOUTS = (
    SHOP_CUSTOMERS,
    SHOP_PRODUCTS,
    SHOP_ORDERS,
    SHOP_LINES,
    SHOP_REFUNDS,
    APP_USERS,
    APP_ORDERS,
    APP_LINES,
    APP_EVENTS,
    APP_USAGE,
    APP_FEEDBACK,
    APP_PLACES,
    APP_TREATMENTS,
    APP_CHARGEBACKS,
    MEMBERS,
    MEMBER_LEVELS,
    MEMBER_POINTS,
    SHOP_RELATIONS,
    APP_RELATIONS,
    DESK_LEADS,
    DESK_CALLS,
)
