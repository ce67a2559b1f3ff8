"""Price plans, replayed over the customers' own months: bills, the best plan, what must not be sold."""

from kezhi.decide.plans import advice, choosing
from kezhi.decide.plans.billing import bill
from kezhi.decide.plans.choosing import Replay
from kezhi.decide.plans.measuring import monthly_use, use_column
from kezhi.decide.plans.offers import MICRO, MOST_USE, Measure, Offer, kinds, measures, offers

__all__ = [
    "MICRO", "MOST_USE", "Measure", "Offer", "Replay", "advice", "bill", "choosing", "kinds", "measures", "monthly_use", "offers",
    "use_column",
]  # fmt: skip
