"""`kezhi uplift campaigns|list|export` on the demo city."""

from __future__ import annotations

import csv
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


def test_all_of_a_group_are_written_to_a_file_in_the_order_of_the_list(kezhi, city_project, tmp_path):
    where = ("--project", city_project.folder)
    listed = json.loads(kezhi("uplift", "list", "--group", "lost_cause", "--limit", "100000", "--json", *where).out)
    said = kezhi("uplift", "export", "--group", "lost_cause", "--out", tmp_path / "them.csv", *where)
    assert (said.code, said.err) == (0, "")
    with (tmp_path / "them.csv").open(encoding="utf-8") as file:
        written = list(csv.DictReader(file))
    assert [row["customer_id"] for row in written] == [row["customer_id"] for row in listed]
    assert written[0]["reasons"] == "; ".join(listed[0]["reasons_en"])
    wrong = kezhi("uplift", "export", "--out", tmp_path / "them.docx", *where)
    assert wrong.code == 2
    assert ".csv" in wrong.err


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
