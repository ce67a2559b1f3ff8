"""A card in words: what was counted, and no sentence that ends in nothing."""

from __future__ import annotations

import pytest

from kezhi.cli.model import card_lines
from kezhi.flow.model_registry import ModelRegistry
from kezhi.models.cards import ModelCard, percent, said


def lines(**given) -> str:
    about = {name: said("churn.unknown") for name in ("population", "definition", "baseline")}
    card = ModelCard(
        **(
            {"name": "x", "method": "logistic", "as_of": "2025-01-01", "rows": 29_993, "positives": 708, "judged_on": "2024-11-01"}
            | about
            | given
        )
    )
    return "\n".join(card_lines(card, [], {}))


def judged(measure: str) -> dict:
    found = {"model": 0.7, "low": 0.6, "high": 0.8, "baseline": 0.5}
    return {"rows": 412, "metrics": {measure: found}, "calibration": [], "gain": []}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"trained_on": ["2024-10-01"]}, "Fitted on 29,993 rows, 708 of them ones, looking from 2024-10-01"),
        ({"judgement": judged("auc"), "counted": "calls"}, "Judged on 412 calls, looking from 2024-11-01"),
        ({"judgement": judged("auc"), "counted": "payments"}, "Judged on 412 payments, looking from 2024-11-01"),
        ({"judgement": judged("qini")}, "Fitted on 29,993 customers, 708 of them treated"),
        ({"judgement": judged("ndcg"), "method": "blend"}, "Fitted on 29,993 rows"),  # 708 customers were judged, none is a one
        ({"judgement": judged("ndcg"), "method": "blend"}, "Judged on 412 customers, looking from 2024-11-01"),
    ],
)
def test_a_card_says_what_it_counts(given, expected, monkeypatch):
    monkeypatch.setenv("KEZHI_LANG", "en")
    assert expected in lines(**given).split("\n")


def test_a_chance_to_act_from_names_what_is_acted_on(monkeypatch):
    monkeypatch.setenv("KEZHI_LANG", "en")
    said = lines(counted="leads", threshold={"threshold": 0.12, "acted": 90, "earned": 1234.5})
    assert "Act from a chance of 0.120 on: 90 leads, 1,234.50 earned" in said


def test_a_share_that_somebody_set_is_told_as_it_was_set():
    """Half a percent of those reached staying was told as 0%, a level of 97.5% as 98%."""
    assert [percent(share) for share in (0.005, 0.07, 0.125, 0.975, 1.0)] == ["0.5%", "7%", "12.5%", "97.5%", "100%"]


def test_each_model_is_listed_by_what_it_is_judged_by(kezhi, tmp_path):
    (tmp_path / "kezhi.yaml").write_text("name: shop\n", encoding="utf-8")
    registry = ModelRegistry(tmp_path / ".kezhi" / "models")
    said_of = {name: said("churn.unknown") for name in ("population", "definition", "baseline")}
    for name, judgement in (("churn", judged("auc")), ("forecasts", judged("error_share")), ("prices", {})):
        registry.publish(ModelCard(name=name, method="logistic", as_of="2025-01-01", judgement=judgement, is_published=True, **said_of), {})
    listed = kezhi("model", "list", "--project", tmp_path)
    assert (listed.code, listed.err) == (0, "")
    rows = dict(line.split(" ", 1) for line in listed.out.splitlines())
    assert "AUC 0.700 against 0.500" in rows["churn"]
    assert "error ÷ that of last year 0.700 against 0.500" in rows["forecasts"]
    assert "against" not in rows["prices"]
    assert all(row.endswith("serves") for row in rows.values())
