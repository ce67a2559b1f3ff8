"""`kezhi circles`, `kezhi circle` without a file, and `kezhi seven-p`, as typed."""

from __future__ import annotations

import json


def test_circles_of_a_project_come_from_its_snapshot(kezhi, city_project):
    found = json.loads(kezhi("circles", "-p", city_project.folder, "--json", "--top", 2).out)
    assert found["circles"] == city_project.table("circles").count().to_pyarrow().as_py()
    assert len(found["largest"]) == len(found["key_customers"]) == 2
    assert 0.8 < found["modularity"] < 1
    key = found["key_customers"][0]["customer_id"]
    one = json.loads(kezhi("circle", key, "-p", city_project.folder, "--json").out)
    assert one["customer_id"] == key
    assert len([row for row in one["relations"] if row["from_depth"] == 0]) == found["key_customers"][0]["degree"]


def test_whom_to_talk_to_has_not_bought_it_and_is_in_a_circle_with_buyers(kezhi, city_project):
    found = json.loads(kezhi("circles", "-p", city_project.folder, "--for", "母婴", "--json", "--top", 20).out)
    ids = ", ".join(f"'{row['customer_id']}'" for row in found)
    assert found[0]["buyers_known"] >= found[-1]["buyers_known"] > 0
    bought = f"""select 1 from ledger o join order_lines l using (order_id) join products p using (product_id)
                 where o.is_purchase and category = '母婴' and quantity > 0 and customer_id in ({ids})"""
    assert city_project.query(bought).num_rows == 0


def test_wrong_words_are_one_line(kezhi, city_project, tmp_path):
    folder = city_project.folder
    for words in (["circles", "-p", folder, "--for", "月球"], ["circle", "nobody", "-p", folder], ["seven-p", "-p", tmp_path],
                  ["report", "-p", folder, "--kind", "7p", "--format", "xlsx"]):  # fmt: skip
        said = kezhi(*words)
        assert (said.code, said.out, len(said.err.strip().splitlines())) == (2, "", 1), words


def test_the_seven_p_in_words_and_as_json(kezhi, city_project):
    assert "Profitability" in kezhi("seven-p", "-p", city_project.folder, "--part", "profitability").out
    assert next(iter(json.loads(kezhi("seven-p", "-p", city_project.folder, "--json").out))) == "profiling"


def test_the_page_of_the_seven_p_is_written(kezhi, city_project, tmp_path):
    said = kezhi("report", "-p", city_project.folder, "--kind", "7p", "-o", tmp_path / "p.html", lang="zh")
    assert said.code == 0
    assert "客户 7P 分析" in (tmp_path / "p.html").read_text(encoding="utf-8")
