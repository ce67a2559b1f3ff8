"""Unusual payments against the own history and all others, cases with policy, answered calls, prices."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np
import pandas as pd
import polars as pl
import pytest
from support import rows, table

import kezhi
from kezhi.errors import ColumnMissing, WrongInput
from kezhi.flow.risk import risk
from kezhi.flow.step import Inputs
from kezhi.settings import GradeSettings, RiskSettings, Settings

DAY = date(2025, 7, 1)


def shop() -> pd.DataFrame:
    """c0 to c9 pay about 100 twelve times; c3's last is 9,000; c10 came once, for 50,000."""
    made = []
    for person in range(10):
        for number in range(12):
            amount = 9000 if (person, number) == (3, 11) else 90 + (person * 7 + number * 5) % 21
            made.append((f"o{person}-{number}", f"c{person}", datetime(2025, 5, 1) + timedelta(days=number * 4), amount))
    made.append(("new", "c10", datetime(2025, 6, 20), 50000))
    return pd.DataFrame(made, columns=["order_id", "customer_id", "ordered_at", "net_amount"])


def test_a_payment_far_above_the_own_and_the_usual_amount_is_unusual_and_says_why():
    found = kezhi.unusual_payments(shop())
    assert found.order_id.tolist() == ["new", "o3-11"]
    one = found.set_index("order_id").loc["o3-11"]
    assert one.own_usual == pytest.approx(100, abs=10)
    assert one.grade == "high"
    assert any("times the customer's usual" in reason for reason in one.reasons_en)
    assert any("这位客户通常金额" in reason for reason in one.reasons)
    new = found.set_index("order_id").loc["new"]
    assert pd.isna(new.own_z)  # one payment tells nothing of what is usual
    assert len(new.reasons) == 1


def test_a_payment_is_unusual_for_whom_it_is_unusual():
    """2,000 is what the company's big buyers pay; only for the small buyer it is worth a look."""
    made = [(f"{person}-{number}", f"c{person}", datetime(2025, 6, 1 + number), 2000 if person < 6 else 100 + number)
            for person in range(10) for number in range(8)]  # fmt: skip
    made.append(("odd", "c9", datetime(2025, 6, 20), 2000))
    frame = pd.DataFrame(made, columns=["order_id", "customer_id", "ordered_at", "net_amount"])
    assert kezhi.unusual_payments(frame, as_of=DAY).order_id.tolist() == ["odd"]


@pytest.mark.parametrize(("amount", "found"), [(212, ["odd"]), (211, [])])
def test_a_payment_is_unusual_from_the_bound_on_where_all_spreads_are_the_least(amount, found):
    """Everybody always pays the same, from 1 to 1,000,000 yuan, so a spread is 15%: ln(2.12) / 0.15 is 5.01, ln(2.11) / 0.15 is 4.98."""
    made = [(f"{person}-{number}", f"c{person}", datetime(2025, 6, 1 + number), 10**person) for person in range(7) for number in range(8)]
    frame = pd.DataFrame(
        [*made, ("odd", "c2", datetime(2025, 6, 20), amount)], columns=["order_id", "customer_id", "ordered_at", "net_amount"]
    )
    assert kezhi.unusual_payments(frame, as_of=DAY).order_id.tolist() == found


def test_any_frame_comes_back_as_its_kind_and_nothing_unusual_is_an_empty_one():
    frame = shop()
    assert kezhi.unusual_payments(pl.from_pandas(frame))["order_id"].to_list() == ["new", "o3-11"]
    assert len(kezhi.unusual_payments(frame.iloc[:0])) == 0
    assert len(kezhi.unusual_payments(frame.iloc[:1])) == 0
    assert "reasons" in kezhi.unusual_payments(frame.iloc[:5]).columns
    with pytest.raises(ColumnMissing):
        kezhi.unusual_payments(frame.drop(columns="net_amount"))
    numbers = frame.assign(customer_id=frame.customer_id.str[1:].astype(int))
    assert kezhi.unusual_payments(numbers).customer_id.tolist() == [10, 3]


def ledger_row(order: str, person: str, at: datetime, amount: float, back: float = 0.0) -> dict:
    return {"order_id": order, "customer_id": person, "source": "s", "ordered_at": at, "net_amount": amount, "refunded_amount": back,
            "is_purchase": amount > 0, "is_refund": amount < 0, "is_netted": amount < 0}  # fmt: skip


