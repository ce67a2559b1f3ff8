"""One row per customer: features, RFM, lifecycle and tags. Tables in, tables out."""

from kezhi.profile.behaviours import DEED_COLUMNS, EVENTS, LINE_COLUMNS, Deeds, deeds
from kezhi.profile.churn_signals import churn_signals, last_channels, next_acts
from kezhi.profile.customer_tags import customer_tags
from kezhi.profile.definitions import check_definitions
from kezhi.profile.earlier_loyalty import loyalty_features
from kezhi.profile.features import features
from kezhi.profile.hand_given import notes
from kezhi.profile.lifecycle import OTHER_STAGE, lifecycle, with_stage
from kezhi.profile.loyalty import loyalty
from kezhi.profile.loyalty_trend import loyalty_trend
from kezhi.profile.off_net import off_net
from kezhi.profile.payment_windows import payment_windows
from kezhi.profile.places import frequented_places, place_tags
from kezhi.profile.point_lots import point_lots
from kezhi.profile.points import owned, points, points_monthly
from kezhi.profile.profile import PROFILE_COLUMNS, WIDE_COLUMNS, profile, segment_filter, staged, wide
from kezhi.profile.purchase_counts import days_as_seen, lost_days, purchase_counts, purchase_days
from kezhi.profile.purchases import bought, counted, given_back, ledger, net_between, netted, purchases, refunds, undone
from kezhi.profile.referrals import referrals
from kezhi.profile.rfm import rfm
from kezhi.profile.states import was_known
from kezhi.profile.tags import tags
from kezhi.profile.tier_prices import tier_prices
from kezhi.profile.tiers import tiers
from kezhi.profile.value import value

__all__ = [
    "DEED_COLUMNS",
    "EVENTS",
    "LINE_COLUMNS",
    "OTHER_STAGE",
    "PROFILE_COLUMNS",
    "WIDE_COLUMNS",
    "Deeds",
    "bought",
    "check_definitions",
    "churn_signals",
    "counted",
    "customer_tags",
    "days_as_seen",
    "deeds",
    "features",
    "frequented_places",
    "given_back",
    "last_channels",
    "ledger",
    "lifecycle",
    "lost_days",
    "loyalty",
    "loyalty_features",
    "loyalty_trend",
    "net_between",
    "netted",
    "next_acts",
    "notes",
    "off_net",
    "owned",
    "payment_windows",
    "place_tags",
    "point_lots",
    "points",
    "points_monthly",
    "profile",
    "purchase_counts",
    "purchase_days",
    "purchases",
    "referrals",
    "refunds",
    "rfm",
    "segment_filter",
    "staged",
    "tags",
    "tier_prices",
    "tiers",
    "undone",
    "value",
    "was_known",
    "wide",
    "with_stage",
]
