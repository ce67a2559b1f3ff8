"""What people are concerned about: by age, and by category with what to answer."""

from __future__ import annotations

from kezhi.insight.feedback import ASKING
from kezhi.kit.ages import age_band
from kezhi.kit.engine import _, ibis, ir, ratio, typed
from kezhi.kit.intervals import wilson
from kezhi.settings import FeedbackSettings
from kezhi.tables import PRODUCT_CONCERNS, TOPIC_AGES

EXAMPLE_LETTERS = 80


def raised_topics(topics: ir.Table) -> ir.Table:
    """Rows of `tables.FEEDBACK_TOPICS` in which a known customer raised a topic: reasons of a choice are left out."""
    return topics.filter((_.aspect == "said") & _.customer_id.notnull())


def concerns_raised(topics: ir.Table) -> ir.Table:
    """Those of them that are a concern about a category: a complaint, a question, a wish, or anything meant ill."""
    of_category = raised_topics(topics).filter(_.category.notnull())
    return of_category.filter((_.sentiment == "negative") | _.kind.isin([*ASKING, "complaint"]))


def topic_ages(topics: ir.Table, profile: ir.Table) -> ir.Table:
    """
    What people of an age are concerned with, each customer once per topic.

    Args:
        topics: `tables.FEEDBACK_TOPICS`; reasons of choice and what nobody is known to have said are left out.
        profile: customer_id and age_years; customers of unknown age are left out.

    Returns:
        `tables.TOPIC_AGES`.
    """
    ages = profile.select("customer_id", age_band=age_band(profile.age_years)).filter(_.age_band.notnull())
    raised = raised_topics(topics).group_by("customer_id", "topic")
    once = raised.aggregate(ill=(_.sentiment == "negative").cast("int64").max()).join(ages, "customer_id")
    cells = once.group_by("age_band", "topic").aggregate(raising_customers=_.count(), ill=_.ill.sum())
    sizes = once.group_by("age_band").aggregate(customers=_.customer_id.nunique())
    whole = once.aggregate(all_customers=_.customer_id.nunique())
    base = once.group_by("topic").aggregate(all_raising=_.count()).cross_join(whole)
    table = cells.join(sizes, "age_band").join(base, "topic")
    low, high = wilson(table.raising_customers, table.customers)
    made = table.mutate(
        rate=ratio(table.raising_customers, table.customers), rate_low=low, rate_high=high,
        base_rate=ratio(table.all_raising, table.all_customers), negative_share=ratio(table.ill, table.raising_customers),
    ).mutate(lift=ratio(_.rate, _.base_rate))  # fmt: skip
    return typed(made, TOPIC_AGES.types)


def product_concerns(topics: ir.Table, said: ir.Table, settings: FeedbackSettings) -> ir.Table:
    """
    What holds customers back in each category, and what to answer.

    A concern is raised by a complaint, a question, a wish, or anything meant ill. A customer counts once in a category.

    Args:
        topics: `tables.FEEDBACK_TOPICS`.
        said: `tables.FEEDBACK`, for the words of an example.
        settings: The answers.

    Returns:
        `tables.PRODUCT_CONCERNS`.
    """
    known = raised_topics(topics).filter(_.category.notnull())
    raised = concerns_raised(topics)
    counts = raised.group_by("category", "topic").aggregate(concerned_customers=_.customer_id.nunique())
    sizes = known.group_by("category").aggregate(customers=_.customer_id.nunique())
    whole = sizes.aggregate(all_customers=_.customers.sum())
    base = counts.group_by("topic").aggregate(all_concerned=_.concerned_customers.sum()).cross_join(whole)
    table = counts.join(sizes, "category").join(base, "topic")
    low, _high = wilson(table.concerned_customers, table.customers)
    rated = table.mutate(
        rate=ratio(table.concerned_customers, table.customers), rate_low=low, base_rate=ratio(table.all_concerned, table.all_customers)
    )
    order = [ibis.desc("concerned_customers"), "category", "topic"]
    placed = rated.mutate(lift=ratio(rated.rate, rated.base_rate), rank=ibis.row_number().over(group_by="category", order_by=order) + 1)
    newest = ibis.row_number().over(group_by=["category", "topic"], order_by=[ibis.desc("said_at"), "feedback_id"])
    first = raised.mutate(turn=newest).filter(_.turn == 0).select("category", "topic", "feedback_id")
    words = first.join(said.select("feedback_id", "words"), "feedback_id").select(
        "category", "topic", example=_.words.substr(0, EXAMPLE_LETTERS)
    )
    made = placed.left_join(words, ["category", "topic"]).drop("category_right", "topic_right")
    made = made.mutate(answer=_answer(made, settings, ""), answer_en=_answer(made, settings, "_en"))
    return typed(made, PRODUCT_CONCERNS.types)


def _answer(table: ir.Table, settings: FeedbackSettings, lang: str) -> ir.StringValue:
    """The answer of the category, else the one for all."""
    none = ibis.null("string")
    ordered = sorted(settings.answers, key=lambda one: one.category is None)
    given = [
        ((table.topic == one.topic) & (ibis.literal(True) if one.category is None else table.category == one.category), ibis.literal(text))
        for one in ordered
        if (text := getattr(one, f"answer{lang}") or one.answer)
    ]
    return ibis.cases(*given, else_=none) if given else none
