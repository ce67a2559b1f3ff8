"""What a reader with one minute should know: a few sentences made from the figures."""

from __future__ import annotations

from kezhi.measure.figures import Figures
from kezhi.measure.formats import Formats
from kezhi.measure.words import category_word, group_word, say

LOST_BIG_SPENDERS = ("重要保持客户", "重要挽留客户")


def sentences(figures: Figures, formats: Formats) -> list[str]:
    """The sentences that the figures allow; a sentence whose figures are missing is left out."""
    made = [
        _sales(figures, formats),
        _repeat(figures, formats),
        *_groups(figures, formats),
        _category(figures, formats),
        _quality(figures, formats),
    ]
    return [sentence for sentence in made if sentence]


def _sales(figures: Figures, formats: Formats) -> str | None:
    found = figures.values
    if not found["customers"] or not found["purchases"]:
        return None
    return say(
        "says.sales",
        formats.lang,
        customers=formats.number(found["customers"]),
        buyers=formats.number(found["buyers"]),
        purchases=formats.number(found["purchases"]),
        net_sales=formats.money(found["net_sales"]),
        average=formats.money(found["average_order_value"]),
    )


def _repeat(figures: Figures, formats: Formats) -> str | None:
    if figures.values["repeat_share"] is None:
        return None
    active = formats.number(figures.values["active_90d"])
    return say("says.repeat", formats.lang, share=formats.share(figures.values["repeat_share"]), active=active)


def _groups(figures: Figures, formats: Formats) -> list[str]:
    groups = [row for row in figures.rfm_groups or [] if row["customers"]]
    if not groups or figures.values["monetary"] <= 0:
        return []
    top = max(groups, key=lambda row: row["monetary"])
    made = [
        say(
            "says.top_group",
            formats.lang,
            group=group_word(top["rfm_group"], formats.lang),
            customers=formats.share(top["customer_share"]),
            money=formats.share(top["monetary_share"]),
        )
    ]
    lost = [row for row in groups if row["rfm_group"] in LOST_BIG_SPENDERS]
    if lost:
        count, money = sum(row["customers"] for row in lost), sum(row["monetary"] for row in lost)
        made.append(say("says.win_back", formats.lang, count=formats.number(count), money=formats.money(money)))
    return made


def _category(figures: Figures, formats: Formats) -> str | None:
    if not figures.categories or len(figures.categories) < 2 or figures.categories[0]["share"] is None:
        return None
    top = figures.categories[0]
    return say("says.category", formats.lang, category=category_word(top["category"], formats.lang), share=formats.share(top["share"]))


def _quality(figures: Figures, formats: Formats) -> str | None:
    found = figures.values
    if not found["rows_in"]:
        return None
    return say(
        "says.quality",
        formats.lang,
        rows_in=formats.number(found["rows_in"]),
        rows_out=formats.number(found["rows_out"]),
        corrections=formats.number(found["corrections"]),
        rejects=formats.number(found["rows_rejected"]),
        merged=formats.number(found["rows_merged"]),
    )
