"""The closed word lists of cleaning: gender and order status, in Chinese and English."""

from __future__ import annotations

from kezhi.kit.reading import Reader
from kezhi.kit.text import words_reader

GENDER = {
    **dict.fromkeys(("男", "男性", "男士", "先生", "m", "male", "man", "mr", "mr.", "1", "1.0"), "male"),
    **dict.fromkeys(
        ("女", "女性", "女士", "小姐", "太太", "f", "female", "woman", "ms", "ms.", "mrs", "mrs.", "miss", "2", "2.0"), "female"
    ),
    # GB/T 2261.1: 0 unknown, 9 not told
    **dict.fromkeys(("0", "9", "0.0", "9.0", "未知", "保密", "不详", "无", "未说明", "unknown", "other", "其他", "u", "x", "na"), ""),
}

STATUS = {
    **dict.fromkeys(
        (
            "paid", "已支付", "已付款", "支付成功", "付款成功", "待发货", "已发货", "配送中", "待收货", "已签收", "已收货", "已完成", "完成", "交易成功",
            "交易完成", "成功", "已结算", "正常", "complete", "completed", "success", "succeeded", "successful", "shipped", "delivered", "fulfilled",
            "finished", "done", "closed won", "processing", "settled", "invoiced", "ok", "normal",
        ),
        "paid",
    ),
    **dict.fromkeys(
        ("unpaid", "待支付", "待付款", "未支付", "未付款", "等待付款", "pending", "pending payment", "awaiting payment", "created", "open", "on hold", "draft"),
        "unpaid",
    ),
    **dict.fromkeys(
        (
            "cancelled", "canceled", "已取消", "取消", "交易关闭", "已关闭", "订单关闭", "关闭", "作废", "已作废", "无效", "支付失败", "付款失败", "void",
            "voided", "cancel", "failed", "expired", "closed", "declined", "abandoned",
        ),
        "cancelled",
    ),
    **dict.fromkeys(
        ("refunded", "已退款", "退款", "退款成功", "全额退款", "已退货", "退货", "退货退款", "refund", "returned", "return", "chargeback"),
        "refunded",
    ),
}  # fmt: skip


RELATION = {
    **dict.fromkeys(("household", "family", "家庭", "家人", "同户", "同住", "亲属", "夫妻", "父母", "子女", "relative", "spouse"), "household"),
    **dict.fromkeys(("device", "shared device", "shared_device", "共用设备", "同设备", "设备"), "device"),
    **dict.fromkeys(("referral", "refer", "invite", "invitation", "推荐", "转介绍", "老带新", "邀请", "介绍"), "referral"),
    **dict.fromkeys(("call", "calls", "phone call", "通话", "呼叫", "电话", "来电"), "call"),
    **dict.fromkeys(("other", "其他", "其它", "friend", "朋友", "好友", "同事", "colleague", "contact"), "other"),
}  # fmt: skip

POINTS = {
    **dict.fromkeys(
        ("earn", "earned", "gain", "award", "accrual", "credit", "获得", "获取", "积分获得", "赠送", "奖励", "增加", "消费积分", "消费获得", "签到", "发放"),
        "earn",
    ),
    **dict.fromkeys(
        ("redeem", "redeemed", "redemption", "burn", "spend", "use", "used", "兑换", "积分兑换", "使用", "消耗", "抵扣", "抵现", "核销", "扣减"), "redeem"
    ),
    **dict.fromkeys(("expire", "expired", "expiry", "lapse", "lapsed", "过期", "失效", "到期", "清零", "作废"), "expire"),
    **dict.fromkeys(("adjust", "adjustment", "adjusted", "correction", "transfer", "调整", "人工调整", "补录", "转赠", "冲正"), "adjust"),
}  # fmt: skip


FEEDBACK = {
    **dict.fromkeys(("review", "rating", "comment", "评价", "评论", "点评", "晒单"), "review"),
    **dict.fromkeys(("survey", "nps", "csat", "questionnaire", "问卷", "调查", "调研", "回访"), "survey"),
    **dict.fromkeys(("complaint", "ticket", "claim", "投诉", "工单", "抱怨", "报修"), "complaint"),
    **dict.fromkeys(("question", "inquiry", "enquiry", "ask", "咨询", "提问", "询问", "问答"), "question"),
    **dict.fromkeys(("wish", "suggestion", "request", "need", "建议", "需求", "心愿", "意见"), "wish"),
    **dict.fromkeys(("post", "tweet", "microblog", "帖子", "微博", "发帖", "动态"), "post"),
    **dict.fromkeys(("other", "其他", "其它"), "other"),
}


YES_NO = {
    **dict.fromkeys(
        ("yes", "y", "true", "t", "1", "1.0", "是", "有", "随机", "randomised", "randomized", "random",
         "接通", "已接通", "已接", "接听", "connected", "answered", "picked up"),
        "yes",
    ),
    **dict.fromkeys(
        ("no", "n", "false", "f", "0", "0.0", "否", "无", "没有", "非随机", "不随机", "chosen", "targeted",
         "未接通", "未接", "无人接听", "无应答", "拒接", "占线", "忙线", "关机", "停机", "空号", "missed", "busy", "no answer",
         "not connected", "failed", "voicemail"),
        "no",
    ),
}  # fmt: skip


def gender_reader() -> Reader:
    """`male` or `female`. Rule: `unreadable_gender`."""
    return words_reader(GENDER, unreadable="unreadable_gender")


def status_reader() -> Reader:
    """
    `paid`, `unpaid`, `cancelled` or `refunded`; null when empty. Rule: `unknown_status`.

    An unknown word becomes `unpaid`: money counts only when it is known to be paid. Revenue that is missing
    because of a word is seen at once, and the correction names the word; revenue that should not be there is
    not seen.
    """
    return words_reader(STATUS, unreadable="unknown_status", otherwise="unpaid")


def relation_reader() -> Reader:
    """`household`, `device`, `referral`, `call` or `other`; null when empty. Rule: `unknown_relation`, and `other`."""
    return words_reader(RELATION, unreadable="unknown_relation", otherwise="other")


def points_reader() -> Reader:
    """`earn`, `redeem`, `expire` or `adjust`; null when empty. Rule: `unknown_points_kind`, and `adjust`."""
    return words_reader(POINTS, unreadable="unknown_points_kind", otherwise="adjust")


def feedback_reader() -> Reader:
    """A kind of `tables.FEEDBACK_KINDS`; null when empty. Rule: `unknown_feedback_kind`, and `other`."""
    return words_reader(FEEDBACK, unreadable="unknown_feedback_kind", otherwise="other")


def yes_no_reader() -> Reader:
    """`yes` or `no`; null when empty. Rule: `unreadable_yes_no`."""
    return words_reader(YES_NO, unreadable="unreadable_yes_no")
