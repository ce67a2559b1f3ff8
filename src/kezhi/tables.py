"""
Every table that crosses a border between rooms: columns, types, units, key, one sentence each.

Two kinds stand here. `INPUTS` are what a user's files may be mapped to; after reading, all their fields
are text and three columns say where a row came from (`source`, `source_file`, `source_line`). `TABLES`
are what a run writes to the lake, typed and checked. Types are Ibis type names; money is
`decimal(18,2)` in the project's one currency; times are local business time without zone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

MONEY = "decimal(18, 2)"
TIMESTAMP = "timestamp(6)"
SHARE = "float64"
POINTS = "decimal(18, 2)"  # of a loyalty programme: exact, as money
WINDOWS_DAYS = {"30d": 30, "90d": 90, "365d": 365, "life": None}


@dataclass(frozen=True, slots=True)
class Field:
    """A column that a user's file may be mapped to, and how its text is understood by `clean`."""

    name: str
    kind: str  # text, code, name, phone, email, id_number, gender, date, timestamp, money, number, integer, status, relation, points, feedback
    doc: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class Input:
    """A table that a user's files may be mapped to; `key` fields identify a row within its source."""

    name: str
    doc: str
    fields: tuple[Field, ...]
    key: tuple[str, ...]

    @property
    def field_names(self) -> tuple[str, ...]:
        """Names of the fields, in order."""
        return tuple(field.name for field in self.fields)

    def field(self, name: str) -> Field:
        """The field *name*."""
        return next(field for field in self.fields if field.name == name)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table in the lake."""

    name: str
    type: str
    doc: str
    nullable: bool = True
    personal: bool = False  # names a person or a way to reach one: masked unless a role may see it


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the lake; `key` columns are unique together and never null."""

    name: str
    doc: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    @property
    def column_names(self) -> tuple[str, ...]:
        """Names of the columns, in order."""
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column:
        """The column *name*."""
        return next(column for column in self.columns if column.name == name)


def _fields(*rows: tuple[str, str, str] | tuple[str, str, str, bool]) -> tuple[Field, ...]:
    return tuple(Field(*row) for row in rows)


# --- what a user's files may be mapped to ---------------------------------------------------------

