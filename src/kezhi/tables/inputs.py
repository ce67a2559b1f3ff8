"""Fields and tables that a user's files may be mapped to: text, and where a row came from."""

from __future__ import annotations

from collections.abc import Iterable

from kezhi.tables.shape import ORIGIN, Input, fields

_PERSON = (
    ("member_id", "code", "Id of the person in the company's member system, when another system knows it."),
    ("app_id", "code", "Id of the person in the app or web shop, when another system knows it."),
    ("name", "name", "Name as written."),
    ("phone", "phone", "Mobile or landline number."),
    ("email", "email", "Mail address."),
    ("id_number", "id_number", "Chinese citizen identity number, 15 or 18 characters."),
    ("wechat_id", "code", "WeChat id."),
)


CUSTOMER_RECORDS_IN = Input(
    "customer_records",
    "One row per person as one system knows it.",
    fields(
        ("record_id", "code", "The system's own id of the person.", True),
        *_PERSON,
        ("gender", "gender", "Gender."),
        ("birth_date", "date", "Date of birth."),
        ("age", "integer", "Age in years, when no date of birth is kept."),
        ("province", "text", "Province."),
        ("city", "text", "City."),
        ("address", "text", "Postal address."),
        ("occupation", "text", "Occupation."),
        ("registered_at", "timestamp", "When the person registered."),
        ("updated_at", "timestamp", "When the row was last changed in its system."),
    ),
    ("record_id",),
)


PRODUCTS_IN = Input(
    "products",
    "One row per product.",
    fields(
        ("product_id", "code", "Product code or SKU.", True),
        ("product_name", "text", "Name."),
        ("category", "text", "Category."),
        ("brand", "text", "Brand."),
        ("list_price", "money", "List price of one unit."),
        ("unit_cost", "money", "Cost of one unit."),
    ),
    ("product_id",),
)


_ORDER = (
    ("ordered_at", "timestamp", "When it was ordered or paid.", True),
    ("gross_amount", "money", "Amount before discounts."),
    ("discount_amount", "money", "Discounts, a positive amount."),
    ("net_amount", "money", "Amount paid; below 0 for a refund."),
    ("status", "status", "Paid, unpaid, cancelled or refunded; empty means paid."),
    ("refund_of", "code", "For a refund, the id of the order it gives back."),
    ("channel", "text", "Sales channel: store, app, web, agent."),
    ("store", "text", "Store or outlet."),
    ("payment_method", "text", "How it was paid."),
)


_LINE = (
    ("line_no", "code", "Number of the line within its order."),
    ("product_id", "code", "Product code or SKU."),
    ("quantity", "number", "Units; below 0 for a return."),
    ("unit_price", "money", "Price of one unit."),
)


ORDERS_IN = Input(
    "orders",
    "One row per order; an amount below 0 is a refund.",
    fields(
        ("order_id", "code", "The system's own order or invoice number.", True),
        ("record_id", "code", "The buyer: `record_id` of the same system's customer_records."),
        *_ORDER,
    ),
    ("order_id",),
)


ORDER_LINES_IN = Input(
    "order_lines",
    "One row per product within an order.",
    fields(
        ("order_id", "code", "The order it belongs to.", True),
        *_LINE,
        ("discount_amount", "money", "Discount on the line, a positive amount."),
        ("net_amount", "money", "Amount paid for the line."),
    ),
    ("order_id", "line_no"),
)


REFUNDS_IN = Input(
    "refunds",
    "One row per refund, when a system keeps them apart from orders; amounts are positive.",
    fields(
        ("refund_id", "code", "The system's own refund number.", True),
        ("refund_of", "code", "The order it gives back."),
        ("record_id", "code", "The buyer, when the refund names one."),
        ("refunded_at", "timestamp", "When the money was given back.", True),
        ("refund_amount", "money", "Amount given back, positive.", True),
        ("channel", "text", "Channel of the refund."),
    ),
    ("refund_id",),
)


EVENTS_IN = Input(
    "events",
    "One row per action in an app, web shop or store.",
    fields(
        ("event_id", "code", "The system's own id of the event."),
        ("record_id", "code", "Who: `record_id` of the same system's customer_records."),
        ("occurred_at", "timestamp", "When.", True),
        ("event_name", "code", "What: view, search, add_to_cart, login, visit.", True),
        ("session_id", "code", "The visit it belongs to, when the system knows."),
        ("channel", "text", "Where it happened."),
        ("product_id", "code", "The product it was about."),
        ("page", "text", "Page or screen."),
    ),
    ("event_id",),
)


