"""Tags with their evidence: preferences by hand-checked shares, interests by words, records that disagree."""

from __future__ import annotations

from datetime import date

import pytest
from shop import buy, line
from support import rows, table

from kezhi.flow.warehouse import Warehouse
from kezhi.profile import counted, customer_tags, deeds, features
from kezhi.settings import PreferenceSettings
from kezhi.tables import PROFILE

AS_OF = date(2025, 7, 1)
NEEDED = {column.name: "" if column.type == "string" else 0 for column in PROFILE.columns if not column.nullable} | {
    "lifecycle_since": "2025-01-01"
}
PRODUCTS = [
    {"product_id": "milk", "category": "母婴", "brand": "甲"},
    {"product_id": "tea", "category": "茶", "brand": "乙"},
    {"product_id": "shoe", "category": "运动户外", "brand": "丙"},
]


def made(
    bench: Warehouse,
    bought: dict[str, list[tuple[str, str]]],
    records: list[dict] = (),
    previous=None,
    before=None,
    as_of=AS_OF,
    **settings,
):
    """Tags of customers who *bought* (hour, product); one order a day."""
    orders, lines = [], []
    for one, basket in bought.items():
        for n, (hour, product) in enumerate(basket):
            orders.append(buy(f"{one}{n}", one, f"2025-06-{n + 1:02d} {hour}:00", 10, channel="app"))
            lines.append(line(f"{one}{n}", 1, product, 10))
    kept = [{"record_id": f"r{i}", "source": "s", "trust": 1, "is_bare": False} | row for i, row in enumerate(records)]
    links = [{"record_id": row["record_id"], "customer_id": "a", "source": "s", "records": len(kept)} for row in kept]
    ordered = table("orders", orders, bench)
    people = table("customers", [{"customer_id": one, "records": 1, "sources": "s"} for one in bought], bench)
    known = rows(features(people, ordered, None, None, None, as_of=as_of), bench)
    profile = table("profile", [NEEDED | one | {"age_years": 30, "records": 1} for one in known], bench)
    found = deeds(ordered, table("order_lines", lines, bench), table("products", PRODUCTS, bench), None, as_of=as_of)
    return customer_tags(
        profile, table("tags", [{"customer_id": "a", "tag": "VIP", "since": "2025-01-01", "since_basis": "rule", "version": 1}], bench),
        table("customer_records", kept, bench), table("identity_links", links, bench), found, PreferenceSettings(**settings),
        as_of=as_of, previous=previous, previous_as_of=before, ledger=counted(ordered, as_of=as_of), bench=bench,
    )  # fmt: skip


def told(found, bench: Warehouse, who: str, family: str) -> dict[str, dict]:
    return {row["tag"]: row for row in rows(found["customer_tags"], bench) if (row["customer_id"], row["family"]) == (who, family)}


def test_a_preference_has_share_lift_and_a_shrunken_confidence(bench: Warehouse):
    """
    a: 4 of 5 purchases are milk; of all 10 purchases 5 are: share 0.8, base 0.5, lift 1.6.
    confidence = (4 + 5 × 0.5) / (5 + 5) = 0.65. b's tea: 4 of 5, base 0.4 of all: lift 2.
    """
    found = made(bench, {"a": [("10", "milk")] * 4 + [("10", "shoe")], "b": [("10", "tea")] * 4 + [("10", "milk")]})
    milk = told(found, bench, "a", "category")["母婴"]
    assert (milk["evidence"], milk["share"], milk["lift"], milk["confidence"]) == pytest.approx((4, 0.8, 1.6, 0.65))
    assert (milk["basis"], milk["contradicted"], milk["since"]) == ("purchases", False, AS_OF)
    assert told(found, bench, "b", "category").keys() == {"茶"}
    assert told(found, bench, "a", "channel") == {}  # everybody buys in the app: a lift of 1 says nothing of a


def test_too_little_evidence_gives_no_tag(bench: Warehouse):
    found = made(bench, {"a": [("10", "milk")] * 2, "b": [("10", "tea")] * 9})
    assert told(found, bench, "a", "category") == {}


def test_two_values_with_as_many_purchases_contradict_each_other(bench: Warehouse):
    found = made(bench, {"a": [("10", "milk")] * 3 + [("10", "tea")] * 3, "b": [("10", "shoe")] * 9})
    (tag,) = told(found, bench, "a", "category").values()
    assert tag["contradicted"]
    assert tag["confidence"] == pytest.approx((3 + 5 * 0.2) / (6 + 5) / 2)


def test_the_hour_of_an_order_is_preferred_with_its_rivals(bench: Warehouse):
    """a buys three times at 9 and at 20, each a fifth of all 15: 20 comes first in code point order. b's 14 is 9 of 9, three fifths of all."""
    found = made(bench, {"a": [("09", "milk")] * 3 + [("20", "milk")] * 3, "b": [("14", "milk")] * 9})
    (tag,) = told(found, bench, "a", "hour").items()
    assert (tag[0], tag[1]["contradicted"], tag[1]["evidence"]) == ("20", True, 3)
    assert (tag[1]["share"], tag[1]["lift"], tag[1]["confidence"]) == pytest.approx((0.5, 2.5, (3 + 5 * 0.2) / (6 + 5) / 2))
    (sure,) = told(found, bench, "b", "hour").items()
    assert (sure[0], sure[1]["contradicted"], sure[1]["evidence"]) == ("14", False, 9)
    assert told(found, bench, "b", "channel") == {}


