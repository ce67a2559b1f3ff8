"""What a person is by birth: identity number, date of birth, gender."""

from __future__ import annotations

from kezhi.identity.comparing.comparison import EDITS, Comparison, Level, Measured, Told, both, same
from kezhi.kit.engine import ir


def _two_people(left: Told, right: Told) -> ir.BooleanValue:
    """Two different numbers that are both valid: those of brothers may be one digit apart."""
    return ((left("id_number") != right("id_number")) & left("id_valid") & right("id_valid")).fill_null(False)


ID_NUMBER = Comparison(
    "id_number",
    both("id_number"),
    (
        Level("same", same("id_number"), 0.93, 1e-7),
        Level("two_people", _two_people, 1e-4, 0.9),
        Level("one_digit", Measured(EDITS, "id_number", 1), 0.04, 1e-6),
        Level("two_digits", Measured(EDITS, "id_number", 2), 0.01, 2e-5),
        Level("differs", None, 0.02, 0.1),
    ),
    value="id_number",
)


def _year(at: Told) -> ir.StringValue:
    return at("birth").substr(0, 4)


def _month(at: Told) -> ir.StringValue:
    return at("birth").substr(4, 2)


def _day(at: Told) -> ir.StringValue:
    return at("birth").substr(6, 2)


def _turned(left: Told, right: Told) -> ir.BooleanValue:
    """1985-03-07 and 1985-07-03."""
    return ((_year(left) == _year(right)) & (_month(left) == _day(right)) & (_day(left) == _month(right))).fill_null(False)


def _same_day(left: Told, right: Told) -> ir.BooleanValue:
    """Day and month are the same, the year is not."""
    return ((left("birth").substr(4) == right("birth").substr(4)) & (left("birth").length() == 8)).fill_null(False)


def _lunar(left: Told, right: Told) -> ir.BooleanValue:
    """1985-03-07 and 1985-01-16, the same day by the lunar calendar."""
    return ((left("birth") == right("lunar_birth")) | (left("lunar_birth") == right("birth"))).fill_null(False)


def _same_year(left: Told, right: Told) -> ir.BooleanValue:
    return (_year(left) == _year(right)).fill_null(False)


BIRTH_DATE = Comparison(
    "birth_date",
    both("birth"),
    (
        Level("same", same("birth"), 0.90, 5e-5),
        Level("turned", _turned, 0.01, 3e-5),
        Level("lunar", _lunar, 0.005, 1e-4),
        Level("one_digit", Measured(EDITS, "birth", 1), 0.04, 1e-3),
        Level("same_day", _same_day, 0.01, 2.5e-3),
        Level("two_digits", Measured(EDITS, "birth", 2), 0.01, 1e-2),
        Level("same_year", _same_year, 0.005, 1.5e-2),
        Level("differs", None, 0.02, 0.97),
    ),
    value="birth",
)

GENDER = Comparison("gender", both("gender"), (Level("same", same("gender"), 0.98, 0.5), Level("differs", None, 0.02, 0.5)))