SALES_IN = Input(
    "sales",
    "A flat sales file: one row per order or per order line, with buyer and product on the same row.",
    fields(
        ("order_id", "code", "Order or invoice number; without one each row is an order of its own."),
        ("record_id", "code", "The buyer's id in the file."),
        *_PERSON,
        ("gender", "gender", "Gender of the buyer."),
        ("birth_date", "date", "Date of birth of the buyer."),
        ("age", "integer", "Age of the buyer."),
        ("province", "text", "Province or country of the buyer."),
        ("city", "text", "City of the buyer."),
        ("address", "text", "Address of the buyer."),
        *_ORDER,
        *_LINE,
        ("product_name", "text", "Product name."),
        ("category", "text", "Product category."),
        ("brand", "text", "Product brand."),
        ("unit_cost", "money", "Cost of one unit."),
    ),
    ("order_id", "line_no"),
)


USAGE_IN = Input(
    "usage",
    "Metered use: one row per call, session, message, reading or month; a kind with its quantity, or a column per kind.",
    fields(
        ("usage_id", "code", "The system's own id of the row."),
        ("record_id", "code", "Who used it: `record_id` of the same system's customer_records.", True),
        ("account_id", "code", "`record_id` of who pays, where several lines are on one bill."),
        ("used_at", "timestamp", "When; for use of a month any day of it.", True),
        ("kind", "code", "What was used, by the name that plans.yaml charges: minutes, messages, megabytes, kwh."),
        ("quantity", "number", "How much of it."),
        ("minutes", "number", "Minutes, where the file has a column of them."),
        ("messages", "number", "Messages."),
        ("megabytes", "number", "Megabytes."),
        ("kwh", "number", "Kilowatt hours."),
        ("plan", "code", "The price plan at the time, by its key in plans.yaml; add-ons after a plus each."),
    ),
    ("usage_id",),
)


RELATIONS_IN = Input(
    "relations",
    "One row per relation of two people: a call, a referral, a household, a shared device.",
    fields(
        ("from_record_id", "code", "One person: `record_id` of the same system's customer_records; who called or referred.", True),
        ("to_record_id", "code", "The other person, of the same system.", True),
        ("kind", "relation", "What ties them: call, referral, household, device; empty means other."),
        ("weight", "number", "How often or how strongly, above 0; 1 when not told."),
        ("related_at", "timestamp", "When it was, or since when it is."),
    ),
    ("from_record_id", "to_record_id", "kind", "related_at"),
)


MEMBERSHIPS_IN = Input(
    "memberships",
    "One row per membership: the level somebody holds in a programme, and the points its system says.",
    fields(
        ("record_id", "code", "Who: `record_id` of the same system's customer_records.", True),
        ("member_level", "text", "The level held."),
        ("joined_on", "date", "Since when a member."),
        ("expires_on", "date", "The last day of the membership."),
        ("points_told", "number", "The balance of points as the system tells it."),
    ),
    ("record_id",),
)


POINT_ENTRIES_IN = Input(
    "point_entries",
    "One row per booking of points: earned, redeemed, expired or adjusted; what is taken off is below 0.",
    fields(
        ("entry_id", "code", "The system's own id of the booking."),
        ("record_id", "code", "Whose: `record_id` of the same system's customer_records.", True),
        ("booked_at", "timestamp", "When.", True),
        ("points", "number", "How many; below 0 for what is taken off, unless the whole source has no such row.", True),
        ("kind", "points", "Earned, redeemed, expired or adjusted; empty is told from the sign."),
        ("expires_on", "date", "The last day on which earned points can be redeemed; empty: never."),
        ("order_id", "code", "The order they belong to."),
    ),
    ("entry_id",),
)


FEEDBACK_IN = Input(
    "feedback",
    "One row per thing somebody said: a review, an answer to a survey, a complaint, a question, a wish, a post.",
    fields(
        ("feedback_id", "code", "The system's own id of the row."),
        ("record_id", "code", "Who: `record_id` of the same system's customer_records; empty: nobody knows."),
        ("said_at", "timestamp", "When.", True),
        ("kind", "feedback", "Review, survey, complaint, question, wish or post; empty means other."),
        ("product_id", "code", "The product it is about."),
        ("order_id", "code", "The order it is about."),
        ("rating", "number", "Stars or points, on the scale of `feedback.best_rating`."),
        ("words", "text", "What was said."),
        ("chosen_for", "text", "Why the product or the company was chosen, where it was asked."),
        ("channel", "text", "Where it was said."),
    ),
    ("feedback_id",),
)