def test_a_case_has_grade_policy_and_reasons_and_who_sends_most_back_is_one(bench):
    made = [ledger_row(row.order_id, row.customer_id, row.ordered_at.to_pydatetime(), row.net_amount) for row in shop().itertuples()]
    for number in range(4):  # pays 100 four times, and sends 80 back each time: 80%
        made.append(ledger_row(f"r{number}", "returner", datetime(2025, 6, 2 + number), 100.0, 80.0))
        made.append(ledger_row(f"r{number}-back", "returner", datetime(2025, 6, 12 + number), -80.0))
    settings = RiskSettings(
        grades=[
            GradeSettings(key="red", least_score=6.5, policy="先打电话", prepay=True, order_limit=500),
            GradeSettings(key="green", least_score=0, policy="watch"),
        ]
    )
    ledger = {"ledger": table("ledger", made, bench), "orders": table("orders", [], bench)}
    tables = risk(Inputs(ledger, Settings(risk=settings), DAY, DAY, {}, None, bench))
    cases = {row["customer_id"]: row for row in rows(tables["risk_cases"])}
    assert set(cases) == {"c3", "c10", "returner"}
    assert cases["c3"]["policy"] == "先打电话"
    assert cases["c3"]["order_id"] == "o3-11"
    back = cases["returner"]
    assert back["refund_share"] == pytest.approx(0.8)
    assert back["score"] == pytest.approx(6.4)
    assert back["grade"] == "green"
    assert back["reasons_en"] == ["4 refunds, 80% of the money paid was sent back"]
    assert {row["order_id"] for row in rows(tables["unusual_payments"])} == {"new", "o3-11"}
    allowed = {row["customer_id"]: row for row in rows(tables["risk_grades"])}
    assert set(allowed) == set(cases)
    assert (allowed["c10"]["grade"], allowed["c10"]["prepay"], allowed["c10"]["order_limit_amount"]) == ("red", True, 500)
    assert (allowed["returner"]["prepay"], allowed["returner"]["order_limit_amount"]) == (False, None)


def test_a_payment_that_will_likely_be_denied_makes_a_case_with_its_reasons(bench):
    """0.65 × 10 is a score of 6.5; of two suspicious payments the likelier is told, and what is not suspicious makes no case."""
    ledger = [ledger_row(f"{person}{number}", person, datetime(2025, 6, 1 + number), 100.0) for person in "AB" for number in range(3)]
    scores = [
        {"order_id": order, "customer_id": order[0], "ordered_at": datetime(2025, 6, 2), "amount": 100, "fraud_probability": chance,
         "is_suspicious": chance > 0.1, "reasons": ["晚上 11 点"], "reasons_en": ["at eleven in the evening"], "model_version": 1}
        for order, chance in (("A0", 0.2), ("A1", 0.65), ("B0", 0.05))
    ]  # fmt: skip
    tables = {
        "ledger": table("ledger", ledger, bench),
        "orders": table("orders", [], bench),
        "fraud_scores": table("fraud_scores", scores, bench),
    }
    [case] = rows(risk(Inputs(tables, Settings(), DAY, DAY, {}, None, bench))["risk_cases"])
    assert (case["customer_id"], case["grade"], case["stake_amount"], case["fraud_probability"]) == ("A", "medium", 100, 0.65)
    assert case["score"] == pytest.approx(6.5)
    assert case["reasons_en"] == ["order A1 (100.00) will be denied with a chance of 65%: at eleven in the evening"]


