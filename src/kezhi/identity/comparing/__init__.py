"""Two records side by side: what agrees, how far, and what contradicts."""

from collections.abc import Iterable

from kezhi.identity.comparing.comparison import UNKNOWN, Comparison
from kezhi.identity.comparing.contacts import APP, EMAIL, MEMBER, PHONE, WECHAT
from kezhi.identity.comparing.facts import BIRTH_DATE, GENDER, ID_NUMBER
from kezhi.identity.comparing.names import CHINESE_NAME, GIVEN_NAME, SURNAME
from kezhi.identity.comparing.places import ADDRESS, CITY, COMPANY, POSTCODE

COMPARISONS = (
    CHINESE_NAME, GIVEN_NAME, SURNAME, PHONE, EMAIL, ID_NUMBER, BIRTH_DATE, GENDER, ADDRESS, CITY, POSTCODE, COMPANY, WECHAT, MEMBER, APP,
)  # fmt: skip

_NAMES = ("name", "given_name", "surname")
_NEEDS = {"name": _NAMES, "given_name": _NAMES, "surname": _NAMES, "city": ("city", "province")}


def comparisons(fields: Iterable[str]) -> tuple[Comparison, ...]:
    """The comparisons that records with these *fields* can be put to: what nobody tells costs nothing."""
    told = set(fields)
    return tuple(one for one in COMPARISONS if told & set(_NEEDS.get(one.name, (one.name,))))


__all__ = ["COMPARISONS", "UNKNOWN", "Comparison", "comparisons"]
