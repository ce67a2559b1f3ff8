"""`kezhi uplift campaigns|list` on the demo city."""

from __future__ import annotations

import json


def test_campaigns_say_the_effect_or_why_none_is_told(kezhi, city_project):
    said = kezhi("uplift", "campaigns", "--project", city_project.folder)
    assert (said.code, said.err) == (0, "")
    assert "Chance did not decide" in said.out
    assert "95% interval" in said.out
    assert "没有差别" in kezhi("uplift", "campaigns", "--project", city_project.folder, lang="zh").out


def test_persuadables_come_first_and_one_customer_is_told_of(kezhi, city_project):
    where = ("--project", city_project.folder)
    listed = json.loads(kezhi("uplift", "list", "--group", "persuadable", "--limit", "3", "--json", *where).out)
    assert [row["rank"] for row in listed] == [1, 2, 3]
    assert "persuadable" in kezhi("uplift", "list", "--customer", listed[0]["customer_id"], *where).out


def test_a_flat_campaign_an_unknown_one_and_an_unknown_customer_are_refused_in_a_line(kezhi, city_project):
    for words, why in (
        (("--campaign", "签到提醒"), "hardly differ"),
        (("--campaign", "没有"), "There is no campaign"),
        (("--customer", "nobody"), "No published campaign tells of nobody"),
    ):
        said = kezhi("uplift", "list", *words, "--project", city_project.folder)
        assert said.code == 2
        assert why in said.err
        assert "Traceback" not in said.err