def ring(bench, *, tie: str = "device", sends_back: int = 3) -> dict[str, list[dict]]:
    """A, B and C buy four times each on the same minute and send *sends_back* of them back whole; A-B and B-C are tied by *tie*. Ten others send nothing back."""
    ledger, orders = [], []
    for person in "ABC":
        for number in range(4):
            at = datetime(2025, 5, 2 + number, 20, ord(person) - 65)
            orders.append({"order_id": f"{person}{number}", "customer_id": person, "source": "s", "order_kind": "purchase", "ordered_at": at,
                           "net_amount": 100, "status": "paid"})  # fmt: skip
            if number < sends_back:  # sent back whole: no purchase any more, and the refund is not netted
                ledger.append({**ledger_row(f"{person}{number}r", person, at + timedelta(days=3), -100.0), "is_netted": False})
            else:
                ledger.append(ledger_row(f"{person}{number}", person, at, 100.0))
    for person in range(10):
        ledger += [ledger_row(f"{person}-{number}", f"o{person}", datetime(2025, 4, 1 + number), 100.0) for number in range(20)]
    links = [{"entity_id": f"{tie}:{pair}", "entity_type": tie, "customer_id": person, "role": "user", "told_by": "relation"}
             for pair in ("AB", "BC") for person in pair]  # fmt: skip
    tables = {
        "ledger": table("ledger", ledger, bench),
        "orders": table("orders", orders, bench),
        "entity_links": table("entity_links", links, bench),
    }
    made = risk(Inputs(tables, Settings(), DAY, DAY, {}, None, bench))
    return {name: rows(one) for name, one in made.items()}


def test_who_shares_a_device_and_sends_back_together_is_a_ring_with_money_and_reasons(bench):
    """9 of 12 orders came back, 9 of 212 of all: root of 2 (9 ln(9 / 0.509) + 3 ln(3 / 11.491)) = 6.61."""
    made = ring(bench)
    [case] = [row for row in made["risk_cases"] if row["kind"] == "ring"]
    assert (case["case_id"], case["customer_id"], case["member_ids"]) == ("ring:refunds:A", "A", ["A", "B", "C"])
    assert case["score"] == pytest.approx(6.61, abs=0.01)
    assert case["stake_amount"] == 900
    assert case["reasons_en"] == [
        "3 customers act together: a shared device",
        "9 of their 12 orders were sent back (75%; 4.2% is usual), 900.00 in all",
        "12 orders were placed at nearly the same time as another member's",
    ]
    assert {row["customer_id"]: (row["purchases"], row["hits"], row["ties"]) for row in made["ring_members"]} == {
        "A": (4, 3, 1), "B": (4, 3, 2), "C": (4, 3, 1)
    }  # fmt: skip
    assert {row["customer_id"]: row["kinds"] for row in made["risk_grades"]} == dict.fromkeys("ABC", "customer,ring")


@pytest.mark.parametrize("honest", [{"tie": "company"}, {"sends_back": 0}])
def test_colleagues_and_families_that_only_buy_together_are_no_ring(bench, honest):
    made = ring(bench, **honest)
    assert [row["case_id"] for row in made["risk_cases"] if row["kind"] == "ring"] == []
    assert made["ring_members"] == []


@pytest.mark.parametrize(
    "grades", [[], [{"key": "a", "least_score": 1, "policy": "x"}], [{"key": "a", "least_score": 0, "policy": "x"}] * 2]
)
def test_grades_that_leave_a_score_without_one_are_refused(grades):
    with pytest.raises(ValueError, match="grade"):
        RiskSettings(grades=grades)


def test_the_connect_rate_is_told_with_wilsons_interval_for_each_value():
    """Ann reaches 8 of 10, which is 0.49 to 0.943 (Wilson); Ben 1 of 10; the call without an answer kept is not counted."""
    frame = pd.DataFrame({
        "agent": ["Ann"] * 10 + ["Ben"] * 11, "connected": [True] * 8 + [False] * 2 + [True] + [False] * 9 + [None],
        "called_at": [datetime(2025, 6, 2, 9)] * 10 + [datetime(2025, 6, 3, 20)] * 11,
    })  # fmt: skip
    found = kezhi.connect_rate(frame).set_index(["dimension", "value"])
    ann = found.loc[("agent", "Ann")]
    assert (ann.calls, ann.connected, ann.connect_rate) == (10, 8, 0.8)
    assert (ann.low, ann.high) == pytest.approx((0.4902, 0.9433), abs=5e-4)
    assert ann.differs == "higher"
    assert found.loc[("agent", "Ben")].differs == "lower"
    assert found.loc[("hour", "20")].connect_rate == pytest.approx(0.1)
    assert found.loc["all"].calls.iloc[0] == 20
    assert set(found.index.get_level_values(0)) == {"all", "agent", "hour", "weekday"}
    with pytest.raises(ColumnMissing):
        kezhi.connect_rate(frame, by="room")
    with pytest.raises(ColumnMissing):
        kezhi.connect_rate(frame.drop(columns="connected"))
    for wrong in (["yes"] * 21, [3] * 21):
        with pytest.raises(WrongInput):
            kezhi.connect_rate(frame.assign(connected=wrong))
    assert len(kezhi.connect_rate(frame.iloc[:0])) == 1


