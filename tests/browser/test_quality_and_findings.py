"""The scorecard, corrections to approve, market, voices, habits and departments in a real Chromium."""

from __future__ import annotations

import re

import pytest

pytestmark = pytest.mark.browser


def test_a_cell_of_the_scorecard_leads_to_the_rows_that_fail(visit, accessible):
    from playwright.sync_api import expect

    page = visit("/data?tab=quality", lang="en", role="analyst")
    page.get_by_role("link", name=re.compile("^shop · Customer records, Consistency")).click()
    page.get_by_role("link", name=re.compile("^phone, Consistency")).click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Phone written one way")
    expect(dialog).to_contain_text("****")
    accessible(page)


@pytest.mark.parametrize(("lang", "more"), [("zh", r"另有 \d+ 行"), ("en", r"and \d+ more")])
def test_a_cell_without_values_lists_fifty_rows_and_says_how_many_more(visit, lang, more):
    from playwright.sync_api import expect

    cell = "source=shop&table_name=customer_records&column_name=occupation&dimension=completeness"
    dialog = visit(f"/data?tab=quality&{cell}", lang=lang, role="analyst").get_by_role("dialog")
    expect(dialog.get_by_role("row").filter(has_text=re.compile(r"顾客\.csv:\d"))).to_have_count(50)
    expect(dialog).to_contain_text(re.compile(more))


def test_an_analyst_rejects_one_text_and_takes_it_back(visit):
    from playwright.sync_api import expect

    page = visit("/data?tab=corrections&source=shop&table_name=orders&column_name=net_amount&rule=money_format", lang="zh", role="analyst")
    page.get_by_role("dialog").get_by_role("button", name=re.compile("^驳回: ")).first.click()
    page.get_by_label("理由").fill("单位不对")
    page.get_by_role("dialog").last.get_by_role("button", name=re.compile(r"^驳\s*回$")).click()
    expect(page.get_by_role("dialog").first).to_contain_text("已驳回")
    page.keyboard.press("Escape")
    page.get_by_role("button", name=re.compile("^撤销: 统一金额写法")).click()
    page.get_by_role("tooltip").get_by_role("button", name=re.compile(r"确\s*定")).click()
    expect(page.get_by_text("由 analyst 撤销")).to_be_visible()


def test_a_group_leads_to_its_customers_and_its_filter_is_named(visit):
    from playwright.sync_api import expect

    page = visit("/habits", lang="zh", role="marketer")
    page.get_by_role("link", name="线上", exact=True).click()
    expect(page.get_by_text("购买场所：线上")).to_be_visible()
    expect(page.get_by_text(re.compile(r"共 \d+ 位"))).to_be_visible()


def test_the_pages_are_accessible(visit, accessible):
    """Narrow and in English, where things stick out; one of them wide and in Chinese."""
    page = visit("/data?tab=corrections", lang="en", width=390)
    for path in ("/voices", "/teams?tab=service"):
        accessible(page)
        page.goto(path)
    accessible(page)
    accessible(visit("/market", lang="zh"))