ORIGIN = (("source", "string"), ("source_file", "string"), ("source_line", "int64"))

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
    _fields(
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
    _fields(
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
    _fields(
        ("order_id", "code", "The system's own order or invoice number.", True),
        ("record_id", "code", "The buyer: `record_id` of the same system's customer_records."),
        *_ORDER,
    ),
    ("order_id",),
)

ORDER_LINES_IN = Input(
    "order_lines",
    "One row per product within an order.",
    _fields(
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
    _fields(
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
    _fields(
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
    _fields(
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
    _fields(
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
    _fields(
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
    _fields(
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
    _fields(
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
    _fields(
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
    _fields(
        ("visit_id", "code", "The system's own id of the visit."),
        ("record_id", "code", "Who: `record_id` of the same system's customer_records.", True),
        ("visited_at", "timestamp", "When it began.", True),
        ("place_name", "text", "Name of the place.", True),
        ("place_kind", "text", "What kind of place it is: cinema, golf course, metro station."),
    ),
    ("visit_id",),
)

INPUTS: dict[str, Input] = {
    i.name: i
    for i in (
        CUSTOMER_RECORDS_IN, PRODUCTS_IN, ORDERS_IN, ORDER_LINES_IN, REFUNDS_IN, EVENTS_IN, SALES_IN, USAGE_IN, RELATIONS_IN,
        MEMBERSHIPS_IN, POINT_ENTRIES_IN, FEEDBACK_IN, PLACE_VISITS_IN,
    )
}  # fmt: skip


# --- what a run writes ----------------------------------------------------------------------------


def _columns(*rows: tuple[str, str, str] | tuple[str, str, str, str]) -> tuple[Column, ...]:
    """Rows of (name, type, doc[, marks]); marks: `!` never null, `p` personal."""
    return tuple(
        Column(row[0], row[1], row[2], nullable="!" not in (marks := row[3] if len(row) == 4 else ""), personal="p" in marks)
        for row in rows
    )


_SOURCE = (
    ("source", "string", "The source it came from, a name in kezhi.yaml.", "!"),
    ("source_file", "string", "The file it came from, relative to the project, with `#sheet` for a workbook.", "!"),
    ("source_line", "int64", "The line of the file, the first being 1; for a workbook the row.", "!"),
)

REJECTS = Table(
    "rejects",
    "Rows that could not be used, with the reason and the text as it came.",
    _columns(
        *_SOURCE,
        ("table_name", "string", "The input table it was meant for.", "!"),
        ("stage", "string", "`read` (the file could not be parsed there) or `clean` (a needed value is missing or unreadable).", "!"),
        ("reason", "string", "A code of `locales`, section `rejects`.", "!"),
        ("detail", "string", "The column or the parser's words."),
        ("raw_text", "string", "The row as it came.", "p"),
    ),
    ("source_file", "table_name", "source_line"),
)

CORRECTIONS = Table(
    "corrections",
    "Every value or row that cleaning changed, before and after.",
    _columns(
        *_SOURCE,
        ("table_name", "string", "The input table.", "!"),
        ("row_key", "string", "The row's own id in its source, where it has one."),
        ("column_name", "string", "The column; `*` when the whole row was merged or moved.", "!"),
        ("rule", "string", "A code of `locales`, section `rules`.", "!"),
        ("before", "string", "The text as it came.", "p"),
        ("after", "string", "The value it became; null when nothing usable was left.", "p"),
    ),
    ("source_file", "table_name", "source_line", "column_name", "rule"),
)

RECONCILIATION = Table(
    "reconciliation",
    "Per source file and table: rows_in = rows_out + rows_rejected + rows_merged.",
    _columns(
        ("source", "string", "The source.", "!"),
        ("table_name", "string", "The input table.", "!"),
        ("source_file", "string", "The file.", "!"),
        ("rows_in", "int64", "Rows found in the file, its header left out.", "!"),
        ("rows_out", "int64", "Rows that went on.", "!"),
        ("rows_rejected", "int64", "Rows in `rejects`.", "!"),
        ("rows_merged", "int64", "Rows that repeated another row exactly and were merged with it.", "!"),
    ),
    ("source_file", "table_name"),
)

CUSTOMER_RECORDS = Table(
    "customer_records",
    "One row per person as one system knows it, typed; with `customers` and `identity_forms` where personal data stand.",
    _columns(
        ("record_id", "string", "`id_prefix` of the source and the source's own id.", "!"),
        ("source", "string", "The source.", "!"),
        ("trust", "int32", "How far the source is trusted, a setting; higher wins.", "!"),
        ("is_bare", "boolean", "True when no file describes the person: only orders or events name the id.", "!"),
        ("member_id", "string", "Id in the member system.", "p"),
        ("app_id", "string", "Id in the app.", "p"),
        ("name", "string", "Name, half width, without outer or double blanks.", "p"),
        ("phone", "string", "Digits: 11 for a Chinese mobile, with area code for a landline.", "p"),
        ("phone_kind", "string", "`mobile`, `landline` or `foreign`."),
        ("email", "string", "Mail address in lower case.", "p"),
        ("id_number", "string", "Identity number of 18 characters in upper case, valid or not.", "p"),
        ("id_number_valid", "boolean", "True when region, date and checksum are right; null without a number."),
        ("wechat_id", "string", "WeChat id.", "p"),
        ("gender", "string", "`male` or `female`."),
        ("birth_date", "date", "Date of birth.", "p"),
        ("age_years", "int32", "Age as written, when there is no date of birth."),
        ("province", "string", "Province."),
        ("city", "string", "City."),
        ("address", "string", "Postal address.", "p"),
        ("occupation", "string", "Occupation."),
        ("registered_at", TIMESTAMP, "When the person registered."),
        ("updated_at", TIMESTAMP, "When the row was last changed in its system."),
        ("id_birth_date", "date", "Date of birth told by a valid identity number.", "p"),
        ("id_gender", "string", "Gender told by a valid identity number."),
        ("id_region", "string", "Province told by a valid identity number."),
        ("flags", "string", "Codes of what looks wrong, comma separated: `impossible_age`, `future_registration`."),
    ),
    ("record_id",),
)

PRODUCTS = Table(
    "products",
    "One row per product.",
    _columns(
        ("product_id", "string", "Product code, shared by all sources.", "!"),
        ("product_name", "string", "Name."),
        ("category", "string", "Category."),
        ("brand", "string", "Brand."),
        ("list_price", MONEY, "List price of one unit."),
        ("unit_cost", MONEY, "Cost of one unit."),
    ),
    ("product_id",),
)

_ORDER_COLUMNS = (
    ("order_kind", "string", "`purchase` (net_amount at least 0) or `refund` (net_amount at most 0).", "!"),
    ("refund_of", "string", "For a refund, the order_id it gives back, when known."),
    ("ordered_at", TIMESTAMP, "When it was ordered, or refunded.", "!"),
    ("gross_amount", MONEY, "Amount before discounts."),
    ("discount_amount", MONEY, "Discounts, at least 0; null when not kept."),
    ("net_amount", MONEY, "Amount paid; at most 0 for a refund.", "!"),
    ("cost_amount", MONEY, "Cost of the goods, at most 0 for a refund; null when a line's cost is unknown."),
    ("status", "string", "`paid`, `unpaid`, `cancelled` or `refunded`; only paid purchases count as purchases.", "!"),
    ("channel", "string", "Sales channel."),
    ("store", "string", "Store or outlet."),
    ("payment_method", "string", "How it was paid."),
    ("flags", "string", "Codes of what looks wrong, comma separated: `future_date`, `unmatched_refund`."),
)

CLEAN_ORDERS = Table(
    "clean_orders",
    "Orders and refunds after cleaning, still with the source's idea of the buyer.",
    _columns(
        ("order_id", "string", "`id_prefix` of the source and the source's own number.", "!"),
        ("record_id", "string", "The buyer's record; null for an anonymous sale."),
        ("source", "string", "The source.", "!"),
        *_ORDER_COLUMNS,
    ),
    ("order_id",),
)

ORDERS = Table(
    "orders",
    "Orders and refunds of the company, each with its customer.",
    _columns(
        ("order_id", "string", "`id_prefix` of the source and the source's own number.", "!"),
        ("customer_id", "string", "The customer; null for an anonymous sale."),
        ("source", "string", "The source.", "!"),
        *_ORDER_COLUMNS,
    ),
    ("order_id",),
)

LEDGER = Table(
    "ledger",
    "Every order row before as_of that counts: purchases and refunds, marked by the one definition of `profile/purchases.py`.",
    _columns(
        ("order_id", "string", "The order or refund.", "!"),
        ("customer_id", "string", "The customer; null for an anonymous sale."),
        ("source", "string", "The source.", "!"),
        ("ordered_at", TIMESTAMP, "When it was ordered, or refunded.", "!"),
        ("channel", "string", "Sales channel."),
        ("store", "string", "Store or outlet."),
        ("payment_method", "string", "How it was paid."),
        ("is_purchase", "boolean", "Paid, and not fully refunded before as_of.", "!"),
        ("is_refund", "boolean", "Money given back.", "!"),
        ("is_netted", "boolean", "A refund whose money is taken off the money of purchases.", "!"),
        ("gross_amount", MONEY, "Amount before discounts."),
        ("discount_amount", MONEY, "Discounts, at least 0; null when not kept."),
        ("net_amount", MONEY, "Amount paid; at most 0 for a refund.", "!"),
        ("cost_amount", MONEY, "Cost of the goods, at most 0 for a refund; null when unknown."),
        ("refunded_amount", MONEY, "Given back of a purchase before as_of, at least 0; 0 for other rows.", "!"),
    ),
    ("order_id",),
)

ORDER_LINES = Table(
    "order_lines",
    "One row per product within an order or refund.",
    _columns(
        ("order_id", "string", "The order.", "!"),
        ("line_no", "string", "Number of the line within its order.", "!"),
        ("product_id", "string", "The product."),
        ("quantity", "float64", "Units; at most 0 in a refund."),
        ("unit_price", MONEY, "Price of one unit."),
        ("discount_amount", MONEY, "Discount on the line, at least 0."),
        ("net_amount", MONEY, "Amount paid; at most 0 in a refund.", "!"),
        ("cost_amount", MONEY, "Cost of the goods; null when unknown."),
    ),
    ("order_id", "line_no"),
)

_EVENT_COLUMNS = (
    ("occurred_at", TIMESTAMP, "When.", "!"),
    ("event_name", "string", "What.", "!"),
    ("session_id", "string", "The visit it belongs to, when the source knows."),
    ("channel", "string", "Where it happened."),
    ("product_id", "string", "The product it was about."),
    ("page", "string", "Page or screen."),
    ("flags", "string", "Codes of what looks wrong: `future_date`."),
)

CLEAN_EVENTS = Table(
    "clean_events",
    "Events after cleaning, still with the source's idea of the person.",
    _columns(
        ("event_id", "string", "`id_prefix` of the source and the source's own id.", "!"),
        ("record_id", "string", "The person's record; null when unknown."),
        ("source", "string", "The source.", "!"),
        *_EVENT_COLUMNS,
    ),
    ("event_id",),
)

EVENTS = Table(
    "events",
    "Actions in app, web shop or store, each with its customer where known.",
    _columns(
        ("event_id", "string", "`id_prefix` of the source and the source's own id.", "!"),
        ("customer_id", "string", "The customer; null when unknown."),
        ("source", "string", "The source.", "!"),
        *_EVENT_COLUMNS,
    ),
    ("event_id",),
)

ANONYMOUS_LINKS = Table(
    "anonymous_links",
    "Whose an anonymous id of the event collector was, and from when to when.",
    _columns(
        ("source", "string", "The source whose page or app gave the id.", "!"),
        ("anonymous_id", "string", "The id of a browser or device.", "!"),
        ("tie_no", "int64", "1 for the first person it was tied to, then counted on.", "!"),
        ("record_id", "string", "The person's record; events before the first tie count for the first.", "!"),
        ("tied_at", TIMESTAMP, "When the person was first identified there.", "!"),
        ("ends_at", TIMESTAMP, "When the next person was; null for the last."),
    ),
    ("source", "anonymous_id", "tie_no"),
)

IDENTITY_LINKS = Table(
    "identity_links",
    "Which customer each record belongs to, and what tied it there.",
    _columns(
        ("record_id", "string", "The record.", "!"),
        ("customer_id", "string", "The customer: the record_id of its founding record.", "!"),
        ("source", "string", "The record's source.", "!"),
        ("linked_by", "string", "The kinds of key it shares with another record of the customer, comma separated; null when none."),
        (
            "method",
            "string",
            "What ties it: `exact` (a key), `probable` (the weight of the evidence), `decided` (people); null when alone.",
        ),
        ("weight_bits", "float64", "Weight of its surest probable link, log2 of the odds; null when exact keys alone tie it."),
        ("records", "int64", "How many records the customer has.", "!"),
    ),
    ("record_id",),
)

IDENTITY_CONFLICTS = Table(
    "identity_conflicts",
    "What the guards of identity kept apart, and why.",
    _columns(
        ("conflict_id", "string", "Reason, key kind (`cluster` without one) and the smallest record concerned.", "!"),
        ("reason", "string", "`placeholder`, `shared_value`, `two_id_numbers` or `too_large`.", "!"),
        ("key_kind", "string", "`phone`, `email`, `id_number`, `member_id`, `app_id`, `wechat_id`; null for a cluster."),
        ("masked_value", "string", "The value with its middle hidden."),
        ("records", "int64", "Records concerned.", "!"),
        ("customers", "int64", "Customers they became.", "!"),
    ),
    ("conflict_id",),
)

IDENTITY_MATCHES = Table(
    "identity_matches",
    "Pairs of records that no exact key joined and whose evidence reaches the threshold, and what became of them.",
    _columns(
        ("left_record_id", "string", "One record.", "!"),
        ("right_record_id", "string", "The other record.", "!"),
        ("weight_bits", "float64", "Weight of the evidence, log2 of the odds that they are one person.", "!"),
        ("probability", "float64", "Probability that they are one person.", "!"),
        ("outcome", "string", "`joined`, or why not: `two_id_numbers`, `other_name`, `household_only`, `contradicted`, `too_large`.", "!"),
    ),
    ("left_record_id", "right_record_id"),
)

IDENTITY_WEIGHTS = Table(
    "identity_weights",
    "What each degree of agreement is worth, learnt from the records; `prior` is what is expected before any is known.",
    _columns(
        ("comparison", "string", "What is compared, or `prior`.", "!"),
        ("agreement", "string", "How far it agrees.", "!"),
        ("match_share", "float64", "Share of it among pairs of one person; of `prior` the share of such pairs among all.", "!"),
        ("chance_share", "float64", "Share of it among pairs of strangers; null for `prior`."),
        ("weight_bits", "float64", "log2 of the two shares' ratio; a rare value that is the same weighs more.", "!"),
    ),
    ("comparison", "agreement"),
)

_TELL_OF_NOBODY = ("gender", "province", "city", "company", "street", "postcode")
IDENTITY_FORMS = Table(
    "identity_forms",
    "What every record told at the last matching, in the forms that are compared: only records that come or change are matched at the next.",
    _columns(
        ("record_id", "string", "The record; of those that tell anything.", "!"),
        ("row", "int64", "Its number: of two equal links that of the smaller is taken first.", "!"),
        ("content", "string", "A digest of all it tells: another one, and the record has changed.", "!"),
        ("exact_cluster", "string", "A record of those that exact keys hold together.", "!"),
        ("matched_cluster", "string", "A record of the customer that matching made, before what people decided.", "!"),
        ("probability", "float64", "That of its surest link within the customer; alone, that none of its pairs is one person.", "!"),
        ("is_learnt", "boolean", "Whether the weights were learnt with it.", "!"),
        ("id_valid", "boolean", "Whether its identity number is valid.", "!"),
        ("landline", "boolean", "Whether its phone is no mobile; null without one."),
        *(
            (name, "string", note, "" if name in _TELL_OF_NOBODY else "p")
            for name, note in (
                ("full", "Chinese name in simplified characters."),
                ("written", "Chinese name as written."),
                ("sound", "The name's pinyin or Latin letters."),
                ("family", "Chinese family name."),
                ("given", "Western given name."),
                ("surname", "Western surname."),
                ("phone", "Digits of the phone."),
                ("local_number", "Its last seven digits."),
                ("email", "Mail address."),
                ("mail_name", "What stands before its @."),
                ("id_number", "Identity number."),
                ("birth", "Day of birth in digits."),
                ("lunar_birth", "The same day by the lunar calendar."),
                ("gender", "Gender, a letter."),
                ("address", "Address."),
                ("house", "Address up to the house number."),
                ("street", "Address up to the street."),
                ("province", "Province."),
                ("city", "City."),
                ("postcode", "Postcode."),
                ("company", "Company without its legal form."),
                ("member_id", "Member id."),
                ("app_id", "App id."),
                ("wechat_id", "WeChat id."),
            )
        ),
    ),
    ("record_id",),
)

IDENTITY_MATCHING = Table(
    "identity_matching",
    "How records were matched at this run: all of them, or those that came or changed since the weights were learnt.",
    _columns(
        ("fingerprint", "string", "Of settings, answers and rules; another one, and all records are matched again.", "!"),
        ("learnt_on", "date", "The day of the run that learnt the weights.", "!"),
        ("is_full", "boolean", "Whether all records were matched.", "!"),
        ("records", "int64", "Records that tell anything.", "!"),
        ("learnt_records", "int64", "Of them, those the weights were learnt with.", "!"),
        ("fresh_records", "int64", "Of them, those that came or changed since the last run.", "!"),
    ),
    ("fingerprint",),
)

IDENTITY_DECISIONS = Table(
    "identity_decisions",
    "What people decided about who is who, as the run found it in the store; of those that contradict each other the newest holds.",
    _columns(
        ("decision_id", "string", "The decision.", "!"),
        ("number", "int64", "Its place in time, from 1.", "!"),
        ("kind", "string", "`same` (one person), `apart` (two persons), or `later` (no answer yet).", "!"),
        ("one_records", "array<string>", "Records of the one.", "!"),
        ("other_records", "array<string>", "Records of the other.", "!"),
        ("author", "string", "Login or name of who decided.", "!"),
        ("made_on", "date", "The day it was decided.", "!"),
        ("undone_on", "date", "The day it was undone; null while it holds."),
    ),
    ("decision_id",),
)

IDENTITY_HISTORY = Table(
    "identity_history",
    "Which customer each record belonged to since when: one row whenever that changed; a record's row of the highest number holds.",
    _columns(
        ("record_id", "string", "The record.", "!"),
        ("number", "int64", "The how-manieth row of the record, from 1.", "!"),
        (
            "event",
            "string",
            "`new`, `joined` (a new record of a customer that lived), `merged` (former_id is no more), `split` (customer_id is new or "
            "back), `moved` (both live) or `gone` (from all sources).",
            "!",
        ),
        ("customer_id", "string", "The customer from then on; null for `gone`."),
        ("former_id", "string", "The customer before; null for `new` and `joined`."),
        (
            "decision_id",
            "string",
            "The newest decision of people that names the record, for `merged`, `split` and `moved`; null without one.",
        ),
        ("as_of", "date", "The first day that the run had not seen.", "!"),
        ("recorded_on", "date", "The day of the run.", "!"),
    ),
    ("record_id", "number"),
)

IDENTITY_REVIEW = Table(
    "identity_review",
    "Uncertain pairs of records for people to decide: between the two thresholds of review, or stopped by a guard above the lower one.",
    _columns(
        ("pair_id", "string", "A short name of the pair.", "!"),
        ("left_record_id", "string", "One record.", "!"),
        ("right_record_id", "string", "The other record.", "!"),
        ("weight_bits", "float64", "Weight of the evidence, log2 of the odds that they are one person.", "!"),
        ("probability", "float64", "Probability that they are one person.", "!"),
        ("outcome", "string", "`joined`, `below_threshold`, or the guard that kept them apart.", "!"),
    ),
    ("pair_id",),
)

IDENTITY_EVIDENCE = Table(
    "identity_evidence",
    "What speaks for and against each pair of `identity_review`, a row per field that both records tell.",
    _columns(
        ("pair_id", "string", "The pair.", "!"),
        ("comparison", "string", "What is compared.", "!"),
        ("agreement", "string", "How far it agrees.", "!"),
        ("weight_bits", "float64", "What that is worth, log2: above 0 for one person, below for two.", "!"),
    ),
    ("pair_id", "comparison"),
)

_SURVIVING = (
    "name",
    "phone",
    "email",
    "id_number",
    "gender",
    "birth_date",
    "province",
    "city",
    "address",
    "occupation",
    "wechat_id",
    "member_id",
    "app_id",
)
_SURVIVING_PERSONAL = {"name", "phone", "email", "id_number", "birth_date", "address", "wechat_id", "member_id", "app_id"}

CUSTOMERS = Table(
    "customers",
    "One row per customer: each field by its survivorship rule, with the source it came from.",
    _columns(
        ("customer_id", "string", "Record_id of the founding record; lives through re-runs and merges.", "!"),
        ("records", "int64", "How many records of how many systems make this customer.", "!"),
        ("sources", "string", "The sources, comma separated, in order.", "!"),
        *(
            row
            for field in _SURVIVING
            for row in (
                (field, "date" if field == "birth_date" else "string", f"Surviving {field}.", "p" if field in _SURVIVING_PERSONAL else ""),
                (f"{field}_source", "string", f"The source {field} came from."),
            )
        ),
        ("registered_at", TIMESTAMP, "Earliest registration."),
        ("flags", "string", "Flags of its records, comma separated."),
    ),
    ("customer_id",),
)

FAVOURITES = ("category", "brand", "channel", "store", "weekday", "hour")

_WINDOWED = (
    ("orders", "int64", "Purchases."),
    ("net_amount", MONEY, "Purchases minus refunds."),
    ("average_order_value", MONEY, "Purchases minus their refunds, per purchase; null without one."),
    ("margin_amount", MONEY, "Net amount minus cost; null where a cost is unknown."),
    ("discount_share", SHARE, "Discount / gross amount of purchases, 0 to 1; null where not kept."),
    ("refunds", "int64", "Refunds."),
    ("refund_amount", MONEY, "Amount given back, at least 0."),
    ("active_days", "int64", "Days with a purchase."),
    ("categories", "int64", "Different categories bought."),
    ("events", "int64", "Events."),
)

CUSTOMER_VALUES = Table(
    "customer_values",
    "What the records of a customer of several tell: a row per field and value, whether the golden row keeps it, and by what rule; the value "
    "itself is in `customer_records`.",
    _columns(
        ("customer_id", "string", "The customer.", "!"),
        ("field", "string", "The field of `customers`.", "!"),
        ("record_id", "string", "The first record, by the rule, that tells the value.", "!"),
        ("is_kept", "boolean", "True for the one that `customers` has.", "!"),
        ("rule", "string", "The rule of the settings that chose.", "!"),
        ("records", "int64", "Records that tell this value.", "!"),
        ("sources", "string", "Their sources, comma separated, in order.", "!"),
        ("told_at", TIMESTAMP, "When the newest of them was changed, or registered; null when none tells."),
        ("alternatives", "int64", "Other values of this field; above 0 the records contradict each other.", "!"),
    ),
    ("customer_id", "field", "record_id"),
)

FEATURES = Table(
    "features",
    "One row per customer: what the customer did before as_of.",
    _columns(
        ("customer_id", "string", "The customer.", "!"),
        ("first_purchase_on", "date", "Day of the first purchase."),
        ("last_purchase_on", "date", "Day of the last purchase."),
        ("last_event_on", "date", "Day of the last event."),
        ("recency_days", "int64", "Calendar days from the last purchase to as_of, at least 1; null without one."),
        ("tenure_days", "int64", "Calendar days from the first purchase to as_of; null without one."),
        *(
            (
                f"{name}_{window}",
                kind,
                f"{doc[:-1]}, {'whole life' if days is None else f'last {days} days'}.",
                "!" if kind == "int64" or name in ("net_amount", "refund_amount") else "",
            )
            for window, days in WINDOWS_DAYS.items()
            for name, kind, doc in _WINDOWED
        ),
        ("gap_days_mean", "float64", "Mean days between purchase days; null with fewer than two."),
        ("gap_days_median", "float64", "Median days between purchase days."),
        ("gap_days_std", "float64", "Population standard deviation of the days between purchase days."),
        *(
            row
            for dimension in FAVOURITES
            for row in (
                (f"favourite_{dimension}", "string", f"The {dimension} with the most purchases (weekday 1 is Monday); ties by name."),
                (f"favourite_{dimension}_share", SHARE, "Share of the customer's purchases, 0 to 1."),
                (f"favourite_{dimension}_lift", "float64", "Share divided by the share among all customers' purchases."),
                (f"favourite_{dimension}_orders", "int64", "Purchases it rests on."),
            )
        ),
    ),
    ("customer_id",),
)

RFM = Table(
    "rfm",
    "Recency, frequency and money of every customer with an order before as_of.",
    _columns(
        ("customer_id", "string", "The customer.", "!"),
        ("recency_days", "int64", "Calendar days from the last purchase to as_of, at least 1; null if there were only refunds."),
        ("frequency", "int64", "Purchases in the 365 days before as_of.", "!"),
        ("monetary", MONEY, "Purchases minus refunds in the 365 days before as_of.", "!"),
        ("r_score", "int64", "1 to 5; 5 is most recent.", "!"),
        ("f_score", "int64", "1 to 5.", "!"),
        ("m_score", "int64", "1 to 5.", "!"),
        ("rfm_group", "string", "One of the eight groups of `profile/rfm.py`.", "!"),
    ),
    ("customer_id",),
)

LIFECYCLE = Table(
    "lifecycle",
    "The stage each customer is in, and since when.",
    _columns(
        ("customer_id", "string", "The customer.", "!"),
        ("stage", "string", "The first stage of kezhi.yaml whose rule holds.", "!"),
        ("since", "date", "First day in the stage, as far as known.", "!"),
        ("since_basis", "string", "`rule` (computed), `history` (kept from earlier runs) or `first_seen` (this run).", "!"),
        ("days_in_stage", "int64", "Calendar days from `since` to as_of.", "!"),
    ),
    ("customer_id",),
)

TAGS = Table(
    "tags",
    "Which tags of tags.yaml each customer holds, and since when.",
    _columns(
        ("customer_id", "string", "The customer.", "!"),
        ("tag", "string", "Name in tags.yaml.", "!"),
        ("since", "date", "First day it holds, as far as known.", "!"),
        ("since_basis", "string", "`rule`, `history` or `first_seen`.", "!"),
        ("version", "int64", "Version of the definition.", "!"),
    ),
    ("customer_id", "tag"),
)

PROFILE = Table(
    "profile",
    "The wide row that a page, a tag or a segment reads: who, what they did, scores, stage and tags; no personal data.",
    _columns(
        ("customer_id", "string", "The customer.", "!"),
        ("gender", "string", "`male` or `female`."),
        ("age_years", "int64", "Age on as_of."),
        ("province", "string", "Province."),
        ("city", "string", "City."),
        ("occupation", "string", "Occupation."),
        ("registered_on", "date", "Day of registration."),
        ("records", "int64", "Records that make the customer.", "!"),
        ("sources", "string", "The sources, comma separated.", "!"),
        *((c.name, c.type, c.doc, "!" if not c.nullable else "") for c in FEATURES.columns[1:]),
        *((c.name, c.type, c.doc) for c in RFM.columns[2:]),
        ("lifecycle_stage", "string", "Stage.", "!"),
        ("lifecycle_since", "date", "First day in the stage.", "!"),
        ("days_in_stage", "int64", "Calendar days in the stage.", "!"),
        ("member_level", "string", "Level of the newest membership; null for no member."),
        ("points_balance", POINTS, "Points that can be redeemed; null where no entries are known."),
        ("points_expiring", POINTS, "Of them those that lapse within `points.expiring_days`."),
        ("tags", "string", "Tags, comma separated, in order; null without any."),
    ),
    ("customer_id",),
)

SALES_MONTHLY = Table(
    "sales_monthly",
    "Sales by calendar month before as_of; the month of as_of may be incomplete.",
    _columns(
        ("month", "date", "First day of the month.", "!"),
        ("orders", "int64", "Purchases, anonymous ones included.", "!"),
        ("customers", "int64", "Different customers who bought.", "!"),
        ("new_customers", "int64", "Customers whose first purchase this was.", "!"),
        ("net_amount", MONEY, "Purchases minus refunds.", "!"),
        ("refund_amount", MONEY, "Amount given back, at least 0.", "!"),
        ("anonymous_amount", MONEY, "Part of the net amount without a customer.", "!"),
    ),
    ("month",),
)

CATEGORY_SALES = Table(
    "category_sales",
    "Sales by product category in the 365 days before as_of.",
    _columns(
        ("category", "string", "Category; `未分类` where a product has none.", "!"),
        ("orders", "int64", "Purchases with a line of the category.", "!"),
        ("customers", "int64", "Different customers.", "!"),
        ("quantity", "float64", "Units, returns taken off.", "!"),
        ("net_amount", MONEY, "Lines minus returns.", "!"),
    ),
    ("category",),
)

COHORT_RETENTION = Table(
    "cohort_retention",
    "Of the customers who first bought in a month, how many bought again n months later.",
    _columns(
        ("cohort_month", "date", "Month of the first purchase.", "!"),
        ("month_no", "int64", "Months since then; 0 is the month itself.", "!"),
        ("customers", "int64", "Size of the cohort.", "!"),
        ("active_customers", "int64", "Of them, customers with a purchase in that month.", "!"),
        ("retention_rate", SHARE, "active_customers / customers.", "!"),
        ("is_complete", "boolean", "False for the calendar month that as_of cuts short.", "!"),
    ),
    ("cohort_month", "month_no"),
)

# --- value, tiers, movement -----------------------------------------------------------------------

SCORE = "decimal(9, 2)"  # of 0 to 100; exact, so that parts add up to the whole

_COMPARED = (
    ("compared_with", "string", "`recomputed` (by the same function at the earlier day) or `snapshot` (as the last run had it).", "!"),
    ("from_on", "date", "The earlier day, the first not seen then.", "!"),
)

MOVES = Table(
    "moves",
    "Where each customer was at the earlier day and is now, by RFM group, stage and cut points: what the cells of the matrices hold.",
    _columns(
        ("customer_id", "string", "The customer.", "!"),
        ("dimension", "string", "`rfm`, `lifecycle`, or `frequency`, `amount`, `average_order_value` between cut points.", "!"),
        *_COMPARED,
        ("from_state", "string", "Group, stage or band at the earlier day; `新出现` for who was not known then.", "!"),
        ("to_state", "string", "Group, stage or band now; `不再出现` for who was merged or removed since.", "!"),
        ("net_amount", MONEY, "Purchases minus refunds from the earlier day to as_of.", "!"),
        ("dwell_days", "int64", "Days spent in the stage that was left, where rules tell both ends; else null."),
    ),
    ("customer_id", "dimension", "compared_with"),
)

_CELL = (
    ("customers", "int64", "Customers who made the move.", "!"),
    ("share", SHARE, "Of those who were there at the earlier day, 0 to 1.", "!"),
    ("net_amount", MONEY, "What they spent from the earlier day to as_of, refunds taken off.", "!"),
)

RFM_MIGRATION = Table(
    "rfm_migration",
    "How customers moved between the eight RFM groups from an earlier day to as_of.",
    _columns(
        *_COMPARED,
        ("from_group", "string", "RFM group at the earlier day; `新出现` for who was not known then.", "!"),
        ("to_group", "string", "RFM group now; `不再出现` for who was merged or removed since.", "!"),
        *_CELL,
    ),
    ("compared_with", "from_group", "to_group"),
)

BAND_MOVEMENT = Table(
    "band_movement",
    "How customers moved between cut points of purchases, money and order value in 365 days, from an earlier day to as_of.",
    _columns(
        ("dimension", "string", "`frequency` (purchases), `amount` (net) or `average_order_value`.", "!"),
        *_COMPARED,
        (
            "from_band",
            "string",
            "Band at the earlier day, such as `2-3` or `500-2000`; `none` without a purchase in 365 days; `新出现`.",
            "!",
        ),
        ("to_band", "string", "Band now; `不再出现` for who was merged or removed since.", "!"),
        *_CELL,
    ),
    ("dimension", "compared_with", "from_band", "to_band"),
)

LIFECYCLE_TRANSITIONS = Table(
    "lifecycle_transitions",
    "How customers moved between lifecycle stages from an earlier day to as_of.",
    _columns(
        *_COMPARED,
        ("from_stage", "string", "Stage at the earlier day; `新出现` for who was not known then.", "!"),
        ("to_stage", "string", "Stage now; `不再出现` for who was merged or removed since.", "!"),
        *_CELL,
        ("dwell_days_median", "float64", "Median days in the stage that was left, of those whose both ends are known; null without any."),
        ("is_expected_next", "boolean", "True for the stage that most of those who left went to; ties by name.", "!"),
    ),
    ("compared_with", "from_stage", "to_stage"),
)

LOYALTY_TREND = Table(
    "loyalty_trend",
    "The loyalty index of each customer at as_of and at earlier days, with alerts on falls.",
    _columns(
        ("customer_id", "string", "The customer.", "!"),
        ("period_on", "date", "The day of the index, the first not seen.", "!"),
        ("loyalty_index", SCORE, "0 to 100.", "!"),
        ("change", SCORE, "Against the day before it in the table; null for the first."),
        ("is_alert", "boolean", "True when it fell by more points than `loyalty.fall_alert`.", "!"),
    ),
    ("customer_id", "period_on"),
)

LOYALTY_PARTS = ("regularity", "frequency", "tenure", "breadth", "refund_free")

VALUE = Table(
    "value",
    "What each customer with an order is worth: revenue, costs, value, ranks, potential, loyalty, the combined score and its band.",
    _columns(
        ("customer_id", "string", "The customer.", "!"),
        ("revenue_amount", MONEY, "Purchases minus refunds in the window of `value.window`.", "!"),
        ("product_cost_amount", MONEY, "Cost of the goods; null where one is unknown."),
        ("margin_amount", MONEY, "Revenue minus cost of the goods; null where one is unknown."),
        ("service_cost_amount", MONEY, "Refunds and service events times their cost; null without a cost in the settings."),
        ("contact_cost_amount", MONEY, "Contacts times their cost; null without a cost in the settings."),
        ("acquisition_cost_amount", MONEY, "Cost of winning the customer, when that was in the window; null when not known."),
        ("value_amount", MONEY, "Margin minus the costs that are known; null where the margin is."),
        ("costs_known", "string", "The costs in value_amount, comma separated; null when none is known."),
        ("revenue_rank", "int64", "1 is most revenue; of customers who bought in the window."),
        ("margin_rank", "int64", "1 is most margin; of customers who bought in the window and whose margin is known."),
        (
            "rank_change",
            "int64",
            "Rank by revenue minus rank by margin among those same customers; above 0: worth more than revenue shows.",
        ),
        (
            "growth_ratio",
            "float64",
            "Spending per day of the last 90 days against days 91 to 365, both shrunken; null with less than 180 days.",
        ),
        (
            "residual_amount",
            MONEY,
            "Expected net amount of the next `history.days`, by what customers of the same RFM group spent; null without history.",
        ),
        ("potential_amount", MONEY, "residual_amount times growth_ratio; null without history."),
        ("share_of_wallet", SHARE, "Spending of 365 days in categories with a benchmark / the benchmarks; null without a benchmark."),
        *((f"{part}_part", SCORE, f"Part of the loyalty index: {part}, 0 to 100; null where no data tell.") for part in LOYALTY_PARTS),
        ("loyalty_index", SCORE, "0 to 100: mean of its parts by the weights of the settings; null before the first purchase."),
        ("score_basis", "string", "What the current part of the score ranks: `value`, or `revenue` where the margin is not known.", "!"),
        ("current_contribution", SCORE, "Points of the score that come from current value.", "!"),
        ("potential_contribution", SCORE, "Points that come from potential_amount.", "!"),
        ("loyalty_contribution", SCORE, "Points that come from the loyalty index.", "!"),
        ("value_score", SCORE, "0 to 100: the sum of the three contributions.", "!"),
        ("value_band", "string", "Band of `value.bands`.", "!"),
    ),
    ("customer_id",),
)

VALUE_DECILES = Table(
    "value_deciles",
    "Customers who bought in the window of `value.window`, in ten groups of equal size from most to least revenue.",
    _columns(
        ("decile", "int64", "1 is the tenth with most revenue.", "!"),
        ("customers", "int64", "Customers.", "!"),
        ("revenue_amount", MONEY, "Their revenue.", "!"),
        ("revenue_share", SHARE, "Of all revenue of these customers; null when that is 0."),
        ("cumulative_share", SHARE, "Of this and all higher tenths."),
        ("margin_amount", MONEY, "Their margin; null where one is unknown."),
    ),
    ("decile",),
)

AARRR = Table(
    "aarrr",
    "Customers in the five stages acquisition, activation, retention, revenue, referral.",
    _columns(
        ("position", "int64", "1 to 5.", "!"),
        ("stage", "string", "`acquisition`, `activation`, `retention`, `revenue` or `referral`.", "!"),
        ("rule", "string", "The expression over the profile; null where no data tell."),
        ("customers", "int64", "Customers for whom it holds; null without a rule."),
        ("share", SHARE, "Of the customers of the first stage; null without a rule."),
        ("step_share", SHARE, "Of the customers of the stage before, those who are in this one too; null where one has no rule."),
    ),
    ("stage",),
)

TIER_FORECAST_DAYS = (30, 60, 90)

TIERS = Table(
    "tiers",
    "The membership tier of each customer, how far the next is, and what becomes of it.",
    _columns(
        ("customer_id", "string", "The customer.", "!"),
        ("tier", "string", "Name in `tiers.levels`.", "!"),
        ("level", "int64", "1 is the lowest tier.", "!"),
        ("since", "date", "First day in the tier, by the rules of today.", "!"),
        ("net_amount", MONEY, "Purchases minus refunds in the window.", "!"),
        ("orders", "int64", "Purchases in the window.", "!"),
        ("next_tier", "string", "The tier above; null in the highest."),
        ("net_amount_to_next", MONEY, "What is lacking for it; null where it asks for no amount."),
        ("orders_to_next", "int64", "Purchases lacking for it; null where it asks for none."),
        ("expires_on", "date", "First day in a lower tier if nothing more is bought; null in the lowest."),
        *(
            (f"tier_in_{n}d", "string", f"Tier in {n} days if the customer goes on at the rate of the last `tiers.rate_days`.", "!")
            for n in TIER_FORECAST_DAYS
        ),
        *((f"tier_in_{n}d_idle", "string", f"Tier in {n} days if nothing more is bought.", "!") for n in TIER_FORECAST_DAYS),
        ("is_at_risk", "boolean", "True when the tier in 90 days, at the customer's own rate, is lower.", "!"),
    ),
    ("customer_id",),
)

# --- groups: retention, ways, habits, cross tables ---

RETENTION = Table(
    "retention",
    "Of the customers who first bought in a month, how many were there n months later, three ways, with 95% intervals.",
    _columns(
        ("kind", "string", "`classic` (in that calendar month), `rolling` (then or later), `n_day` (each one's own 30 days).", "!"),
        ("cohort_on", "date", "First day of the period of the first purchase.", "!"),
        ("period_no", "int64", "Periods since then; 0 is the period itself.", "!"),
        ("customers", "int64", "Customers of the cohort who are seen through the period.", "!"),
        ("active_customers", "int64", "Of them, those who were there.", "!"),
        ("orders", "int64", "Purchases of the cohort in the period.", "!"),
        ("net_amount", MONEY, "Their money, given back taken off.", "!"),
        ("retention_rate", SHARE, "active_customers / customers.", "!"),
        ("rate_low", SHARE, "Lower end of Wilson's 95% interval.", "!"),
        ("rate_high", SHARE, "Upper end.", "!"),
        ("is_complete", "boolean", "False while as_of cuts the period short, for n_day while part of the cohort is still in it.", "!"),
    ),
    ("kind", "cohort_on", "period_no"),
)

EVENT_PATHS = Table(
    "event_paths",
    "The commonest beginnings of visits.",
    _columns(
        ("path_no", "int64", "1 is the commonest; ties by the text.", "!"),
        ("path", "string", "Names of events with ` > ` between, at most five.", "!"),
        ("visits", "int64", "Visits that begin so.", "!"),
        ("customers", "int64", "Different customers.", "!"),
        ("share", SHARE, "Of all visits.", "!"),
    ),
    ("path",),
)

EVENT_TRANSITIONS = Table(
    "event_transitions",
    "What follows what within visits.",
    _columns(
        ("from_event", "string", "Name of an event; `(start)` for the beginning of a visit.", "!"),
        ("to_event", "string", "The next one; `(end)` when the visit ends.", "!"),
        ("transitions", "int64", "How often.", "!"),
        ("share", SHARE, "Of all that follows from_event.", "!"),
    ),
    ("from_event", "to_event"),
)

CHANNEL_SWITCHES = Table(
    "channel_switches",
    "From which channel to which customers go between one purchase and the next.",
    _columns(
        ("from_channel", "string", "Channel of a purchase.", "!"),
        ("to_channel", "string", "Channel of the customer's next.", "!"),
        ("moves", "int64", "How often.", "!"),
        ("customers", "int64", "Different customers.", "!"),
        ("share", SHARE, "Of all moves from from_channel.", "!"),
        ("is_switch", "boolean", "True when the two differ.", "!"),
    ),
    ("from_channel", "to_channel"),
)

BUYING_HABITS = Table(
    "buying_habits",
    "How each customer buys: at discounts, and goods that earn much or little.",
    _columns(
        ("customer_id", "string", "The customer.", "!"),
        ("orders", "int64", "Purchases.", "!"),
        ("discount_known_orders", "int64", "Purchases that keep their discount, or whose gross amount tells it.", "!"),
        ("discounted_orders", "int64", "Purchases at a discount.", "!"),
        ("discounted_share", SHARE, "discounted_orders / discount_known_orders; null without any."),
        ("is_promotion_hunter", "boolean", "At least 80% at a discount; null below three purchases whose discount is known."),
        ("costed_amount", MONEY, "Money of lines with a known cost."),
        ("high_margin_amount", MONEY, "Part of it on products that earn at least the company's margin rate."),
        ("high_margin_share", SHARE, "high_margin_amount / costed_amount."),
        ("margin_kind", "string", "`high` (two thirds on such products), `low` (a third at most), `mixed`; null below three purchases."),
    ),
    ("customer_id",),
)

BEHAVIOUR_PATTERNS = Table(
    "behaviour_patterns",
    "Where and when each customer buys and visits, and who should be written to at another hour.",
    _columns(
        ("customer_id", "string", "The customer.", "!"),
        ("purchases", "int64", "Purchases.", "!"),
        ("online_purchases", "int64", "Of them in a channel that is one of `online_channels` of the settings.", "!"),
        ("store_purchases", "int64", "Of them in one of `store_channels`.", "!"),
        ("online_share", SHARE, "online_purchases / (online_purchases + store_purchases); null without any."),
        ("place_preference", "string", "`online` or `store` (at least two thirds), `both`; null below three such purchases."),
        ("visits", "int64", "Visits; null where no visit is known."),
        ("visits_without_purchase", "int64", "Visits on a day on which nothing was bought anywhere."),
        ("usual_hour", "int64", "Hour (0 to 23) around which, one hour more or less, most visits begin."),
        ("usual_hour_visits", "int64", "Visits that begin around it."),
        ("usual_hour_share", SHARE, "usual_hour_visits / visits."),
        ("usual_hour_lift", "float64", "The share divided by that of all visits around the same hour."),
        ("usual_hour_visits_without_purchase", "int64", "Of those visits, the ones without a purchase on their day."),
        ("is_fixed_hour", "boolean", "Whether visits keep to the usual hour; null below `least_visits`."),
        ("is_to_retime", "boolean", "Visits at a fixed hour, nearly always without a purchase: a campaign should come at that hour.", "!"),
        ("campaign_hour", "int64", "That hour; null for the others."),
    ),
    ("customer_id",),
)

BEHAVIOUR_LENSES = Table(
    "behaviour_lenses",
    "Four looks at customers' behaviour: purchase, use, attitude, feedback; each with its figures or the table that is missing.",
    _columns(
        ("lens", "string", "`purchase`, `use`, `attitude` or `feedback`.", "!"),
        ("position", "int64", "Order of the figures.", "!"),
        ("figure", "string", "Code of the figure; `missing` where a table is.", "!"),
        ("detail", "string", "The topic, where the figure is about one."),
        ("value", "float64", "A share or a number per customer; null where nobody can be judged."),
        ("customers", "int64", "Customers it rests on.", "!"),
        ("missing", "string", "The table that would show more: `events` or `feedback`."),
    ),
    ("lens", "position"),
)

PRODUCT_ISSUES = Table(
    "product_issues",
    "What hurts where, for those who make or choose products: the issue that touches most customers beyond the usual first.",
    _columns(
        ("rank", "int64", "1 for the largest excess_customers.", "!"),
        ("product_id", "string", "The product.", "!"),
        ("product_name", "string", "Name."),
        ("category", "string", "Category."),
        ("issue", "string", "`given_back`, `complained`, `left_in_cart` or `not_taken`.", "!"),
        ("customers", "int64", "Customers who bought it, put it in the cart, or looked at it.", "!"),
        ("hurt_customers", "int64", "Of them, who gave it back, spoke ill of it, or did not go on.", "!"),
        ("rate", SHARE, "hurt_customers / customers.", "!"),
        ("rate_low", SHARE, "Lower end of its 99.9% interval by Wilson; above base_rate.", "!"),
        ("base_rate", SHARE, "The rate of all products together.", "!"),
        ("excess_customers", "float64", "hurt_customers beyond what base_rate would give.", "!"),
    ),
    ("product_id", "issue"),
)

AGE_CATEGORY = Table(
    "age_category",
    "Age bands against favourite categories, each customer once.",
    _columns(
        ("age_band", "string", "Age band such as `25-34`.", "!"),
        ("category", "string", "Favourite category.", "!"),
        ("customers", "int64", "Customers.", "!"),
        ("expected", "float64", "Customers if age and category did not depend on each other.", "!"),
        ("share", SHARE, "Of the customers of the age band.", "!"),
        ("lift", "float64", "customers / expected.", "!"),
        ("residual", "float64", "Adjusted standardised residual: beyond -2 or 2 is more than chance; null where chance leaves no room."),
    ),
    ("age_band", "category"),
)

AGE_ATTENTION = Table(
    "age_attention",
    "What people of an age look at: actions on products by category.",
    _columns(
        ("age_band", "string", "Age band such as `25-34`.", "!"),
        ("category", "string", "Category of the product.", "!"),
        ("actions", "int64", "Events on such products.", "!"),
        ("customers", "int64", "Different customers.", "!"),
        ("share", SHARE, "Of the actions of the age band.", "!"),
        ("lift", "float64", "share / the category's share of everybody's actions.", "!"),
    ),
    ("age_band", "category"),
)

ITEMSETS = Table(
    "itemsets",
    "Products that stand together in many purchases of the window; one product alone is a set too.",
    _columns(
        ("itemset_no", "int64", "1 for the first: the small sets, and of a size the frequent ones, first.", "!"),
        ("items", "array<string>", "The product ids, in order.", "!"),
        ("size", "int64", "How many products.", "!"),
        ("count", "int64", "Purchases that hold them all.", "!"),
        ("support", SHARE, "Share of the purchases with a known product, 0 to 1.", "!"),
    ),
    ("itemset_no",),
)

ASSOCIATION_RULES = Table(
    "association_rules",
    "Who bought the antecedent bought the consequent in the same purchase too; the highest lift first.",
    _columns(
        ("rule_no", "int64", "1 for the highest lift.", "!"),
        ("antecedent", "array<string>", "The product ids bought, in order.", "!"),
        ("consequent", "array<string>", "The product bought with them.", "!"),
        ("count", "int64", "Purchases with both.", "!"),
        ("antecedent_count", "int64", "Purchases with the antecedent.", "!"),
        ("consequent_count", "int64", "Purchases with the consequent.", "!"),
        ("support", SHARE, "count / purchases with a known product.", "!"),
        ("confidence", SHARE, "count / antecedent_count.", "!"),
        ("lift", "float64", "confidence / share of purchases with the consequent.", "!"),
        ("leverage", "float64", "support less what it would be if the two had nothing to do with each other.", "!"),
        ("conviction", "float64", "(1 - share with the consequent) / (1 - confidence); null where confidence is 1."),
        ("p_value", SHARE, "Fisher's exact test, one-sided.", "!"),
        ("q_value", SHARE, "Share of chance finds among rules with this p-value or less (Benjamini, Hochberg).", "!"),
    ),
    ("rule_no",),
)

# --- saved segments

SEGMENTS = Table(
    "segments",
    "One row per saved segment: its rule, its size, who came and went since the last snapshot.",
    _columns(
        ("segment", "string", "Key in segments.yaml.", "!"),
        ("segment_name", "string", "Name in Chinese.", "!"),
        ("segment_name_en", "string", "Name in English.", "!"),
        ("owner", "string", "Who answers for it; empty when nobody is named.", "!"),
        ("expression", "string", "The rule in its canonical form, with the rules of segments it names in brackets.", "!"),
        ("customers", "int64", "Members.", "!"),
        ("share", SHARE, "Members / all customers; null without customers."),
        ("entered_customers", "int64", "Members who were none in the last snapshot.", "!"),
        ("left_customers", "int64", "Members of the last snapshot who are none now.", "!"),
    ),
    ("segment",),
)

SEGMENT_MEMBERS = Table(
    "segment_members",
    "Who is in which saved segment, and since when.",
    _columns(
        ("segment", "string", "Key in segments.yaml.", "!"),
        ("customer_id", "string", "The customer.", "!"),
        ("since", "date", "As_of of the run that first saw the customer in it, without a break since.", "!"),
    ),
    ("segment", "customer_id"),
)

SEGMENT_HISTORY = Table(
    "segment_history",
    "Who was in which saved segment when: on day D those with valid_from <= D and no valid_to or one after D.",
    _columns(
        ("segment", "string", "Key in segments.yaml.", "!"),
        ("customer_id", "string", "The customer.", "!"),
        ("valid_from", "date", "As_of of the run that first saw the customer in it.", "!"),
        ("valid_to", "date", "As_of of the run that first saw the customer out of it; null for members."),
    ),
    ("segment", "customer_id", "valid_from"),
)

SEGMENT_MOVEMENT = Table(
    "segment_movement",
    "Who entered or left a saved segment since the last snapshot, and why.",
    _columns(
        ("segment", "string", "Key in segments.yaml.", "!"),
        ("customer_id", "string", "The customer.", "!"),
        ("movement", "string", "`entered` or `left`.", "!"),
        (
            "why",
            "string",
            "The clauses that hold now and did not, or the other way round; or `new_customer`, `customer_gone`, "
            "`definition_changed`, `unknown`.",
            "!",
        ),
        ("moved_on", "date", "As_of of this run.", "!"),
    ),
    ("segment", "customer_id"),
)

CUSTOMER_TAGS = Table(
    "customer_tags",
    "Every tag of every customer: rule tags, computed preferences, interests, and what records say; each with its evidence.",
    _columns(
        ("customer_id", "string", "The customer.", "!"),
        (
            "family",
            "string",
            "`rule`, `category`, `brand`, `price_band`, `channel`, `store`, `weekday`, `hour`, a family of interests, "
            "`life_stage`, `age_band`, `gender`, `region` or `hand_given` (of a note).",
            "!",
        ),
        ("tag", "string", "The value: a name of tags.yaml, a category, a weekday (1 is Monday), ….", "!"),
        (
            "confidence",
            SHARE,
            "0 to 1: of preferences the share, shrunk to that of all; half where contradicted; of propagated tags the calibrated chance.",
            "!",
        ),
        (
            "basis",
            "string",
            "What it is told from: `rule`, `purchases`, `events`, `records`, `id_number`, `propagated` or `hand_given`.",
            "!",
        ),
        (
            "evidence",
            "int64",
            "Purchases, days with events, records or notes it rests on; of a rule 1; of a propagated tag, who it was learned from.",
            "!",
        ),
        ("share", SHARE, "Of preferences, its share of the customer's purchases."),
        ("lift", "float64", "Of preferences, the share divided by that among all customers' purchases."),
        ("contradicted", "boolean", "Another value has as much evidence, or records disagree.", "!"),
        ("since", "date", "As_of of the run that first saw it, without a break since; of a note the day it was learnt.", "!"),
        ("author", "string", "Of a note, who said so last."),
        ("learnt_on", "date", "Of a note, the day it was learnt last."),
    ),
    ("customer_id", "family", "tag"),
)

NOTES = Table(
    "notes",
    "What people learnt about customers and wrote down in the workspace, as the run found it in the store.",
    _columns(
        ("note_id", "string", "The note.", "!"),
        ("customer_id", "string", "The customer of today.", "!"),
        ("tag", "string", "What the customer is said to be; null for words alone."),
        ("words", "string", "The sentence; phone numbers, mail addresses and id numbers in it are masked.", "!"),
        ("author", "string", "Who wrote it.", "!"),
        ("source", "string", "Where it was learnt: `front_desk`, `back_office`, `phone`, `visit` or `other`.", "!"),
        ("learnt_on", "date", "The day it was learnt.", "!"),
        ("withdrawn_on", "date", "The day it was withdrawn; null while it holds."),
        ("withdrawn_by", "string", "Who withdrew it."),
    ),
    ("note_id",),
)

CUSTOMER_TAG_HISTORY = Table(
    "customer_tag_history",
    "Who had which tag when: on day D those with valid_from <= D and no valid_to or one after D.",
    _columns(
        ("customer_id", "string", "The customer.", "!"),
        ("family", "string", "As in `customer_tags`.", "!"),
        ("tag", "string", "As in `customer_tags`.", "!"),
        ("valid_from", "date", "As_of of the run that first saw it; of a note the day it was learnt.", "!"),
        ("valid_to", "date", "As_of of the run that first did not see it any more, or the day a note was withdrawn; null while it holds."),
    ),
    ("customer_id", "family", "tag", "valid_from"),
)

TAG_PROPAGATION = Table(
    "tag_propagation",
    "How well each tag of `propagate` can be told of customers nobody has tagged, and whether it was given to them.",
    _columns(
        ("family", "string", "As in `customer_tags`.", "!"),
        ("tag", "string", "As in `customer_tags`.", "!"),
        ("known_customers", "int64", "Customers of whom it is known now whether they have the tag, and was not at the earlier day.", "!"),
        ("holders", "int64", "Of them, customers who have it.", "!"),
        ("base_rate", SHARE, "holders / known_customers; null without any."),
        ("held_out_customers", "int64", "Known customers that were kept apart, and are measured on as they were at the earlier day.", "!"),
        ("least_precision", SHARE, "The precision that was asked for.", "!"),
        ("cut", "float64", "The least calibrated chance at which the tag is given; null where no cut is precise enough."),
        ("predicted_customers", "int64", "Held-out customers at or above the cut.", "!"),
        ("precision", SHARE, "Share of them who truly have the tag."),
        ("precision_low", SHARE, "Lower end of its 95% interval by Wilson."),
        ("precision_weighted", SHARE, "The precision with held-out customers weighed to be like those the tag goes to."),
        ("recall", SHARE, "Share of the held-out holders who are at or above the cut."),
        ("spread_customers", "int64", "Customers who were given the tag.", "!"),
        ("refusal", "string", "Why it was not given: `few_known`, `never_precise` or `not_confirmed`; null where it was."),
    ),
    ("family", "tag"),
)

CLUSTERS = Table(
    "clusters",
    "The group of alike buyers that each buyer is in, found by K-Means or a mixture.",
    _columns(
        ("customer_id", "string", "The customer.", "!"),
        ("cluster", "int64", "Number of the cluster, from 1; it stays when the cluster is found again.", "!"),
        ("cluster_name", "string", "Chinese name of the cluster; it stays as the number does.", "!"),
        ("distance", "float64", "Distance to the center in prepared units (1 is a typical spread of one feature).", "!"),
    ),
    ("customer_id",),
)

CLUSTER_PROFILES = Table(
    "cluster_profiles",
    "One row per cluster: name, size, how sure it is, and what became of it since the last run.",
    _columns(
        ("cluster", "int64", "Number of the cluster.", "!"),
        ("cluster_name", "string", "Chinese name.", "!"),
        ("cluster_name_en", "string", "English name.", "!"),
        ("customers", "int64", "Customers in it.", "!"),
        ("customer_share", SHARE, "Share of all customers with a cluster.", "!"),
        ("method", "string", "`kmeans` or `mixture`.", "!"),
        ("silhouette", "float64", "Mean silhouette of all clusters, −1 to 1; null when k was given."),
        ("stability", "float64", "Mean adjusted Rand index of fits on bootstrap samples, at most 1; null when k was given."),
        ("continues", "boolean", "True for a cluster of the last run that goes on, false for a new one.", "!"),
        ("center_shift", "float64", "How far its center moved since, in prepared units; null for a new one."),
        ("moved_share", SHARE, "Of its customers who had a cluster before, the share that came from another; null without any."),
    ),
    ("cluster",),
)

CLUSTER_FEATURES = Table(
    "cluster_features",
    "What lifts each cluster over all: every feature of every cluster, the most telling first.",
    _columns(
        ("cluster", "int64", "Number of the cluster.", "!"),
        ("feature", "string", "A column of `profile`.", "!"),
        ("rank", "int64", "1 for the feature that tells the cluster best.", "!"),
        ("difference", "float64", "Mean of the cluster minus mean of all, prepared, in standard deviations of all.", "!"),
        ("median", "float64", "Median in the feature's own unit, of the customers the fit looked at; null without a value."),
        ("base_median", "float64", "The same of all clusters together."),
        ("center", "float64", "Center in the feature's own unit: what a later run finds the cluster again by.", "!"),
    ),
    ("cluster", "feature"),
)

CLUSTER_CHOICES = Table(
    "cluster_choices",
    "Which numbers of clusters were tried, and what spoke for the one that was taken; empty when k was given.",
    _columns(
        ("k", "int64", "Number of clusters.", "!"),
        ("silhouette", "float64", "Mean silhouette on a sample, −1 to 1.", "!"),
        ("stability", "float64", "Mean adjusted Rand index of fits on bootstrap samples, at most 1.", "!"),
        ("inertia", "float64", "Sum of squared distances to the centers, on the sample.", "!"),
        ("is_chosen", "boolean", "True for the one that was taken.", "!"),
    ),
    ("k",),
)

PRODUCT_VIEW = Table(
    "product_view",
    "One row per product ever bought: who buys it, how it goes, its margin and its stage of life, in the 365 days before as_of.",
    _columns(
        ("product_id", "string", "The product.", "!"),
        ("product_name", "string", "Name."),
        ("category", "string", "Category; `未分类` where it has none.", "!"),
        ("brand", "string", "Brand."),
        ("stage", "string", "`导入`, `成长`, `成熟` or `衰退`, by the rule of `insight/products.py`.", "!"),
        ("first_sold_on", "date", "Day of the first purchase.", "!"),
        ("last_sold_on", "date", "Day of the last purchase.", "!"),
        ("orders", "int64", "Purchases with it.", "!"),
        ("buyers", "int64", "Different customers.", "!"),
        ("repeat_buyers", "int64", "Customers with two or more purchases of it.", "!"),
        ("repurchase_rate", SHARE, "repeat_buyers / buyers; null without a buyer."),
        ("quantity", "float64", "Units bought.", "!"),
        ("net_amount", MONEY, "Lines minus returns.", "!"),
        ("refund_amount", MONEY, "Amount given back, at least 0.", "!"),
        ("refund_rate", SHARE, "refund_amount / amount sold; null without a sale."),
        ("margin_amount", MONEY, "Amount sold minus its cost, before returns; null where a cost is unknown."),
        ("margin_rate", SHARE, "margin_amount / amount sold."),
        ("share_change", "float64", "Share of all purchases with lines in the last 90 days / in the 90 days before, minus 1; null without any before."),
        ("female_share", SHARE, "Share of women among buyers of known gender."),
        *((f"age_{name}_share", SHARE, f"Share of buyers aged {words}, among those of known age.") for name, words in (
            ("under_25", "under 25"), ("25_34", "25 to 34"), ("35_44", "35 to 44"), ("45_54", "45 to 54"), ("from_55", "55 or older"),
        )),
        ("main_cluster", "int64", "The cluster most of its buyers are in; null without clusters."),
        ("main_cluster_share", SHARE, "Share of its buyers with a cluster who are in it."),
        ("main_circle", "int64", "The circle with the most buyers, at least two; null without one."),
        ("main_circle_buyers", "int64", "Its members who bought."),
        ("tied_buyer_share", SHARE, "Of its buyers with a tie, the share tied to another buyer; null without circles."),
    ),
    ("product_id",),
)  # fmt: skip

PRODUCT_FIT = Table(
    "product_fit",
    "How much more than all buyers each group of customers buys each category, in the 365 days before as_of.",
    _columns(
        ("category", "string", "Category.", "!"),
        ("group_kind", "string", "`gender`, `age_band`, `rfm_group` or `cluster`.", "!"),
        ("group_value", "string", "Which of them.", "!"),
        ("customers", "int64", "Customers of the group with a purchase.", "!"),
        ("buyers", "int64", "Of them, buyers of the category.", "!"),
        ("buying_rate", SHARE, "buyers / customers.", "!"),
        ("base_rate", SHARE, "The same of all customers with a purchase.", "!"),
        ("lift", "float64", "buying_rate / base_rate, drawn to 1 as by 50 more customers at the base rate.", "!"),
        ("fit_score", "float64", "100 × lift / (1 + lift); 50 is the base.", "!"),
    ),
    ("category", "group_kind", "group_value"),
)

CUSTOMER_FIT = Table(
    "customer_fit",
    "The five categories that suit each buyer best, with what speaks for each.",
    _columns(
        ("customer_id", "string", "The customer.", "!"),
        ("category", "string", "Category.", "!"),
        ("rank", "int64", "1 for the best.", "!"),
        ("score", "float64", "base_rate × own_lift × gender_lift × age_band_lift, each lift held between 0.2 and 5.", "!"),
        ("base_rate", SHARE, "Share of all customers with a purchase who bought the category.", "!"),
        ("bought_orders", "int64", "The customer's own purchases with the category in 365 days.", "!"),
        ("own_lift", "float64", "The customer's share of the category against that of all, drawn to 1 as by 5 more purchases.", "!"),
        ("gender_lift", "float64", "Lift of the customer's gender in `product_fit`; null when unknown."),
        ("age_band_lift", "float64", "Lift of the customer's age band; null when unknown."),
        ("brand", "string", "The brand the customer leans to within the category; null without a purchase of a known brand."),
        ("brand_orders", "int64", "The customer's purchases of it in the category, in 365 days."),
        ("brand_lift", "float64", "Its share of the customer's purchases of the category against that of all, drawn to 1 as by 5 more."),
    ),
    ("customer_id", "category"),
)

CHURN = Table(
    "churn",
    "One row per customer who ever bought (or acted, or had a contract): the chance to leave, what is at risk, why, and what to do.",
    _columns(
        ("customer_id", "string", "The customer.", "!"),
        ("state", "string", "`active`, or `lost`: silent for longer than the horizon, or ended.", "!"),
        (
            "churn_probability",
            SHARE,
            "Chance of no purchase (or action; of the end of the contract) within horizon_days; null for the lost.",
        ),
        ("band", "string", "`high`, `medium`, `low` by the settings' bounds, or `lost`.", "!"),
        ("horizon_days", "int64", "Days of silence after which the customer counts as lost, by the customer's own rhythm.", "!"),
        ("silent_days", "int64", "Days since the last purchase or action; null for a contract without any."),
        ("silence_ratio", "float64", "silent_days / the customer's own mean gap, drawn to the company's; null without either."),
        ("value_amount", MONEY, "Purchases minus refunds of the last 365 days.", "!"),
        ("value_at_risk", MONEY, "churn_probability × value_amount, at least 0; null for the lost."),
        ("reason_features", "array<string>", "Up to three features that raise the chance, the strongest first.", "!"),
        ("reasons", "array<string>", "The same in Chinese words.", "!"),
        ("reasons_en", "array<string>", "The same in English words.", "!"),
        ("play", "string", "`personal_contact`, `promotion`, `value_added_service`, `resolve_complaint`, `win_back` or `none`.", "!"),
        ("extension_category", "string", "The category to extend the sale to, by `customer_fit`; null without one."),
        ("model_version", "int64", "Version of the model in the registry.", "!"),
    ),
    ("customer_id",),
)

OFF_NET = Table(
    "off_net",
    "One row per lost customer: since when, where to, why as far as the data tell, and the value lost.",
    _columns(
        ("customer_id", "string", "The customer.", "!"),
        ("last_act_on", "date", "Day of the last purchase or action; null for a contract without any."),
        ("lost_on", "date", "First day the customer counted as lost, or day the contract ended.", "!"),
        ("cause", "string", "`supplier_switch`, `complaint`, `refund`, `channel_switch` or `unknown`: the first that is found.", "!"),
        ("left_to", "string", "Page of the last event about a rival in the year before; null when no event tells."),
        ("channel", "string", "Channel of the last purchase."),
        ("value_lost", MONEY, "Purchases minus refunds in the 365 days that end with the last act.", "!"),
    ),
    ("customer_id",),
)

# --- price plans -----------------------------------------------------------------------------------

_USED = (
    ("used_at", TIMESTAMP, "When.", "!"),
    ("kind", "string", "What was used.", "!"),
    ("quantity", "float64", "How much, at least 0, in the unit of the kind.", "!"),
    ("plan", "string", "The price plan at the time, where the file says it."),
    ("flags", "string", "Codes of what looks wrong: `future_date`."),
)

CLEAN_USAGE = Table(
    "clean_usage",
    "Metered use after cleaning, one row per kind, still with the source's idea of who used it.",
    _columns(
        ("usage_id", "string", "`id_prefix` of the source and the source's own id, or file and line; a column's name after it.", "!"),
        ("record_id", "string", "Who used it.", "!"),
        ("account_id", "string", "Who pays; null is who used it."),
        ("source", "string", "The source.", "!"),
        *_USED,
    ),
    ("usage_id",),
)

USAGE = Table(
    "usage",
    "Metered use of customers, one row per record and kind.",
    _columns(
        ("usage_id", "string", "The record.", "!"),
        ("customer_id", "string", "Who pays.", "!"),
        ("line_id", "string", "Who used it.", "!"),
        ("source", "string", "The source.", "!"),
        *_USED,
    ),
    ("usage_id",),
)

PLANS = Table(
    "plans",
    "The price plans that the project defines, the company's own and competitors'.",
    _columns(
        ("plan", "string", "Key of the plan.", "!"),
        ("plan_name", "string", "Its name.", "!"),
        ("plan_name_en", "string", "Its English name."),
        ("company", "string", "The competitor who offers it; null for an own plan."),
        ("on_sale", "boolean", "Whether customers are advised to take it; counts for own plans.", "!"),
        ("monthly_fee", MONEY, "The fixed fee of a month.", "!"),
        ("offers", "int64", "Allowed sets of add-ons, none included.", "!"),
        ("definition", "string", "The whole definition, as JSON.", "!"),
    ),
    ("plan",),
)

BEST_PLAN = Table(
    "best_plan",
    "The own plan on sale, with add-ons, that would have cost each customer least in the months there is use of.",
    _columns(
        ("customer_id", "string", "The customer, or who pays for several lines.", "!"),
        ("months", "int64", "Months with use.", "!"),
        ("current_plan", "string", "The present plan, with add-ons after a plus each; null when not known."),
        ("current_total", MONEY, "What the months cost with it."),
        ("best_plan", "string", "Key of the best plan.", "!"),
        ("best_add_ons", "string", "Keys of the add-ons that make it cheapest, comma separated; empty for none.", "!"),
        ("best_total", MONEY, "What the months would have cost.", "!"),
        ("compared_plan", "string", "What it is compared with: the present plan, else the cheapest other plan."),
        ("compared_total", MONEY, "What the months cost with that."),
        ("saving", MONEY, "compared_total - best_total; below 0 when the present plan, not on sale or a competitor's, is cheaper."),
        ("months_cheaper", "int64", "Months in which the best plan is the cheaper of the two.", "!"),
        ("regret", MONEY, "What it costs more in the months in which it is dearer, at least 0.", "!"),
        ("saving_low", MONEY, "Lower end of the 90% prediction interval of the saving in as many further months; null below two months."),
        ("saving_high", MONEY, "Upper end."),
        (
            "risk_band",
            "string",
            "`sure` (saving_low above 0), `likely` (cheaper in two of three months), `unsure`, `none` (no saving).",
            "!",
        ),
        (
            "margin_change",
            MONEY,
            "Change of the company's margin by the move; null when the plan, or the cost of a new customer, is unknown.",
        ),
        ("competitor", "string", "The competitor with the cheapest plan for the customer."),
        ("competitor_plan", "string", "That plan."),
        ("competitor_total", MONEY, "What the months would have cost there."),
        ("competitor_saving", MONEY, "best_total - competitor_total: above 0 where the competitor is cheaper than all that can be sold."),
        ("sentence_zh", "string", "All that in a sentence, in Chinese.", "!"),
        ("sentence_en", "string", "In English.", "!"),
    ),
    ("customer_id",),
)

BEST_PLAN_MONTHS = Table(
    "best_plan_months",
    "The two bills that `best_plan` compares, side by side in every month.",
    _columns(
        ("customer_id", "string", "The customer.", "!"),
        ("month", "date", "First day of the month.", "!"),
        ("best_total", MONEY, "Bill of the best plan.", "!"),
        ("compared_total", MONEY, "Bill of the plan it is compared with."),
    ),
    ("customer_id", "month"),
)

BLOCKED_PLANS = Table(
    "blocked_plans",
    "Plans that must not be sold to a customer: the months would have cost more than with the present plan.",
    _columns(
        ("customer_id", "string", "The customer.", "!"),
        ("plan", "string", "The plan that is blocked, without add-ons.", "!"),
        ("plan_total", MONEY, "What the months would have cost.", "!"),
        ("current_plan", "string", "The present plan.", "!"),
        ("current_total", MONEY, "What they cost.", "!"),
        ("extra_cost", MONEY, "plan_total - current_total, above 0.", "!"),
    ),
    ("customer_id", "plan"),
)

PLAN_REVIEW = Table(
    "plan_review",
    "Every plan, a competitor's too, against the months of all customers.",
    _columns(
        ("plan", "string", "Key of the plan.", "!"),
        ("plan_name", "string", "Its name.", "!"),
        ("company", "string", "The competitor who offers it; null for an own plan."),
        ("eligible", "int64", "Customers who could have it.", "!"),
        ("mean_monthly_bill", MONEY, "Mean bill of their months with it, without add-ons.", "!"),
        ("customers", "int64", "Customers who have it.", "!"),
        ("current_monthly_bill", MONEY, "Mean bill of their months; null without customers."),
        ("current_total", MONEY, "What their months cost.", "!"),
        ("avoidable", MONEY, "Of it, what they would have saved with their best plans.", "!"),
        ("well_placed", "int64", "Of its customers, those whom no other plan on sale would cost less.", "!"),
        ("best_for", "int64", "Customers whose best plan it is, with add-ons or without.", "!"),
        ("blocked_for", "int64", "Customers to whom it must not be sold.", "!"),
        ("cheaper_than_best_for", "int64", "Customers for whom it is cheaper than all that can be sold: a competitor's strength.", "!"),
    ),
    ("plan",),
)

# --- memberships and points -----------------------------------------------------------------------

POINT_KINDS = ("earn", "redeem", "expire", "adjust")

_MEMBERSHIP = (
    ("record_id", "string", "The record of the member.", "!"),
    ("source", "string", "The source.", "!"),
    ("member_level", "string", "The level held; null when not told."),
    ("joined_on", "date", "Since when a member."),
    ("expires_on", "date", "The last day of the membership; null: none."),
    ("points_told", POINTS, "The balance of points as the system tells it."),
)

_POINT_ENTRY = (
    ("entry_id", "string", "`id_prefix` of the source and its own id, or file and line.", "!"),
    ("record_id", "string", "Whose.", "!"),
    ("source", "string", "The source.", "!"),
    ("booked_at", TIMESTAMP, "When.", "!"),
    ("kind", "string", "`earn`, `redeem`, `expire` or `adjust`.", "!"),
    ("points", POINTS, "How many; below 0 for what is taken off.", "!"),
    ("expires_on", "date", "The last day on which they can be redeemed; null: never."),
    ("order_id", "string", "The order they belong to, by the source's own id."),
    ("flags", "string", "Codes of what looks wrong: `future_date`."),
)

CLEAN_MEMBERSHIPS = Table(
    "clean_memberships", "Memberships after cleaning, before records become customers.", _columns(*_MEMBERSHIP), ("record_id",)
)

CLEAN_POINT_ENTRIES = Table(
    "clean_point_entries", "Bookings of points after cleaning, before records become customers.", _columns(*_POINT_ENTRY), ("entry_id",)
)

MEMBERSHIPS = Table(
    "memberships",
    "One row per membership, with the customer; a customer may hold several.",
    _columns(*_MEMBERSHIP, ("customer_id", "string", "The customer.", "!")),
    ("record_id",),
)

POINT_ENTRIES = Table(
    "point_entries",
    "One row per booking of points, with the customer.",
    _columns(*_POINT_ENTRY, ("customer_id", "string", "The customer.", "!")),
    ("entry_id",),
)

POINT_LOTS = Table(
    "point_lots",
    "What became of each booking that gave points, up to as_of: redeemed are first those that lapse first.",
    _columns(
        ("entry_id", "string", "The booking.", "!"),
        ("customer_id", "string", "The customer.", "!"),
        ("booked_on", "date", "The day.", "!"),
        ("expires_on", "date", "The last day on which they can be redeemed; null: never."),
        ("points", POINTS, "How many it gave, above 0.", "!"),
        ("used_points", POINTS, "Of them taken off by later bookings.", "!"),
        ("lapsed_points", POINTS, "Of them lapsed before as_of without a booking.", "!"),
        ("left_points", POINTS, "points - used_points - lapsed_points.", "!"),
    ),
    ("entry_id",),
)

POINTS_OF_CUSTOMERS = Table(
    "points",
    "The points of each customer with a membership or a booking before as_of: earned, redeemed, lapsed, and what is left.",
    _columns(
        ("customer_id", "string", "The customer.", "!"),
        ("member_level", "string", "Level of the newest membership; null where none is told."),
        ("joined_on", "date", "First day of the earliest membership."),
        ("earned_points", POINTS, "Earned, what was taken back for refunds off.", "!"),
        ("redeemed_points", POINTS, "Redeemed, what was given back off.", "!"),
        ("expired_points", POINTS, "Expired: booked so, or lapsed without a booking.", "!"),
        ("adjusted_points", POINTS, "Adjusted, either way.", "!"),
        ("points_balance", POINTS, "earned - redeemed - expired + adjusted; below 0 where more was taken than was there.", "!"),
        ("points_expiring", POINTS, "Of the balance what lapses within `points.expiring_days` from as_of.", "!"),
        ("next_expiry_on", "date", "The last day of the points that lapse next; null for none."),
        ("earned_points_365d", POINTS, "Earned in the last 365 days.", "!"),
        ("redeemed_points_365d", POINTS, "Redeemed in the last 365 days.", "!"),
        ("redemption_rate", SHARE, "redeemed_points / earned_points; null without any earned."),
        ("last_earned_on", "date", "Last day of earning."),
        ("last_redeemed_on", "date", "Last day of redeeming."),
        ("points_told", POINTS, "The balance that the systems tell; null where none does."),
        ("told_gap", POINTS, "points_told - points_balance: not 0 where bookings and balance disagree."),
        ("liability_amount", MONEY, "Balance above 0 × `points.value_per_point`; null without that setting."),
    ),
    ("customer_id",),
)

POINTS_MONTHLY = Table(
    "points_monthly",
    "Points by calendar month before as_of: earned, redeemed, expired, adjusted, and the balance of all at its end.",
    _columns(
        ("month", "date", "First day of the month.", "!"),
        ("earned_points", POINTS, "Earned, what was taken back off.", "!"),
        ("redeemed_points", POINTS, "Redeemed, what was given back off.", "!"),
        ("expired_points", POINTS, "Expired or lapsed.", "!"),
        ("adjusted_points", POINTS, "Adjusted, either way.", "!"),
        ("balance_points", POINTS, "Balance of all customers at the end of the month, or before as_of.", "!"),
        ("earning_customers", "int64", "Customers who earned.", "!"),
        ("redeeming_customers", "int64", "Customers who redeemed.", "!"),
        ("is_complete", "boolean", "False for the month of as_of, unless that is its first day.", "!"),
    ),
    ("month",),
)

# --- relations and circles ------------------------------------------------------------------------

RELATION_KINDS = ("household", "device", "referral", "call", "other", "co_purchase")

_RELATION_COLUMNS = (
    ("relation_id", "string", "File and line it came from.", "!"),
    ("source", "string", "The source.", "!"),
    ("from_record_id", "string", "One person, a record; who called or referred.", "!"),
    ("to_record_id", "string", "The other person, a record.", "!"),
    ("kind", "string", "`household`, `device`, `referral`, `call` or `other`.", "!"),
    ("weight", "float64", "How often or how strongly, above 0; 1 when the source does not tell.", "!"),
    ("related_at", TIMESTAMP, "When it was, or since when it is; null when not told."),
)

CLEAN_RELATIONS = Table(
    "clean_relations",
    "One row per relation of two records, before records become customers.",
    _columns(*_RELATION_COLUMNS),
    ("relation_id",),
)

RELATIONS = Table(
    "relations",
    "One row per relation, with the two customers; both are the same where two records proved to be one person.",
    _columns(
        *_RELATION_COLUMNS,
        ("from_customer_id", "string", "The customer of from_record_id.", "!"),
        ("to_customer_id", "string", "The customer of to_record_id.", "!"),
    ),
    ("relation_id",),
)

TIES = Table(
    "ties",
    "One row per two customers who are related in any way before as_of.",
    _columns(
        ("from_customer_id", "string", "The customer whose id comes first.", "!"),
        ("to_customer_id", "string", "The other.", "!"),
        ("weight", "float64", "Over the kinds: kind weight × log2(1 + sum of weights); above 0.", "!"),
        ("kinds", "string", "What ties them, comma separated, in alphabetical order.", "!"),
    ),
    ("from_customer_id", "to_customer_id"),
)

CIRCLE_MEMBERS = Table(
    "circle_members",
    "One row per customer with a tie: the circle, and how the customer stands in the whole net.",
    _columns(
        ("customer_id", "string", "The customer.", "!"),
        ("community", "int64", "Number of the circle; 1 is the largest.", "!"),
        ("size", "int64", "Customers in the circle.", "!"),
        ("degree", "int64", "Customers tied to.", "!"),
        ("degree_inside", "int64", "Of them, those of the same circle.", "!"),
        ("strength", "float64", "Sum of the weights of these ties.", "!"),
    ),
    ("customer_id",),
)

CIRCLES = Table(
    "circles",
    "One row per circle: how close it is, who stands at its head, what it buys; net and buyers as in `profile`.",
    _columns(
        ("community", "int64", "Number of the circle.", "!"),
        ("customers", "int64", "Customers in it.", "!"),
        ("ties_inside", "int64", "Ties between two of them.", "!"),
        ("density", SHARE, "ties_inside / possible ties; null for one customer."),
        ("modularity_part", "float64", "What it adds to the modularity of all circles, which is the sum.", "!"),
        ("head_customer_id", "string", "The member with the most strength inside; of equals the first.", "!"),
        ("buyers", "int64", "Members who have bought.", "!"),
        ("net_amount_365d", MONEY, "Purchases minus refunds of the members in 365 days.", "!"),
        ("main_interest", "string", "The category of rank 1 in `circle_interests`; null without one."),
    ),
    ("community",),
)

CIRCLE_INTERESTS = Table(
    "circle_interests",
    "Categories that a larger part of a circle bought in 365 days than of all customers with a tie.",
    _columns(
        ("community", "int64", "Number of the circle.", "!"),
        ("category", "string", "Category.", "!"),
        ("rank", "int64", "1 for the highest lift_low.", "!"),
        ("customers", "int64", "Members who bought it.", "!"),
        ("members", "int64", "Members of the circle.", "!"),
        ("share", SHARE, "customers / members.", "!"),
        ("base_share", SHARE, "The same of all customers with a tie.", "!"),
        ("lift", "float64", "share / base_share, above 1.", "!"),
        ("lift_low", "float64", "The lift at the lower end of the 95% interval (Wilson) of share.", "!"),
    ),
    ("community", "category"),
)

KEY_CUSTOMERS = Table(
    "key_customers",
    "The customers to win first: the highest PageRank, in the order of how far a word from them goes.",
    _columns(
        ("customer_id", "string", "The customer.", "!"),
        ("rank", "int64", "1 for the farthest reach.", "!"),
        ("community", "int64", "Number of the circle.", "!"),
        ("degree", "int64", "Customers tied to.", "!"),
        ("strength", "float64", "Sum of the weights of these ties.", "!"),
        ("pagerank", "float64", "Weighted, damping 0.85; sums to 1 over all customers with a tie.", "!"),
        ("reach", "float64", "Customers who hear on average of what begins here, this one included (independent cascade).", "!"),
    ),
    ("customer_id",),
)

LOOKALIKE_MODELS = Table(
    "lookalike_models",
    "How well buyers of a category are told from other buyers of the company, judged on customers the fit did not see.",
    _columns(
        ("category", "string", "The category.", "!"),
        ("buyers", "int64", "Its buyers in 365 days.", "!"),
        ("others", "int64", "Customers with a purchase who are none.", "!"),
        ("auc", "float64", "Area under the ROC curve; 0.5 is chance.", "!"),
        ("auc_low", "float64", "Lower end of its 95% interval.", "!"),
        ("better_than_chance", "boolean", "auc_low is above 0.5; else there are no candidates.", "!"),
    ),
    ("category",),
)

LOOKALIKE_CONTRAST = Table(
    "lookalike_contrast",
    "What sets the buyers of a category apart, the surest first.",
    _columns(
        ("category", "string", "The category.", "!"),
        ("place", "int64", "1 for the surest.", "!"),
        ("attribute", "string", "A column of `profile`.", "!"),
        ("attribute_value", "string", "Its value; of numbers a quarter, Q1 the lowest.", "!"),
        ("customers", "int64", "Customers with a purchase who have it.", "!"),
        ("buyers", "int64", "Of them, buyers of the category.", "!"),
        ("buying_rate", SHARE, "buyers / customers.", "!"),
        ("rate_low", SHARE, "Lower end of Wilson's 95% interval.", "!"),
        ("rate_high", SHARE, "Upper end.", "!"),
        ("lift", "float64", "buying_rate / that of all.", "!"),
        ("is_sure", "boolean", "The rate of all is outside of the interval.", "!"),
        ("p_value", SHARE, "Two-sided test of the two shares.", "!"),
    ),
    ("category", "place"),
)

LOOKALIKE_CANDIDATES = Table(
    "lookalike_candidates",
    "Customers who did not buy a category and are most like those who did, the best first.",
    _columns(
        ("category", "string", "The category.", "!"),
        ("rank", "int64", "1 for the best.", "!"),
        ("customer_id", "string", "The customer.", "!"),
        ("score", "float64", "Chance to be a buyer as the fit sees it, 0 to 1.", "!"),
    ),
    ("category", "rank"),
)

MARKET_SEGMENTS = Table(
    "market_segments",
    "Which group to go for: size, growth, value and margin of each, weighted, and how to stand before it.",
    _columns(
        ("dimension", "string", "What the groups are cut by: a column of `profile`, or `cluster`.", "!"),
        ("segment", "string", "The group.", "!"),
        ("customers", "int64", "Customers.", "!"),
        ("customer_share", SHARE, "Of all customers of the dimension."),
        ("growth", "float64", "Money of 90 days as a year against that of 365, held against all, minus 1; null without money."),
        ("value_per_customer", "float64", "Net amount of 365 days per customer."),
        ("margin_rate", SHARE, "Margin of 365 days / net amount, where every cost is known."),
        *((f"{name}_points", "float64", f"What {name} adds to the score.") for name in ("size", "growth", "value", "margin")),
        ("score", "float64", "0 to 100: the sum of the points.", "!"),
        ("price_level", "float64", "Average order value against that of all."),
        ("frequency_level", "float64", "Purchases per customer against those of all."),
        ("category", "string", "Favourite category most lifted over all."),
        ("channel", "string", "Favourite channel most lifted over all."),
    ),
    ("dimension", "segment"),
)

RECOMMENDATIONS = Table(
    "recommendations",
    "The products to offer to each active customer next, best first, each with its reason.",
    _columns(
        ("customer_id", "string", "The customer.", "!"),
        ("rank", "int64", "From 1, the best.", "!"),
        ("product_id", "string", "The product.", "!"),
        ("score", "float64", "0 to 1; compares products of one customer only.", "!"),
        (
            "reason_code",
            "string",
            "`repeat`, `bought_before`, `bought_together`, `same_kind`, `alike_customers`, `season`, `popular`, `segment_popular` or `category_popular`.",
            "!",
        ),
        ("reason_product_id", "string", "The customer's own product that led to it; null without."),
        ("model_version", "int64", "Version of the model in the registry.", "!"),
    ),
    ("customer_id", "rank"),
)

UNUSUAL_PAYMENTS = Table(
    "unusual_payments",
    "Payments of the last days (settings: risk) far above what the customer, or all customers, usually pay.",
    _columns(
        ("order_id", "string", "The order.", "!"),
        ("customer_id", "string", "The customer.", "!"),
        ("ordered_at", TIMESTAMP, "When it was ordered.", "!"),
        ("amount", MONEY, "Amount paid, above 0.", "!"),
        ("own_payments", "int64", "Payments of the customer, this one too.", "!"),
        ("own_usual", MONEY, "Median of the customer's amounts; null with too few payments."),
        ("own_z", "float64", "Robust spreads of log amounts above own_usual; null with too few payments."),
        ("peer_usual", MONEY, "Median of all amounts.", "!"),
        ("peer_z", "float64", "Robust spreads of log amounts above peer_usual.", "!"),
        ("score", "float64", "The larger of the two that pass their bound.", "!"),
        ("grade", "string", "Key of the highest grade whose least_score it reaches.", "!"),
        ("reasons", "array<string>", "Why, in Chinese words.", "!"),
        ("reasons_en", "array<string>", "In English words.", "!"),
    ),
    ("order_id",),
)

RISK_CASES = Table(
    "risk_cases",
    "Customers to be looked at: an unusual payment, or most of the money sent back; with grade and policy.",
    _columns(
        ("customer_id", "string", "The customer.", "!"),
        ("grade", "string", "Key of the highest grade whose least_score is reached.", "!"),
        ("policy", "string", "What the policy table of the settings says for the grade.", "!"),
        ("score", "float64", "Of the most unusual payment, or refund_share × refund_score of the settings.", "!"),
        ("unusual_payments", "int64", "How many payments are unusual.", "!"),
        ("order_id", "string", "The most unusual payment; null without one."),
        ("amount", MONEY, "Its amount."),
        ("refunds", "int64", "Refunds within the window.", "!"),
        ("refund_share", SHARE, "Money sent back / money paid within the window; null without a payment."),
        ("last_on", "date", "Day of the last payment or refund.", "!"),
        ("reasons", "array<string>", "Why, in Chinese words.", "!"),
        ("reasons_en", "array<string>", "In English words.", "!"),
    ),
    ("customer_id",),
)

SALES_SERIES = Table(
    "sales_series",
    "Sales of each forecast series by full month before as_of; a month without sales has zeros.",
    _columns(
        ("dimension", "string", "`total`, `category`, `channel`, `store`, `province` or `city`.", "!"),
        ("member", "string", "Which category, channel and so on; `total` for the whole company.", "!"),
        ("metric", "string", "`net_amount` (project currency), `orders` or `customers` (who bought).", "!"),
        ("month", "date", "First day of the month.", "!"),
        ("value", "float64", "What came; money with netted refunds taken off.", "!"),
    ),
    ("dimension", "member", "metric", "month"),
)

FORECASTS = Table(
    "forecasts",
    "The coming months of each series whose forecasts beat the same month of the year before, with intervals.",
    _columns(
        ("dimension", "string", "As in sales_series.", "!"),
        ("member", "string", "As in sales_series.", "!"),
        ("metric", "string", "As in sales_series.", "!"),
        ("month", "date", "First day of the month forecast; the first is the month of as_of.", "!"),
        ("value", "float64", "What is expected, at least 0.", "!"),
        ("low", "float64", "Lower end of the interval, at least 0.", "!"),
        ("high", "float64", "Upper end of the interval.", "!"),
        ("year_ago", "float64", "What the same month of the year before brought: the baseline.", "!"),
    ),
    ("dimension", "member", "metric", "month"),
)

FORECAST_BACKTEST = Table(
    "forecast_backtest",
    "How the forecasts of each series would have been on its newest months, beside those of the baseline, and whether they are used.",
    _columns(
        ("dimension", "string", "As in sales_series.", "!"),
        ("member", "string", "As in sales_series.", "!"),
        ("metric", "string", "As in sales_series.", "!"),
        (
            "method",
            "string",
            "Smoothing, and the shape of the year: `damped, shared`; chosen on earlier months, for all series of the metric.",
            "!",
        ),
        ("starts", "int64", "Months from which one looked ahead to judge.", "!"),
        ("error", "float64", "Mean absolute error, in the metric's unit.", "!"),
        ("baseline_error", "float64", "That of the same month of the year before.", "!"),
        ("error_share", SHARE, "error / baseline_error; null where the baseline made no error."),
        ("covered", SHARE, "Share of the months within intervals made before them; null where too few errors were known."),
        ("is_published", "boolean", "Whether forecasts has it: its error is below the baseline's.", "!"),
    ),
    ("dimension", "member", "metric"),
)

CLV = Table(
    "clv",
    "One row per customer who ever bought: the chance to be still there, purchases and money expected, with an interval.",
    _columns(
        ("customer_id", "string", "The customer.", "!"),
        ("purchases", "int64", "Days with a purchase so far.", "!"),
        ("probability_alive", SHARE, "Chance that the customer still buys at all.", "!"),
        ("expected_purchases", "float64", "Days with a purchase expected within horizon_days.", "!"),
        ("expected_spend", MONEY, "Money expected of one such day, refunds taken off; null where nobody's amounts tell."),
        ("clv", MONEY, "Money expected within horizon_days, discounted; null without expected_spend."),
        ("clv_low", MONEY, "Lower end of the interval of what may come."),
        ("clv_high", MONEY, "Upper end of the interval."),
        ("horizon_days", "int64", "How far ahead.", "!"),
        ("model_version", "int64", "Version of the model in the registry; 1 where none is kept.", "!"),
    ),
    ("customer_id",),
)

CLV_COHORTS = Table(
    "clv_cohorts",
    "Customers by the month of their first purchase: how many are expected to be there, and what is expected of them.",
    _columns(
        ("cohort_month", "date", "First day of the month of the first purchase.", "!"),
        ("customers", "int64", "Customers.", "!"),
        ("alive_customers", "float64", "Customers expected to still buy: the sum of their chances.", "!"),
        ("net_amount", MONEY, "Money so far, refunds taken off.", "!"),
        ("expected_purchases", "float64", "Expected within the horizon of clv.", "!"),
        ("clv", MONEY, "Expected within the horizon of clv."),
        ("clv_per_customer", MONEY, "clv / customers."),
    ),
    ("cohort_month",),
)

CLV_HISTORY = Table(
    "clv_history",
    "What each customer was worth on earlier days, told with the parameters of today, so that what changed is the customer.",
    _columns(
        ("customer_id", "string", "The customer; nobody stands here before the first purchase.", "!"),
        ("seen_on", "date", "The first day not seen.", "!"),
        ("probability_alive", SHARE, "As in clv, seen from that day.", "!"),
        ("expected_purchases", "float64", "As in clv, seen from that day.", "!"),
        ("clv", MONEY, "As in clv, seen from that day."),
    ),
    ("customer_id", "seen_on"),
)

NEXT_PURCHASE = Table(
    "next_purchase",
    "One row per customer who ever bought: the chance to buy soon, the likely day, and the category it is likely to be.",
    _columns(
        ("customer_id", "string", "The customer.", "!"),
        ("probability_30d", SHARE, "Chance of a purchase within 30 days.", "!"),
        ("probability_90d", SHARE, "Chance of a purchase within 90 days.", "!"),
        ("likely_on", "date", "Day by which a purchase is as likely as not; null where it is never, or not within ten years."),
        ("category", "string", "The category most likely to be bought; null where the most popular one for all is as good."),
        ("category_probability", SHARE, "Its share of the customer's coming purchases."),
        ("model_version", "int64", "Version of the model `clv` in the registry; 1 where none is kept.", "!"),
    ),
    ("customer_id",),
)

# --- what customers say, need and where they go -----------------------------------------------------

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
    "clean_feedback", "What was said, after cleaning, before records become customers.", _columns(*_FEEDBACK), ("feedback_id",)
)

FEEDBACK = Table(
    "feedback",
    "What was said before as_of, with the customer and whether it is meant well.",
    _columns(
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
    _columns(
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
    _columns(
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
    _columns(
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
    _columns(
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
    _columns(
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
    "clean_place_visits", "Visits to places after cleaning, before records become customers.", _columns(*_PLACE_VISIT), ("visit_id",)
)

PLACE_VISITS = Table(
    "place_visits",
    "Visits to places, with the customer.",
    _columns(*_PLACE_VISIT, ("customer_id", "string", "The customer.", "!")),
    ("visit_id",),
)

FREQUENTED_PLACES = Table(
    "frequented_places",
    "Where each customer is often seen: places with visits on at least `places.least_days` days of the last 365.",
    _columns(
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

TIER_PRICES = Table(
    "tier_prices",
    "What lower prices, as in a price war, would have made of the tiers, had as much been bought.",
    _columns(
        ("price_change", "float64", "Change of all prices: -0.1 is 10% lower.", "!"),
        ("level", "int64", "1 for the lowest tier.", "!"),
        ("tier", "string", "Its name.", "!"),
        ("customers", "int64", "Customers who hold it.", "!"),
        ("falling_customers", "int64", "Of them, who would hold a lower one.", "!"),
        ("then_customers", "int64", "Customers who would hold it.", "!"),
    ),
    ("price_change", "level"),
)

CIRCLE_SPREAD = Table(
    "circle_spread",
    "How a category spread within a circle: who bought first, and how many followed against what the rest of the customers would make likely.",
    _columns(
        ("community", "int64", "The circle.", "!"),
        ("category", "string", "The category.", "!"),
        ("members", "int64", "Members of the circle.", "!"),
        ("first_customer_id", "string", "Who bought it first.", "!"),
        ("first_on", "date", "That day.", "!"),
        ("followed_30d", "int64", "Other members whose first purchase of it came within 30 days from that day.", "!"),
        ("followed_90d", "int64", "Within 90 days.", "!"),
        ("followed_365d", "int64", "Within 365 days.", "!"),
        ("buyers", "int64", "Members who bought it before as_of, the first too.", "!"),
        ("tied_followers", "int64", "Of the buyers after the first, those tied to a member who had bought on an earlier day.", "!"),
        (
            "expected_90d",
            "float64",
            "Other members that would have followed within 90 days at the rate of all customers in the same days.",
            "!",
        ),
        ("lift_90d", "float64", "followed_90d / expected_90d; null where none was expected."),
        ("open_members", "int64", "Members who have not bought and are tied to a buyer: whom to talk to next.", "!"),
    ),
    ("community", "category"),
)

_FOR_EVERY = (
    ("customer_id", "string", "The customer.", "!"),
    ("lifecycle_stage", "string", "Stage."),
    ("rfm_group", "string", "RFM group; null without a purchase."),
    ("value_band", "string", "Band of value."),
    ("tier", "string", "Tier of the membership."),
    ("wants_no_contact", "boolean", "Asked within a year not to be contacted.", "!"),
)

FOR_SALES = Table(
    "for_sales",
    "What sales needs of each customer: worth, what to offer, where and when.",
    _columns(
        *_FOR_EVERY,
        ("last_purchase_on", "date", "Day of the last purchase."),
        ("net_amount_365d", MONEY, "Net amount of 365 days."),
        ("favourite_category", "string", "Favourite category."),
        ("net_amount_to_next", MONEY, "What is lacking for the next tier."),
        ("churn_band", "string", "`high`, `medium`, `low` or `lost`."),
        ("need_category", "string", "Category of the newest open need; null where the offer is the first recommendation."),
        ("offer_product_id", "string", "The product to offer."),
        ("place_preference", "string", "`online`, `store` or `both`."),
        ("campaign_hour", "int64", "Hour at which to write, where visits keep to one without a purchase."),
    ),
    ("customer_id",),
)

FOR_SERVICE = Table(
    "for_service",
    "What service needs of each customer: standing, complaints, what was said last, what to do.",
    _columns(
        *_FOR_EVERY,
        ("tier_at_risk", "boolean", "Whether the tier is about to fall."),
        ("refunds_365d", "int64", "Refunds of 365 days."),
        ("complaints_365d", "int64", "Complaints of 365 days; null where nothing was ever said."),
        ("last_said_on", "date", "Day of the last thing said."),
        ("last_sentiment", "string", "How it was meant."),
        ("last_words", "string", "Its words, numbers and mails blotted out."),
        ("churn_band", "string", "`high`, `medium`, `low` or `lost`."),
        ("play", "string", "What to do, as in `churn`."),
        ("points_expiring", POINTS, "Points that lapse soon."),
    ),
    ("customer_id",),
)

FOR_MARKETING = Table(
    "for_marketing",
    "What marketing needs of each customer: tastes, habits, points, and whether one may write.",
    _columns(
        *_FOR_EVERY,
        ("tags", "string", "Rule tags, comma separated."),
        ("favourite_category", "string", "Favourite category."),
        ("favourite_channel", "string", "Favourite channel."),
        ("favourite_hour", "string", "Favourite hour of buying."),
        ("campaign_hour", "int64", "Hour at which to write, where visits keep to one without a purchase."),
        ("is_promotion_hunter", "boolean", "Waits for discounts; null below three purchases."),
        ("margin_kind", "string", "`high`, `low` or `mixed`."),
        ("churn_band", "string", "`high`, `medium`, `low` or `lost`."),
        ("points_balance", POINTS, "Points left."),
        ("points_expiring", POINTS, "Points that lapse soon."),
    ),
    ("customer_id",),
)

FOR_PRODUCT_TEAM = Table(
    "for_product_team",
    "What those who make products need of each: who buys it, how it goes, what hurts, what is said.",
    _columns(
        ("product_id", "string", "The product.", "!"),
        ("product_name", "string", "Name."),
        ("category", "string", "Category.", "!"),
        ("stage", "string", "Stage of life.", "!"),
        ("buyers", "int64", "Buyers of 365 days.", "!"),
        ("repurchase_rate", SHARE, "Buyers who came back for it."),
        ("refund_rate", SHARE, "Refunded of sold."),
        ("margin_rate", SHARE, "Margin of net amount."),
        ("mean_rating", "float64", "Mean of ratings; null without any."),
        ("said", "int64", "Things said of it; null without any."),
        ("negative_share", SHARE, "Of them meant ill."),
        ("issue", "string", "Its worst issue, as in `product_issues`; null without one."),
        ("hurt_customers", "int64", "Customers it hurts."),
        ("concern", "string", "The topic that concerns most customers of its category."),
    ),
    ("product_id",),
)

# --- what is not a person -------------------------------------------------------------------------

ENTITIES = Table(
    "entities",
    "Households, companies, accounts and devices: what customers belong to and what is not a person.",
    _columns(
        ("entity_id", "string", "Type and the first of its customers; of a company its mail domain.", "!"),
        ("entity_type", "string", "`household`, `company`, `account` (one bill) or `device`.", "!"),
        ("label", "string", "Mail domain of a company; null for others."),
        ("customers", "int64", "Customers who belong to it.", "!"),
    ),
    ("entity_id",),
)

ENTITY_LINKS = Table(
    "entity_links",
    "Who belongs to which entity, in what role; it joins nobody into one customer.",
    _columns(
        ("entity_id", "string", "The entity.", "!"),
        ("entity_type", "string", "As in entities.", "!"),
        ("customer_id", "string", "The customer.", "!"),
        ("role", "string", "`member` of a household, `employee` of a company, `payer` or `user` of an account, `user` of a device.", "!"),
        ("told_by", "string", "What tells it, comma separated: `address`, `landline`, `relation`, `mail`, `bill`.", "!"),
    ),
    ("entity_id", "customer_id", "role"),
)

CUSTOMER_SCOPES = Table(
    "customer_scopes",
    "Types of customers with rules of their own: on campus, in a family, of an enterprise; a customer may have several.",
    _columns(
        ("customer_id", "string", "The customer.", "!"),
        ("scope", "string", "`campus`, `family` or `enterprise`.", "!"),
        ("told_by", "string", "What tells it, comma separated: `mail`, `occupation`, `address`, `household`, `company`.", "!"),
    ),
    ("customer_id", "scope"),
)

TABLES: dict[str, Table] = {
    t.name: t
    for t in (
        REJECTS, CORRECTIONS, RECONCILIATION, CUSTOMER_RECORDS, PRODUCTS, CLEAN_ORDERS, ORDERS, ORDER_LINES,
        CLEAN_EVENTS, EVENTS, IDENTITY_LINKS, IDENTITY_CONFLICTS, IDENTITY_MATCHES, IDENTITY_WEIGHTS, IDENTITY_FORMS, IDENTITY_MATCHING, CUSTOMERS, FEATURES, RFM, LIFECYCLE, TAGS,
        CLEAN_EVENTS, EVENTS, ANONYMOUS_LINKS, IDENTITY_LINKS, IDENTITY_CONFLICTS, CUSTOMERS, FEATURES, RFM, LIFECYCLE, TAGS,
        PROFILE, SALES_MONTHLY, CATEGORY_SALES, COHORT_RETENTION,
        MOVES, RFM_MIGRATION, BAND_MOVEMENT, LIFECYCLE_TRANSITIONS, LOYALTY_TREND, VALUE, VALUE_DECILES, AARRR, TIERS,
        LEDGER, RETENTION, EVENT_PATHS, EVENT_TRANSITIONS, CHANNEL_SWITCHES, BUYING_HABITS,
        BEHAVIOUR_PATTERNS, BEHAVIOUR_LENSES, PRODUCT_ISSUES, AGE_CATEGORY, AGE_ATTENTION,
        ITEMSETS, ASSOCIATION_RULES,
        SEGMENTS, SEGMENT_MEMBERS, SEGMENT_HISTORY, SEGMENT_MOVEMENT,
        CUSTOMER_TAGS, CUSTOMER_TAG_HISTORY, TAG_PROPAGATION,
        CUSTOMER_TAGS, CUSTOMER_TAG_HISTORY, NOTES,
        CLUSTERS, CLUSTER_PROFILES, CLUSTER_FEATURES, CLUSTER_CHOICES,
        PRODUCT_VIEW, PRODUCT_FIT, CUSTOMER_FIT,
        CHURN, OFF_NET, RECOMMENDATIONS,
        UNUSUAL_PAYMENTS, RISK_CASES,
        CLEAN_USAGE, USAGE, PLANS, BEST_PLAN, BEST_PLAN_MONTHS, BLOCKED_PLANS, PLAN_REVIEW,
        CLEAN_RELATIONS, RELATIONS, TIES, CIRCLE_MEMBERS, CIRCLES, CIRCLE_INTERESTS, KEY_CUSTOMERS,
        CLEAN_MEMBERSHIPS, CLEAN_POINT_ENTRIES, MEMBERSHIPS, POINT_ENTRIES, POINT_LOTS, POINTS_OF_CUSTOMERS, POINTS_MONTHLY,
        LOOKALIKE_MODELS, LOOKALIKE_CONTRAST, LOOKALIKE_CANDIDATES, MARKET_SEGMENTS,
        IDENTITY_DECISIONS, IDENTITY_HISTORY, IDENTITY_REVIEW, IDENTITY_EVIDENCE, CUSTOMER_VALUES,
        SALES_SERIES, FORECASTS, FORECAST_BACKTEST,
        CLV, CLV_COHORTS, CLV_HISTORY, NEXT_PURCHASE,
        CLEAN_FEEDBACK, FEEDBACK, FEEDBACK_TOPICS, TOPIC_AGES, PRODUCT_CONCERNS, PRODUCT_CRITERIA, NEEDS,
        CLEAN_PLACE_VISITS, PLACE_VISITS, FREQUENTED_PLACES, CIRCLE_SPREAD, TIER_PRICES,
        ENTITIES, ENTITY_LINKS, CUSTOMER_SCOPES,
        FOR_SALES, FOR_SERVICE, FOR_MARKETING, FOR_PRODUCT_TEAM,
    )
}  # fmt: skip


def raw_schema(name: str) -> Iterable[tuple[str, str]]:
    """Name and type of every column of the raw table of input *name*, in order."""
    return (*ORIGIN, *((field, "string") for field in INPUTS[name].field_names))
