"""Two records side by side: what agrees, how far, and what contradicts."""

from kezhi.identity.comparing.comparison import UNKNOWN, Comparison
from kezhi.identity.comparing.contacts import APP, EMAIL, MEMBER, PHONE, WECHAT
from kezhi.identity.comparing.facts import BIRTH_DATE, GENDER, ID_NUMBER
from kezhi.identity.comparing.names import CHINESE_NAME, GIVEN_NAME, SURNAME
from kezhi.identity.comparing.places import ADDRESS, CITY, COMPANY, POSTCODE

COMPARISONS = (
    CHINESE_NAME, GIVEN_NAME, SURNAME, PHONE, EMAIL, ID_NUMBER, BIRTH_DATE, GENDER, ADDRESS, CITY, POSTCODE, COMPANY, WECHAT, MEMBER, APP,
)  # fmt: skip

__all__ = ["COMPARISONS", "UNKNOWN", "Comparison"]
