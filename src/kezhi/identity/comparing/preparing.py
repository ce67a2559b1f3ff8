"""Records as they are compared: every field in one form, with what can be told from it beside it."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from kezhi.identity.placeholders import is_placeholder
from kezhi.kit import han
from kezhi.kit.engine import Workbench, _, ibis, ir
from kezhi.kit.lunar import lunar_days
from kezhi.kit.reading import stages_apart
from kezhi.kit.text import half_width, plain_letters, trimmed

# What a record may tell; a table has whatever of them it has.
FIELDS = (
    "name", "given_name", "surname", "phone", "email", "id_number", "birth_date", "gender", "address", "province", "city", "postcode",
    "company", "member_id", "app_id", "wechat_id",
)  # fmt: skip

COMPOUND_SURNAMES = (
    "欧阳", "司马", "诸葛", "上官", "夏侯", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "司徒", "轩辕", "长孙", "宇文", "端木", "南宫",
    "百里", "东郭", "西门", "独孤", "呼延", "闻人", "申屠", "太史", "澹台", "公冶", "宗政", "濮阳", "淳于", "单于", "鲜于", "闾丘", "万俟",
)  # fmt: skip

# Mail boxes of an office, not of a person.
_ROLE = r"^(info|sales|service|services|support|admin|administrator|office|contact|hr|kefu|webmaster|postmaster|enquiries|enquiry|hello|mail|marketing|finance|caiwu|bangong)$"
_NOBODY = r"^(测试.*|匿名.*|游客|散客|顾客|客户|会员|用户.*|微信用户|无名氏|未知|未填.*|不详|先生|女士|小姐|暂无|无|没有|同上|保密|test.*|unknown|none|null|nan|n/?a|anonymous|guest|user|customer|x+|-+|\.+|\*+|\?+|[0-9]+)$"
_TITLE = r"(先生|女士|小姐|太太|老师|经理|总)$"
_WESTERN_TITLE = r"^(mr|mrs|ms|miss|dr|prof)[. ]+|[, ]+(jr|sr|ii|iii|phd|md)[.]?$"
_LAST_FIRST = "^([^,]+),[ ]*([^,]+)$"
_HAN_PART = "[一-鿿]{2,}"
_MIXED = f"[a-z(].*{_HAN_PART}|{_HAN_PART}.*[a-z(]"  # Mary 王芳, 王芳(小芳)
_HAN = "^[一-鿿]{1,6}$"
_DATE = "^[0-9]{4}[-/.年][0-9]{1,2}[-/.月][0-9]{1,2}日?$"
_COMPANY = "[ ,.()（）]|有限责任公司|股份有限公司|有限公司|公司|集团|[ ](inc|ltd|llc|co|gmbh)[.]?$"
_NAMES = pa.schema([("said", pa.string()), ("written", pa.string()), ("simple", pa.string()), ("sound", pa.string())])


FORMS = (
    "full", "written", "sound", "family", "given", "surname", "phone", "landline", "local_number", "email", "mail_name", "id_number", "id_valid",
    "birth", "lunar_birth", "gender", "address", "house", "street", "province", "city", "postcode", "company", "member_id", "app_id", "wechat_id",
)  # fmt: skip


def prepared(records: ir.Table, ignored: tuple[str, ...], crowd: int, bench: Workbench) -> ir.Table:
    """
    One row per record with the forms that are compared.

    Args:
        records: As for `formed`.
        ignored: Values that say nothing, besides the built-in placeholders.
        crowd: A phone, mail or WeChat of more records than this is nobody's own and is not compared.

    Returns:
        What `formed` returns, without what a crowd shares. Settled.
    """
    return without_crowds(formed(records, ignored, bench), crowd, bench)


def formed(records: ir.Table, ignored: tuple[str, ...], bench: Workbench, *, after: ir.Table | None = None) -> ir.Table:
    """
    One row per record with what it tells, in one form.

    Args:
        records: record_id (string, unique), is_left (boolean, of `link`; null else) and any of `FIELDS` as text; `id_number_valid`.
        ignored: Values that say nothing, besides the built-in placeholders.
        after: One row, last_row: the rows are numbered from the next; None: from 0.

    Returns:
        row (int64, in the order of ids: shorter first), record_id, is_left, id_valid, and, each null where nothing is told:
        full (Chinese name in simplified characters), written (as written), sound (pinyin, or Latin letters), family (Chinese
        surname), given, surname (Latin), phone, landline, local_number, email, mail_name, id_number, birth (digits), lunar_birth (that
        day by the lunar calendar), gender, address, house, street, province, city, postcode, company, member_id, app_id, wechat_id. Settled.
    """
    fields = told_fields(records, bench)
    untold = {name: ibis.null("string") for name in FIELDS if name not in fields}
    with stages_apart():
        told = records.select("record_id", "is_left", "id_number_valid", **{name: records[name].cast("string") for name in fields})
        told = told.mutate(**{name: _bare(told[name]) for name in fields})
        told = told.mutate(**{name: plain_letters(told[name]) for name in ("name", "given_name", "surname") if name in fields})
        told = told.mutate(row=ibis.row_number().over(order_by=[_.record_id.length(), _.record_id]).cast("int64"))
        if after is not None:
            told = told.cross_join(after.select("last_row")).mutate(row=_.row + _.last_row + 1).drop("last_row")
        told = bench.settle(told).mutate(**untold)
        told = told.mutate(said=_said(told))
        said = told.select("said").filter(_.said.notnull()).distinct()  # a name is read once, however many bear it
        names = bench.each_batch(_read_names, _NAMES, _whole_names(said).filter(_.written.notnull()))
        forms = _forms(told.left_join(_name_forms(names), "said").drop("said_right"), ignored)
        (calendar,) = bench.kernel(lambda: (lunar_days(),))
        days = calendar.select(solar_day="solar", lunar_birth="lunar")
        return bench.settle(forms.left_join(days, [("birth", "solar_day")]).drop("solar_day"))


def told_fields(records: ir.Table, bench: Workbench) -> list[str]:
    """Those of `FIELDS` that some of *records* tells: the others are not looked at record by record."""
    present = [name for name in FIELDS if name in records.columns]
    found = bench.arrow(records.agg(records=_.count(), **{name: records[name].notnull().any() for name in present}))
    return [name for name in present if found[name][0].as_py()]


def without_crowds(forms: ir.Table, crowd: int, bench: Workbench) -> ir.Table:
    """*forms* without what an office, a shop or a switchboard lends to more than *crowd* records: it says nothing of one of them. Settled."""
    told = forms
    for name in ("phone", "email", "wechat_id"):
        shared = forms.filter(_[name].notnull()).group_by(name).agg(holders=_.count()).filter(_.holders > crowd)
        many = bench.settle(shared.select(crowded=name))
        if not bench.arrow(many.limit(1)).num_rows:
            continue
        told = told.left_join(many, [(name, "crowded")]).mutate(
            **{name: ibis.cases((_.crowded.notnull(), ibis.null("string")), else_=_[name])}
        )
        told = told.drop("crowded")
    return forms if told is forms else bench.settle(told)


def _bare(value: ir.StringValue) -> ir.StringValue:
    # not strip(): on Spark it takes the letters f and v from both ends, of the escapes of blanks
    return trimmed(half_width(value).re_replace("[\\s\u3000\u00a0]+", " ")).nullif("")


def _said(t: ir.Table) -> ir.StringValue:
    """The name, or given name and surname as one, Chinese ones surname first; null when nothing of it is told."""
    parts = ibis.cases(
        (t.surname.re_search("^[一-鿿]") & t.given_name.re_search("^[一-鿿]"), t.surname + t.given_name),
        else_=t.given_name.fill_null("") + " " + t.surname.fill_null(""),
    )
    return t.name.fill_null(parts).nullif(" ")


def _whole_names(names: ir.Table) -> ir.Table:
    """said and written: lower case, without titles; Chinese without blanks; `smith, john` as `john smith`."""
    low = names.select("said", low=_.said.lower().re_replace(_WESTERN_TITLE, "").re_replace("[.*'’`·•・]", ""))
    turned = low.mutate(
        family=low.low.re_extract(_LAST_FIRST, 1).nullif(""), given=low.low.re_extract(_LAST_FIRST, 2), han=low.low.re_replace("[ ]", "")
    )
    latin = ibis.cases((turned.family.notnull(), turned.given + " " + turned.family), else_=trimmed(turned.low))
    chinese = ibis.cases((turned.han.re_search(_MIXED), turned.han.re_extract(_HAN_PART, 0)), else_=turned.han.re_replace(_TITLE, ""))
    text = turned.select("said", text=ibis.cases((turned.han.re_search("[一-鿿]"), chinese), else_=latin))
    return text.select("said", written=ibis.cases((text.text.re_search(_NOBODY), ibis.null("string")), else_=text.text).nullif(""))


def _read_names(names: Any) -> Any:
    simple = han.simplified(names["written"])
    return {"said": names["said"], "written": names["written"], "simple": simple, "sound": han.pinyin(simple)}


def _name_forms(names: ir.Table) -> ir.Table:
    """said and what is told from the whole name: chinese, full, written, sound, family; first and last of its words."""
    nothing = ibis.null("string")
    t = names.mutate(chinese=_.simple.re_search(_HAN))
    return t.select(
        "said", "chinese",
        full=ibis.cases((t.chinese, t.simple), else_=nothing),
        written=ibis.cases((t.chinese, t.written), else_=nothing),
        sound=_letters(t.sound),
        family=ibis.cases(
            (~t.chinese, nothing),
            (t.simple.substr(0, 2).isin(COMPOUND_SURNAMES) & (t.simple.length() >= 3), t.simple.substr(0, 2)),
            else_=t.simple.substr(0, 1),
        ),
        first=t.written.re_extract("^([^ ]+)[ ]", 1),
        last=t.written.re_extract("([^ ]+)$", 1),
    )  # fmt: skip


def _forms(t: ir.Table, ignored: tuple[str, ...]) -> ir.Table:
    nothing = ibis.null("string")
    parted = t.given_name.notnull() | t.surname.notnull()
    t = t.mutate(
        chinese=t.chinese.fill_null(False),
        digits=t.phone.re_replace("^([+]|00)?86[ -]?", "").re_replace("[^0-9]", ""),
        low_mail=t.email.lower().replace("＠", "@").replace(" ", ""),
        id_number=t.id_number.upper().re_replace("[ ._-]", ""),
        born=t.birth_date.re_replace("[ T].*$", ""),
        place=trimmed(t.address.lower().re_replace('[ ,，。.;；#"“”()（）]+', " ")).nullif(""),
        first=ibis.cases((parted, t.given_name), else_=t["first"]),
        last=ibis.cases((parted, t.surname), else_=t["last"]),
        low_wechat=t.wechat_id,
    )
    t = t.mutate(
        phone=ibis.cases((t.digits.length() >= 5, t.digits), else_=nothing),
        box=t.low_mail.re_extract("^([^@]+)@", 1).nullif(""),
        given=ibis.cases((t.chinese, nothing), else_=_letters(t["first"])),
        surname=ibis.cases((t.chinese, nothing), else_=_letters(t["last"])),
    )
    said = {"phone": t.phone, "email": t.low_mail, "id_number": t.id_number, "wechat_id": t.low_wechat}
    kinds = {"id_number": "code"}
    t = t.mutate(
        **{
            f"void_{name}": is_placeholder(ibis.literal(kinds.get(name, name)), value.fill_null("-"), ignored)
            for name, value in said.items()
        }
    )

    def real(name: str, value: ir.StringValue) -> ir.StringValue:
        return ibis.cases((value.isnull() | t[f"void_{name}"], nothing), else_=value)

    office = t.box.re_search(_ROLE).fill_null(False)
    t = t.mutate(
        phone=real("phone", t.phone),
        email=ibis.cases((office, nothing), else_=real("email", t.low_mail)),
        mail_name=ibis.cases((office | t.void_email, nothing), else_=t.box.re_replace("[+].*$", "").nullif("")),
        id_number=real("id_number", t.id_number),
        wechat_id=real("wechat_id", t.wechat_id),
        birth=ibis.cases((t.born.re_search(_DATE), _eight(t.born)), else_=t.born.re_replace("[^0-9]", "")).nullif(""),
        house=t.place.re_extract("^(.*?[0-9]+号)", 1).nullif(""),
        street=t.place.re_extract("^(.*?(路|街|道|巷|村|镇|里))", 1).nullif(""),
    )
    return t.select(
        "row", "record_id", "is_left", "full", "written", "sound", "family", "given", "surname", "phone", "email", "mail_name", "id_number",
        "birth", "house", "street", "member_id", "app_id", "wechat_id",
        id_valid=t.id_number_valid.fill_null(False) & t.id_number.notnull(),
        landline=ibis.cases((t.phone.isnull(), ibis.null("boolean")), else_=~t.phone.re_search("^1[3-9][0-9]{9}$")),
        local_number=t.phone.right(7),
        gender=t.gender.lower().substr(0, 1),
        address=t.place,
        province=t.province.re_replace("(省|市|自治区|壮族自治区|回族自治区|维吾尔自治区)$", "").lower(),
        city=t.city.lower().re_replace("市$", "").nullif(""),
        postcode=t.postcode.upper().re_replace("[ .-]", "").nullif(""),
        company=t.company.lower().re_replace(_COMPANY, "").nullif(""),
    )  # fmt: skip


def _letters(text: ir.StringValue) -> ir.StringValue:
    return text.lower().re_replace("[ .,'’`·-]", "").nullif("")


def _eight(born: ir.StringValue) -> ir.StringValue:
    pattern = "^([0-9]{4})[^0-9]([0-9]{1,2})[^0-9]([0-9]{1,2})"
    return born.re_extract(pattern, 1) + born.re_extract(pattern, 2).lpad(2, "0") + born.re_extract(pattern, 3).lpad(2, "0")
