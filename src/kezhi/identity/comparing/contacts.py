"""Phones, mails, and the ids that systems give: how a person is reached."""

from __future__ import annotations

from kezhi.identity.comparing.comparison import ALIKE, EDITS, Comparison, Level, Measured, Told, both, same
from kezhi.kit.engine import ir


def _same_mobile(left: Told, right: Told) -> ir.BooleanValue:
    return ((left("phone") == right("phone")) & ~left("landline")).fill_null(False)


def _other_area_code(left: Told, right: Told) -> ir.BooleanValue:
    """The same number of a landline with another area code, or without one."""
    return ((left("local_number") == right("local_number")) & left("landline") & right("landline")).fill_null(False)


PHONE = Comparison(
    "phone",
    both("phone"),
    (
        Level("same", _same_mobile, 0.60, 1e-7),
        Level("same_landline", same("phone"), 0.05, 1e-6),
        Level("other_area_code", _other_area_code, 0.01, 1e-6),
        Level("one_digit", Measured(EDITS, "phone", 1), 0.03, 2e-6),
        Level("differs", None, 0.31, 1.0),
    ),
    value="phone",
)

EMAIL = Comparison(
    "email",
    both("email"),
    (
        Level("same", same("email"), 0.70, 1e-7),
        Level("same_name", same("mail_name"), 0.06, 1e-5),
        Level("one_sign", Measured(EDITS, "mail_name", 1), 0.08, 2e-5),
        Level("similar", Measured(ALIKE, "mail_name", 0.88), 0.04, 2e-3),
        Level("differs", None, 0.12, 1.0),
    ),
    value="email",
)


def own_id(name: str, match: float) -> Comparison:
    """An id that a system or service gives one person."""
    levels = (Level("same", same(name), match, 1e-7), Level("differs", None, 1 - match, 1.0))
    return Comparison(name, both(name), levels, value=name)


WECHAT, MEMBER, APP = own_id("wechat_id", 0.9), own_id("member_id", 0.97), own_id("app_id", 0.97)
