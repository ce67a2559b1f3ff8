"""The verdict in a sentence, in the engine: the text of `locales` with columns in its places."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from kezhi.decide.plans.offers import Offer
from kezhi.kit.engine import ibis, ir
from kezhi.locales import text


def sentence(rows: ir.Table, offers: Sequence[Offer], lang: str, currency: str) -> ir.StringValue:
    """
    What `choosing.verdicts` says of each customer, in *lang*.

    Args:
        rows: best, compared, current (numbers of offers), months, months_cheaper, saving, best_total (cents).
        offers: What the numbers mean.
        lang: `zh` or `en`.
        currency: Code of the currency; CNY is written 元 in Chinese.
    """

    def name(number: ir.IntegerValue) -> ir.StringValue:
        return ibis.cases(*((number == one.number, ibis.literal(_name(one, lang))) for one in offers), else_=ibis.null("string"))

    unit = "元" if (lang, currency) == ("zh", "CNY") else currency
    words: dict[str, ir.StringValue | str] = {
        "best": name(rows.best),
        "compared": name(rows.compared),
        "months": rows.months.cast("string"),
        "cheaper": rows.months_cheaper.cast("string"),
        "saving": plain_amount(rows.saving),
        "extra": plain_amount(-rows.saving),
        "total": plain_amount(rows.best_total),
        "unit": unit,
    }

    def said(key: str) -> ir.StringValue:
        return _filled(text(f"plans.sentence.{key}", lang), words)

    return ibis.cases(
        (rows.compared.isnull(), said("only")),
        (rows.compared == rows.best, said("already")),
        (rows.saving > 0, said("better")),
        (rows.saving < 0, said("stay")),
        else_=said("same"),
    ).fill_null("")


def plain_amount(cents: ir.IntegerValue) -> ir.StringValue:
    """Cents at least 0 as a person writes them: 386, 386.50."""
    rest = cents % 100
    whole = ((cents - rest) // 100).cast("string")
    return ibis.cases((rest == 0, whole), else_=whole + "." + rest.cast("string").lpad(2, "0"))


def _filled(template: str, words: Mapping[str, ir.StringValue | str]) -> ir.StringValue:
    """*template* with columns in place of its `{names}`."""
    made: ir.StringValue = ibis.literal("")
    for number, piece in enumerate(re.split(r"\{(\w+)\}", template)):
        if piece:
            made = made + (words[piece] if number % 2 else piece)
    return made


def _name(offer: Offer, lang: str) -> str:
    plan = offer.plan
    own = (plan.name_en or plan.name or plan.key) if lang == "en" else (plan.name or plan.key)
    return text("plans.sentence.with_add_ons", lang, plan=own, add_ons=", ".join(offer.add_ons)) if offer.add_ons else own