PLACE_VISITS_IN = Input(
    "place_visits",
    "One row per visit of a person to a place: a check-in, a stay told by the app, a swipe of a card.",
    fields(
        ("visit_id", "code", "The system's own id of the visit."),
        ("record_id", "code", "Who: `record_id` of the same system's customer_records.", True),
        ("visited_at", "timestamp", "When it began.", True),
        ("place_name", "text", "Name of the place.", True),
        ("place_kind", "text", "What kind of place it is: cinema, golf course, metro station."),
    ),
    ("visit_id",),
)


TREATMENTS_IN = Input(
    "treatments",
    "One row per person and campaign: who was sent it and who was kept as a control group.",
    fields(
        ("treatment_id", "code", "The system's own id of the row."),
        ("record_id", "code", "Who: `record_id` of the same system's customer_records.", True),
        ("campaign", "text", "Name of the campaign.", True),
        ("arm", "text", "What the person was given; the control group too, by one of the names of `uplift.control_arms`.", True),
        (
            "assigned_at",
            "timestamp",
            "When it was decided; what is known before this moment may explain, what comes after it counts.",
            True,
        ),
        ("is_randomised", "yes_no", "Whether chance decided who was given what; empty means that it did not."),
        ("cost", "money", "What treating the person cost."),
        ("discount_share", "number", "Discount that was offered, as a share of the price, 0 to 1."),
    ),
    ("treatment_id",),
)


LEADS_IN = Input(
    "leads",
    "One row per lead: somebody who may become a customer.",
    fields(
        ("lead_id", "code", "The system's own id of the lead.", True),
        ("created_at", "timestamp", "When it came.", True),
        ("channel", "text", "Where it came from: advertisement, referral, bought list."),
        ("interest", "text", "What is asked for: a product or kind of insurance."),
        ("name", "name", "Name."),
        ("phone", "phone", "Phone."),
        ("gender", "gender", "Gender."),
        ("age", "integer", "Age in years."),
        ("city", "text", "City."),
        ("asked_before", "yes_no", "Whether an offer was asked for before."),
        ("converted_at", "timestamp", "When the lead became a customer; empty: not yet."),
        ("premium", "money", "What the customer then pays."),
    ),
    ("lead_id",),
)


CALLS_IN = Input(
    "calls",
    "One row per attempt to call a lead.",
    fields(
        ("call_id", "code", "The system's own id of the call."),
        ("lead_id", "code", "The lead: `lead_id` of the same system's leads.", True),
        ("called_at", "timestamp", "When.", True),
        ("agent", "text", "Who called."),
        ("connected", "yes_no", "Whether somebody picked up."),
        ("duration_seconds", "number", "How long the call took."),
    ),
    ("call_id",),
)


CHARGEBACKS_IN = Input(
    "chargebacks",
    "One row per payment that its payer denied, or that proved to be fraud: what a model of fraud learns from.",
    fields(
        ("order_id", "code", "The order: `order_id` of the same system's orders.", True),
        ("known_at", "timestamp", "When it became known.", True),
        ("reason", "text", "Why it was denied."),
        ("amount", "money", "The money denied."),
    ),
    ("order_id",),
)


INPUTS: dict[str, Input] = {
    i.name: i
    for i in (
        CUSTOMER_RECORDS_IN, PRODUCTS_IN, ORDERS_IN, ORDER_LINES_IN, REFUNDS_IN, EVENTS_IN, SALES_IN, USAGE_IN, RELATIONS_IN,
        MEMBERSHIPS_IN, POINT_ENTRIES_IN, FEEDBACK_IN, PLACE_VISITS_IN, TREATMENTS_IN, LEADS_IN, CALLS_IN, CHARGEBACKS_IN,
    )
}  # fmt: skip


def raw_schema(name: str) -> Iterable[tuple[str, str]]:
    """Name and type of every column of the raw table of input *name*, in order; of Parquet files days, times and numbers may be no text."""
    return (*ORIGIN, *((field, "string") for field in INPUTS[name].field_names))
