"""Data, runs, lineage and reports in a real Chromium."""

from __future__ import annotations

import re

import pytest

pytestmark = pytest.mark.browser


def test_every_file_is_accounted_for_and_a_problem_shows_examples(visit):
    from playwright.sync_api import expect

    page = visit("/data", lang="en")
    assert page.get_by_role("img", name="Adds up", exact=True).count() >= 16
    expect(page.get_by_role("img", name="Does not add up")).to_have_count(0)
    page.get_by_role("button", name="Show as a table: Corrections, by rule and source").click()
    expect(page.get_by_role("cell", name="Phone written one way").first).to_be_visible()
    page.locator("[data-chart='Rows not usable, by reason and source'] svg").get_by_text(re.compile(r"^\d+$")).first.click()
    expect(page.get_by_role("dialog")).to_contain_text(re.compile(r"\.(csv|jsonl):\d+"))


def test_a_report_is_made_and_opened(visit):
    from playwright.sync_api import expect

    page = visit("/reports", lang="en", role="manager")
    page.get_by_role("button", name="Make a page").click()
    link = page.get_by_role("link", name=re.compile("Open: as of .*html, en"))
    expect(link).to_be_visible(timeout=120_000)
    with page.context.expect_page() as opened:
        link.click()
    expect(opened.value.get_by_role("contentinfo")).to_contain_text("Made by Kezhi")


@pytest.mark.parametrize("path", ["/data", "/data?tab=runs", "/data?tab=lineage", "/reports"])
@pytest.mark.parametrize(("lang", "width"), [("zh", 1440), ("en", 390)])
def test_data_pages_are_accessible(visit, accessible, path, lang, width):
    accessible(visit(path, lang=lang, width=width))
