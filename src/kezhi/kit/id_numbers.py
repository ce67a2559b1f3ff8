"""Chinese citizen identity numbers: form, checksum and the facts they carry (GB 11643-1999)."""

from __future__ import annotations

from kezhi.kit.engine import ibis, ir
from kezhi.kit.moments import days_in_month
from kezhi.kit.reading import Names, Reader, first_rule, unless_canonical
from kezhi.kit.text import half_width, something, trimmed

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_SIGNS = "10X98765432"  # at the place of the weighted sum modulo 11

# First two digits, GB/T 2260; 83 is on residence permits of people from Taiwan.
PROVINCES = {
    "11": "北京", "12": "天津", "13": "河北", "14": "山西", "15": "内蒙古", "21": "辽宁", "22": "吉林", "23": "黑龙江",
    "31": "上海", "32": "江苏", "33": "浙江", "34": "安徽", "35": "福建", "36": "江西", "37": "山东", "41": "河南",
    "42": "湖北", "43": "湖南", "44": "广东", "45": "广西", "46": "海南", "50": "重庆", "51": "四川", "52": "贵州",
    "53": "云南", "54": "西藏", "61": "陕西", "62": "甘肃", "63": "青海", "64": "宁夏", "65": "新疆", "71": "台湾",
    "81": "香港", "82": "澳门", "83": "台湾",
}  # fmt: skip

_MODERN = "^[1-9][0-9]{16}[0-9X]$"


def _mend(at: Names) -> dict[str, ir.Value]:
    wide = something(trimmed(half_width(at("odd"))), typed=True).upper()
    return {"text": wide.re_replace("[ _.-]", "")}


def _body(at: Names) -> dict[str, ir.Value]:
    """`body`: the 17 digits before the check sign of a number of the old form with 15 digits."""
    text = at("text")
    return {
        "body": ibis.cases(
            (text.re_search("^[1-9][0-9]{14}$"), text.substr(0, 6) + "19" + text.substr(6, 9)),
            else_=ibis.null("string"),
        )
    }


def _decide(at: Names) -> dict[str, ir.Value]:
    raw, text, body = at("raw"), at("text"), at("body")
    usable = text.re_search("^[0-9A-Z]{6,20}$")
    return {
        "value": ibis.cases(
            (at("odd").isnull(), raw), (body.notnull(), body + check_sign(body)), (usable, text), else_=ibis.null("string")
        ),
        "rule": first_rule(
            (text.isnull(), ""),
            (~usable, "unreadable_id_number"),
            (body.notnull(), "id_15_to_18"),
            (text == raw, ""),
            (text == trimmed(raw), "blank_trimmed"),
            (ibis.literal(True), "id_number_format"),
        ),
    }


def id_number_reader() -> Reader:
    """
    An identity number: capitals, half width, 15 digits made 18; valid or not is `id_number_facts`' to say.

    Rules: `id_15_to_18`, `id_number_format`, `blank_trimmed`, `unreadable_id_number` (no number at all).
    """
    return Reader((unless_canonical(_MODERN), _mend, _body, _decide), lambda value: value, lambda raw: raw)


def check_sign(body: ir.StringValue) -> ir.StringValue:
    """The check sign of the first 17 digits; *body* must be digits or null."""
    total = sum((body.substr(i, 1).cast("int64") * weight for i, weight in enumerate(WEIGHTS)), ibis.literal(0))
    return ibis.literal(CHECK_SIGNS).substr(total % 11, 1)


def id_number_facts(numbers: ir.Table, column: str, latest: str) -> ir.Table:
    """
    What the identity number in *column* tells, in columns added beside it.

    Args:
        numbers: A table; other columns pass through.
        column: Text as `id_number_reader` gives it.
        latest: Name of the column with the last day on which somebody known may be born.

    Returns:
        `<column>_valid` (province, date and check sign are right; null without a number) and, null unless
        valid, `id_birth_date`, `id_gender` (`male`, `female`) and `id_region` (province).
        Settle it within `reading.stages_apart`.
    """
    kept = numbers.columns
    shaped = numbers.mutate(
        id__body=ibis.cases((numbers[column].re_search(_MODERN), numbers[column].substr(0, 17)), else_=ibis.null("string"))
    )
    body = shaped.id__body
    parted = shaped.mutate(
        id__check=check_sign(body),
        id__year=body.substr(6, 4).cast("int64"),
        id__month=body.substr(10, 2).cast("int64"),
        id__day=body.substr(12, 2).cast("int64"),
        id__male=body.substr(16, 1).cast("int64") % 2 == 1,
    )
    real_day = (
        (parted.id__year >= 1850)
        & (parted.id__year <= 2200)
        & (parted.id__month >= 1)
        & (parted.id__month <= 12)
        & (parted.id__day >= 1)
        & (parted.id__day <= days_in_month(parted.id__year, parted.id__month))
    )
    written = parted.id__body.substr(6, 4) + "-" + parted.id__body.substr(10, 2) + "-" + parted.id__body.substr(12, 2)
    born = parted.mutate(id__born=ibis.cases((real_day, written), else_=ibis.null("string")))
    dated = born.mutate(id__born_on=born.id__born.cast("date"))
    right = (
        dated.id__born_on.notnull()
        & (dated.id__born_on <= dated[latest])
        & (dated.id__check == dated[column].substr(17, 1))
        & dated[column].substr(0, 2).isin(list(PROVINCES))
    ).fill_null(False)
    judged = dated.mutate(id__right=ibis.cases((dated[column].isnull(), ibis.null("boolean")), else_=right))
    valid = judged.id__right
    region = ibis.cases(
        *((judged[column].substr(0, 2) == code, ibis.literal(name)) for code, name in PROVINCES.items()),
        else_=ibis.null("string"),
    )
    return judged.select(
        *kept,
        **{f"{column}_valid": valid},
        id_birth_date=ibis.cases((valid, judged.id__born_on), else_=ibis.null("date")),
        id_gender=ibis.cases((valid & judged.id__male, ibis.literal("male")), (valid, ibis.literal("female")), else_=ibis.null("string")),
        id_region=ibis.cases((valid, region), else_=ibis.null("string")),
    )
