"""`kezhi model card` on the demo city."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(("lang", "declared", "own"), [("en", "Spending trend", "Days of silence"), ("zh", "消费趋势", "多少天没有来")])
def test_a_card_calls_what_moves_the_model_by_its_name(kezhi, city_project, lang, declared, own):
    """`spend_trend` is declared in features.yaml, `silent_days` is the model's own."""
    said = kezhi("model", "card", "churn", "--project", city_project.folder, lang=lang)
    assert (said.code, said.err) == (0, "")
    assert declared in said.out
    assert own in said.out
    assert "spend_trend" not in said.out
