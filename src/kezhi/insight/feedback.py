"""What customers say: whether it is meant well, which topics it is about, and why they chose."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import reduce
from operator import or_

from kezhi.kit.days import midnight
from kezhi.kit.engine import _, ibis, ir, ratio, typed
from kezhi.settings import FeedbackSettings
from kezhi.tables import FEEDBACK, FEEDBACK_TOPICS

ASKING = ("question", "wish")  # kinds that ask for something


def feedback(clean: ir.Table, links: ir.Table, products: ir.Table | None, settings: FeedbackSettings, *, as_of: date) -> ir.Table:
    """
    What was said before *as_of*, with the customer, the category and whether it is meant well.

    A rating decides; without one a complaint is meant ill, a question or wish neither way, and of all else the words that
    the settings list decide, if they point one way only.

    Args:
        clean: `tables.CLEAN_FEEDBACK`.
        links: `tables.IDENTITY_LINKS`.
        products: `tables.PRODUCTS`; None: no categories.
        settings: Scale and words.
        as_of: The first day not seen.

    Returns:
        `tables.FEEDBACK`.
    """
    owners = links.select(linked_id="record_id", customer_id="customer_id")
    said = clean.filter(_.said_at < midnight(as_of))
    return told(said.left_join(owners, [said.record_id == owners.linked_id]).drop("linked_id"), products, settings)


def told(said: ir.Table, products: ir.Table | None, settings: FeedbackSettings) -> ir.Table:
    """`tables.FEEDBACK` of rows that name their customer."""
    words = said.words.fill_null("")
    good, bad = named(words, settings.positive_words), named(words, settings.negative_words)
    share = ratio(said.rating, ibis.literal(settings.best_rating))
    of_words = ibis.cases((good & ~bad, "positive"), (bad & ~good, "negative"), else_="neutral")
    sentiment = ibis.cases(
        (share >= settings.good_share, "positive"),
        (share <= settings.bad_share, "negative"),
        (share.notnull(), "neutral"),
        (said.kind == "complaint", "negative"),
        (said.kind.isin(ASKING), "neutral"),
        else_=of_words,
    )
    rows = said.mutate(sentiment=sentiment)
    if products is None:
        rows = rows.mutate(category=ibis.null("string"))
    else:
        known = products.filter(_.category.notnull()).select(known_id="product_id", of_product="category")
        rows = rows.left_join(known, [rows.product_id == known.known_id]).drop("known_id")
        categories = known.select(category_named="of_product").distinct()
        spoken = rows.filter(_.of_product.isnull() & _.words.notnull()).select("feedback_id", "words").cross_join(categories)
        # of several the first by name, so that the same words are always of one category
        found = spoken.filter(_.words.contains(_.category_named)).group_by(said_id=_.feedback_id).aggregate(of_words=_.category_named.min())
        rows = rows.left_join(found, [rows.feedback_id == found.said_id]).mutate(category=ibis.coalesce(_.of_product, _.of_words))
    return typed(rows, FEEDBACK.types)


def feedback_topics(said: ir.Table, settings: FeedbackSettings) -> ir.Table:
    """
    The topics of each thing said, `tables.FEEDBACK_TOPICS`; what holds none of the words of any topic has no row.

    Args:
        said: `tables.FEEDBACK`.
        settings: The topics.
    """
    parts = [_about(said, aspect, text, settings) for aspect, text in (("said", "words"), ("reason", "chosen_for"))]
    return typed(ibis.union(*parts, distinct=False), FEEDBACK_TOPICS.types)


def named(text: ir.StringValue, words: Sequence[str]) -> ir.BooleanValue:
    """Whether *text* holds one of *words*, in any case."""
    lower = text.lower()
    return reduce(or_, [lower.contains(word.lower()) for word in words], ibis.literal(False))


def _about(said: ir.Table, aspect: str, text: str, settings: FeedbackSettings) -> ir.Table:
    rows = said.filter(said[text].notnull())
    none = ibis.null("string")
    keys = ibis.array([ibis.ifelse(named(rows[text], topic.words), ibis.literal(topic.key), none) for topic in settings.topics])
    kept = rows.select("feedback_id", "customer_id", "said_at", "kind", "sentiment", "product_id", "category", topic=keys.unnest())
    return kept.filter(_.topic.notnull()).mutate(aspect=ibis.literal(aspect))
