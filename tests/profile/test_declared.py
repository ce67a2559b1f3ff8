"""Declared features: what each kind gives, what the future cannot change, what is refused, and what reads them."""

from __future__ import annotations

from datetime import date

import pytest
from support import rows, table

from kezhi.errors import SettingsWrong
from kezhi.flow.declared import declared_at
from kezhi.flow.model_registry import ModelRegistry
from kezhi.flow.population import population
from kezhi.flow.training import past
from kezhi.flow.warehouse import Warehouse
from kezhi.profile import segments
from kezhi.profile.declared import column_types, declared_features, declared_wide, feature_coverage, parse_features
from kezhi.profile.profile import WIDE_COLUMNS
from kezhi.profile.segments import Population
from kezhi.settings import FeatureSettings, RfmSettings, load
from kezhi.tables import PROFILE

AS_OF = date(2025, 7, 1)  # a Tuesday
GIVEN = {
    "night_share": {"ratio": ["count('order', hour >= 22, days <= 90)", "orders_90d"]},
    "per_order": {"ratio": ["net_amount_life", "orders_life"]},
    "spend_trend": {"trend": "order", "measure": "sum", "column": "net_amount", "windows": [30, 90]},
    "views_14d": {"window": "view", "days": 14},
    "apps": {"window": "order", "days": 60, "measure": "max", "column": "net_amount", "where": "channel = 'app' OR channel = 'web'"},
    "sundays": {"window": "order", "days": 365, "where": "weekday = 7"},
    "level_in_city": {"cross": ["member_level", "city"]},
}
FEATURES = {name: FeatureSettings(**one) for name, one in GIVEN.items()}
# a: 60 yuan on the first day of the last 30, at 22:30 on a Sunday; 120 on the first of the last 90; 80 a day before those. b: looked.
ORDERS = [
    {"order_id": "o1", "customer_id": "a", "ordered_at": "2025-06-01 22:30:00", "net_amount": 60, "channel": "app"},
    {"order_id": "o2", "customer_id": "a", "ordered_at": "2025-04-02 09:00:00", "net_amount": 120, "channel": "store"},
    {"order_id": "o3", "customer_id": "a", "ordered_at": "2025-04-01 23:00:00", "net_amount": 80, "channel": "web"},
    {"order_id": "o4", "customer_id": "b", "ordered_at": "2025-07-01 23:00:00", "net_amount": 999, "channel": "app"},  # not seen yet
]
EVENTS = [
    {"event_id": f"e{n}", "customer_id": "b", "event_name": "view", "occurred_at": at}
    for n, at in enumerate(("2025-06-16 10:00:00", "2025-06-17 00:00:00", "2025-06-30 23:59:59", "2025-07-01 00:00:00"))
]
SEEN = {
    "a": {"night_share": 0.5, "per_order": 260 / 3, "spend_trend": (60 / 30) / (180 / 90), "views_14d": 0.0, "apps": 60.0, "sundays": 1.0,
          "level_in_city": "金卡 × 武汉"},
    "b": {"night_share": None, "per_order": None, "spend_trend": None, "views_14d": 2.0, "apps": None, "sundays": 0.0, "level_in_city": None},
}  # fmt: skip
WIDE = [
    {"customer_id": "a", "member_level": "金卡", "city": "武汉", "orders_90d": 2, "orders_life": 3, "net_amount_life": 260},
    {"customer_id": "b", "city": "武汉"},
]


def shop(bench: Warehouse, orders: list[dict] = ORDERS, events: list[dict] = EVENTS) -> dict:
    fixed = {"source": "shop", "status": "paid", "order_kind": "purchase"}
    return {
        "customers": table("customers", [{"customer_id": one, "records": 1, "sources": "shop"} for one in "ab"], bench),
        "orders": table("orders", [fixed | row for row in orders], bench),
        "events": table("events", [{"source": "app"} | row for row in events], bench),
    }