def test_two_hours_with_as_many_purchases_contradict_each_other(bench: Warehouse):
    """a: 3 at 9 and 3 at 10, which comes first as a text; b: 3 at 9 and 2 at 10, so that 10 has a lift of (3/6) / (5/11)."""
    a, b = [("09", "milk")] * 3 + [("10", "milk")] * 3, [("09", "milk")] * 3 + [("10", "milk")] * 2
    found = made(bench, {"a": a, "b": b}, least_lift=1.0)
    assert {"10": True} == {tag: row["contradicted"] for tag, row in told(found, bench, "a", "hour").items()}
    assert {"9": False} == {tag: row["contradicted"] for tag, row in told(found, bench, "b", "hour").items()}


def test_interests_children_and_night_owls_rest_on_purchases(bench: Warehouse):
    """3 purchases: confidence 3 / (3 + 2)."""
    found = made(bench, {"a": [("23", "milk")] * 3, "b": [("10", "shoe")] * 3, "c": [("10", "milk")] * 2})
    child = told(found, bench, "a", "life_stage")["has_child"]
    assert (child["evidence"], child["confidence"]) == (3, pytest.approx(0.6))
    assert told(found, bench, "a", "habits").keys() == {"night_owl"}
    assert told(found, bench, "b", "interest").keys() == {"运动"}
    assert told(found, bench, "c", "life_stage") == {}
    assert told(found, bench, "c", "age_band").keys() == {"26-35"}
    assert told(found, bench, "a", "rule")["VIP"]["confidence"] == 1


@pytest.mark.parametrize(
    ("records", "tag", "confidence", "contradicted"),
    [
        ([{"gender": "female"}], "female", 0.9, False),
        ([{"gender": "female"}, {"gender": "male"}], "female", 0.5, True),
        ([{"id_gender": "male", "gender": "male"}], "male", 1.0, False),
        ([{"id_gender": "male"}, {"gender": "female"}], "male", 0.5, True),
    ],
)
def test_records_that_disagree_contradict(bench: Warehouse, records, tag, confidence, contradicted):
    found = told(made(bench, {"a": []}, records), bench, "a", "gender")
    assert (found[tag]["confidence"], found[tag]["contradicted"]) == (confidence, contradicted)


def test_who_had_a_tag_on_a_day_is_remembered(bench: Warehouse):
    """On 1 July a prefers milk; by 1 August tea has overtaken it."""
    first = made(bench, {"a": [("10", "milk")] * 3, "b": [("10", "shoe")] * 9})
    later = made(
        bench, {"a": [("10", "milk")] * 3 + [("10", "tea")] * 5, "b": [("10", "shoe")] * 9},
        previous=first["customer_tag_history"], before=AS_OF, as_of=date(2025, 8, 1),
    )  # fmt: skip
    spells = {
        (r["tag"], r["valid_from"], r["valid_to"])
        for r in rows(later["customer_tag_history"], bench)
        if r["customer_id"] == "a" and r["family"] == "category"
    }
    assert spells == {("母婴", AS_OF, date(2025, 8, 1)), ("茶", date(2025, 8, 1), None)}
    assert told(later, bench, "a", "rule")["VIP"]["since"] == AS_OF


def test_who_looks_at_sport_on_five_days_has_the_interest_by_looking_and_buying_says_more(bench: Warehouse):
    """a looks at shoes on 5 of 8 days: 5 / (5 + 6). b has bought three: 3 / 5, and looking adds nothing. c looks on 4 days only."""
    seen = [("a", n, "shoe") for n in range(5)] + [("a", n, "tea") for n in range(5, 8)]
    seen += [("b", n, "shoe") for n in range(6)] + [("c", n, "shoe") for n in range(4)]
    events = [
        {"event_id": f"{who}{n}", "customer_id": who, "source": "app", "occurred_at": f"2025-05-{n + 1:02d} 10:00", "event_name": "view",
         "product_id": product} for who, n, product in seen
    ]  # fmt: skip
    orders = [buy(f"b{n}", "b", f"2025-06-{n + 1:02d} 10:00", 10) for n in range(3)]
    lines = [line(f"b{n}", 1, "shoe", 10) for n in range(3)]
    found = deeds(
        table("orders", orders, bench),
        table("order_lines", lines, bench),
        table("products", PRODUCTS, bench),
        table("events", events, bench),
        as_of=AS_OF,
    )
    made_of = customer_tags(
        table("profile", [NEEDED | {"customer_id": one, "records": 1} for one in "abc"], bench), table("tags", [], bench),
        table("customer_records", [], bench), table("identity_links", [], bench), found, PreferenceSettings(), as_of=AS_OF, bench=bench,
    )  # fmt: skip
    assert (told(made_of, bench, "a", "interest")["运动"]["basis"], told(made_of, bench, "a", "interest")["运动"]["evidence"]) == (
        "events",
        5,
    )
    assert told(made_of, bench, "a", "interest")["运动"]["confidence"] == pytest.approx(5 / 11)
    assert (told(made_of, bench, "b", "interest")["运动"]["basis"], told(made_of, bench, "b", "interest")["运动"]["confidence"]) == (
        "purchases",
        0.6,
    )
    assert told(made_of, bench, "c", "interest") == {}
