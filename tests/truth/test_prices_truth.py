"""Prices do not move what the people of the demo city buy: nobody may be told that they do."""

from __future__ import annotations


def test_no_category_is_said_to_react_where_none_does(city_project):
    """The city draws what is bought without a look at the price. Measured: 0 of 11 categories and 0 of 8 segments are said to fall."""
    rows = city_project.query("select * from price_elasticity").to_pylist()
    assert len(rows) == 20
    assert [row["member"] for row in rows if row["verdict"] in ("elastic", "falls")] == []
    assert sum(row["low"] <= 0 <= row["high"] for row in rows if row["dimension"] == "category") >= 9
