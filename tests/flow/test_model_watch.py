"""What later runs see of a model that serves, when they train another, and which of both serves then."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from kezhi.flow.lead_training import _challenge, _pick_up, pick_up_model
from kezhi.flow.model_registry import ModelRegistry
from kezhi.flow.model_watch import Held, Judged, contest, held, is_due, stability
from kezhi.flow.step import Inputs
from kezhi.kit.days import midnight
from kezhi.kit.engine import ir
from kezhi.models import LeadModel
from kezhi.models import evaluation as ev
from kezhi.models.cards import ModelCard, said, say
from kezhi.settings import LeadSettings, Settings

DAY = date(2025, 1, 1)


def people(rows: int = 1500, *, seed: int = 1, city: float = 0.5, luck: float = 1.5) -> tuple[pa.Table, np.ndarray]:
    """Visits tell who converts; the city, 1 of a share of *city* of the rows, tells nothing."""
    draws = np.random.default_rng(seed)
    visits = draws.normal(size=rows)
    truth = draws.random(rows) < 1 / (1 + np.exp(-luck * visits))
    return pa.table({"visits": visits, "city": (draws.random(rows) < city).astype(float)}), truth


def fitted(registry: ModelRegistry, *, noise: float = 0.0, as_of: date = DAY) -> tuple[ModelCard, LeadModel]:
    """A model with its card, judged on other people; *noise* of its labels are wrong."""
    table, truth = people()
    draws = np.random.default_rng(7)
    model = LeadModel("logistic", calibrate=False).fit(table, np.where(draws.random(len(truth)) < noise, ~truth, truth))
    later, came = people(seed=2)
    judged = ev.judge(came, model.predict_proba(later)[:, 1], np.full(len(came), 0.5))
    card = ModelCard(
        name="leads", method="logistic", as_of=as_of.isoformat(), population=said("churn.unknown"), definition=said("churn.unknown"),
        baseline=said("churn.unknown"), rows=1500, parameters={"settings": {}}, judgement=judged.as_dict(), stability=stability(model.columns_, later, model.predict_proba(later)[:, 1]),
        is_published=ev.beats_baseline(judged), refusal=None if ev.beats_baseline(judged) else said("leads.refused"),
    )  # fmt: skip
    return card, model


def serving(folder: Path) -> tuple[ModelRegistry, Held]:
    registry = ModelRegistry(folder)
    card, model = fitted(registry)
    registry.publish(card, model.to_files())
    found = held(registry, "leads", {}, LeadModel.from_files, as_of=DAY)
    assert found is not None
    return registry, found


def test_what_later_people_show_is_recorded_and_nothing_is_due_while_they_are_alike(tmp_path):
    registry, one = serving(tmp_path)
    assert not is_due(registry, one, Judged(*people(seed=4)), as_of=DAY + timedelta(days=5), retrain_days=30)
    [seen] = registry.records("leads", 1)
    assert (seen["as_of"], seen["rows"]) == ("2025-01-06", 1500)
    assert seen["auc"] > 0.75
    assert 0 <= seen["score_psi"] < 0.1
    assert sorted(seen["feature_psi"]) == ["city", "visits"]


@pytest.mark.parametrize(
    ("later", "days"),
    [
        (people(seed=4), 30),  # old
        (people(seed=4, city=0.95), 5),  # an input moved, and neither score nor quality
        (people(seed=4, luck=0.3), 5),  # its labels came out worse
    ],
    ids=["old", "moved", "worse"],
)
def test_a_challenger_is_due(tmp_path, later, days):
    registry, one = serving(tmp_path)
    assert is_due(registry, one, Judged(*later), as_of=DAY + timedelta(days=days), retrain_days=30)


def test_the_better_of_champion_and_challenger_serves_if_it_beats_the_baseline(tmp_path):
    registry, one = serving(tmp_path)
    table, truth = people(seed=4)
    judged, base = Judged(table, truth), np.full(len(truth), 0.5)
    card, model = contest(registry, *fitted(registry, noise=0.2), old=one, judged=judged, base=base)
    assert (card.version, registry.champion("leads"), registry.versions("leads")) == (1, 1, [1, 2])
    assert registry.card("leads", 2).refusal == said("churn.champion_better", version=1)
    worse = Held(fitted(registry, noise=0.3)[1], one.card)
    card, model = contest(registry, *fitted(registry), old=worse, judged=judged, base=base)
    assert (card.version, registry.champion("leads")) == (3, 3)
    assert model.predict_proba(table)[:, 1] == pytest.approx(one.model.predict_proba(table)[:, 1])


def test_where_neither_beats_the_baseline_any_more_nobody_serves(tmp_path):
    registry, one = serving(tmp_path)
    table, truth = people(seed=4)
    known = 1 / (1 + np.exp(-1.5 * np.asarray(table["visits"])))  # the truth itself
    card, model = fitted(registry, noise=0.2)
    refused = contest(registry, card, model, old=one, judged=Judged(table, truth), base=known)
    assert isinstance(refused, ModelCard)
    assert refused.refusal is not None
    assert registry.champion("leads") is None


def test_a_champion_of_other_settings_or_of_a_day_to_come_is_none(tmp_path):
    registry, _ = serving(tmp_path)
    assert held(registry, "leads", {"seed": 8}, LeadModel.from_files, as_of=DAY) is None
    assert held(registry, "connect", {}, LeadModel.from_files, as_of=DAY) is None
    assert held(None, "leads", {}, LeadModel.from_files, as_of=DAY) is None
    assert held(registry, "leads", {}, LeadModel.from_files, as_of=DAY - timedelta(days=1)) is None


def year_of_calls(bench) -> ir.Table:
    """3,000 calls of a year: from 18 on people pick up."""
    draws = np.random.default_rng(5)
    hours = draws.integers(9, 21, 3000)
    calls = pa.table({
        "call_id": [f"k{number:04}" for number in range(3000)], "lead_id": [f"l{number // 3}" for number in range(3000)],
        "called_at": [datetime(2024, 1, 2) + timedelta(hours=int(number * 2.9)) for number in range(3000)], "hour": hours,
        "weekday": draws.integers(1, 8, 3000), "number_quality": draws.choice(["mobile", "landline"], 3000),
        "attempt": draws.integers(1, 4, 3000), "connected": draws.random(3000) < np.where(hours >= 18, 0.7, 0.2),
    })  # fmt: skip
    return bench.settle(bench.keep(calls.schema, calls.to_batches()))


def test_a_run_of_an_earlier_day_does_not_take_the_model_that_learned_from_its_future(bench, tmp_path):
    """The model of DAY was fitted on the calls by which one of 120 days before is judged: on these it would always look better."""
    seen, earlier = year_of_calls(bench), DAY - timedelta(days=120)
    known = {DAY: seen, earlier: seen.filter(seen.called_at < midnight(earlier))}
    versions = [
        pick_up_model(Inputs({}, Settings(leads=LeadSettings()), day, day, {}, None, bench, tmp_path), calls).version
        for day, calls in known.items()
    ]
    assert versions == [1, 2]
    assert ModelRegistry(tmp_path).card("connect", 2).as_of == earlier.isoformat()


def test_calls_are_watched_from_run_to_run(bench, tmp_path):
    """The second run sees what the first made, and makes no other."""
    seen = year_of_calls(bench)
    given = Inputs({}, Settings(leads=LeadSettings()), DAY, DAY, {}, None, bench, tmp_path)
    assert [pick_up_model(given, seen).version for _ in range(2)] == [1, 1]
    registry = ModelRegistry(tmp_path)
    assert set(registry.card("connect").stability) == {"number_quality", "hour", "weekday", "attempt", "score"}
    [row] = registry.records("connect", 1)
    assert row["auc"] > 0.7
    assert row["score_psi"] < 0.1
    assert given.notes == []
    assert registry.card("connect").threshold == {}
    assert "leads.answer_value" in say(registry.card("connect").limits[-1], "en")


def test_calls_have_a_threshold_where_somebody_says_what_an_answer_is_worth(bench):
    """A call costs 5 and an answer is worth 20: it pays from a chance of a quarter on."""
    registry_free = Settings(leads=LeadSettings(answer_value=20))
    calls, hours = [], np.random.default_rng(5).integers(9, 21, 3000)
    for number, hour in enumerate(hours.tolist()):
        calls.append({"call_id": f"k{number:04}", "lead_id": f"l{number}", "called_at": datetime(2024, 1, 2) + timedelta(hours=int(number * 2.9)),
                      "hour": hour, "weekday": 1 + number % 7, "number_quality": "mobile", "attempt": 1,
                      "connected": bool(number % 10 < (7 if hour >= 18 else 1))})  # fmt: skip
    rows = pa.Table.from_pylist(calls)
    asked = _pick_up(Inputs({}, registry_free, DAY, DAY, {}, None, bench, None), bench.settle(bench.keep(rows.schema, rows.to_batches())))
    trained, judged = asked.trained(), asked.judged()
    known = Judged(judged.select(list(asked.names)), np.asarray(judged["connected"].to_pylist(), dtype=bool))
    card, _ = _challenge(asked, trained, known, np.full(judged.num_rows, 0.25), registry_free.leads)
    assert (card.threshold["contact_cost"], card.threshold["saved_value"], card.counted) == (5, 20, "calls")
    assert 0.15 < card.threshold["threshold"] < 0.8
    assert card.threshold["precision"] == pytest.approx(0.7, abs=0.05)
