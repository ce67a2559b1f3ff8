"""One row per customer: features, RFM, lifecycle and tags. Tables in, tables out."""

from kezhi.profile.definitions import check_definitions
from kezhi.profile.features import features
from kezhi.profile.lifecycle import OTHER_STAGE, lifecycle
from kezhi.profile.loyalty import loyalty
from kezhi.profile.loyalty_trend import loyalty_trend
from kezhi.profile.profile import profile, segment_filter, staged, wide
from kezhi.profile.purchases import counted, ledger, net_between, purchases, refunds
from kezhi.profile.rfm import rfm
from kezhi.profile.states import earlier_stages
from kezhi.profile.tags import tags
from kezhi.profile.tiers import tiers
from kezhi.profile.value import value

__all__ = [
    "OTHER_STAGE",
    "check_definitions",
    "counted",
    "earlier_stages",
    "features",
    "ledger",
    "lifecycle",
    "loyalty",
    "loyalty_trend",
    "net_between",
    "profile",
    "purchases",
    "refunds",
    "rfm",
    "segment_filter",
    "staged",
    "tags",
    "tiers",
    "value",
    "wide",
]
