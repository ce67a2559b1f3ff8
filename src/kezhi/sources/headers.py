"""
What columns are called: the dictionary from names found in exports to our fields.

Names are compared without case, blanks, punctuation and units in brackets: `Order ID`, `order_id` and
`实付金额（元）` are `orderid`, `orderid`, `实付金额`. Within a field the first name is the surest; when two headers claim a
field, the earlier name wins. A field may read differently in one table: `订单号` of a refund is the order it gives back.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache

from kezhi.tables import INPUTS

EXACT, SIMILAR = 1.0, 0.6
SURE = 0.9
MOST_COLUMNS = 500  # a file of customers or sales has no more; a matrix of measurements may have thousands
_BRACKETS = re.compile(r"[(\[【<].*?[)\]】>]")
_NOT_WORD = re.compile(r"[\W_]+")

# names that contain one of ours but mean something else
_OTHER = re.compile(
    "等级|级别|类型|物流|运单|快递|发货|备注|留言|发票|税|运费|邮费|积分|返点|票据|开户|审核|操作|店员|导购|优惠券码|确认收货|到期|coupon|campaign|tracking|shipping|shipment|remark|note$|comment|invoiceto|tax|points|level|tier|grade|type$"
)

NAMES: dict[str, str] = {
    "order_id": "订单号 订单编号 订单ID 主订单编号 单号 交易号 交易单号 交易编号 销售单号 小票号 流水号 交易流水号 票号 单据编号 单据号 "
    "orderid orderno ordernumber ordersn ordercode invoiceno invoice invoiceid invoicenumber basketid transactionid transactionno "
    "receiptid receiptno salesid billno tradeno ordernum order",
    "record_id": "客户编号 客户ID 客户号 客户代码 顾客编号 顾客ID 顾客号 用户ID 用户编号 用户id 买家ID 买家编号 买家会员名 买家昵称 买家会员 会员ID 会员编号 会员号 会员卡号 会员名 "
    "客户 顾客 买家 用户 用户名 会员 客户名称 买家账号 买家支付宝账号 下单账号 customerid custid customerno customernumber customercode userid uid buyerid clientid memberid householdid "
    "shopperid visitorid accountid openid unionid customer buyer client user username buyernick cust member memberno id",
    "member_id": "会员卡号 会员号 会员编号 会员ID 会员卡 卡号 memberid memberno membercardno cardno loyaltyid loyaltycard memberno membercode",
    "app_id": "APP账号 APP用户ID app用户编号 小程序用户ID 商城账号 线上账号 appid appuserid appaccount",
    "name": "姓名 客户姓名 顾客姓名 会员姓名 真实姓名 收货人姓名 收货人 收货人/提货人 收件人 联系人 买家姓名 提货人 名字 客户名称 realname fullname customername buyername receivername "
    "contactname name",
    "phone": "手机 手机号 手机号码 联系手机 电话 联系电话 电话号码 客户手机 会员手机 收货人手机号 收货人手机 收货人电话 收件人手机 提货人手机号 买家手机 买家手机号 联系方式 移动电话 mobile "
    "phone mobilephone phonenumber mobileno mobilenumber tel telephone cellphone cell phoneno receiverphone receivermobile",
    "email": "邮箱 电子邮箱 电子邮件 邮件 邮箱地址 email mail emailaddress e-mail mailbox",
    "id_number": "身份证号 身份证 身份证号码 证件号码 证件号 idnumber idcard idcardno identityno nationalid idno",
    "wechat_id": "微信号 微信 微信ID wechat wechatid weixin",
    "gender": "性别 gender sex",
    "birth_date": "出生日期 生日 出生年月 出生年月日 birthdate birthday dateofbirth dob birth",
    "age": "年龄 age",
    "province": "省份 省 所在省份 收货人省份 收货省份 省市 国家 地区 province state country region",
    "city": "城市 市 所在城市 收货人城市 收货城市 city town",
    "address": "地址 详细地址 收货地址 联系地址 家庭住址 通讯地址 详细收货地址 收货人地址 住址 address streetaddress addr receiveraddress street",
    "occupation": "职业 行业 occupation job profession",
    "registered_at": "注册时间 注册日期 入会时间 入会日期 开卡时间 开卡日期 加入时间 创建时间 registeredat registrationdate regdate registerdate "
    "registertime signupdate joindate joinedat createdat createtime created",
    "updated_at": "更新时间 修改时间 最后更新时间 最后修改时间 updatedat updatetime modifiedat lastmodified updated",
    "product_id": "商品编码 商品编号 商品ID 商品代码 商品货号 货号 SKU SKU编码 SKU编号 规格编码 商家编码 产品编码 产品编号 产品ID 物料编码 条码 商品条码 宝贝ID stockcode sku skuid "
    "productid productcode productno itemid itemcode itemno upc ean barcode goodsid goodssn product item",
    "product_name": "商品名称 商品名 品名 产品名称 产品名 商品标题 宝贝标题 宝贝名称 货品名称 名称 商品 产品 全部商品名称 productname itemname description productdescription goodsname title "
    "productname producttitle itemdescription name",
    "category": "类目 品类 商品类目 商品分类 商品类别 商品品类 产品类别 产品分类 类别 分类 一级类目 大类 category productcategory itemcategory categoryname subcategory department "
    "producttype",
    "brand": "品牌 品牌名称 brand brandname manufacturer",
    "list_price": "标价 吊牌价 原价 零售价 售价 价格 单价 市场价 销售价 listprice retailprice price saleprice unitprice",
    "unit_cost": "成本价 成本 单位成本 进价 进货价 采购价 unitcost cost costprice purchaseprice",
    "ordered_at": "下单时间 订单时间 下单日期 订单日期 订单创建时间 创建时间 拍下时间 支付时间 付款时间 订单付款时间 买家付款时间 支付日期 付款日期 交易时间 交易日期 成交时间 成交日期 "
    "消费时间 消费日期 购买时间 购买日期 销售日期 销售时间 业务日期 单据日期 日期 时间 orderedat orderdate ordertime orderdatetime orderpurchasetimestamp "
    "invoicedate invoicetime purchasedate purchasetime purchasedat transactiondate transactiontime transactiontimestamp transactiondatetime "
    "saledate salesdate paytime paidat paymenttime paymentdate payat createdat createtime created datetime timestamp date day time ts",
    "gross_amount": "应付金额 订单金额 订单总金额 商品总价 商品金额 商品总额 总金额 总价 应付货款 买家应付货款 原价金额 标价金额 折前金额 应收金额 订单原价 totalfee grossamount "
    "totalamount ordertotal total subtotal gross totalprice listamount",
    "discount_amount": "优惠金额 折扣金额 优惠 折扣额 减免金额 抵扣金额 活动优惠 店铺优惠 优惠总额 discountamount discount discountfee totaldiscount "
    "promotionamount retaildisc",
    "net_amount": "实付金额 实付款 实付 买家实际支付金额 实际支付金额 支付金额 付款金额 订单实付金额 实收金额 实收款 实收 成交金额 成交额 交易金额 交易额 销售金额 销售额 消费金额 消费额 "
    "购买金额 净额 金额 小计 payamount paidamount paid netamount netsales net paymentamount actualamount payment amountpaid "
    "salesvalue salesamount sales revenue turnover spend spending monetaryvalue dollarvalue orderamount ordervalue lineamount linetotal "
    "extendedprice amount amt value",
    "status": "订单状态 交易状态 支付状态 状态 orderstatus status paymentstatus tradestatus state",
    "refund_of": "原订单号 原单号 退款原单号 原订单编号 关联订单号 originorderno originalorderid originalorderno refundof refundorderid",
    "channel": "渠道 销售渠道 订单渠道 订单来源 来源 平台 来源渠道 下单渠道 终端 channel saleschannel platform orderchannel orderfrom",
    "store": "门店 门店名称 店铺 店铺名称 网点 商店 销售门店 门店编号 门店编码 分店 store storename storeid shop shopname shopid outlet branch",
    "payment_method": "支付方式 付款方式 结算方式 支付渠道 paymentmethod paytype paymenttype payway tender",
    "line_no": "行号 明细行号 序号 子订单编号 子订单号 项次 lineno linenumber line orderitemid rowno suborderid",
    "quantity": "数量 购买数量 商品数量 销售数量 件数 商品件数 宝贝总数量 购买件数 销量 quantity qty units unitssold numberofitems numberofcds itemcount pieces count num",
    "unit_price": "单价 商品单价 商品价格 成交单价 销售单价 价格 售价 unitprice price itemprice saleprice sellingprice priceperunit",
    "refund_id": "退款单号 退款编号 退款ID 退货单号 售后单号 售后编号 refundid refundno returnid returnno refundsn",
    "refunded_at": "退款时间 退款日期 退款完成时间 退货时间 退货日期 退款成功时间 refundedat refunddate refundtime returndate returntime",
    "refund_amount": "退款金额 退款额 实退金额 退货金额 退款总金额 refundamount refundfee returnamount refund",
    "event_id": "事件ID 事件编号 行为ID eventid logid",
    "occurred_at": "发生时间 事件时间 行为时间 访问时间 操作时间 时间 时间戳 occurredat eventtime eventtimestamp timestamp ts time datetime date createdat",
    "event_name": "事件 事件名称 事件名 事件类型 行为 行为类型 eventname event eventtype action behavior behaviortype",
    "session_id": "会话ID 会话 会话编号 sessionid session visitid usersession",
    "page": "页面 页面路径 网址 页面名称 page url pageurl path screen",
    "usage_id": "使用编号 话单号 话单编号 用量编号 详单编号 usageid recordno cdrid",
    "account_id": "账户 账户编号 账号 付费账户 户号 accountid account billingid payerid",
    "used_at": "使用时间 使用日期 通话时间 账期 月份 抄表日期 抄表时间 usedat usagedate usagetime month billingmonth period date time",
    "minutes": "分钟 分钟数 通话分钟 通话分钟数 通话时长 minutes callminutes duration callduration",
    "messages": "短信 短信条数 短信数 条数 messages sms texts smscount",
    "megabytes": "流量 流量MB 上网流量 megabytes mb datamb mbused data",
    "kwh": "电量 用电量 度数 kwh electricity consumption",
    "plan": "套餐 资费 套餐名称 资费套餐 plan tariff planname",
    "from_record_id": "主叫 主叫方 主叫编号 推荐人 推荐人编号 推荐人ID 邀请人 邀请人编号 关系人A 客户A 用户A from fromid fromcustomerid fromuserid fromuser caller referrer inviter",
    "to_record_id": "被叫 被叫方 被叫编号 被推荐人 被推荐人编号 被推荐人ID 被邀请人 被邀请人编号 关系人B 客户B 用户B to toid tocustomerid touserid touser callee referred invitee",
    "kind": "关系 关系类型 关系种类 关系名称 kind relation relationtype relationship relationkind",
    "weight": "权重 强度 关系强度 通话次数 往来次数 联系次数 weight strength calls times",
    "entry_id": "积分流水号 流水号 流水编号 积分单号 entryid pointsid ledgerid bookingid",
    "booked_at": "积分时间 积分日期 变动时间 变动日期 入账时间 记账时间 发生时间 日期 时间 bookedat pointsdate pointstime entrydate date time",
    "points": "积分 积分数 积分值 积分变动 变动积分 积分数量 points point pointschange pointsdelta",
    "expires_on": "有效期至 到期日 到期日期 失效日期 过期日期 有效期 expireson expiry expirydate expiresat validuntil",
    "member_level": "会员等级 会员级别 等级 卡等级 卡级别 memberlevel level tier grade",
    "joined_on": "入会日期 入会时间 加入日期 开卡日期 joinedon joindate joinedat membersince enrolledat",
    "points_told": "积分余额 可用积分 当前积分 剩余积分 pointsbalance availablepoints",
    "feedback_id": "评价编号 评价ID 反馈编号 工单号 工单编号 问卷编号 feedbackid reviewid ticketid surveyid commentid",
    "said_at": "评价时间 反馈时间 评论时间 提交时间 投诉时间 咨询时间 saidat reviewedat reviewtime submittedat commentedat answeredat",
    "rating": "评分 星级 打分 满意度 rating stars score nps",
    "words": "评价内容 评论内容 反馈内容 投诉内容 咨询内容 内容 words comment review reviewtext feedback text message",
    "chosen_for": "选择原因 购买原因 选择理由 chosenfor reasonforchoice whychosen whyus",
    "visit_id": "到访编号 签到编号 visitid checkinid",
    "visited_at": "到访时间 签到时间 进入时间 visitedat checkinat checkedinat",
    "place_name": "地点 场所 地点名称 场所名称 placename place venue location",
    "place_kind": "地点类型 场所类型 placekind placetype venuetype",
    "treatment_id": "投放编号 触达编号 treatmentid assignmentid",
    "campaign": "活动 活动名称 营销活动 投放活动 campaign campaignname experiment",
    "arm": "组别 分组 实验组 实验分组 试验组 arm variant treatmentgroup testgroup",
    "assigned_at": "分组时间 分配时间 投放时间 触达时间 assignedat assignmenttime treatedat sentat",
    "is_randomised": "是否随机 随机分组 israndomised israndomized randomised randomized",
    "cost": "投放成本 触达成本 活动成本 campaigncost treatmentcost contactcost",
    "discount_share": "折扣率 优惠比例 discountshare discountrate",
    "known_at": "拒付时间 确认时间 knownat chargebackat disputedat",
    "reason": "拒付原因 chargebackreason disputereason",
    "amount": "拒付金额 chargebackamount disputedamount",
    "lead_id": "线索编号 线索ID 线索号 leadid leadno",
    "interest": "意向 意向产品 意向险种 关注产品 interest interestedin productofinterest",
    "asked_before": "曾询价 是否询价 askedbefore quotedbefore",
    "converted_at": "转化时间 成交时间 承保时间 convertedat wonat conversiondate",
    "premium": "保费 成交保费 年保费 premium annualpremium",
    "created_at": "线索时间 进线时间 录入时间 leadtime leadcreatedat createdat created",
    "call_id": "通话编号 外呼编号 呼叫编号 callid callno",
    "called_at": "外呼时间 呼叫时间 拨打时间 calledat calltime dialedat",
    "agent": "坐席 座席 坐席姓名 销售 销售员 agent agentname caller",
    "connected": "是否接通 接通 接通结果 呼叫结果 connected answered callresult",
    "duration_seconds": "通话秒数 通话时长 时长 duration durationseconds talktime",
    "related_at": "建立时间 关系时间 通话时间 推荐时间 邀请时间 联系时间 relatedat since calledat referredat",
}  # fmt: skip

# where a name means another field in one table, or one that a table can only know by an odd name
IN_TABLE: dict[str, dict[str, str]] = {
    "refunds": {
        "refund_of": NAMES["refund_of"] + " 订单号 订单编号 orderid orderno",
        "channel": "退款渠道 渠道 channel refundchannel",
    },
    "customer_records": {
        "record_id": NAMES["record_id"].replace("会员ID 会员编号 会员号 会员卡号 ", "") + " 编号 序号",
        "registered_at": NAMES["registered_at"] + " 首次消费时间",
    },
    "products": {"product_id": NAMES["product_id"] + " 编码 编号 id"},
    "memberships": {"points_told": NAMES["points_told"] + " 积分 points"},
    "feedback": {"kind": "反馈类型 评价类型 类型 渠道类型 kind type feedbacktype"},
    "point_entries": {"kind": "积分类型 变动类型 类型 业务类型 kind type pointstype entrytype"},
}


@lru_cache(65_536)
def normal(header: str) -> str:
    """A name without case, width, blanks, punctuation, underscores, and what stands in brackets."""
    text = unicodedata.normalize("NFKC", header).lower()
    return _NOT_WORD.sub("", _BRACKETS.sub("", text)) or _NOT_WORD.sub("", text)


@cache
def _names(table: str) -> dict[str, dict[str, int]]:
    """Our field to its names in *table*, each with its rank."""
    known = {field: IN_TABLE.get(table, {}).get(field, NAMES.get(field, "")) for field in INPUTS[table].field_names}
    return {
        field: {name: rank for rank, name in reversed(list(enumerate([normal(field), *map(normal, names.split())])))}
        for field, names in known.items()
    }


def likeness(table: str, field: str, header: str) -> float:
    """How surely *header* names *field* of *table*: 1 to 0.9 for a known name, 0.6 down for one that contains it, else 0."""
    name, known = normal(header), _names(table)[field]
    if name in known:
        return EXACT - min(known[name], 99) / 1000
    if _OTHER.search(name):
        return 0.0
    is_id = INPUTS[table].field(field).kind == "code"  # the word for an id stands at the end: 店铺订单号, but not 会员等级
    inside = [
        known_name
        for known_name in known
        if len(known_name) >= (4 if known_name.isascii() else 2) and (name.endswith(known_name) if is_id else known_name in name)
    ]
    return max((SIMILAR * (0.5 + 0.5 * len(known_name) / len(name)) for known_name in inside), default=0.0)


def is_id(header: str) -> bool:
    """Whether a name says that its values are ids, so that no number among them is an amount."""
    return re.search(r"(id|no|code|编号|编码|号|代码)$", normal(header)) is not None


def known_names(headers: Sequence[str]) -> int:
    """How many of *headers* are known names of any table; of a very wide row the first ones only."""
    return sum(1 for header in headers[:MOST_COLUMNS] if normal(header) in _all_names())


@cache
def _all_names() -> frozenset[str]:
    return frozenset(name for table in INPUTS for names in _names(table).values() for name in names)
