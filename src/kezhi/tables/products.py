"""Products: who buys them, what goes with them, whom they fit, what is wrong with them."""

from __future__ import annotations

from kezhi.tables.shape import MONEY, SHARE, Table, columns

PRODUCT_ISSUES = Table(
    "product_issues",
    "What hurts where, for those who make or choose products: the issue that touches most customers beyond the usual first.",
    columns(
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
    columns(
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
    columns(
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
    columns(
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
    columns(
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


PRODUCT_SEQUENCES = Table(
    "product_sequences",
    "What customers buy after what: one product in a purchase, another in one of a later day within some days; the highest lift first.",
    columns(
        ("sequence_no", "int64", "1 for the highest lift.", "!"),
        ("first_product_id", "string", "The product bought first.", "!"),
        ("then_product_id", "string", "The product bought later; may be the same one.", "!"),
        (
            "customers",
            "int64",
            "Customers who bought them so, of those looked at (`baskets.sequence_customers`, `baskets.sequence_most_purchases`).",
            "!",
        ),
        ("first_customers", "int64", "Customers who bought the first at all, those too whose days are not over yet.", "!"),
        ("support", SHARE, "customers / customers looked at who bought a known product.", "!"),
        ("confidence", SHARE, "customers / first_customers.", "!"),
        ("lift", "float64", "confidence / share of the same customers who bought the second at all.", "!"),
        ("gap_days_mean", "float64", "Mean days between the two, of each customer the shortest.", "!"),
    ),
    ("sequence_no",),
)


PRODUCT_VIEW = Table(
    "product_view",
    "One row per product ever bought: who buys it, how it goes, its margin and its stage of life, in the 365 days before as_of.",
    columns(
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
    columns(
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
    columns(
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
