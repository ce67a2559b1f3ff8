"""`kezhi plan` as typed, over the demo city."""

from __future__ import annotations

import json


def test_the_best_plans_are_sentences_in_both_languages(kezhi, city_project):
    chinese, english = (kezhi("plan", "best", "-p", city_project.folder, "--limit", 1, lang=lang) for lang in ("zh", "en"))
    assert "更适合这位客户" in chinese.out
    assert "suits this customer better than" in english.out
    [row] = json.loads(kezhi("plan", "best", "-p", city_project.folder, "--limit", 1, "--json").out)
    assert row["sentence_en"] in english.out
    assert row["saving"] == round(row["compared_total"] - row["best_total"], 2) > 0


def test_the_bills_of_a_customer_add_up_to_the_totals_of_the_best_plan(kezhi, city_project):
    [best] = json.loads(kezhi("plan", "best", "-p", city_project.folder, "--limit", 1, "--json").out)
    words = ("plan", "bills", best["customer_id"], "-p", city_project.folder, "--json", "--plan", best["current_plan"])
    bills = json.loads(kezhi(*words).out)
    assert round(sum(row["total"] for row in bills), 2) == best["current_total"]
    assert all(round(row["fee"] + row["usage_charge"] - row["discount"] + row["top_up"], 2) == row["total"] for row in bills)


def test_blocked_sales_name_what_they_would_have_cost(kezhi, city_project):
    rows = json.loads(kezhi("plan", "blocked", "-p", city_project.folder, "--limit", 5, "--json").out)
    assert all(row["plan_total"] > row["current_total"] for row in rows)
    assert len(rows) == 5


def test_a_customer_or_plan_that_is_not_there_is_an_error(kezhi, city_project):
    said = kezhi("plan", "bills", "nobody", "-p", city_project.folder)
    assert (said.code, "nobody" in said.err) == (2, True)
    said = kezhi("plan", "bills", "nobody", "-p", city_project.folder, "--plan", "max99")
    assert (said.code, "max99" in said.err) == (2, True)
