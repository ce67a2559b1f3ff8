"""Where a person lives and works: from the province to the door."""

from __future__ import annotations

from kezhi.identity.comparing.comparison import ALIKE, EDITS, Comparison, Level, Measured, Told, both, same
from kezhi.kit.engine import ir

ADDRESS = Comparison(
    "address",
    both("address"),
    (
        Level("same", same("address"), 0.70, 1e-5),
        Level("same_house", same("house"), 0.05, 1e-4),
        Level("nearly_same", Measured(ALIKE, "address", 0.93), 0.10, 1e-3),
        Level("same_street", same("street"), 0.03, 5e-3),
        Level("similar", Measured(ALIKE, "address", 0.8), 0.04, 2e-2),
        Level("differs", None, 0.08, 0.98),
    ),
    value="address",
)

CITY = Comparison(
    "city",
    lambda left, right: both("city")(left, right) | both("province")(left, right),
    (
        Level("same", same("city"), 0.88, 0.1),
        Level("nearly_same", Measured(ALIKE, "city", 0.9), 0.03, 5e-3),
        Level("same_province", lambda left, right: same("province")(left, right), 0.03, 0.1),
        Level("differs", None, 0.06, 0.8),
    ),
    value="city",
)


def _same_area(left: Told, right: Told) -> ir.BooleanValue:
    return (left("postcode").substr(0, 3) == right("postcode").substr(0, 3)).fill_null(False)


POSTCODE = Comparison(
    "postcode",
    both("postcode"),
    (
        Level("same", same("postcode"), 0.85, 2e-3),
        Level("one_digit", Measured(EDITS, "postcode", 1), 0.08, 1e-2),
        Level("same_area", _same_area, 0.01, 2e-2),
        Level("differs", None, 0.06, 0.97),
    ),
    value="postcode",
)

COMPANY = Comparison(
    "company",
    both("company"),
    (
        Level("same", same("company"), 0.6, 1e-3),
        Level("similar", Measured(ALIKE, "company", 0.9), 0.1, 2e-3),
        Level("differs", None, 0.3, 1.0),
    ),
    value="company",
)
