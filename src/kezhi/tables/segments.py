"""Segments, tags with evidence and history, clusters, look-alikes and the market."""

from __future__ import annotations

from kezhi.tables.shape import SHARE, Table, columns

SEGMENTS = Table(
    "segments",
    "One row per saved segment: its rule, its size, who came and went since the last snapshot.",
    columns(
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
    columns(
        ("segment", "string", "Key in segments.yaml.", "!"),
        ("customer_id", "string", "The customer.", "!"),
        ("since", "date", "As_of of the run that first saw the customer in it, without a break since.", "!"),
    ),
    ("segment", "customer_id"),
)


SEGMENT_HISTORY = Table(
    "segment_history",
    "Who was in which saved segment when: on day D those with valid_from <= D and no valid_to or one after D.",
    columns(
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
    columns(
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
    columns(
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
    columns(
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
    columns(
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
    columns(
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
    columns(
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
    columns(
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
    columns(
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
    columns(
        ("k", "int64", "Number of clusters.", "!"),
        ("silhouette", "float64", "Mean silhouette on a sample, −1 to 1.", "!"),
        ("stability", "float64", "Mean adjusted Rand index of fits on bootstrap samples, at most 1.", "!"),
        ("inertia", "float64", "Sum of squared distances to the centers, on the sample.", "!"),
        ("is_chosen", "boolean", "True for the one that was taken.", "!"),
    ),
    ("k",),
)


GROUP_SEPARATION = Table(
    "group_separation",
    "What separates groups of buyers, such as clusters or member levels: linear discriminant analysis, a row per axis and feature.",
    columns(
        ("dimension", "string", "What names the groups: `cluster`, or a column of the profile.", "!"),
        ("axis", "int64", "1 for the axis along which the groups lie farthest apart.", "!"),
        ("feature", "string", "Column of the profile.", "!"),
        ("rank", "int64", "1 for the feature with the strongest loading of the axis.", "!"),
        ("loading", "float64", "Correlation of the feature with the axis, -1 to 1.", "!"),
        ("axis_share", SHARE, "Share of the axis in what lies between the groups.", "!"),
        ("groups", "int64", "Groups told apart; one of fewer than two buyers is left out.", "!"),
        ("customers", "int64", "Buyers looked at: those with a group and every feature known, of many a fixed part.", "!"),
        ("accuracy", SHARE, "Share of them whose nearest group is their own, by all axes.", "!"),
        ("base_accuracy", SHARE, "Share of the largest group: what a guess gets right.", "!"),
    ),
    ("dimension", "axis", "feature"),
)


LOOKALIKE_MODELS = Table(
    "lookalike_models",
    "How well buyers of a category are told from other buyers of the company, judged on customers the fit did not see.",
    columns(
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
    columns(
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
    columns(
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
    columns(
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
