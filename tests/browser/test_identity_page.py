"""The review queue by keys, and merge, split, undo on a customer's page, in a real Chromium."""

from __future__ import annotations

import pytest

from kezhi.kit.engine import _

pytestmark = pytest.mark.browser


def test_pairs_are_answered_by_keys_and_the_last_answer_is_taken_back(visit, accessible):
    from playwright.sync_api import expect

    page = visit("/identity", role="analyst", lang="en")
    accessible(page)
    waiting = page.get_by_text("wait for an answer")
    look = page.get_by_role("button", name="See what becomes of them")
    expect(page.get_by_role("button", name="Same person")).to_be_enabled()
    for _turn in range(20):  # pairs that are joined already have nothing to preview
        if look.count():
            break
        title = page.locator(".ant-card strong").first
        shown = title.text_content()
        page.keyboard.press("3")
        expect(title).not_to_have_text(shown)
    before = waiting.text_content()
    page.keyboard.press("p")
    expect(page.get_by_text("2 customers become 1").first).to_be_visible(timeout=15_000)
    page.keyboard.press("2")
    page.get_by_role("button", name="Undo the last").wait_for()
    expect(waiting).not_to_have_text(before)
    page.keyboard.press("u")
    expect(waiting).to_have_text(before)
    records = page.get_by_role("link").filter(has_text=":").all_text_contents()[:2]
    page.get_by_role("tab", name="Explain a pair").click()
    page.get_by_label("One record").fill(records[0])
    page.get_by_label("The other record").fill(records[1])
    page.get_by_role("button", name="Explain a pair").click()
    expect(page.get_by_text("In all").first).to_be_visible(timeout=30_000)
    page.mouse.move(0, 0)  # a button under the pointer is of another colour
    accessible(page)
    page.get_by_role("tab", name="People's decisions").click()
    page.get_by_text("Undone ones too").click()
    expect(page.get_by_text("undone by analyst").first).to_be_visible()
    accessible(page)
    page.get_by_role("tab", name="Threshold").click()
    expect(page.get_by_role("img", name="What another threshold would give")).to_be_visible()
    accessible(page)


def test_a_customer_is_joined_after_a_look_split_and_both_taken_back(visit, accessible, city_project):
    from playwright.sync_api import expect

    own, other = city_project.table("customers").filter(_.records > 2).order_by("customer_id").limit(2).customer_id.to_pyarrow().to_pylist()
    page = visit(f"/customers/{own}?tab=identity", role="admin", width=390)
    page.get_by_role("button", name="与其他客户合并").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("另一位客户的编号").fill(other)
    dialog.get_by_role("button", name="先看结果").click()
    expect(dialog.get_by_text("2 位客户变为 1 位").first).to_be_visible(timeout=15_000)
    dialog.get_by_role("button", name="认定为同一人").click()
    expect(page.get_by_text("下次运行生效").first).to_be_visible()
    page.get_by_role("checkbox", name="选择记录").first.click()
    page.get_by_role("button", name="拆出所选").click()
    page.get_by_role("dialog").get_by_role("button", name="拆分").click()
    undo = page.get_by_role("button", name="撤销", exact=True)
    expect(undo).to_have_count(2)
    accessible(page)
    undo.first.click()
    page.locator(".ant-popconfirm-buttons .ant-btn-primary").click()
    expect(undo).to_have_count(1)
