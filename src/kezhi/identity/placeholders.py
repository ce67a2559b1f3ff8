"""Values that people type to get past a form: they say nothing about who someone is."""

from __future__ import annotations

from collections.abc import Iterable

from kezhi.kit.engine import ibis, ir

# 13800138000 is the recharge line of China Mobile, the number clerks type when a customer gives none.
PHONE = r"^(0+|12345678.*|1\d\d0{8}|1\d\d12345678|13800138000)$"

MAIL = (
    r"^(test\d*|demo|example|sample|no-?_?reply|do-?_?not-?_?reply|nobody|none|null|nil|na|nomail|noemail|unknown|undefined|anonymous"
    r"|abc|asdf?|qwerty?|xx+|0+|1+|123\d*)@|@(example|test|domain|localhost|none|null)\.|@localhost$"
)
MAIL_MAKES_SENSE = r"^[^@\s]+@[^@\s.]+(\.[^@\s.]+)+$"

CODE = r"^(0+|-+|\.+|\*+|x+|n/?a|nil|none|null|nan|test\d*|unknown|undefined|guest|anonymous|visitor|无|没有|暂无|未知|不详|未填|匿名|游客|散客|123456|12345678|123456789|1234567890)$"
LONG_CODE = 6  # from this length on one repeated character is no code; `7` or `11` may well be one


def is_placeholder(kind: ir.StringValue, value: ir.StringValue, ignored: Iterable[str]) -> ir.BooleanValue:
    """
    Whether *value* of the key *kind* is a stopgap and not somebody's own.

    Args:
        kind: One of `keys.KINDS`; a valid id number is only a placeholder when it is in *ignored*.
        value: Not null.
        ignored: Further values, compared in lower case without outer blanks.
    """
    low = value.lower()
    repeated = low.replace(low.substr(0, 1), "") == ""
    code = low.re_search(CODE) | (repeated & (low.length() >= LONG_CODE))
    found = kind.cases(
        ("phone", low.re_search(PHONE) | repeated),
        ("email", low.re_search(MAIL) | ~low.re_search(MAIL_MAKES_SENSE)),
        ("id_number", ibis.literal(False)),
        else_=code,
    )
    wanted = sorted({text.strip().lower() for text in ignored})
    return found | low.isin(wanted) if wanted else found
