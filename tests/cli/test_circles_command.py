"""`kezhi circles` and `kezhi circle` as typed."""

from __future__ import annotations

import json

import pytest

FILE = "from,to,weight\n001,002,1\n002,003,1\n003,001,1\n010,011,1\n011,012,1\n012,010,1\n003,010,1\n"


@pytest.fixture
def file(tmp_path):
    (tmp_path / "relations.csv").write_text(FILE, encoding="utf-8")
    return tmp_path / "relations.csv"


def test_circles_of_a_file_keep_ids_as_text(kezhi, file):
    found = json.loads(kezhi("circles", file, "--json", "--top", 2).out)
    assert (found["customers"], found["relations"], found["circles"]) == (6, 7, 2)
    assert {row["customer_id"] for row in found["key_customers"]} == {"003", "010"}


@pytest.mark.parametrize(("lang", "word"), [("zh", "交往圈"), ("en", "circles")])
def test_the_help_and_the_words_are_in_the_language(kezhi, file, lang, word):
    said = kezhi("circles", file, lang=lang)
    assert said.code == 0
    assert "001" in kezhi("circle", "003", file, lang=lang).out
    assert {"zh": "圈子", "en": "circles"}[lang] in said.out


def test_records_of_one_customer_are_one_in_a_projects_circles(kezhi, city_project, tmp_path):
    """A record that was joined to another customer's stands under the customer's id; what the circle buys is shown."""
    joined = city_project.query(
        "select record_id, customer_id from identity_links where record_id <> customer_id order by all limit 40"
    ).to_pylist()
    rows = "".join(f"{one['record_id']},{other['customer_id']}\n" for one in joined for other in joined if one != other)
    (tmp_path / "r.csv").write_text("from,to\n" + rows, encoding="utf-8")
    found = json.loads(kezhi("circles", tmp_path / "r.csv", "-p", city_project.folder, "--json").out)
    assert found["customers"] == len({row["customer_id"] for row in joined})
    one = json.loads(kezhi("circle", joined[0]["record_id"], tmp_path / "r.csv", "-p", city_project.folder, "--json").out)
    assert one["customer_id"] == joined[0]["customer_id"]


def test_a_wrong_file_or_customer_is_one_line(kezhi, file, tmp_path):
    (tmp_path / "bad.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    for words in (["circles", tmp_path / "none.csv"], ["circles", tmp_path / "bad.csv"], ["circle", "nobody", file]):
        said = kezhi(*words)
        assert (said.code, said.out) == (2, "")
        assert len(said.err.strip().splitlines()) == 1
