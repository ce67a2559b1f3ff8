"""Prices do not move what the people of the demo city buy: nobody may be told that they do."""

from __future__ import annotations

from collections import Counter


def test_no_category_is_said_to_react_where_none_does(city_project):
    """The city draws what is bought without a look at the price. Measured: 0 of 11 categories, of 8 segments and of 88 cells of both are said to fall."""
    rows = city_project.query("select * from price_elasticity").to_pylist()
    assert Counter(row["dimension"] for row in rows) == {"total": 1, "category": 11, "rfm_group": 8, "category_rfm_group": 88}
    assert [row["member"] for row in rows if row["verdict"] in ("elastic", "falls")] == []
    assert sum(row["low"] <= 0 <= row["high"] for row in rows if row["dimension"] == "category") >= 9
