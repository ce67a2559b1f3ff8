"""The workspace's frame, sign-in and customers in a real Chromium, as people of each role meet them."""

from __future__ import annotations

import re

import pytest

from kezhi.kit.engine import _, ibis

pytestmark = pytest.mark.browser


def test_signing_in_leads_back_to_where_one_was_going(browser, served):
    from playwright.sync_api import expect

    context = browser.new_context(base_url=served, locale="zh-CN")
    page = context.new_page()
    page.goto("/customers?lifecycle_stage=%E6%8C%BD%E7%95%99")
    page.get_by_label("账号").fill("sales")
    page.get_by_label("密码", exact=True).fill("wrong password")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("alert")).to_contain_text("账号或密码错误")
    page.get_by_label("密码", exact=True).fill("correct horse battery")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/customers\\?lifecycle_stage="))
    expect(page.get_by_role("status")).to_contain_text(re.compile(r"共 [\d,]+ 位"))
    page.get_by_role("button", name="账户：sales").click()
    page.get_by_role("menuitem", name="退出登录").click()
    expect(page).to_have_url(re.compile("/sign-in"))
    page.goto("/customers")
    expect(page).to_have_url(re.compile("/sign-in"))
    context.close()


def test_the_list_lives_in_its_address(visit):
    from playwright.sync_api import expect

    page = visit("/customers?sort=-net_amount_life")
    page.get_by_role("button", name="下一页").click()
    expect(page).to_have_url(re.compile("cursor="))
    page.get_by_role("searchbox", name="姓名、手机或客户号").fill("王")
    page.keyboard.press("Enter")
    expect(page).not_to_have_url(re.compile("cursor="))
    first = page.get_by_role("row").nth(1).get_by_role("link")
    expect(first).to_have_text(re.compile("王"))
    before = page.url
    first.click()
    expect(page.get_by_role("tab", name="动态")).to_be_visible()
    page.go_back()
    expect(page).to_have_url(before)


def test_who_may_not_open_a_page_is_told_so(visit):
    page = visit("/customers", role="auditor", lang="en")
    assert page.get_by_text("You may not open this page").is_visible()
    assert not page.get_by_role("menuitem", name="Customers").is_visible()


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("path", ["/customers", "/account"])
def test_pages_are_accessible(visit, accessible, path, width, lang):
    accessible(visit(path, lang=lang, width=width))


def test_the_dark_look_is_accessible_too(visit, accessible):
    accessible(visit("/customers", dark=True))


# what a screen reader or a pointer is told beside the text: labels without a Chinese sign that have letters
LABELS = """() => [...document.querySelectorAll('[aria-label], [title], [placeholder], [alt]')]
  .filter((one) => !one.closest('[aria-hidden=true]'))
  .flatMap((one) => ['aria-label', 'title', 'placeholder', 'alt'].map((name) => one.getAttribute(name) ?? ''))
  .filter((words) => /[a-z]{2}/i.test(words) && !/[\u4e00-\u9fff]/.test(words))"""


@pytest.mark.parametrize("path", ["/customers", "/groups?tab=funnel", "/data?tab=corrections", "/account"])
def test_a_chinese_page_labels_nothing_in_english(visit, path):
    """Icons were read as the names of their files, the arrows of pages as left and right, the steps of a number as Increase Value."""
    page = visit(path, lang="zh")
    assert set(page.evaluate(LABELS)) <= {"EN"}  # the switch to English


@pytest.mark.parametrize(
    ("lang", "week", "pages"),
    [("zh", "一 二 三 四 五 六 日", ["上一页", "下一页"]), ("en", "Su Mo Tu We Th Fr Sa", ["Previous page", "Next page"])],
)
def test_calendars_and_pages_of_a_table_speak_the_language_of_the_page(visit, city_project, lang, week, pages):
    """A Chinese calendar said `2026年Nov` and `Su Mo Tu`."""
    from playwright.sync_api import expect

    tagged = city_project.table("customer_tag_history").group_by("customer_id").agg(tags=_.count()).filter(_.tags > 10)
    one = tagged.order_by(ibis.desc("tags"), "customer_id").limit(1).customer_id.to_pyarrow().to_pylist()[0]
    page = visit(f"/customers/{one}?tab=history", lang=lang)
    for name in pages:
        expect(page.get_by_role("button", name=name, exact=True)).to_be_visible()
    page.get_by_label("日期" if lang == "zh" else "Date", exact=True).click()
    expect(page.get_by_role("row", name=week)).to_be_visible()
