"""Campaigns with a control group: who was given what, what it did on average, and what it does to each customer."""

from __future__ import annotations

from kezhi.tables.shape import MONEY, SHARE, TIMESTAMP, Table, columns

UPLIFT_GROUPS = ("persuadable", "sure_thing", "lost_cause", "sleeping_dog")  # what a treatment does to a customer

_TREATMENT = (
    ("treatment_id", "string", "`id_prefix` of the source and its own id, or file and line.", "!"),
    ("record_id", "string", "Who.", "!"),
    ("source", "string", "The source.", "!"),
    ("campaign", "string", "Name of the campaign.", "!"),
    ("arm", "string", "What the person was given, or a name of the control group.", "!"),
    ("assigned_at", TIMESTAMP, "When it was decided.", "!"),
    ("is_randomised", "boolean", "Whether chance decided it; false where nobody said so.", "!"),
    ("cost", MONEY, "What treating the person cost."),
    ("discount_share", SHARE, "Discount offered, 0 to 1."),
    ("flags", "string", "Codes of what looks wrong: `future_date`."),
)


CLEAN_TREATMENTS = Table(
    "clean_treatments", "Campaigns after cleaning, before records become customers.", columns(*_TREATMENT), ("treatment_id",)
)


TREATMENTS = Table(
    "treatments",
    "Who was sent a campaign and who was kept as its control group, with the customer.",
    columns(*_TREATMENT, ("customer_id", "string", "The customer.", "!")),
    ("treatment_id",),
)


UPLIFT_CAMPAIGNS = Table(
    "uplift_campaigns",
    "One row per arm of a campaign held against its control group: the average effect, and whether customers differ in it.",
    columns(
        ("campaign", "string", "The campaign.", "!"),
        ("arm", "string", "The arm that is held against the control group.", "!"),
        ("assigned_on", "date", "Day of the first assignment.", "!"),
        ("outcome", "string", "What counts: `purchase`, `net_amount` or the name of an event.", "!"),
        ("window_days", "int64", "Within so many days of the assignment.", "!"),
        ("treated", "int64", "Customers of the arm whose window is over.", "!"),
        ("controls", "int64", "Customers of the control group whose window is over.", "!"),
        ("mixed", "int64", "Customers left out as they were assigned to several arms.", "!"),
        ("treated_rate", "float64", "Outcome per customer of the arm; null where nothing can be told."),
        ("control_rate", "float64", "Outcome per customer of the control group; null where nothing can be told."),
        ("effect", "float64", "What treating one customer adds to the outcome on average; null where nothing can be told."),
        ("effect_low", "float64", "Lower end of its 95% interval."),
        ("effect_high", "float64", "Upper end of its 95% interval."),
        ("cost", MONEY, "What treating one customer of the arm cost on average; null where it is not told."),
        ("cost_per_outcome", "float64", "cost / effect: the money that one more outcome cost; null unless effect_low is above 0."),
        ("spread", "float64", "Standard deviation of the effects of customers, as far as the model tells; null without a model."),
        ("heterogeneity_p", "float64", "Chance of such differences if all customers had the same effect; null without a model."),
        ("qini", "float64", "Qini coefficient on customers not seen in fitting: 0 is a random order, 1 a perfect one."),
        ("qini_low", "float64", "Lower end of its 95% interval."),
        ("qini_high", "float64", "Upper end of its 95% interval."),
        ("is_published", "boolean", "Whether `uplift` has rows of it: the order by effect is surely better than treating all alike.", "!"),
        ("model", "string", "Name of the model in the registry; null without a model."),
        ("model_version", "int64", "Version of it; null without a model, 1 where none is kept."),
        ("refusal", "string", "Why it is not published, in Chinese words; null where it is."),
        ("refusal_en", "string", "The same in English words."),
    ),
    ("campaign", "arm"),
)


UPLIFT = Table(
    "uplift",
    "What the treatment of a published campaign would do to each customer today, for customers of the sources that it was sent from.",
    columns(
        ("customer_id", "string", "The customer.", "!"),
        ("campaign", "string", "The campaign.", "!"),
        ("arm", "string", "The arm.", "!"),
        ("outcome", "string", "What counts: `purchase`, `net_amount` or the name of an event.", "!"),
        ("uplift", "float64", "What being treated adds to the customer's outcome.", "!"),
        ("low", "float64", "Lower end of the 95% interval of the mean effect on customers like this one.", "!"),
        ("high", "float64", "Upper end of it.", "!"),
        ("base", "float64", "Outcome expected without the treatment.", "!"),
        (
            "uplift_group",
            "string",
            "`persuadable` (low above uplift.worth), `sleeping_dog` (high below 0), else `sure_thing` where base is at least the mean, or `lost_cause`.",
            "!",
        ),
        ("rank", "int64", "From 1, the highest uplift of the campaign's arm.", "!"),
        ("reason_features", "array<string>", "Up to three features that tell this effect from the average one, the strongest first.", "!"),
        ("reasons", "array<string>", "The same in Chinese words.", "!"),
        ("reasons_en", "array<string>", "The same in English words.", "!"),
        ("model_version", "int64", "Version of the model in the registry; 1 where none is kept.", "!"),
    ),
    ("customer_id", "campaign", "arm"),
)
