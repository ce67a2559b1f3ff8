"""Cockpit, metrics, RFM, groups and products in a real Chromium: what people do there, and who can read them."""

from __future__ import annotations

import re

import pytest

pytestmark = pytest.mark.browser


def test_a_figure_is_pinned_and_leads_to_its_metric(visit):
    from playwright.sync_api import expect

    page = visit("/", role="manager", lang="en")
    expect(page).to_have_url(re.compile("/cockpit"))
    cards = page.get_by_role("listitem").filter(has=page.get_by_role("button", name=re.compile("^More: ")))
    expect(cards.first).to_be_visible()
    before = cards.count()
    page.get_by_role("button", name="More: Refund rate").click()
    page.get_by_role("menuitem", name="Unpin").click()
    expect(cards).to_have_count(before - 1)
    page.get_by_role("link", name="Net sales", exact=True).click()
    expect(page).to_have_url(re.compile("/metrics/net_sales\\?period=month"))
    page.get_by_role("button", name="Target and bounds").click()
    page.get_by_role("spinbutton", name="Target and bounds").fill("1000000000")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.go_back()
    expect(page.get_by_text("Missed")).to_be_visible()


def test_a_metric_is_explored_by_what_it_may_be_split_by(visit):
    from playwright.sync_api import expect

    page = visit("/metrics?q=refund", lang="en")
    page.get_by_role("link", name="Refund rate").click()
    page.get_by_role("combobox", name="Split by (at most two)").click()
    page.get_by_title("RFM group").click()
    expect(page).to_have_url(re.compile("by=rfm_group"))
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Show as a table: Refund rate · RFM group").click()
    expect(page.get_by_role("cell", name="Key value", exact=True)).to_be_visible()


def test_a_cell_of_the_matrix_leads_to_its_customers(visit):
    from playwright.sync_api import expect

    page = visit("/rfm")
    cell = page.get_by_role("link", name=re.compile("^R5 F5: "))
    people = re.search(r"共 [\d,]+ 位", cell.get_attribute("aria-label")).group()
    cell.click()
    expect(page).to_have_url(re.compile("r_score=5&f_score=5"))
    expect(page.get_by_role("status")).to_have_text(people)
    page.locator(".ant-tag", has_text="R 分 5").locator(".ant-tag-close-icon").click()
    expect(page).not_to_have_url(re.compile("r_score"))


def test_a_funnel_lives_in_its_address(visit):
    from playwright.sync_api import expect

    page = visit("/groups?tab=funnel&step=view&step=purchase&within_days=30")
    expect(page.get_by_role("row", name=re.compile("^2. 购买"))).to_be_visible()
    page.get_by_text("不分顺序").click()
    expect(page).to_have_url(re.compile("ordered=false"))
    expect(page.get_by_role("row", name=re.compile("^1. 浏览"))).to_contain_text("100%")


@pytest.mark.parametrize(
    ("lang", "title", "channels", "deeds"),
    [
        ("zh", "渠道转换", ("门店", "App", "导购"), ("用券", "签到")),
        ("en", "Switches of channel", ("Store", "App", "Shop assistant"), ("Used a coupon", "Checked in")),
    ],
)
def test_ways_say_channels_and_deeds_in_words(visit, lang, title, channels, deeds):
    """`app`, `coupon_used` and `check_in` stood there as the tables have them."""
    from playwright.sync_api import expect

    page = visit("/groups?tab=ways", lang=lang)
    switches = page.get_by_role("region", name=title)
    for channel in channels:
        expect(switches.get_by_role("rowheader", name=channel, exact=True)).to_be_visible()
    for deed in deeds:
        expect(page.get_by_role("cell", name=deed, exact=True).first).to_be_visible()
    assert not re.search(
        r"coupon_used|check_in|\bapp\b|门店" if lang == "en" else r"coupon_used|check_in|\bapp\b", page.get_by_role("tabpanel").inner_text()
    )


def test_a_product_is_found_and_says_whom_it_suits(visit):
    from playwright.sync_api import expect

    page = visit("/products?sort=-buyers", lang="en")
    page.get_by_role("row").nth(1).get_by_role("link").click()
    expect(page.get_by_text(re.compile("^Whom the category suits"))).to_be_visible()


def test_who_reads_metrics_alone_is_offered_no_other_page_of_figures(visit):
    page = visit("/products", role="auditor", lang="en")
    assert page.get_by_text("You may not open this page").is_visible()
    assert page.get_by_role("menuitem", name="Cockpit").is_visible()
    assert not page.get_by_role("menuitem", name="Groups").is_visible()


BRIGHT = ("/cockpit", "/metrics", "/rfm?tab=lifecycle", "/groups?tab=funnel&step=view&step=purchase", "/groups?tab=ways", "/products")
DARK = ("/cockpit", "/rfm")


@pytest.mark.parametrize(("lang", "width", "dark"), [("zh", 1440, False), ("en", 390, False), ("zh", 1440, True)])
def test_pages_of_figures_are_accessible(visit, accessible, lang, width, dark):
    """One browser for all of a kind: what it has loaded need not be loaded again."""
    paths = DARK if dark else BRIGHT
    page = visit(paths[0], lang=lang, width=width, dark=dark)
    for path in paths:
        page.goto(path)
        accessible(page)
