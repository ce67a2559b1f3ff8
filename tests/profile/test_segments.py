"""Who is in a segment: behaviours on a shop small enough to check by hand, and laws that tie them to the features."""

from __future__ import annotations

from datetime import date

import pytest
from shop import buy, give_back, line, random_shop
from support import rows, table

from kezhi.errors import ExpressionWrong, SettingsWrong
from kezhi.flow.population import population
from kezhi.flow.warehouse import Warehouse
from kezhi.kit.engine import ibis, ir
from kezhi.profile import counted, features, segments
from kezhi.profile.segments import Population
from kezhi.settings import SegmentSettings
from kezhi.tables import PROFILE

AS_OF = date(2025, 7, 1)
ORDERS = [
    buy("a1", "a", "2025-06-30 12:00", 100, channel="app"),
    buy("a2", "a", "2025-04-02 09:00", 50, channel="门店"),  # the 90th day before
    buy("a3", "a", "2025-04-01 09:00", 70, channel="app"),  # the 91st
    buy("b1", "b", "2025-06-01 08:00", 500),
    give_back("b2", "b", "2025-06-10 10:00", 200, "b1"),  # in part: netted
    buy("c1", "c", "2025-05-01 10:00", 80),
    give_back("c2", "c", "2025-05-02 10:00", 80, "c1"),  # in full: no purchase
    buy("d1", "d", "2025-07-01 00:00", 999),  # not seen yet
    buy("e1", "e", "2025-06-20 10:00", 10, status="unpaid"),
]
LINES = [
    line("a1", 1, "milk", 60, 2),
    line("a1", 2, "milk", 30),
    line("a1", 3, "tea", 10),
    line("a2", 1, "tea", 50),
    line("b1", 1, "milk", 500),
    line("b2", 1, "milk", -200, -1),
]
PRODUCTS = [{"product_id": "milk", "category": "母婴", "brand": "甲"}, {"product_id": "tea", "category": "茶", "brand": "乙"}]
EVENTS = [
    {"event_id": "1", "customer_id": "a", "source": "app", "occurred_at": "2025-06-23 12:00", "event_name": "view", "product_id": "milk"},
    {"event_id": "2", "customer_id": "b", "source": "app", "occurred_at": "2025-06-01 08:00", "event_name": "view", "product_id": "tea"},
    {"event_id": "3", "customer_id": "c", "source": "app", "occurred_at": "2025-06-30 08:00", "event_name": "login"},
]
SAVED = [
    SegmentSettings(key="buyers", when="did('order')"),
    SegmentSettings(
        key="app_buyers", tree={"call": "did", "arguments": ["order", {"op": "=", "left": {"column": "channel"}, "right": "app"}]}
    ),
    SegmentSettings(key="others", when="NOT in_segment('buyers')"),
]


def people(ids: str = "abcde", **more) -> list[dict]:
    needed = {column.name: "" if column.type == "string" else 0 for column in PROFILE.columns if not column.nullable}
    return [needed | {"customer_id": one, "lifecycle_since": "2025-01-01"} | {k: v[one] for k, v in more.items()} for one in ids]


def shop(bench: Warehouse | None = None, profile: list[dict] | None = None, orders: list[dict] | None = None) -> dict[str, ir.Table]:
    given = {
        "profile": profile or people(),
        "orders": ORDERS if orders is None else orders,
        "order_lines": LINES,
        "products": PRODUCTS,
        "events": EVENTS,
    }
    return {name: table(name, found, bench) for name, found in given.items()}


def asked(given: str, bench: Warehouse | None = None) -> str:
    saved = segments.parse_segments(SAVED)
    rule = segments.definition(given, events=[], segments=list(saved))
    found = segments.filtered(population(shop(bench), AS_OF, saved), rule)
    return "".join(sorted(row["customer_id"] for row in rows(found.select("customer_id"), bench)))


