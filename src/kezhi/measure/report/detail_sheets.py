"""Sheets an analyst goes on with: customers one by one with their value, tier, moves, group, tags and points, and what the groups are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kezhi.kit.engine import _, ibis, ir, typed
from kezhi.measure import answers, words
from kezhi.measure.report.prediction_sheets import PREDICTION_SHEETS
from kezhi.measure.report.sheets import MOST, Sheet, ordered
from kezhi.measure.source import ReportSource
from kezhi.tables import POINT_LOTS, TABLES

_MOVE = {"dimension": "string", "compared_with": "string", "from_on": "date", "from_state": "string", "to_state": "string", "customers": "int64",
         "share": "float64", "net_amount": "decimal(18, 2)"}  # fmt: skip


def _movement(source: ReportSource) -> ir.Table | None:
    """The cells of all matrices in which somebody moved or stayed: groups, stages and bands."""
    parts = []
    for table, dimension, end in (
        ("rfm_migration", "rfm", "group"),
        ("lifecycle_transitions", "lifecycle", "stage"),
        ("band_movement", None, "band"),
    ):
        found = source.table(table)
        if found is None:
            continue
        named = found.mutate(from_state=found[f"from_{end}"], to_state=found[f"to_{end}"])
        parts.append(typed(named if dimension is None else named.mutate(dimension=ibis.literal(dimension)), _MOVE))
    if not parts:
        return None
    whole = ibis.union(*parts, distinct=False) if len(parts) > 1 else parts[0]
    return whole.order_by("compared_with", "dimension", ibis.desc("customers"), "from_state", "to_state")


def _moves(source: ReportSource) -> ir.Table | None:
    """Who moved; who stayed is left out."""
    found = source.table("moves")
    if found is None:
        return None
    moved = found.filter(_.from_state.fill_null("") != _.to_state.fill_null(""))
    names = ("customer_id", "dimension", "compared_with", "from_on", "from_state", "to_state", "net_amount", "dwell_days")
    return moved.select(*names).order_by("dimension", "compared_with", ibis.desc("net_amount"), "customer_id")


def _clusters(source: ReportSource) -> ir.Table | None:
    found, profiles = source.table("clusters"), source.table("cluster_profiles")
    if found is None or profiles is None:
        return None
    named = found.join(profiles.select("cluster", "cluster_name_en"), "cluster")
    return named.select("cluster", "cluster_name", "cluster_name_en", "customer_id", "distance").order_by(
        "cluster", "distance", "customer_id"
    )


def _cluster_features(source: ReportSource) -> ir.Table | None:
    found, profiles = source.table("cluster_features"), source.table("cluster_profiles")
    if found is None or profiles is None:
        return None
    named = found.join(profiles.select("cluster", "cluster_name", "cluster_name_en", "customers", "customer_share"), "cluster")
    names = (
        "cluster",
        "cluster_name",
        "cluster_name_en",
        "customers",
        "customer_share",
        "rank",
        "feature",
        "median",
        "base_median",
        "difference",
    )
    return named.select(*names).order_by("cluster", "rank")


def _rules(source: ReportSource) -> ir.Table | None:
    found = source.table("association_rules")
    if found is None:
        return None
    names = ("rule_no", "antecedent", "consequent", "count", "support", "confidence", "lift", "leverage", "conviction", "q_value")
    sides = {side: found[side].join(" + ") for side in ("antecedent", "consequent")}
    return found.mutate(**sides).select(*names).order_by("rule_no")


def _churn(source: ReportSource) -> ir.Table | None:
    found = source.table("churn")
    if found is None:
        return None
    names = ("customer_id", "state", "band", "churn_probability", "horizon_days", "silent_days", "value_at_risk", "reasons", "reasons_en", "play", "extension_category")  # fmt: skip
    said = {name: found[name].join("; ") for name in ("reasons", "reasons_en")}
    return found.mutate(**said).select(*names).order_by(ibis.desc("churn_probability"), "customer_id")


def _lots(source: ReportSource) -> ir.Table | None:
    """Points that are left, those that lapse first on top."""
    found = source.table("point_lots")
    return None if found is None else found.filter(_.left_points > 0).select(*POINT_LOTS.column_names[1:]).order_by("expires_on", "customer_id", "booked_on", "points")  # fmt: skip


def _lenses(source: ReportSource) -> ir.Table | None:
    found = source.table("behaviour_lenses")
    return None if found is None else found.order_by("position").select("lens", "figure", "detail", "value", "customers", "missing")


def _of(name: str, table: str, columns: str, order: str) -> Sheet:
    return Sheet(name, table, ordered(table, tuple(columns.split()), tuple(order.split())), MOST)


def _made(name: str, table: str, rows: Callable[[ReportSource], ir.Table | None]) -> Sheet:
    return Sheet(name, table, rows, MOST)


DETAIL_SHEETS = (
    _of(
        "value", "value",
        "customer_id revenue_amount product_cost_amount margin_amount service_cost_amount contact_cost_amount acquisition_cost_amount value_amount "
        "value_band value_score current_contribution potential_contribution loyalty_contribution potential_amount residual_amount share_of_wallet "
        "loyalty_index revenue_rank margin_rank rank_change",
        "revenue_rank customer_id",
    ),
    _of(
        "tiers", "tiers",
        "customer_id tier since net_amount orders next_tier net_amount_to_next orders_to_next expires_on tier_in_30d tier_in_60d tier_in_90d "
        "tier_in_90d_idle is_at_risk",
        "tier customer_id",
    ),
    _of("tier_prices", "tier_prices", "price_change tier customers falling_customers then_customers", "price_change tier"),
    _made("movement", "rfm_migration", _movement),
    _made("moves", "moves", _moves),
    _of("loyalty", "loyalty_trend", "customer_id period_on loyalty_index change is_alert", "customer_id period_on"),
    _made("cluster_features", "cluster_features", _cluster_features),
    _made("clusters", "clusters", _clusters),
    _of("segments", "segments", "segment segment_name segment_name_en owner expression customers share entered_customers left_customers", "segment"),
    _of("segment_members", "segment_members", "segment customer_id since", "segment customer_id"),
    _of(
        "customer_tags", "customer_tags", "customer_id family tag confidence basis evidence share lift contradicted since author learnt_on",
        "customer_id family tag",
    ),
    _made("churn", "churn", _churn),
    *PREDICTION_SHEETS,
    _made("rules", "association_rules", _rules),
    _of(
        "sequences", "product_sequences",
        "sequence_no first_product_id then_product_id customers first_customers support confidence lift gap_days_mean", "sequence_no",
    ),
    _of(
        "retention", "retention", "kind cohort_on period_no customers active_customers retention_rate rate_low rate_high is_complete",
        "kind cohort_on period_no",
    ),
    _of(
        "points", "points",
        "customer_id member_level joined_on earned_points redeemed_points expired_points adjusted_points points_balance points_expiring next_expiry_on "
        "redemption_rate last_earned_on last_redeemed_on points_told told_gap liability_amount",
        "customer_id",
    ),
    _made("point_lots", "point_lots", _lots),
    _of(
        "points_monthly", "points_monthly",
        "month earned_points redeemed_points expired_points adjusted_points balance_points earning_customers redeeming_customers is_complete", "month",
    ),
    _made("lenses", "behaviour_lenses", _lenses),
    _of("issues", "product_issues", "rank product_id product_name category issue customers hurt_customers rate base_rate excess_customers", "rank"),
    _of("patterns", "behaviour_patterns", "customer_id purchases online_share place_preference visits visits_without_purchase usual_hour campaign_hour", "customer_id"),
    _of("habits", "buying_habits", "customer_id orders discounted_share is_promotion_hunter high_margin_share margin_kind", "customer_id"),
    _of("attention", "age_attention", "age_band category actions customers share lift", "age_band category"),
    _of("topic_ages", "topic_ages", "age_band topic customers raising_customers rate rate_low rate_high base_rate lift negative_share", "age_band topic"),
    _of("concerns", "product_concerns", "category rank topic customers concerned_customers rate base_rate lift example answer answer_en", "category rank"),
    _of("criteria", "product_criteria", "category rank criterion attribute attribute_value customers rate lift answer answer_en", "category rank"),
    _of("needs", "needs", "customer_id category need said shown_days need_on is_met verdict why offer_product_id", "customer_id category"),
    _of("places", "frequented_places", "customer_id rank place_name place_kind days share workday_rush_days last_on", "customer_id rank"),
    _of(
        "circle_spread", "circle_spread",
        "community category members first_customer_id first_on followed_30d followed_90d followed_365d buyers tied_followers expected_90d lift_90d open_members",
        "community category",
    ),
    _of(
        "tag_propagation", "tag_propagation",
        "family tag known_customers holders base_rate least_precision predicted_customers precision precision_low precision_weighted recall spread_customers refusal",
        "family tag",
    ),
    _of(
        "campaigns", "uplift_campaigns",
        "campaign arm assigned_on outcome window_days treated controls effect effect_low effect_high cost qini is_published refusal refusal_en",
        "assigned_on campaign arm",
    ),
    _of("uplift", "uplift", "customer_id campaign arm rank uplift low high base uplift_group", "campaign arm rank"),
    _of("prices", "price_elasticity", "dimension member net_amount products elasticity low high verdict sentence sentence_en", "dimension member"),
    *(
        _of(name, name, " ".join(TABLES[name].column_names), TABLES[name].key[0])
        for name in ("for_sales", "for_service", "for_marketing", "for_product_team")
    ),
)  # fmt: skip
DETAIL = tuple(sheet.name for sheet in DETAIL_SHEETS)

# columns that hold codes, and the section of `locales` that says them
CODES = {
    "dimension": "report.detail.dimensions", "compared_with": "report.detail.compared", "family": "report.families", "basis": "report.detail.bases",
    "band": "cli.churn.bands", "play": "cli.churn.plays", "kind": "report.detail.retention_kinds", "feature": "clusters.features",
    "extension_category": "report.categories", "state": "report.detail.churn_states", "lens": "report.lenses", "figure": "report.lens_figures",
    "issue": "report.issues", "place_preference": "report.detail.places", "margin_kind": "report.detail.margins", "criterion": "report.criteria",
    "last_sentiment": "report.sentiments", "churn_band": "cli.churn.bands", "stage": "report.product_stages", "rfm_group": "report.groups",
    "favourite_category": "report.categories", "need": "report.need_kinds", "verdict": "report.verdicts", "why": "report.need_reasons", "refusal": "report.detail.refusals",
    "uplift_group": "cli.uplift.groups", "margin_state": "cli.clv.margin_states", "best_weekday": "cli.leads.weekdays", "pattern": "risk.patterns",
    "grade": "risk.grades",
}  # fmt: skip
_HEADS = ("report.detail.columns", "report.answers", "cli.columns", "report.columns")


def head(column: str, lang: str) -> str:
    """What *column* of a sheet here is called."""
    own = (words.known(f"{section}.{column}", lang) for section in _HEADS)
    return next((found for found in own if found), None) or answers.head(column, lang)


def in_language(table: ir.Table, lang: str) -> ir.Table:
    """*table* with one of each two columns that say the same in Chinese and (`_en`) in English."""
    both = [name for name in table.columns if f"{name}_en" in table.columns]
    return table.drop(*(name if lang == "en" else f"{name}_en" for name in both)) if both else table


def teller(column: str, source: ReportSource, lang: str) -> Callable[[Any], Any] | None:
    """What turns a code of *column* into a word; None where values are shown as they are."""
    settings = source.settings
    if column in ("from_state", "to_state"):
        return lambda name: None if name is None else _state(name, source, lang)
    if column in ("antecedent", "consequent", "first_product_id", "then_product_id"):
        return _named_products(source)
    if column == "lifecycle_stage":
        return lambda stage: None if stage is None else words.stage_word(stage, settings, lang)
    if column in ("topic", "detail", "attribute", "concern"):
        return lambda topic: (
            None if topic is None else words.known(f"report.group_kinds.{topic}", lang) or words.topic_word(topic, settings, lang)
        )
    if column == "attribute_value":
        return lambda name: (
            None if name is None else words.known(f"report.genders.{name}", lang) or words.code_word("report.groups", name, lang)
        )
    if column in ("value_band", "next_tier") or column.startswith("tier"):
        english = {one.name: one.name_en for one in settings.tiers.levels} | {one.name: one.name_en for one in settings.value.bands}
        return lambda name: (english.get(name) or name) if lang == "en" else name
    if column == "tied_by":
        return lambda codes: None if codes is None else ", ".join(words.code_word("risk.ties", one, lang) for one in codes.split(","))
    section = CODES.get(column)
    return None if section is None else lambda code: None if code is None else words.code_word(section, code, lang)


def _state(name: str, source: ReportSource, lang: str) -> str:
    """A group, stage or band, or that there was none."""
    found = words.known(f"report.groups.{name}", lang) or words.known(f"report.moved.{name}", lang)
    return found or words.stage_word(name, source.settings, lang)


def _named_products(source: ReportSource) -> Callable[[Any], Any]:
    """Ids of products, joined by ` + `, each with the product's name where one is known."""
    products = source.table("products")
    rows = (
        [] if products is None else products.filter(_.product_name.notnull()).select("product_id", "product_name").to_pyarrow().to_pylist()
    )
    names = {row["product_id"]: f"{row['product_id']} {row['product_name']}" for row in rows}
    return lambda side: None if side is None else " + ".join(names.get(one, one) for one in side.split(" + "))
