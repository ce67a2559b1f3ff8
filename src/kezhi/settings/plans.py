"""Price plans as they are written in plans.yaml."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from kezhi.settings.section import Section
from kezhi.settings.unfit import Unfit, near_miss

PlanMoney = Annotated[Decimal, Field(ge=0, lt=10**9, decimal_places=2)]  # of the project's currency


PlanPrice = Annotated[Decimal, Field(ge=0, lt=10**6, max_digits=9, decimal_places=6)]


PlanQuantity = Annotated[Decimal, Field(ge=0, le=10**9, decimal_places=6)]  # in the unit of the kind of use


PlanKey = Annotated[str, Field(pattern=r"^[^\s+,][^+,]*$", max_length=80)]  # plus and comma join the names of add-ons


PlanMonth = Annotated[str, Field(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")]


class RoundingSettings(Section):
    """What use is rounded to before it is billed: each record (call, session, message), or the sum of the month."""

    per: Literal["record", "month"] = "month"
    unit: Annotated[PlanQuantity, Field(gt=0)] = Decimal(1)
    mode: Literal["up", "nearest", "down"] = "up"


class TierPrice(Section):
    """One tier: the price of use up to a bound; the last tier has none."""

    up_to: Annotated[PlanQuantity, Field(gt=0)] | None = None  # counted from the end of the allowance
    price: PlanPrice


class ChargeSettings(Section):
    """What a plan asks for one kind of use; a kind that a plan does not name costs nothing in it."""

    kind: str | None = None  # none: the name of the charge
    hours: str | None = Field(None, pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]-(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$")  # only use in them
    weekdays: list[Annotated[int, Field(ge=1, le=7)]] | None = None  # only use on them, 1 is Monday
    months: list[Annotated[int, Field(ge=1, le=12)]] | None = None  # only use in them
    rounding: Annotated[list[RoundingSettings], BeforeValidator(lambda given: [given] if isinstance(given, dict) else given)] = []
    included: PlanQuantity = Decimal(0)  # allowance of a month
    price: PlanPrice | None = None  # of `per` units beyond the allowance
    per: Annotated[PlanQuantity, Field(gt=0)] = Decimal(1)
    tiers: list[TierPrice] = []  # instead of price
    tier_mode: Literal["graduated", "volume"] = "graduated"  # each part at its tier's price, or all at the last one's
    cap: PlanMoney | None = None  # the charge of a month is never more

    @property
    def steps(self) -> tuple[TierPrice, ...]:
        """The tiers; one without a bound where there is one price."""
        return tuple(self.tiers) or (TierPrice(price=self.price or Decimal(0)),)

    @model_validator(mode="after")
    def _sound(self) -> Self:
        """A tier that is never reached, or use without a price, would be billed wrongly in silence."""
        bounds = [tier.up_to for tier in self.tiers]
        if bool(self.tiers) == (self.price is not None):
            raise Unfit("either", one="price", other="tiers")
        if self.tiers and (bounds[-1] is not None or None in bounds[:-1]):
            raise Unfit("tier_bounds")
        known = [bound for bound in bounds if bound is not None]
        if known != sorted(set(known)):
            raise Unfit("tiers_grow")
        if len({one.per for one in self.rounding}) < len(self.rounding):
            raise Unfit("rounding")
        if self.hours and self.hours[:5] == self.hours[6:]:
            raise Unfit("hours")
        return self


class BundleSettings(Section):
    """An allowance that several charges share; what is beyond their own allowances draws on it in the order written."""

    included: Annotated[PlanQuantity, Field(gt=0)]
    of: dict[str, Annotated[Decimal, Field(ge=Decimal("0.001"), le=1000, decimal_places=3)]] = Field(
        min_length=1
    )  # charge -> what one unit of it takes


class FamilySettings(Section):
    """The lines of one account use one allowance together and get one bill."""

    lines: int = Field(1, ge=1)  # lines that the monthly fee pays for
    line_fee: PlanMoney = Decimal(0)  # of each further line
    max_lines: int | None = Field(None, ge=1)  # an account of more lines cannot have the plan


class DiscountSettings(Section):
    """Money off a part of the bill, for the first months or between two months of the calendar."""

    of: Literal["fee", "usage", "total"] = "total"
    percent: Annotated[Decimal, Field(gt=0, le=100, decimal_places=2)] | None = None
    amount: Annotated[PlanMoney, Field(gt=0)] | None = None
    first_months: int | None = Field(None, ge=1)  # counted from the customer's first month in the data
    since: PlanMonth | None = None  # the first month
    until: PlanMonth | None = None  # the last month

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        if (self.percent is None) == (self.amount is None):
            raise Unfit("either", one="percent", other="amount")
        if self.since and self.until and self.since > self.until:
            raise Unfit("order", lower="since", upper="until")
        return self


class PlanSettings(Section):
    """One price plan."""

    key: PlanKey
    name: str = ""
    name_en: str = ""
    company: str = ""  # empty: the company's own; else the competitor who offers it
    on_sale: bool = True  # false: customers may have it, but nobody is advised to take it
    monthly_fee: PlanMoney = Decimal(0)
    monthly_cost: PlanMoney = Decimal(0)  # what the plan costs the company a month whatever is used
    charges: dict[str, ChargeSettings] = {}
    bundles: list[BundleSettings] = []
    family: FamilySettings | None = None
    cap: PlanMoney | None = None  # all charges of a month are never more
    minimum: PlanMoney | None = None  # the bill of a month is never less
    discounts: list[DiscountSettings] = []
    add_ons: list[str] = []  # those that may be added
    max_add_ons: int = Field(2, ge=0, le=4)  # at one time

    @model_validator(mode="after")
    def _sound(self) -> Self:
        for bundle in self.bundles:
            for name in bundle.of:
                if name not in self.charges:
                    raise Unfit("bundle", charge=name, hint=near_miss(name, self.charges))
        if len(set(self.add_ons)) < len(self.add_ons):
            raise Unfit("add_on_twice")
        return self


class AddOnSettings(Section):
    """What can be added to plans that name it."""

    key: PlanKey
    name: str = ""
    name_en: str = ""
    monthly_fee: PlanMoney = Decimal(0)
    included: dict[str, PlanQuantity] = {}  # charge -> added to its allowance
    price: dict[str, PlanPrice] = {}  # charge -> its price instead of the plan's