def sales(seed: int = 3) -> pd.DataFrame:
    """Books react with −2, bread with −0.4 to prices; salt never changes its price. Dear products sell more, which must not matter."""
    draws = np.random.default_rng(seed)
    made = []
    for kind, slope in (("books", -2.0), ("bread", -0.4), ("salt", -1.0)):
        for product in range(8):
            for week in range(26):
                moved = 0.0 if kind == "salt" else draws.normal(0, 0.15)
                price = np.exp(product / 4 + moved)
                sold = np.exp(3 + product / 2 + np.sin(week) + slope * moved + draws.normal(0, 0.1))
                made.append((kind, f"{kind}{product}", week, price, sold))
    return pd.DataFrame(made, columns=["kind", "product_id", "period", "price", "quantity"])


def test_elasticity_is_found_by_segment_and_refused_where_prices_hardly_vary():
    found = kezhi.price_elasticity(sales(), segment="kind").set_index("segment")
    assert found.loc["books", "low"] < -2 < found.loc["books", "high"]
    assert found.loc["bread", "low"] < -0.4 < found.loc["bread", "high"]
    assert found.loc["books", "high"] - found.loc["books", "low"] < 0.5
    assert found.verdict.to_dict() == {"books": "elastic", "bread": "inelastic", "salt": "prices_hardly_vary"}
    assert pd.isna(found.loc["salt", "elasticity"])
    assert "hardly vary" in found.loc["salt", "sentence_en"]


def test_the_slope_is_that_of_least_squares_with_dummies():
    frame = sales(seed=8).query("kind == 'books' and product_id < 'books4'").reset_index(drop=True)
    frame = frame.drop(index=[3, 17, 40])  # not balanced
    design = pd.get_dummies(frame[["product_id", "period"]].astype(str), dtype=float).assign(x=np.log(frame.price))
    slope = np.linalg.lstsq(design.to_numpy(), np.log(frame.quantity), rcond=None)[0][-1]
    assert kezhi.price_elasticity(frame).elasticity.item() == pytest.approx(slope, abs=1e-6)


def test_prices_that_cannot_be_used_are_left_out_or_said():
    frame = sales().query("kind == 'books'")
    bad = pd.concat([frame, frame.iloc[:3].assign(price=[0.0, -1.0, np.nan])])
    assert kezhi.price_elasticity(bad).rows.item() == len(frame)
    assert kezhi.price_elasticity(frame.iloc[:3]).verdict.item() == "too_few"
    assert len(kezhi.price_elasticity(frame.iloc[:0])) == 0
    with pytest.raises(ColumnMissing):
        kezhi.price_elasticity(frame, segment="colour")
    with pytest.raises(WrongInput):
        kezhi.price_elasticity(frame.assign(price="dear"))


@pytest.mark.parametrize(("slope", "verdict"), [(-0.98, "falls"), (0.48, "rises"), (0.0, "unsure"), (-3.0, "elastic"), (-0.5, "inelastic")])
def test_the_words_of_an_elasticity_follow_its_interval(slope, verdict):
    draws = np.random.default_rng(2)
    price = np.exp(draws.normal(0, 0.2, (8, 26)))
    sold = np.exp(3 + slope * np.log(price) + draws.normal(0, 0.1, price.shape))
    product, week = (one.reshape(-1) for one in np.indices(price.shape))
    frame = pd.DataFrame({"product_id": product, "period": week, "price": price.reshape(-1), "quantity": sold.reshape(-1)})
    found = kezhi.price_elasticity(frame).iloc[0]
    assert found.verdict == verdict
    between = {"falls": -1.0, "unsure": 0.0}.get(verdict)
    assert between is None or found.low < between < found.high
    assert ("unsure" in found.sentence_en) == (verdict == "unsure")
