"""How sales react to prices."""

from __future__ import annotations

from kezhi.tables.shape import MONEY, Table, columns

PRICE_ELASTICITY = Table(
    "price_elasticity",
    "How much more is bought per percent of price, within the same products, by category, by segment of customers, and by both at once.",
    columns(
        (
            "dimension",
            "string",
            "`total`, `category`, a column of profile as the settings name it, such as `rfm_group`, or both as `category_rfm_group`.",
            "!",
        ),
        ("member", "string", "The category, or the value of the column; both with `>` between; `total` for all.", "!"),
        ("net_amount", MONEY, "Money paid for lines of it in the last 365 days.", "!"),
        ("products", "int64", "Products with a sale in the history that is looked at.", "!"),
        ("rows", "int64", "Sales of a product in a period, each with its mean price paid.", "!"),
        ("price_spread", "float64", "Standard deviation of log prices within products and periods; null with too few rows."),
        ("elasticity", "float64", "Percent more sold per percent of price; null where refused."),
        ("low", "float64", "Lower end of its 95% interval; of category and segment at once the intervals of all members hold together."),
        ("high", "float64", "Upper end of it."),
        (
            "verdict",
            "string",
            "`elastic` (high below -1), `inelastic` (low above -1, high below 0), `falls` (high below 0, neither is sure), `unsure`, `prices_hardly_vary` or `too_few`.",
            "!",
        ),
        ("sentence", "string", "The same in Chinese words.", "!"),
        ("sentence_en", "string", "In English words.", "!"),
    ),
    ("dimension", "member"),
)
