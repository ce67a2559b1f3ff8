"""What customers say, need and where they are seen."""

from __future__ import annotations

from kezhi.tables.shape import SHARE, TIMESTAMP, Table, columns

FEEDBACK_KINDS = ("review", "survey", "complaint", "question", "wish", "post", "other")


_FEEDBACK = (
    ("feedback_id", "string", "`id_prefix` of the source and its own id, or file and line.", "!"),
    ("record_id", "string", "Whose; null where nobody knows."),
    ("source", "string", "The source.", "!"),
    ("said_at", TIMESTAMP, "When.", "!"),
    ("kind", "string", "`review`, `survey`, `complaint`, `question`, `wish`, `post` or `other`.", "!"),
    ("product_id", "string", "The product it is about."),
    ("order_id", "string", "The order it is about, by the source's own id."),
    ("channel", "string", "Where it was said."),
    ("rating", "float64", "As given, on the scale of `feedback.best_rating`."),
    ("words", "string", "What was said; phone numbers, other long numbers and mail addresses are blotted out."),
    ("chosen_for", "string", "Why the product or the company was chosen, blotted likewise."),
    ("flags", "string", "Codes of what looks wrong: `future_date`."),
)


CLEAN_FEEDBACK = Table(
    "clean_feedback", "What was said, after cleaning, before records become customers.", columns(*_FEEDBACK), ("feedback_id",)
)


FEEDBACK = Table(
    "feedback",
    "What was said before as_of, with the customer and whether it is meant well.",
    columns(
        *_FEEDBACK,
        ("customer_id", "string", "The customer; null where nobody knows."),
        ("sentiment", "string", "`positive`, `negative` or `neutral`: of the rating, else of the kind, else of the words.", "!"),
        ("category", "string", "Category of the product, else the one that the words name; null for neither."),
    ),
    ("feedback_id",),
)


FEEDBACK_TOPICS = Table(
    "feedback_topics",
    "The topics of each thing said: what it is about, and what was named as the reason of a choice.",
    columns(
        ("feedback_id", "string", "What was said.", "!"),
        ("topic", "string", "Key of a topic of the settings.", "!"),
        ("aspect", "string", "`said`, or `reason` for the reason of a choice.", "!"),
        ("customer_id", "string", "The customer; null where nobody knows."),
        ("said_at", TIMESTAMP, "When.", "!"),
        ("kind", "string", "A kind of `feedback`.", "!"),
        ("sentiment", "string", "`positive`, `negative` or `neutral`.", "!"),
        ("product_id", "string", "The product."),
        ("category", "string", "The category, as in `feedback`."),
    ),
    ("feedback_id", "topic", "aspect"),
)


TOPIC_AGES = Table(
    "topic_ages",
    "What people of an age are concerned with: topics of what they say.",
    columns(
        ("age_band", "string", "Age band such as `25-34`.", "!"),
        ("topic", "string", "Key of a topic.", "!"),
        ("customers", "int64", "Customers of the age who said anything on a topic.", "!"),
        ("raising_customers", "int64", "Of them, who raised this one.", "!"),
        ("rate", SHARE, "raising_customers / customers.", "!"),
        ("rate_low", SHARE, "Lower end of its 95% interval by Wilson.", "!"),
        ("rate_high", SHARE, "Upper end.", "!"),
        ("base_rate", SHARE, "The rate of all ages together.", "!"),
        ("lift", "float64", "rate / base_rate.", "!"),
        ("negative_share", SHARE, "Of raising_customers, who raised it as a complaint or with a bad rating.", "!"),
    ),
    ("age_band", "topic"),
)


PRODUCT_CONCERNS = Table(
    "product_concerns",
    "What holds customers back in each category: topics of complaints, questions and wishes, with the answer that the settings give.",
    columns(
        ("category", "string", "Category.", "!"),
        ("topic", "string", "Key of a topic.", "!"),
        ("rank", "int64", "1 for the concern of most customers in the category.", "!"),
        ("customers", "int64", "Customers who said anything on a topic in the category.", "!"),
        ("concerned_customers", "int64", "Of them, who complained, asked or wished on this one.", "!"),
        ("rate", SHARE, "concerned_customers / customers.", "!"),
        ("rate_low", SHARE, "Lower end of its 95% interval by Wilson.", "!"),
        ("base_rate", SHARE, "The rate of all categories together.", "!"),
        ("lift", "float64", "rate / base_rate.", "!"),
        ("example", "string", "The newest words on it, at most 80 characters."),
        ("answer", "string", "What to answer, of the settings; null where none is written."),
        ("answer_en", "string", "The same in English."),
    ),
    ("category", "topic"),
)


