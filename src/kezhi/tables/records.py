"""What was read, mended and counted: records, products, orders and events."""

from __future__ import annotations

from kezhi.tables.shape import MONEY, TIMESTAMP, Table, columns

_SOURCE = (
    ("source", "string", "The source it came from, a name in kezhi.yaml.", "!"),
    ("source_file", "string", "The file it came from, relative to the project, with `#sheet` for a workbook.", "!"),
    ("source_line", "int64", "The line of the file, the first being 1; for a workbook the row.", "!"),
)


REJECTS = Table(
    "rejects",
    "Rows that could not be used, with the reason and the text as it came.",
    columns(
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
    columns(
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
    columns(
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


QUALITY = Table(
    "quality",
    "How good the data are: per source, input table, column and dimension what was looked at and what failed.",
    columns(
        ("source", "string", "The source.", "!"),
        ("table_name", "string", "The input table.", "!"),
        ("column_name", "string", "The column; `*` for the row as a whole.", "!"),
        (
            "dimension",
            "string",
            "`completeness` (a value is there), `validity` (it can be read), `consistency` (in the one form; a row that other rows bear out), "
            "`uniqueness` (the row repeats no other), `timeliness` (not later than its source can know).",
            "!",
        ),
        ("n", "int64", "Values, or rows, that were looked at.", "!"),
        ("failing", "int64", "Those of them that fail.", "!"),
        ("example_file", "string", "File of the first that fails; null without one."),
        ("example_line", "int64", "Its line; for a workbook the row."),
        ("newest_on", "date", "Of `timeliness`: day of the newest value that does not fail."),
    ),
    ("source", "table_name", "column_name", "dimension"),
)


QUALITY_HISTORY = Table(
    "quality_history",
    "The same for each source, input table and dimension as a whole, run after run.",
    columns(
        ("as_of", "date", "The first day that the run did not see; the last run of a day counts.", "!"),
        ("source", "string", "The source.", "!"),
        ("table_name", "string", "The input table.", "!"),
        ("dimension", "string", "As in `quality`.", "!"),
        ("n", "int64", "Values and rows that were looked at.", "!"),
        ("failing", "int64", "Those that fail.", "!"),
    ),
    ("as_of", "source", "table_name", "dimension"),
)


CUSTOMER_RECORDS = Table(
    "customer_records",
    "One row per person as one system knows it, typed; with `customers` and `identity_forms` where personal data stand.",
    columns(
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
    columns(
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
    columns(
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
    columns(
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
    columns(
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
    columns(
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
    columns(
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
    columns(
        ("event_id", "string", "`id_prefix` of the source and the source's own id.", "!"),
        ("customer_id", "string", "The customer; null when unknown."),
        ("source", "string", "The source.", "!"),
        *_EVENT_COLUMNS,
    ),
    ("event_id",),
)
