"""Names: Chinese ones as a whole, Western ones by given name and surname."""

from __future__ import annotations

from kezhi.identity.comparing.comparison import ALIKE, EDITS, REARRANGED, Comparison, Level, Measured, Told, both, same
from kezhi.kit.engine import ibis, ir

_PET = "^[小阿老大][一-鿿]$"

# Short forms that share too few letters with their names; the others (Rob, Alex) are told by how they begin.
_SHORT = {
    "bob": "robert", "bobby": "robert", "bill": "william", "billy": "william", "will": "william", "dick": "richard", "rick": "richard",
    "jack": "john", "jim": "james", "jimmy": "james", "ted": "edward", "ned": "edward", "harry": "henry", "hank": "henry", "tony": "anthony",
    "peggy": "margaret", "meg": "margaret", "maggie": "margaret", "liz": "elizabeth", "beth": "elizabeth", "betty": "elizabeth",
    "kate": "katherine", "katie": "katherine", "kathy": "katherine", "molly": "mary", "polly": "mary", "sally": "sarah", "chuck": "charles",
    "mike": "michael", "dave": "david", "andy": "andrew", "drew": "andrew", "steve": "stephen", "larry": "lawrence", "nick": "nicholas",
}  # fmt: skip


def _same_sound(left: Told, right: Told) -> ir.BooleanValue:
    return (left("sound") == right("sound")).fill_null(False)


def _spelt_out(left: Told, right: Told) -> ir.BooleanValue:
    """王芳 as Wang Fang or Fang Wang, where one of the two is in Latin letters."""

    def turned(chinese: Told, latin: Told) -> ir.BooleanValue:
        return chinese("full").notnull() & ((latin("surname") + latin("given")) == chinese("sound")).fill_null(False)

    return turned(left, right) | turned(right, left)


def _pet_name(left: Told, right: Told) -> ir.BooleanValue:
    """小芳, 阿芳, 芳芳 or 老王 for 王芳."""

    def of(pet: Told, name: Told) -> ir.BooleanValue:
        doubled = (pet("full").length() == 2) & (pet("full").substr(0, 1) == pet("full").right(1))
        own = (pet("full").re_search(_PET) | doubled) & ~name("full").re_search(_PET)
        return (own & ((name("full").right(1) == pet("full").right(1)) | (name("family") == pet("full").right(1)))).fill_null(False)

    return of(left, right) | of(right, left)


def _family_alone(left: Told, right: Told) -> ir.BooleanValue:
    """王 (as in 王先生) and 王芳, 欧阳 and 欧阳修: no contradiction, and not much more."""
    return ((left("full") == right("family")) | (right("full") == left("family"))).fill_null(False)


def _same_family(left: Told, right: Told) -> ir.BooleanValue:
    return (left("family") == right("family")).fill_null(False)


def _same_given(left: Told, right: Told) -> ir.BooleanValue:
    """The given name is the same, the surname is not: miswritten, or changed."""

    def given(at: Told) -> ir.StringValue:
        return at("full").substr(at("family").length())

    return ((given(left) == given(right)) & (given(left).length() >= 2)).fill_null(False)


CHINESE_NAME = Comparison(
    "name",
    lambda left, right: both("full", "given", "surname")(left, right) & (left("full").notnull() | right("full").notnull()),
    (
        Level("same", same("full"), 0.90, 1e-4),
        Level("same_sound", _same_sound, 0.02, 1e-4),
        Level("spelt_out", _spelt_out, 0.01, 1e-5),
        Level("rearranged", Measured(REARRANGED, "full", 1), 0.004, 1e-5),
        Level("pet_name", _pet_name, 0.01, 2e-3),
        Level("family_alone", _family_alone, 0.01, 1e-2),
        Level("same_given", _same_given, 0.005, 1e-3),
        Level("one_character", Measured(EDITS, "full", 1), 0.02, 5e-3),
        Level("same_family", _same_family, 0.01, 4e-2),
        Level("differs", None, 0.012, 0.95),
    ),
    value="full",
)


def _short(left: Told, right: Told) -> ir.BooleanValue:
    """Bob for Robert, Alex for Alexander, J. for James."""

    def longer(at: Told) -> ir.StringValue:
        return at("given").substitute(_SHORT)

    begins = left("given").startswith(right("given")) | right("given").startswith(left("given"))
    return ((longer(left) == longer(right)) | begins).fill_null(False)


def _swapped(mine: str, other: str) -> Level:
    def test(left: Told, right: Told) -> ir.BooleanValue:
        return ((left(mine) == right(other)) & (left(other) == right(mine)).fill_null(True)).fill_null(False)

    return Level("swapped", test, 0.01, 5e-5)


GIVEN_NAME = Comparison(
    "given_name",
    lambda left, right: both("given")(left, right) | _swapped("given", "surname").test(left, right),  # type: ignore[operator,misc]
    (
        Level("same", same("given"), 0.80, 5e-3),
        _swapped("given", "surname"),
        Level("short_form", _short, 0.02, 2e-3),
        Level("nearly_same", Measured(ALIKE, "given", 0.9), 0.07, 5e-3),
        Level("similar", Measured(ALIKE, "given", 0.78), 0.04, 2e-2),
        Level("differs", None, 0.06, 0.97),
    ),
    value="given",
)

SURNAME = Comparison(
    "surname",
    lambda left, right: both("surname")(left, right) | _swapped("surname", "given").test(left, right),  # type: ignore[operator,misc]
    (
        Level("same", same("surname"), 0.80, 2e-3),
        _swapped("surname", "given"),
        Level("nearly_same", Measured(ALIKE, "surname", 0.9), 0.09, 3e-3),
        Level("similar", Measured(ALIKE, "surname", 0.78), 0.04, 2e-2),
        Level("differs", None, 0.06, 0.97),
    ),
    value="surname",
)


def unlike(level: dict[str, ir.IntegerValue]) -> ir.BooleanValue:
    """Whether the names, as told by the levels of the three comparisons, are those of two people."""

    def at(comparison: Comparison, *names: str) -> ir.BooleanValue:
        if comparison.name not in level:
            return ibis.literal(False)
        return level[comparison.name].isin([comparison.level_names.index(name) for name in names])

    return at(CHINESE_NAME, "same_family", "differs") | at(GIVEN_NAME, "differs") & ~at(SURNAME, "swapped")
