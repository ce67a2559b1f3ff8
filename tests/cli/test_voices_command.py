"""`kezhi insight topics|concerns|criteria|needs|places|spread` and `kezhi view` on the demo city."""

from __future__ import annotations

import json

import pytest


@pytest.fixture
def ask(kezhi, city_project):
    def run(*words: str, lang: str = "en") -> str:
        said = kezhi(*words, "--project", city_project.folder, lang=lang)
        assert (said.code, said.err) == (0, "")
        return said.out

    return run


def test_concerns_show_the_answer_in_the_language_asked_for(ask):
    assert "七天无理由退换" in ask("insight", "concerns", "--category", "母婴", lang="zh")
    assert "warranty" in ask("insight", "concerns", "--category", "母婴")
    assert {row["category"] for row in json.loads(ask("insight", "concerns", "--category", "母婴", "--json"))} == {"母婴"}


def test_needs_of_one_customer_and_of_one_without_any(ask, city_project):
    one = city_project.query("select customer_id from needs where verdict = 'service' order by 1 limit 1").to_pylist()[0]["customer_id"]
    (row, *_more) = json.loads(ask("insight", "needs", one, "--json"))
    assert (row["customer_id"], row["verdict"]) == (one, "service")
    assert "no reason to contact" in ask("insight", "needs", "nobody")


@pytest.mark.parametrize("name", ["topics", "criteria", "places", "spread"])
def test_every_answer_is_rows(ask, name):
    assert json.loads(ask("insight", name, "--json"))


def test_a_view_is_shown_and_written_whole(ask, city_project, tmp_path):
    assert len(json.loads(ask("view", "service", "--limit", "3", "--json"))) == 3
    ask("view", "sales", "--out", str(tmp_path / "sales.csv"))
    written = (tmp_path / "sales.csv").read_text(encoding="utf-8").splitlines()
    assert len(written) == 1 + city_project.table("profile").count().execute()
