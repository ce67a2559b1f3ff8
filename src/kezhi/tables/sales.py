"""Sales by month and category, cohorts, and what the next months will bring."""

from __future__ import annotations

from kezhi.tables.shape import MONEY, SHARE, Table, columns

SALES_MONTHLY = Table(
    "sales_monthly",
    "Sales by calendar month before as_of; the month of as_of may be incomplete.",
    columns(
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
    columns(
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
    columns(
        ("cohort_month", "date", "Month of the first purchase.", "!"),
        ("month_no", "int64", "Months since then; 0 is the month itself.", "!"),
        ("customers", "int64", "Size of the cohort.", "!"),
        ("active_customers", "int64", "Of them, customers with a purchase in that month.", "!"),
        ("retention_rate", SHARE, "active_customers / customers.", "!"),
        ("is_complete", "boolean", "False for the calendar month that as_of cuts short.", "!"),
    ),
    ("cohort_month", "month_no"),
)


SALES_SERIES = Table(
    "sales_series",
    "Sales of each forecast series by full month before as_of; a month without sales has zeros.",
    columns(
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
    columns(
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
    columns(
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