def wide(bench: Warehouse):
    needed = {c.name: "" if c.type == "string" else 0 for c in PROFILE.columns if not c.nullable} | {"lifecycle_since": "2025-01-01"}
    return table("profile", [needed | row for row in WIDE], bench)


def check_what_is_seen(bench: Warehouse):
    """The table that was checked."""
    features = parse_features(FEATURES)
    asked = Population(wide(bench).select(*WIDE_COLUMNS), population({**shop(bench), "profile": wide(bench)}, AS_OF, {}).deeds, AS_OF)
    made = bench.settle(declared_wide(features, asked))
    found = {row["customer_id"]: {name: row[name] for name in FEATURES} for row in rows(made, bench)}
    assert found == {
        who: {name: pytest.approx(value) if isinstance(value, float) else value for name, value in told.items()}
        for who, told in SEEN.items()
    }
    return made


def test_each_kind_gives_what_a_hand_reckons(bench: Warehouse):
    features, made = parse_features(FEATURES), check_what_is_seen(bench)
    told = {
        (row["customer_id"], row["feature"]): row["feature_text"] or row["feature_number"]
        for row in rows(declared_features(made, features), bench)
    }
    assert told == {(who, name): pytest.approx(value) if isinstance(value, float) else value for who, of in SEEN.items() for name, value in of.items() if value is not None}  # fmt: skip
    coverage = {row["feature"]: row for row in rows(feature_coverage(made, features), bench)}
    assert {name: row["known"] for name, row in coverage.items()} == {
        name: sum(SEEN[who][name] is not None for who in "ab") for name in FEATURES
    }
    assert (coverage["views_14d"]["least"], coverage["views_14d"]["mean"], coverage["views_14d"]["most"]) == (0, 1, 2)
    assert [name for name, row in coverage.items() if not row["is_dated"]] == ["level_in_city"]  # today's level, today's city


@pytest.mark.spark
def test_both_engines_give_the_same(spark_bench: Warehouse):
    check_what_is_seen(spark_bench)


def test_nothing_that_happens_from_the_day_on_changes_a_feature_of_it(bench: Warehouse):
    """What models are trained on: the features as of 1 June are the same whether the shop closes that day or goes on."""
    day = date(2025, 6, 1)
    features = [one for one in parse_features(FEATURES) if one.is_dated]
    assert [one.name for one in features] == [name for name in FEATURES if name != "level_in_city"]
    sides = []
    for until in (day, date(2026, 1, 1)):
        orders = [row for row in ORDERS if row["ordered_at"] < str(until)]
        events = [row for row in EVENTS if row["occurred_at"] < str(until)]
        sides.append(rows(declared_at(past(shop(bench, orders, events), day), features, day, rfm=RfmSettings(), bench=bench), bench))
    assert sides[0] == sides[1]
    then = next(row for row in sides[0] if row["customer_id"] == "a")
    assert (then["night_share"], then["per_order"], then["spend_trend"]) == (0.5, 100.0, 0.0)  # 200 yuan, none in the last 30 days


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"ratio": ["orders_90", "orders_life"]}, "orders_90d"),  # the nearest column is named
        ({"ratio": ["city", "orders_life"]}, "city"),
        ({"ratio": ["orders_life"]}, "1"),
        ({"cross": ["city", "age_years"]}, "age_years"),
        ({"trend": "order", "windows": [90, 30]}, "[90, 30]"),
        ({"trend": "order", "measure": "max", "column": "net_amount"}, "max"),
        ({"trend": "order", "days": 30}, "days"),
        ({"window": "order", "days": 0}, "0"),
        ({"window": "order", "measure": "sum"}, "sum"),
        ({"window": "order", "measure": "sum", "column": "chanel"}, "channel"),
        ({"window": "order", "where": "times > 3)"}, "times"),
        ({"window": "order", "ratio": ["orders_life", "orders_life"]}, "window"),
        ({"name": "x"}, "cross"),
    ],
)
def test_a_wrong_feature_is_refused_with_its_name_and_what_came(given: dict, word: str):
    with pytest.raises(SettingsWrong) as caught:
        parse_features({"mine": FeatureSettings(**given)})
    for lang in ("zh", "en"):
        assert "mine" in caught.value.say(lang)
        assert word in caught.value.say(lang)


