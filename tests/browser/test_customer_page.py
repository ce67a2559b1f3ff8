"""One customer on one page, the list's tools and the pages of administration in a real Chromium."""

from __future__ import annotations

import re

import pytest

from kezhi.kit.engine import _, ibis

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def rich(city_project) -> str:
    """The address of the customer with the most orders among those with a phone number."""
    known = city_project.table("customers").filter(_.phone.notnull()).select("customer_id")
    profile = city_project.table("profile").semi_join(known, "customer_id")
    return "/customers/" + profile.order_by(ibis.desc("orders_life"), "customer_id").limit(1).customer_id.to_pyarrow().to_pylist()[0]


def test_sales_reads_notes_and_sees_the_phone_number_for_a_reason(visit, rich, city_project):
    from playwright.sync_api import expect

    phone = city_project.table("customers").filter(_.customer_id == rich.rpartition("/")[2]).phone.to_pyarrow().to_pylist()[0]
    page = visit(rich, role="sales", width=390)
    expect(page.get_by_text(phone[:3] + "****" + phone[-4:]).first).to_be_visible()
    page.get_by_label("了解到什么").fill("喜欢露营")
    page.get_by_label("标签", exact=True).fill("户外")
    page.get_by_role("button", name="记下").click()
    expect(page.get_by_text("下次运行生效")).to_be_visible()
    page.get_by_role("button", name="查看明文").click()
    page.get_by_role("textbox", name="为什么要查看").fill("核对送货地址")
    page.get_by_role("dialog").get_by_role("button", name="查看明文").click()
    expect(page.get_by_text(phone, exact=True)).to_be_visible()
    page.get_by_role("tab", name="身份").click()
    expect(page).to_have_url(re.compile("tab=identity"))
    expect(page.get_by_text("条来源记录组成")).to_be_visible()


def test_columns_and_views_live_in_the_address_and_names_are_english(visit):
    from playwright.sync_api import expect

    page = visit("/customers?rfm_group=%E9%87%8D%E8%A6%81%E4%BB%B7%E5%80%BC%E5%AE%A2%E6%88%B7", role="analyst", lang="en")
    expect(page.get_by_role("cell", name="Key value").first).to_be_visible()
    page.get_by_role("button", name="Columns").click()
    page.get_by_label("Occupation").click()  # the box follows the address, which follows the click
    expect(page).to_have_url(re.compile("column=occupation"))
    expect(page.get_by_role("columnheader", name="Occupation")).to_be_visible()  # the list may follow the address a moment later
    page.get_by_role("button", name="Views").click()
    page.get_by_label("Name of the view").fill("best")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("button", name="best", exact=True).wait_for()
    kept = page.url
    page.goto("/customers")
    page.get_by_role("button", name="Views").click()
    page.get_by_role("button", name="best", exact=True).click()
    expect(page).to_have_url(kept)
    with page.expect_download() as file:
        page.keyboard.press("Escape")
        page.get_by_role("button", name="Export").click()
        page.get_by_role("menuitem", name=re.compile("CSV")).click()
    assert file.value.suggested_filename.endswith(".csv")


def test_an_auditor_finds_the_log_whole(visit):
    from playwright.sync_api import expect

    page = visit("/audit", role="auditor")
    page.get_by_role("button", name="检查日志是否完整").click()
    expect(page.get_by_role("status")).to_contain_text("完整")


@pytest.mark.parametrize(
    ("lang", "moved", "deeds"),
    [("zh", "近 365 天净额", ("用券", "领券页")), ("en", "Net amount, 365 days", ("Used a coupon", "Coupon page"))],
)
def test_history_and_timeline_say_codes_in_words(visit, city_project, lang, moved, deeds):
    """A band was `amount`, a deed `coupon_used` of the channel `miniprogram` on the page `coupon`."""
    from playwright.sync_api import expect

    used = city_project.table("events").filter((_.event_name == "coupon_used") & _.customer_id.notnull())
    bought = city_project.table("moves").filter(_.dimension == "amount").select("customer_id")
    found = used.semi_join(bought, "customer_id").order_by(ibis.desc("occurred_at"), "event_id").limit(1).customer_id.to_pyarrow()
    page = visit(f"/customers/{found.to_pylist()[0]}?tab=history", lang=lang)
    expect(page.get_by_role("cell", name=moved)).to_be_visible()
    page.goto(page.url.replace("history", "timeline"))
    deed = page.get_by_role("listitem").filter(has_text=deeds[0]).first
    expect(deed).to_contain_text(deeds[1])
    assert not re.search(r"coupon_used|miniprogram|android", page.get_by_role("tabpanel").inner_text())


@pytest.mark.parametrize(("lang", "width"), [("zh", 1440), ("en", 390)])
def test_the_pages_are_accessible(visit, accessible, rich, lang, width):
    for path in (rich, rich + "?tab=history", "/users", "/audit"):
        accessible(visit(path, lang=lang, width=width))
