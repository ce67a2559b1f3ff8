"""The seven P: figures through the dictionary, tables that exist, and what is lacking said instead of a zero."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import sample

from kezhi.locales import catalogue
from kezhi.measure.answers import cell, head
from kezhi.measure.formats import Formats
from kezhi.measure.report.html import seven_p_html
from kezhi.measure.seven_p import seven_p

CODES = ["profiling", "persistency", "profitability", "performance", "prospecting", "product", "promotion"]


@pytest.fixture(scope="module")
def parts(city_project):
    return city_project.seven_p()


def test_the_seven_stand_in_their_order_and_have_something_to_tell(parts):
    assert list(parts) == CODES
    assert [code for code in CODES if not parts[code]["figures"] or not parts[code]["tables"]] == []
    json.dumps(parts, default=str)


def test_figures_are_those_of_the_metric_dictionary(city_project, parts):
    since = city_project.snapshot.as_of - timedelta(days=365)
    (asked,) = city_project.metric("net_sales", "discount_rate", since=since).to_pyarrow().to_pylist()
    assert parts["performance"]["figures"]["net_sales"] == asked["net_sales"]
    assert parts["promotion"]["figures"]["discount_rate"] == asked["discount_rate"]
    assert sum(row["customers"] for row in parts["profiling"]["tables"]["layers"]) > 0


def test_what_nobody_told_is_needed_and_never_a_zero(parts):
    """The city keeps no cost but that of goods: there is a gross profit and neither a contribution nor a net one."""
    profit = parts["profitability"]
    assert [row["level"] for row in profit["tables"]["levels"]] == ["gross_profit"]
    assert {"service_costs", "contact_costs", "acquisition_costs", "overhead"} <= set(profit["lacking"])
    assert {"campaigns", "adverts"} <= set(parts["promotion"]["lacking"])
    assert "stock" in parts["product"]["lacking"]


def test_a_snapshot_without_anything_says_what_is_needed():
    found = {part.code: part for part in seven_p(sample.source(only=()))}
    assert all(not part.figures and not part.tables and part.lacking for part in found.values())


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_word_of_it_is_there_and_the_page_holds_all_parts(city_project, parts, lang):
    said = catalogue(lang)["report"]["seven_p"]
    for part in parts.values():
        assert set(part["tables"]) <= set(said["tables"])
        assert set(part["lacking"]) <= set(said["lacking"])
        for rows in part["tables"].values():
            for column, value in rows[0].items():
                assert head(column, lang)
                assert cell(column, value, Formats(lang, "CNY"), city_project.settings, rows[0])
    from kezhi.flow.report import source_of

    with source_of(city_project.snapshot) as source:
        page = seven_p_html(source, lang=lang)
    assert [code for code in CODES if f'id="{code}"' not in page] == []
    assert page.count("<section") == 7
