"""The step that values customers: counts that can be checked by hand, a model that must beat the rule, a champion that is kept."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from clv_shop import DAY, inputs, ledger, orders, refund, shop
from support import module_bench, rows

from kezhi import profile
from kezhi.cli.model import card_lines
from kezhi.flow.clv import clv
from kezhi.flow.clv_choice import counts_of, fitted_spend
from kezhi.flow.model_registry import ModelRegistry
from kezhi.models import BgNbd, ParetoNbd, TradeTime
from kezhi.models.cards import say
from kezhi.settings import ClvSettings, EngineSettings, Settings

bench = module_bench


def test_counts_are_of_days_and_end_before_the_day(bench):
    """Three days (one with two purchases), 10 yuan back: 2 repeats, 30 days from first to last, 90 yuan over 3; one day later."""
    first = date(2024, 10, 1)
    days = profile.purchase_days(ledger(bench, [
        ("a", first, 20), ("a", first + timedelta(days=10), 30), ("a", first + timedelta(days=10), 30), ("a", first + timedelta(days=20), -10),
        ("a", first + timedelta(days=30), 20), ("a", first + timedelta(days=50), 40), ("b", first + timedelta(days=50), 7),
    ]))  # fmt: skip
    found = rows(profile.purchase_counts(days, as_of=first + timedelta(days=40), horizon_days=15), bench)
    assert found == [
        {"customer_id": "a", "first_on": first, "net_amount": 90.0, "recent": 1, "recent_amount": 20.0, "later": 1, "later_amount": 40.0,
         "purchases": 3, "frequency": 2, "recency": 30, "seen": 40, "monetary_value": 30.0, "margin_value": None, "recent_margin": None, "later_margin": None}
    ]  # fmt: skip


def test_what_was_given_back_later_was_a_purchase_on_the_day_before(bench):
    """Two purchases of 100 and 50 yuan, a third of 40 later; the 50 came back in between: seen before that two, of 75 yuan on average."""
    first, seen_on = date(2024, 10, 1), date(2024, 11, 1)
    bought = [("a", first, 100), ("a", first + timedelta(days=9), 50), ("a", seen_on + timedelta(days=20), 40)]
    made = orders(bench, bought, lambda *_: None, (refund("o1", "a", seen_on + timedelta(days=5), 50),))
    days = profile.purchase_days(bench.settle(profile.counted(made, as_of=DAY)))
    lost = profile.lost_days(days, profile.undone(made, as_of=DAY))
    known = profile.days_as_seen(days, lost, on=seen_on)
    (then,) = rows(profile.purchase_counts(known, as_of=seen_on, horizon_days=60), bench)
    assert [then[name] for name in ("purchases", "recency", "monetary_value", "later", "later_amount")] == [2, 9, 75.0, 1, 40.0]
    (now,) = rows(profile.purchase_counts(days, as_of=DAY, horizon_days=60), bench)
    assert [now[name] for name in ("purchases", "monetary_value")] == [2, 70.0]


def test_a_day_counts_once_however_many_of_its_purchases_were_given_back(bench):
    """a's first day has a purchase that stands and one given back; b's one day has two, given back on the 20th and the 25th."""
    first, second, on = date(2024, 10, 1), date(2024, 10, 8), date(2024, 10, 20)
    bought = [("a", first, 10), ("a", first, 30), ("a", second, 5), ("b", first, 20), ("b", first, 40), ("a", date(2024, 12, 1), 7)]
    back = (refund("o1", "a", on, 30), refund("o3", "b", on, 20), refund("o4", "b", on + timedelta(days=5), 40))
    made = orders(bench, bought, lambda *_: None, back)
    days = profile.purchase_days(bench.settle(profile.counted(made, as_of=DAY)))
    lost = profile.lost_days(days, profile.undone(made, as_of=DAY))

    def seen(day: date) -> dict[str, tuple[int, float]]:
        known = profile.purchase_counts(profile.days_as_seen(days, lost, on=day), as_of=day, horizon_days=30)
        return {row["customer_id"]: (row["purchases"], row["net_amount"]) for row in rows(known, bench)}

    assert seen(on) == {"a": (2, 45.0), "b": (1, 60.0)}
    assert seen(on + timedelta(days=1)) == {"a": (2, 15.0), "b": (1, 40.0)}
    assert seen(on + timedelta(days=6)) == {"a": (2, 15.0)}


def test_a_customer_who_gave_all_back_is_judged_on_and_has_a_history_but_no_value_today(bench, tmp_path):
    """One of 301 bought three times and gave all back ten days ago; 180 days ago nobody could know."""
    known = sum(1 for first in {who: on for who, on, _amount in reversed(shop())}.values() if first < DAY - timedelta(days=180))
    bought = [*[("gone", DAY - timedelta(days=400 + 30 * turn), 60) for turn in range(3)], *shop()]
    step = inputs(bench, bought, tmp_path, given_back=tuple(refund(f"o{turn}", "gone", DAY - timedelta(days=10), 60) for turn in range(3)))
    made = {name: bench.arrow(one).to_pylist() for name, one in clv(step).items()}
    assert "gone" not in {row["customer_id"] for row in made["clv"]}
    assert len([row for row in made["clv_history"] if row["customer_id"] == "gone"]) == 3
    assert ModelRegistry(tmp_path).card("clv").judgement["rows"] == known + 1


def test_the_model_of_amounts_is_told_of_all_the_purchases_that_the_mean_is_of(bench):
    """Amounts drawn with p 6.25, q 3.74, v 15.44 (CDNOW's), one purchase or a few: found again; told of one purchase less, p was 9 to 14."""
    draws = np.random.default_rng(7)
    bought = []
    for who, times in enumerate(1 + draws.poisson(draws.gamma(0.5, 4.0, 4000))):
        level = draws.gamma(3.74, 1 / 15.44)
        bought += [
            (f"c{who:04}", DAY - timedelta(days=200 - 2 * turn), round(100 * draws.gamma(6.25, 1 / level)))
            for turn in range(min(times, 90))
        ]
    days = profile.purchase_days(ledger(bench, bought))
    data = counts_of(bench.arrow(profile.purchase_counts(days, as_of=DAY, horizon_days=30)), DAY, TradeTime())
    model = fitted_spend(data)
    for symbol, true in {"p": 6.25, "q": 3.74, "v": 1544.0}.items():
        assert abs(model.params_[symbol] - true) < 2.5 * model.standard_errors_[symbol]
    assert model.params_["p"] < 8
    assert data["purchases"].min() == 1
    rich, poor = (model.expected_spend({"frequency": [1], "monetary_value": [amount]})[0] for amount in (790_590, 410))
    assert rich > 10 * poor


@pytest.mark.parametrize(
    ("kind", "parameters"),
    [(BgNbd, {"r": 1.2, "alpha": 6.0, "a": 0.4, "b": 3.0}), (ParetoNbd, {"r": 1.2, "alpha": 6.0, "s": 0.6, "beta": 60.0})],
)
def test_the_chance_to_buy_is_that_of_many_futures_and_half_at_the_likely_day(kind, parameters):
    model = kind()
    model.params_ = parameters
    who = {"frequency": [0, 5, 5, 30], "recency": [0.0, 20.0, 5.0, 50.0], "T": [10.0, 22.0, 40.0, 52.0]}
    chance = model.probability_of_purchase(8.0, who)
    data = model._asked(who)
    futures = model.sample_purchases(data, model.probability_alive(who), 8.0, 40_000, np.random.default_rng(1))
    assert chance == pytest.approx((futures > 0).mean(axis=0), abs=0.01)
    wait = model.time_to_purchase(0.5, who)
    assert np.isnan(wait[2])  # five purchases, then silence: more likely gone
    for place in (0, 1, 3):
        assert model.probability_of_purchase(wait[place], who)[place] == pytest.approx(0.5)


def test_customers_are_valued_and_the_champion_is_kept(bench, tmp_path):
    step = inputs(bench, shop(), tmp_path)
    made = {name: bench.arrow(one) for name, one in clv(step).items()}
    card = ModelRegistry(tmp_path).card("clv")
    error = card.judgement["metrics"]["purchases_rmse"]
    assert error["model"] < error["baseline"]
    values = made["clv"].to_pylist()
    assert len(values) == len({who for who, *_more in shop()}) == made["next_purchase"].num_rows
    assert all(0 <= row["clv_low"] <= row["clv_high"] for row in values)
    assert sum(made["clv_cohorts"]["customers"].to_pylist()) == len(values)
    assert sum(made["clv_cohorts"]["clv"].to_pylist()) == sum(row["clv"] for row in values)
    now = {row["customer_id"]: row["clv"] for row in made["clv_history"].to_pylist() if row["seen_on"] == DAY}
    assert now == {row["customer_id"]: row["clv"] for row in values}
    assert set(made["next_purchase"]["category"].to_pylist()) == {None}  # no lines, no categories
    again = {name: bench.arrow(one) for name, one in clv(inputs(bench, shop(), tmp_path)).items()}
    assert ModelRegistry(tmp_path).versions("clv") == [1]
    assert again["clv"].equals(made["clv"])
    clv(inputs(bench, shop(), tmp_path, horizon_days=180))
    assert ModelRegistry(tmp_path).versions("clv") == [1, 2]  # other settings, another model


def test_the_answer_does_not_depend_on_how_many_threads_work(bench, tmp_path, monkeypatch):
    """Parts of 40 customers by one, two and three threads: the same rows, the drawn intervals too; today's history is what is told today."""
    monkeypatch.setattr("kezhi.flow.clv.CHUNK", 40)
    monkeypatch.setattr("kezhi.flow.pages.ROWS", 80)
    step, found = inputs(bench, shop(), tmp_path), []
    for threads in (1, 2, 3):
        made = clv(replace(step, settings=Settings(clv=ClvSettings(), engine=EngineSettings(threads=threads))))
        found.append({name: bench.arrow(one.order_by(one.columns[:2])) for name, one in made.items()})
    added_up = ["alive_customers", "expected_purchases"]  # of a cohort, by the engine in any order
    for name, one in found[0].items():
        loose = added_up if name == "clv_cohorts" else []
        for other in (one_of[name] for one_of in found[1:]):
            assert one.drop_columns(loose).equals(other.drop_columns(loose)), name
            assert all(np.allclose(one[column], other[column], rtol=1e-12, atol=0) for column in loose), name
    history = [row for row in found[0]["clv_history"].to_pylist() if row["seen_on"] == DAY]
    told = ("customer_id", "clv", "probability_alive", "expected_purchases")
    assert [[row[name] for name in told] for row in history] == [[row[name] for name in told] for row in found[0]["clv"].to_pylist()]


def test_a_part_that_cannot_be_valued_ends_the_step_with_its_own_error(bench, tmp_path, monkeypatch):
    step = replace(inputs(bench, shop(), tmp_path), settings=Settings(clv=ClvSettings(), engine=EngineSettings(threads=2)))
    monkeypatch.setattr("kezhi.flow.clv._margin_states", lambda part, served: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        clv(step)


def test_the_card_says_how_many_lay_within_the_interval_and_calls_nobody_fitted_a_one(bench, tmp_path):
    """Of those who were to bring any money, eight of ten in that of 80% and five of ten in that of 50%, within what 200 customers differ by."""
    for level, near in ((0.8, 0.13), (0.5, 0.16)):
        clv(inputs(bench, shop(), tmp_path / str(level), level=level))
        card = ModelRegistry(tmp_path / str(level)).card("clv")
        (told,) = (limit for limit in card.limits if limit["key"] == "clv.limits.coverage")
        fields = told["fields"]
        assert abs(float(fields["buyers_share"].strip("%")) / 100 - level) < near, fields
        assert fields["customers"] == card.judgement["rows"] >= fields["buyers"] > 100
        assert all(fields["buyers_share"] in say(told, lang) and f"{level:.0%}" in say(told, lang) for lang in ("en", "zh"))
        assert not any("ones" in line for line in card_lines(card, [], {}))


def test_customers_who_buy_as_before_are_not_told_better_by_a_model(bench, tmp_path):
    """Everybody buys every 30 days and nobody leaves: the rule is right, and the model is refused."""
    steady = [(f"c{who:03}", DAY - timedelta(days=901 + who % 30 - 30 * turn), 50) for who in range(120) for turn in range(31)]
    step = inputs(bench, [row for row in steady if row[1] < DAY], tmp_path)
    assert clv(step) == {}
    assert "rule" in step.notes[0].say("en")
    assert ModelRegistry(tmp_path).champion("clv") is None


def test_too_few_who_came_back_are_told(bench):
    step = inputs(bench, [("a", date(2024, 1, 1), 10), ("a", date(2024, 3, 1), 10)], None)
    assert clv(step) == {}
    assert "1 customer" in step.notes[0].say("en")


def test_the_command_tells_one_customer_as_the_tables_do(city_project, capsys, monkeypatch):
    import sys

    from kezhi.cli import main

    best = city_project.query("select customer_id, clv::double clv from clv order by clv desc limit 1").to_pylist()[0]
    monkeypatch.setattr(sys, "argv", ["kezhi", "clv", best["customer_id"], "-p", str(city_project.folder), "--json"])
    assert main() in (0, None)
    told = json.loads(capsys.readouterr().out)
    assert told["clv"] == best["clv"]
    assert [row["seen_on"] for row in told["history"]] == ["2024-07-01", "2025-01-02", "2025-04-02", "2025-07-01"]
    monkeypatch.setattr(sys, "argv", ["kezhi", "clv", "nobody", "-p", str(city_project.folder)])
    assert main() == 2
    assert "nobody" in capsys.readouterr().err
