"""Telephone numbers: Chinese mobiles and landlines with their area code, others with their country code."""

from __future__ import annotations

from kezhi.kit.engine import ibis, ir
from kezhi.kit.reading import Names, Reader, first_rule, unless_canonical
from kezhi.kit.text import half_width, something, trimmed

_MOBILE = "1[3-9][0-9]{9}"
_PREFIX = "(([+]|00)?86)?0?"
_AREA = "(10|2[0-9]|[3-9][0-9]{2})"
_SIGNS = "[ ()._·-]"

# Digits only, after blanks and dashes are gone. Behind a mobile a second number may follow; the first counts.
_ANY_MOBILE = f"^{_PREFIX}({_MOBILE})([,;、/|].*)?$"
_LANDLINE = f"^0{_AREA}([2-8][0-9]{{6,7}})$"
_LANDLINE_ABROAD = f"^([+]|00)86{_AREA}([2-8][0-9]{{6,7}})$"
_HOTLINE = "^[48]00[0-9]{7}$"
_FOREIGN = "^([+]|00)([1-79][0-9]{6,14}|8[0-57-9][0-9]{5,13})$"
_EXTENSION = "(转|分机|EXT[.]?|X|#)[0-9]{1,6}$"


def _mend(at: Names) -> dict[str, ir.Value]:
    """`wide`: what is no plain mobile, half width, in capitals; null for words that mean nothing."""
    return {"wide": something(trimmed(half_width(at("odd"))), typed=True).upper()}


def _strip(at: Names) -> dict[str, ir.Value]:
    """`digits`: without blanks, dashes and extension."""
    wide = at("wide")
    from_a_number = ibis.cases(  # spreadsheets and pandas: 13812345678.0, 1.3812345678E+10
        (wide.re_search("^1[0-9]{10}[.]0+$"), wide.substr(0, 11)),
        (wide.re_search("^1[.][0-9]{10}E[+]?10$"), wide.substr(0, 12).re_replace("[.]", "")),
        else_=wide,
    )
    return {"digits": from_a_number.re_replace(_SIGNS, "").re_replace(_EXTENSION, "")}


def _number(at: Names) -> dict[str, ir.Value]:
    raw, digits = at("raw"), at("digits")
    return {
        "value": ibis.cases(
            (at("odd").isnull(), raw),
            (digits.re_search(_ANY_MOBILE), digits.re_extract(_ANY_MOBILE, 3)),
            (digits.re_search(f"{_LANDLINE}|{_HOTLINE}"), digits),
            (digits.re_search(_LANDLINE_ABROAD), ibis.literal("0") + digits.re_replace("^([+]|00)86", "")),
            (digits.re_search(_FOREIGN), ibis.literal("+") + digits.re_replace("^([+]|00)", "")),
            else_=ibis.null("string"),
        )
    }


def _rule(at: Names) -> dict[str, ir.Value]:
    raw, wide, value = at("raw"), at("wide"), at("value")
    return {
        "rule": first_rule(
            (value == raw, ""),
            (value.isnull() & wide.isnull(), ""),
            (value.isnull(), "unreadable_phone"),
            (value == trimmed(raw), "blank_trimmed"),
            (value == wide, "full_width"),
            (ibis.literal(True), "phone_format"),
        )
    }


def phone_reader() -> Reader:
    """
    A telephone number as text: 11 digits of a Chinese mobile, area code and number of a landline (or a 400
    number), `+` and digits of a number abroad. Rules: `phone_format`, `full_width`, `unreadable_phone`.
    """
    return Reader((unless_canonical(f"^{_MOBILE}$"), _mend, _strip, _number, _rule), lambda value: value, lambda raw: raw)


def phone_kind(phone: ir.StringValue) -> ir.StringValue:
    """`mobile`, `landline` or `foreign` of a number as `phone_reader` gives it; null without one."""
    return ibis.cases(
        (phone.isnull(), ibis.null("string")),
        (phone.re_search("^[+]"), ibis.literal("foreign")),
        (phone.re_search(f"^{_MOBILE}$"), ibis.literal("mobile")),
        else_=ibis.literal("landline"),
    )
