"""What a file is taken for: by its header names, and by its values."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from kezhi import settings
from kezhi.errors import ColumnMissing, MappingUnsure, SettingsWrong, WrongInput
from kezhi.sources import FileProposal, load, propose, write_settings
from kezhi.sources.headers import NAMES, likeness, normal
from kezhi.sources.values import cancel_prefix, date_order
from kezhi.tables import INPUTS


def of(folder: Path, *lines: str, name: str = "f.csv", **overrides: str) -> FileProposal:
    (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return propose([folder / name], overrides=overrides)[0]


def doubts(proposal: FileProposal) -> set[str]:
    return {doubt.key.rpartition(".")[2] for doubt in proposal.unsure}


def test_three_columns_of_buyer_day_and_amount_are_sales(tmp_path):
    got = of(tmp_path, "客户,日期,金额", '王小明,2024/1/2,"1,234.50"', "李雷,2024/1/3,￥20", "王小明,2024/2/3,30元")
    assert ("sales", {"record_id": "客户", "name": "客户", "ordered_at": "日期", "net_amount": "金额"}) == (got.table, got.settings.columns)
    assert {"no_order_id"} == doubts(got)


def test_the_online_retail_export_is_sales_with_months_first_and_cancellations(tmp_path):
    rows = [f"{536365 + i},85123A,HEART,6,12/1/2010 8:26,2.55,17850,United Kingdom" for i in range(20)]
    got = of(
        tmp_path,
        "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country",
        *rows,
        "C536379,D,Discount,-1,12/13/2010 9:41,27.5,14527,United Kingdom",
    )
    assert got.table == "sales"
    assert got.settings.columns == {
        "order_id": "InvoiceNo",
        "record_id": "CustomerID",
        "province": "Country",
        "ordered_at": "InvoiceDate",
        "product_id": "StockCode",
        "quantity": "Quantity",
        "unit_price": "UnitPrice",
        "product_name": "Description",
    }
    assert ("mdy", "C", {"cancel_prefix"}) == (got.settings.date_order, got.settings.cancel_prefix, doubts(got))


def test_a_taobao_export_is_sales_and_the_filled_phone_is_taken(tmp_path):
    got = of(
        tmp_path,
        "订单编号,买家会员名,买家应付货款,总金额,买家实际支付金额,订单状态,收货人姓名,收货地址,联系电话,联系手机,订单创建时间,订单付款时间,宝贝标题,物流单号,宝贝总数量,店铺名称",
        "123,tb_1,99.00,99.00,89.00,交易成功,王小明,湖北省 武汉市,,13812345678,2024-01-02 10:00:00,2024-01-02 10:01:00,儿童雨鞋,YT1,1,江城旗舰店",
    )
    assert got.table == "sales"
    assert got.settings.columns == {
        "order_id": "订单编号",
        "record_id": "买家会员名",
        "name": "收货人姓名",
        "phone": "联系手机",
        "address": "收货地址",
        "ordered_at": "订单创建时间",
        "gross_amount": "总金额",
        "net_amount": "买家实际支付金额",
        "status": "订单状态",
        "store": "店铺名称",
        "quantity": "宝贝总数量",
        "product_name": "宝贝标题",
    }
    assert "物流单号" in got.ignored


@pytest.mark.parametrize(
    ("header", "row", "table", "columns"),
    [
        (
            "order_no,user_id,pay_time,pay_amount,order_status",
            "1,u1,2024-01-02,5,paid",
            "orders",
            {
                "order_id": "order_no",
                "record_id": "user_id",
                "ordered_at": "pay_time",
                "net_amount": "pay_amount",
                "status": "order_status",
            },
        ),
        (
            "订单号,行号,商品编号,数量,单价",
            "1,1,p1,2,3.5",
            "order_lines",
            {"order_id": "订单号", "line_no": "行号", "product_id": "商品编号", "quantity": "数量", "unit_price": "单价"},
        ),
        (
            "退款单号,原订单号,退款时间,退款金额",
            "r1,1,2024-01-02,5",
            "refunds",
            {"refund_id": "退款单号", "refund_of": "原订单号", "refunded_at": "退款时间", "refund_amount": "退款金额"},
        ),
        (
            "商品编号,品名,品类,品牌,标价",
            "p1,牛奶,食品,甲,3.5",
            "products",
            {"product_id": "商品编号", "product_name": "品名", "category": "品类", "brand": "品牌", "list_price": "标价"},
        ),
        (
            "user_id,event,ts,page",
            "u1,view,2024-01-02 10:00:00,/home",
            "events",
            {"record_id": "user_id", "occurred_at": "ts", "event_name": "event", "page": "page"},
        ),
        (
            "会员卡号,姓名,手机,身份证号,生日,会员等级",
            "M1,王小明,13812345678,,1990-01-01,金卡",
            "customer_records",
            {
                "record_id": "会员卡号",
                "member_id": "会员卡号",
                "name": "姓名",
                "phone": "手机",
                "id_number": "身份证号",
                "birth_date": "生日",
            },
        ),
    ],
)
def test_each_kind_of_table_is_known_by_its_columns(tmp_path, header, row, table, columns):
    got = of(tmp_path, header, row)
    assert (table, columns) == (got.table, got.settings.columns)


def test_units_in_brackets_and_case_do_not_matter(tmp_path):
    got = of(tmp_path, "ORDER ID,Customer-ID,Order Date,实付金额（元）,商品编码", "1,c1,2024-01-02,5,p1")
    assert {
        "order_id": "ORDER ID",
        "record_id": "Customer-ID",
        "ordered_at": "Order Date",
        "net_amount": "实付金额（元）",
        "product_id": "商品编码",
    } == (got.settings.columns)


def test_a_phone_is_known_by_its_form_alone(tmp_path):
    got = of(tmp_path, "订单号,日期,金额,备用", "1,2024-01-02,5,13812345678", "2,2024-01-02,5,+86 139-1234-5678")
    assert ("备用", "备用") == (got.settings.columns["phone"], got.settings.columns["record_id"])
    assert {"buyer", "field"} <= doubts(got)


def test_a_file_without_header_is_told_by_its_values_and_says_so(tmp_path):
    got = of(tmp_path, "王小明,2024/1/2,12.5", "李雷,2024/1/3,20", "王小明,2024/2/3,30")
    assert {"record_id": "#1", "name": "#1", "ordered_at": "#2", "net_amount": "#3"} == got.settings.columns
    assert "no_header" in doubts(got)


def test_the_header_is_found_below_titles_by_the_names_it_holds(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "b.xlsx") as book:
        sheet = book.add_worksheet()
        for i, row in enumerate(
            [["导出人", "张三", "部门", "财务部"], [], ["订单号", "客户", "日期", "金额"], ["1", "c1", "2024-01-02", 5]]
        ):
            sheet.write_row(i, 0, row)
    (got,) = propose([tmp_path / "b.xlsx"])
    assert ("订单号", "excel") == (got.settings.columns["order_id"], got.settings.format)


def test_a_name_whose_values_are_of_another_kind_gives_way(tmp_path):
    got = of(tmp_path, "客户,日期,交易日期,金额", "a,早市,2024-01-02,5", "b,夜市,2024-01-02,6")
    assert "交易日期" == got.settings.columns["ordered_at"]


def test_overrides_win_and_free_the_header_they_take(tmp_path):
    got = of(tmp_path, "客户,日期,金额,折后", "a,2024-01-02,5,4", "b,2024-01-02,6,5", net_amount="折后")
    assert ("折后", "override") == (got.settings.columns["net_amount"], got.believed[-1].why.key.rpartition(".")[2])
    assert "金额" in got.ignored


def test_what_is_not_found_says_how_to_map_it(tmp_path):
    with pytest.raises(MappingUnsure) as caught:
        of(tmp_path, "a,b", "x,y")
    assert ("f.csv", "ordered_at") == (caught.value.fields["file"], caught.value.fields["needed"])
    assert "--map ordered_at=" in caught.value.say("zh")
    assert "--map ordered_at=" in caught.value.say("en")


def test_an_override_of_an_unknown_field_or_header_says_what_is_near(tmp_path):
    with pytest.raises(WrongInput, match="order_id"):
        of(tmp_path, "客户,日期,金额", "a,2024-01-02,5", order_ids="客户")
    with pytest.raises(ColumnMissing, match="金额"):
        of(tmp_path, "客户,日期,金额", "a,2024-01-02,5", net_amount="总金额")


@pytest.mark.parametrize(
    ("values", "order"),
    [
        (["12/1/2010 8:26", "12/13/2010 8:26"], "mdy"),
        (["01/12/2010", "13/12/2010"], "dmy"),
        (["12/1/2010", None], None),
        (["2010-12-01", ""], "ymd"),
        (["1.2.24", "31.1.24"], "dmy"),
    ],
)
def test_the_order_of_day_and_month_is_told_by_a_value_above_twelve(values, order):
    assert order == date_order(values)


def test_day_and_month_are_looked_for_in_the_whole_file_and_else_are_unsure(tmp_path):
    rows = ["a,01/02/2024,5"] * 6000
    got = of(tmp_path, "buyer,date,amount", *rows, "b,25/02/2024,6")
    assert ("dmy", {"no_order_id"}) == (got.settings.date_order, doubts(got))
    assert {"no_order_id", "date_order"} == doubts(of(tmp_path, "buyer,date,amount", *rows))
    (told,) = propose([tmp_path / "f.csv"], date_order="dmy")
    assert ("dmy", {"no_order_id"}) == (told.settings.date_order, doubts(told))


def test_files_without_a_choice_of_day_and_month_pass_over_what_was_said(tmp_path):
    of(tmp_path, "buyer,date,amount", "a,02/25/2024,5", name="mdy.csv")
    of(tmp_path, "buyer,date,amount", "a,2024-02-01,5", name="ymd.csv")
    got = propose([tmp_path / "mdy.csv", tmp_path / "ymd.csv"], date_order="dmy")
    assert ["mdy", "ymd"] == [proposal.settings.date_order for proposal in got]


def test_a_prefix_of_sold_goods_is_no_cancel_prefix():
    assert "C" == cancel_prefix(["1", "2", "C3"], ["5", "6", "-7"])
    assert cancel_prefix(["1", "2", "W3"], ["5", "6", "7"]) is None
    assert cancel_prefix(["SO1", "SO2"], ["-5", "-6"]) is None


def test_every_name_of_the_dictionary_belongs_to_a_field_and_is_found_by_it():
    fields = {name for table in INPUTS.values() for name in table.field_names}
    assert fields == set(NAMES)
    for table in INPUTS:
        assert likeness(table, INPUTS[table].field_names[0], INPUTS[table].field_names[0]) == 1.0
    assert likeness("sales", "order_id", "物流单号") == 0.0
    assert "实付金额" == normal("实付金额（元）")


def test_the_settings_that_are_written_load_and_read_the_files(tmp_path):
    (tmp_path / "shop").mkdir()
    of(tmp_path / "shop", "订单号,顾客编号,下单时间,实付金额,订单状态", "1,c1,2024-01-02,5,已支付", name="订单 [1].csv")
    of(tmp_path / "shop", "订单号,顾客编号,下单时间,实付金额,订单状态", "2,c1,01/02/2024,5,已支付", name="订单 2.csv")
    of(tmp_path / "shop", "顾客编号,姓名,手机", "c1,王小明,13812345678", name="顾客.csv")
    of(tmp_path, "客户,日期,金额: 元", "a,2024-01-02,5", name="yes.csv")
    paths = [*sorted((tmp_path / "shop").iterdir()), tmp_path / "yes.csv"]
    text = write_settings(tmp_path, propose(paths), name="江城: #1")
    got = settings.load(tmp_path)
    assert ("江城: #1", (tmp_path / "kezhi.yaml").read_text(encoding="utf-8")) == (got.name, text)
    assert {"shop": ["orders", "customer_records"], "shop2": ["orders"], tmp_path.name: ["sales"]} == {
        s: list(v.tables) for s, v in got.sources.items()
    }
    assert "# ?" in text
    assert {"shop/订单 [1].csv", "shop/顾客.csv", "shop/订单 2.csv", "yes.csv"} == {f.source_file for f in load(tmp_path, got)}


def test_settings_that_exist_are_not_overwritten_unless_told(tmp_path):
    proposal = of(tmp_path, "客户,日期,金额", "a,2024-01-02,5")
    write_settings(tmp_path, [proposal], name="a")
    with pytest.raises(SettingsWrong):
        write_settings(tmp_path, [proposal], name="b")
    write_settings(tmp_path, [proposal], name="b", overwrite=True)
    assert "b" == settings.load(tmp_path).name


def test_what_is_unsure_is_said_in_both_languages(tmp_path):
    got = of(tmp_path, "王小明,1/2/2024,12.5", "李雷,1/3/2024,20", "王小明,2/3/2024,30")
    assert {"no_header", "no_order_id", "date_order", "field"} == doubts(got)
    assert all(doubt.say("zh") != doubt.say("en") for doubt in got.unsure)
    assert all(belief.why.say("zh") != belief.why.say("en") for belief in got.believed)