FOUND = {
    "did('order')": "ab",  # c gave all back, d's is not seen yet, e never paid
    "NOT did('order')": "cde",
    "did('order', times >= 2)": "a",
    "did('order', times = 0)": "cde",
    "did('order', times > 1) AND NOT did('refund')": "a",
    "NOT did('event') AND NOT did('order')": "de",
    "did('event', times >= 1) AND days_since('order') IS NULL": "c",
    "in_segment('app_buyers') AND did('view') AND did('order', times >= 2, category = '茶')": "a",
    "did('order', times >= 3, days <= 90)": "",
    "did('order', times = 2, days <= 90)": "a",
    "did('order', days > 90)": "a",
    "did('order', days BETWEEN 85 AND 90)": "a",
    "did('order', day >= today() - 30)": "ab",
    "did('order', day = '2025-06-30')": "a",
    "did('order', channel = 'app' OR net_amount >= 500)": "ab",
    "did('order', category = '母婴')": "ab",
    "did('order', times >= 2, category = '母婴')": "",  # two lines of one order are one order
    "did('order', category = '母婴', days <= 7)": "a",
    "count('order', category = '茶') = 2": "a",
    "sum('order', net_amount) = 300": "b",  # 500 − 200
    "sum('order', net_amount) = 0": "cde",
    "sum('order', net_amount, category = '母婴') = 90": "a",  # the lines' own amounts
    "sum('order', quantity, brand = '甲') = 3": "a",
    "average('order', net_amount, days <= 90) = 75": "a",
    "max('order', net_amount) > 200": "b",
    "min('order', net_amount) = 50": "a",
    "days_since('order') = 1": "a",
    "days_since('order') IS NULL": "cde",
    "days_since_first('order') = 91": "a",
    "first_on('order') < '2025-06-01'": "a",
    "last_on('order') < today() - 29": "b",
    "did('refund', refund_amount >= 80)": "bc",
    "sum('refund', refund_amount) = 200": "b",
    "did('event')": "abc",
    "did('view', category = '母婴')": "a",
    "did('event', event_name = 'login', hour = 8)": "c",
    "did('search')": "",
    "then('view', 'order')": "a",  # b looked at the very moment of buying
    "then('view', 'order', days <= 7)": "a",
    "then('view', 'order', days <= 6)": "",
    "then('order', 'order', days <= 1)": "a",
    "NOT then('order', 'order', days <= 0)": "abcde",
    "then(did('order', category = '茶'), did('order', category = '母婴'), days <= 90)": "a",
    "in_segment('buyers') AND NOT in_segment('app_buyers')": "b",
    "in_segment('others') OR did('order', times > 2)": "acde",
    "(did('order') OR did('login')) AND NOT (did('refund') AND NOT did('view'))": "ab",
}


@pytest.mark.parametrize(("given", "ids"), FOUND.items())
def test_a_question_finds_who_did_it(given: str, ids: str):
    assert asked(given) == ids


@pytest.mark.spark
def test_both_engines_find_the_same(spark_bench: Warehouse):
    """All questions at once, each a column."""
    saved = segments.parse_segments(SAVED)
    rules = [segments.definition(given, events=[], segments=list(saved)) for given in FOUND]
    wide, holds = segments.holding(population(shop(spark_bench), AS_OF, saved), rules)
    found = rows(wide.select("customer_id", **{f"q{i}": hold for i, hold in enumerate(holds)}), spark_bench)
    assert {given: "".join(row["customer_id"] for row in found if row[f"q{i}"]) for i, given in enumerate(FOUND)} == FOUND
    joined = "in_segment('app_buyers') AND did('order', times >= 2, category = '茶') AND NOT did('refund')"
    assert asked(joined, spark_bench) == "a"


@pytest.mark.parametrize("seed", [1, 2])
def test_behaviour_of_orders_is_what_the_features_say(seed: int, bench: Warehouse):
    """count, sum, days_since, first_on and sums by window are the columns of features, for every customer of a random shop."""
    made = {name: table(name, found, bench) for name, found in random_shop(seed, AS_OF).items()}
    known = features(made["customers"], made["orders"], made["order_lines"], made["products"], made["events"], as_of=AS_OF)
    ids = [row["customer_id"] for row in rows(known.select("customer_id"), bench)]
    made["profile"] = table("profile", [people("x")[0] | {"customer_id": one} for one in ids], bench)
    wide = known.join(made["profile"].select("customer_id"), "customer_id").mutate(days_in_stage=ibis.literal(0))
    pairs = {
        "orders_90d": "count('order', days <= 90)",
        "orders_life": "count('order')",
        "net_amount_365d": "sum('order', net_amount, days <= 365)",
        "net_amount_life": "sum('order', net_amount)",
        "refunds_30d": "count('refund', days <= 30)",
        "refund_amount_life": "sum('refund', refund_amount)",
        "events_365d": "count('event', days <= 365)",
        "recency_days": "days_since('order')",
        "tenure_days": "days_since_first('order')",
        "first_purchase_on": "first_on('order')",
        "last_purchase_on": "last_on('order')",
    }
    asked_of = Population(wide, population(made, AS_OF, {}).deeds, AS_OF)
    rules = [segments.definition(f"coalesce({column} = {said}, {column} IS NULL AND {said} IS NULL)") for column, said in pairs.items()]
    found, holds = segments.holding(asked_of, rules)
    answers = rows(found.select("customer_id", **{f"q{i}": hold for i, hold in enumerate(holds)}), bench)
    assert len(answers) == len(ids) > 10
    assert {column for i, column in enumerate(pairs) for row in answers if not row[f"q{i}"]} == set()