@pytest.mark.parametrize("name", ["orders_90d", "Night", "a__b", "_a", "9a", "夜间"])
def test_a_name_is_plain_and_not_one_of_the_profile(name: str):
    with pytest.raises(SettingsWrong, match=name):
        parse_features({name: FeatureSettings(window="order")})


def test_features_stand_in_a_file_of_their_own(tmp_path):
    """A misspelt key is told with file, line and the nearest one; a name twice would hide one of two definitions."""
    (tmp_path / "kezhi.yaml").write_text("name: x\n", encoding="utf-8")
    (tmp_path / "features.yaml").write_text("features:\n  mine:\n    windwo: order\n", encoding="utf-8")
    with pytest.raises(SettingsWrong) as caught:
        load(tmp_path)
    assert (caught.value.fields["file"], caught.value.fields["line"]) == ("features.yaml", 3)
    assert "window" in caught.value.say("en")
    (tmp_path / "features.yaml").write_text("features:\n  mine: {window: order}\n  mine: {window: view}\n", encoding="utf-8")
    with pytest.raises(SettingsWrong, match="mine"):
        load(tmp_path)


@pytest.mark.parametrize(
    ("rule", "ids"),
    [
        ("night_share >= 0.5", "a"),
        ("views_14d = 2 OR orders_life > 99", "b"),
        ("NOT did('view') AND level_in_city = '金卡 × 武汉'", "a"),
        ("spend_trend IS NULL", "b"),
        ("in_segment('night') OR did('view', days <= 14)", "ab"),
    ],
)
def test_a_segment_reads_a_feature_as_a_column(bench: Warehouse, rule: str, ids: str):
    features = parse_features(FEATURES)
    types = column_types(features)
    tables = {**shop(bench), "profile": wide(bench)}
    asked = Population(tables["profile"], population(tables, AS_OF, {}).deeds, AS_OF)
    tables["declared_features"] = bench.settle(declared_features(bench.settle(declared_wide(features, asked)), features))
    saved = {"night": segments.definition("night_share > 0.4", features=types)}
    told = population(tables, AS_OF, saved, types)
    found = segments.filtered(told, segments.definition(rule, segments=["night"], features=types))
    assert found.columns == tables["profile"].columns
    assert "".join(row["customer_id"] for row in rows(found.select("customer_id"), bench)) == ids
    assert rows(segments.counted(told, segments.definition(rule, segments=["night"], features=types)), bench) == [{"customers": len(ids)}]


def test_a_city_lists_its_features_and_segments_tags_and_churn_read_them(city_project):
    """Shares lie between 0 and 1 and agree with what a segment counts; churn was learned from what is known as of any day."""
    coverage = {row["feature"]: row for row in city_project.table("feature_coverage").to_pyarrow().to_pylist()}
    assert set(coverage) == set(city_project.settings.features)
    for name in ("evening_share", "weekend_share"):
        assert 0 <= coverage[name]["least"] < coverage[name]["most"] <= 1
        assert coverage[name]["known"] == city_project.segment_count("orders_365d > 0")
    assert coverage["spend_trend"]["known"] == city_project.segment_count("sum('order', net_amount, days <= 90) <> 0")
    counted = city_project.segment_count("evening_share > 0.5")
    assert counted == city_project.segment_count("count('order', hour >= 19, days <= 365) > 0.5 * orders_365d AND orders_365d > 0") > 0
    registry = ModelRegistry(city_project.folder / ".kezhi" / "models")
    learned = registry.card("churn", registry.champion("churn")).features
    assert {name for name in coverage if name in learned} == {name for name in coverage if coverage[name]["is_dated"]}
