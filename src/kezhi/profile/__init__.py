"""One row per customer: features, RFM, lifecycle and tags. Tables in, tables out."""

from kezhi.profile.definitions import check_definitions
from kezhi.profile.features import features
from kezhi.profile.lifecycle import OTHER_STAGE, lifecycle
from kezhi.profile.profile import profile, segment_filter, staged, wide
from kezhi.profile.purchases import counted, purchases, refunds
from kezhi.profile.rfm import rfm
from kezhi.profile.tags import tags

__all__ = [
    "OTHER_STAGE",
    "check_definitions",
    "counted",
    "features",
    "lifecycle",
    "profile",
    "purchases",
    "refunds",
    "rfm",
    "segment_filter",
    "staged",
    "tags",
    "wide",
]