def test_a_segment_that_asks_the_profile_alone_is_a_plain_filter():
    made = population(shop(), AS_OF, {})
    found = segments.filtered(made, segments.definition("orders_90d >= 3"))
    assert [type(node).__name__ for node in (found.op(), found.op().parent)] == ["Filter", "InMemoryTable"]


@pytest.mark.parametrize(
    ("given", "ids"),
    [
        ("NOT in_segment('fresh')", "cde"),
        ("in_segment('fresh') OR orders_90d = 7", "abc"),
        ("in_segment('fresh') AND NOT in_segment('seven')", "ab"),
        ("(in_segment('seven') OR did('refund')) AND recency_days > 1", "bc"),
    ],
)
def test_a_count_reads_what_the_segments_that_are_named_read(given: str, ids: str):
    """Of the wide profile only columns that are asked are described, those of other segments too."""
    saved = segments.parse_segments(
        [SegmentSettings(key="fresh", when="recency_days <= 30"), SegmentSettings(key="seven", when="orders_90d = 7")]
    )
    facts = {
        "recency_days": dict(zip("abcde", (1, 30, 31, 99, 400), strict=True)),
        "orders_90d": dict(zip("abcde", (1, 2, 7, 0, 0), strict=True)),
    }
    made = population(shop(profile=people(**facts)), AS_OF, saved)
    rule = segments.definition(given, events=[], segments=list(saved))
    assert rows(segments.counted(made, rule)) == [{"customers": len(ids)}]
    assert "".join(row["customer_id"] for row in rows(segments.filtered(made, rule).select("customer_id"))) == ids


def test_a_segment_counts_its_customers():
    assert rows(segments.counted(population(shop(), AS_OF, {}), segments.definition("did('order')"))) == [{"customers": 2}]


def test_explain_says_what_each_clause_takes_away():
    """did('event'): abc; of them no order: c; d and e fail only the first."""
    found = rows(
        segments.explained(population(shop(), AS_OF, {}), segments.definition("did('event') AND NOT did('order')")).order_by("number")
    )
    told = [
        (r["number"], r["clause"], r["customers"], r["remaining"], r["changed"], r["only_this"])
        for r in sorted(found, key=lambda r: r["number"])
    ]
    assert told == [(1, "did('event')", 3, 3, 2, 2), (2, "NOT did('order')", 3, 1, 2, 2)]


def test_explain_says_what_each_alternative_brings():
    found = rows(segments.explained(population(shop(), AS_OF, {}), segments.definition("did('order') OR did('event')")))
    told = [
        (r["joined_by"], r["customers"], r["remaining"], r["changed"], r["only_this"]) for r in sorted(found, key=lambda r: r["number"])
    ]
    assert told == [("or", 2, 2, 2, 0), ("or", 3, 3, 1, 1)]


def test_the_regions_of_an_overlap_are_all_customers():
    rules = {"x": segments.definition("did('order')"), "y": segments.definition("did('refund')")}
    found = {(r["x"], r["y"]): r["customers"] for r in rows(segments.overlap(population(shop(), AS_OF, {}), rules))}
    assert found == {(True, True): 1, (True, False): 1, (False, True): 1, (False, False): 2}


# --- saved ---------------------------------------------------------------------------------------

WRONG = {
    "segment “a”: expression order_90d > 3": [SegmentSettings(key="a", when="order_90d > 3")],
    "nothing is known of veiw": [SegmentSettings(key="a", when="did('veiw')")],
    "segment “a” is defined twice": [SegmentSettings(key="a", when="TRUE"), SegmentSettings(key="a", when="FALSE")],
    "a → b → a": [SegmentSettings(key="a", when="in_segment('b')"), SegmentSettings(key="b", when="NOT in_segment('a')")],
    "a → a": [SegmentSettings(key="a", when="in_segment('a')")],
    "no segment c": [SegmentSettings(key="a", when="in_segment('c')")],
    "either when or tree": [SegmentSettings(key="a")],
    "may hold only small letters": [SegmentSettings(key="A b", when="TRUE")],
    "is no part of an expression's tree": [SegmentSettings(key="a", tree={"sql": "1"})],
}