PRODUCT_CRITERIA = Table(
    "product_criteria",
    "Who is right for each category: what must hold, what speaks for somebody, and what such customers are afraid of, with the answer.",
    columns(
        ("category", "string", "Category.", "!"),
        ("rank", "int64", "Order within the category.", "!"),
        ("criterion", "string", "`must` (declared), `should` (found) or `concern` (said).", "!"),
        ("attribute", "string", "Of `must` the expression, of `should` the kind of group, of `concern` the topic.", "!"),
        ("attribute_value", "string", "Of `should` the group; null for the others."),
        ("customers", "int64", "Customers for whom it holds, or who said it.", "!"),
        ("rate", SHARE, "Of `should` their buying rate, of `must` their share of all customers, of `concern` of those who said anything."),
        ("lift", "float64", "Against all; null for `must`."),
        ("answer", "string", "Of `must` its words, of `concern` what to answer."),
        ("answer_en", "string", "The same in English."),
    ),
    ("category", "rank"),
)


NEEDS = Table(
    "needs",
    "What each customer needs in a category: what was said, what is shown by deeds, whether it was met, what to offer, and whether a contact would be a service.",
    columns(
        ("customer_id", "string", "The customer.", "!"),
        ("category", "string", "The category.", "!"),
        ("need", "string", "`said_and_shown`, `shown` (never said) or `said` (no deed shows it).", "!"),
        ("said", "int64", "Wishes and questions on it within `feedback.need_days`.", "!"),
        ("shown_days", "int64", "Days with views, searches or carts in it within the same days.", "!"),
        ("need_on", "date", "The last of those days.", "!"),
        ("is_met", "boolean", "Whether something of it was bought on that day or later.", "!"),
        ("verdict", "string", "`service` where a contact helps, `harassment` where it would annoy.", "!"),
        ("why", "string", "`asked`, `interested`, `already_met` or `wants_no_contact`.", "!"),
        (
            "offer_product_id",
            "string",
            "The best recommended product of the category, else its best seller; null where the verdict is harassment.",
        ),
    ),
    ("customer_id", "category"),
)


_PLACE_VISIT = (
    ("visit_id", "string", "`id_prefix` of the source and its own id, or file and line.", "!"),
    ("record_id", "string", "Whose.", "!"),
    ("source", "string", "The source.", "!"),
    ("visited_at", TIMESTAMP, "When it began.", "!"),
    ("place_name", "string", "Name of the place.", "!"),
    ("place_kind", "string", "Kind of place, as told."),
    ("flags", "string", "Codes of what looks wrong: `future_date`."),
)


CLEAN_PLACE_VISITS = Table(
    "clean_place_visits", "Visits to places after cleaning, before records become customers.", columns(*_PLACE_VISIT), ("visit_id",)
)


PLACE_VISITS = Table(
    "place_visits",
    "Visits to places, with the customer.",
    columns(*_PLACE_VISIT, ("customer_id", "string", "The customer.", "!")),
    ("visit_id",),
)


FREQUENTED_PLACES = Table(
    "frequented_places",
    "Where each customer is often seen: places with visits on at least `places.least_days` days of the last 365.",
    columns(
        ("customer_id", "string", "The customer.", "!"),
        ("rank", "int64", "1 for the place with most days.", "!"),
        ("place_name", "string", "The place.", "!"),
        ("place_kind", "string", "Kind of place, as told."),
        ("days", "int64", "Days with a visit.", "!"),
        ("share", SHARE, "Of all the days and places of the customer.", "!"),
        ("workday_rush_days", "int64", "Days, Monday to Friday, with a visit in the hours of `places.rush_hours`.", "!"),
        ("last_on", "date", "Last day.", "!"),
    ),
    ("customer_id", "place_name"),
)
