"""Segments, models and early warnings in a real Chromium: what people do there, and who can read them."""

from __future__ import annotations

import re

import pytest

pytestmark = pytest.mark.browser


def test_builder_and_text_stay_in_step_and_a_rule_is_saved(visit, accessible):
    from playwright.sync_api import expect

    page = visit("/segments/edit", role="marketer", lang="en")
    text = page.get_by_role("textbox", name="Rule as text")
    text.fill("r_score >= 4 and did('order', times>=2)")
    expect(page.get_by_role("combobox", name="Behaviour")).to_be_visible()  # the builder followed
    page.get_by_role("spinbutton", name="within").fill("90")
    page.get_by_role("spinbutton", name="within").blur()
    expect(text).to_have_value("r_score >= 4 AND did('order', times >= 2, days <= 90)")  # the text followed
    expect(page.get_by_text(re.compile(r"^[\d.]+% of [\d,]+ customers$"))).to_be_visible()
    expect(page).to_have_url(re.compile("rule="))

    text.fill("r_scor >= 4")
    expect(page.get_by_role("alert")).to_contain_text("there is no column r_scor")
    expect(page.get_by_role("combobox", name="Behaviour")).to_be_visible()  # the builder stayed as it was
    page.get_by_role("button", name="Use r_score").click()
    expect(text).to_have_value("r_score >= 4")
    expect(page.get_by_role("alert")).to_have_count(0)
    accessible(page)

    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_label("Name", exact=True).fill("Bought lately")
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    expect(page).to_have_url(re.compile("key=bought_lately"))
    page.get_by_role("link", name="← All segments").click()
    row = page.get_by_role("row", name=re.compile("Bought lately"))
    found = row.get_by_role("link").nth(1).inner_text()
    row.get_by_role("link").nth(1).click()
    expect(page.get_by_role("status")).to_contain_text(found)


def test_segments_are_compared_and_pages_of_models_and_warnings_are_accessible(visit, accessible):
    """One sign-in for all: a narrow page in English, then what its links lead to."""
    from playwright.sync_api import expect

    page = visit("/segments", lang="en", width=390)
    page.get_by_role("checkbox", name="Compare: VIP", exact=True).click()
    expect(page).to_have_url(re.compile("overlap=vip"))
    page.get_by_role("checkbox", name="Compare: VIPs to look after").click()
    expect(page).to_have_url(re.compile("overlap=vip&overlap=vip_watch"))
    expect(page.get_by_role("link", name=re.compile("in none of them"))).to_be_visible()
    accessible(page)
    page.goto("/forecasts?metric=orders")
    expect(page.get_by_role("img", name="Whole company: Orders")).to_be_visible()
    accessible(page)
    page.goto("/models")
    page.get_by_role("link", name="Churn warning").click()
    expect(page.get_by_role("img", name="Calibration: said and came")).to_be_visible()
    accessible(page)
    page.get_by_role("link", name="See the early-warning list").click()
    expect(page.get_by_role("row")).not_to_have_count(1)
    accessible(page)
    expect(page.get_by_role("status")).not_to_be_empty()
    total = page.get_by_role("status").inner_text()
    page.get_by_role("button", name="See the customers").or_(page.get_by_text("See the customers")).first.click()
    expect(page).to_have_url(re.compile("churn_band=high&churn_band=medium"))
    expect(page.get_by_role("status")).to_have_text(total)
    page.goto("/warnings?tab=risk&kind=ring")
    page.get_by_text(re.compile("Ring of . members")).first.click()
    expect(page.locator("details[open]").get_by_role("link")).not_to_have_count(0)
    expect(page.get_by_text("pay before delivery, each order is checked")).to_be_visible()
    accessible(page)
    page.goto("/leads")
    shown = page.get_by_role("button", name=re.compile("Show the number of"))
    shown.first.click()
    page.get_by_role("textbox", name="Why must the number of this lead be seen?").fill("asked to be called back")
    page.get_by_role("dialog").get_by_role("button", name="Show").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(shown).to_have_count(19)  # the first of twenty is shown now
    accessible(page)


def test_the_same_pages_in_chinese_on_a_wide_dark_screen(visit, accessible):
    page = visit("/models", lang="zh", dark=True)
    for path in (
        "/models/churn",
        "/warnings",
        "/warnings?tab=lost",
        "/warnings?tab=risk",
        "/leads?tab=calls",
        "/models/leads",
        "/models/connect",
        "/models/fraud",
        "/segments/edit?key=vip&tab=composition",
        "/forecasts?dimension=category",
    ):
        accessible(page)
        page.goto(path)
    accessible(page)