@pytest.mark.parametrize(("said", "given"), WRONG.items())
def test_a_saved_segment_that_does_not_fit_is_refused_with_its_place(said: str, given: list[SegmentSettings]):
    with pytest.raises(SettingsWrong) as wrong:
        segments.parse_segments(given, events=["view"], locate=lambda text: ("segments.yaml", 7))
    assert said in wrong.value.say("en")
    assert wrong.value.say("en").startswith("segments.yaml, line 7: ")
    assert wrong.value.say("zh") != wrong.value.say("en")


def test_a_segment_of_unknown_words_in_the_data_is_refused():
    with pytest.raises(ExpressionWrong, match="Did you mean share_page"):
        segments.definition("did('sharepage')", events=["share_page"])


def test_members_come_and_go_for_a_reason(bench: Warehouse):
    """
    Ten days later b ordered nothing more and d's order is seen: d enters. a and b are too long ago: a stays by a new order.
    f is new; the rule of `changed` was another one.
    """
    saved = [
        SegmentSettings(key="recent", when="did('order', days <= 20) AND records >= 0"),
        SegmentSettings(key="changed", when="records >= 0"),
    ]
    first = segments.parse_segments(saved)
    early = population(shop(bench), date(2025, 6, 11), first)  # b bought 10 days ago
    made = segments.segment_tables(early, saved, previous={}, before=None, previous_as_of=None, bench=bench)
    before = {name: bench.settle(found) for name, found in made.items()}
    assert [(r["segment"], r["customer_id"], r["since"]) for r in rows(before["segment_members"], bench)][5:] == [
        ("recent", "b", date(2025, 6, 11))
    ]
    assert rows(before["segment_movement"], bench) == []

    saved = [saved[0], SegmentSettings(key="changed", when="records >= 1")]
    later = segments.parse_segments(saved)
    now = population(shop(bench, people("abcdef")), AS_OF, later)
    made = segments.segment_tables(now, saved, previous=before, before=early, previous_as_of=date(2025, 6, 11), bench=bench)
    moved = {(r["segment"], r["customer_id"]): (r["movement"], r["why"]) for r in rows(made["segment_movement"], bench)}
    assert moved.pop(("recent", "a")) == ("entered", "did('order', days <= 20)")
    assert moved.pop(("recent", "b")) == ("left", "did('order', days <= 20)")
    assert moved == {("changed", one): ("left", "definition_changed") for one in "abcde"}
    sizes = {r["segment"]: r for r in rows(made["segments"], bench)}
    assert (sizes["recent"]["customers"], sizes["recent"]["share"]) == (1, pytest.approx(1 / 6))
    assert (sizes["recent"]["entered_customers"], sizes["recent"]["left_customers"], sizes["changed"]["customers"]) == (1, 1, 0)
    history = {(r["segment"], r["customer_id"], r["valid_from"], r["valid_to"]) for r in rows(made["segment_history"], bench)}
    assert ("recent", "b", date(2025, 6, 11), AS_OF) in history
    assert ("recent", "a", AS_OF, None) in history


def test_without_saved_segments_the_tables_are_empty(bench: Warehouse):
    made = segments.segment_tables(population(shop(bench), AS_OF, {}), [], previous={}, before=None, previous_as_of=None, bench=bench)
    assert {name: rows(found, bench) for name, found in made.items()} == {name: [] for name in made}


ASKED = [
    "did('order', times >= 2)", "did('order', category = '母婴')", "sum('order', net_amount) = 300", "did('refund', refund_amount >= 80)",
    "sum('order', quantity, brand = '甲') = 3",
]  # fmt: skip


def test_the_ledger_that_is_there_answers_as_the_orders_do():
    """A run has made it before; no answer may depend on whether it is used."""
    saved, tables = segments.parse_segments(SAVED), shop()
    rules = [segments.definition(given, events=["view", "login"], segments=list(saved)) for given in (*ASKED, "TRUE")]

    def answers(more: dict[str, ir.Table]) -> list[dict]:
        everybody, holds = segments.holding(population(tables | more, AS_OF, saved), rules)
        return sorted(
            rows(everybody.select("customer_id", **{f"r{i}": hold for i, hold in enumerate(holds)})), key=lambda row: row["customer_id"]
        )

    found = answers({"ledger": counted(tables["orders"], as_of=AS_OF)})
    assert found == answers({})
    assert [row[f"r{len(ASKED)}"] for row in found] == [True] * 5  # a rule that reads no column
