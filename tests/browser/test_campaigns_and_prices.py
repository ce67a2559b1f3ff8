"""Campaigns, the model of an effect, and prices in a real Chromium: what people read there, and who can."""

from __future__ import annotations

import re

import pytest

pytestmark = pytest.mark.browser


def test_a_campaign_leads_to_its_model_and_to_whom_it_would_move(visit, accessible):
    """One sign-in: the list says why a campaign is not used, the persuadables lead to a customer, the card shows the curve; then prices."""
    from playwright.sync_api import expect

    page = visit("/campaigns", lang="en", width=1280)
    expect(page.get_by_text("Customers hardly differ in the effect")).to_be_visible()
    expect(page.get_by_text("Chance did not decide who was treated")).to_be_visible()
    rows = page.get_by_role("region", name=re.compile("Whom 春季领券 would move")).get_by_role("row")
    expect(rows.nth(1)).to_contain_text("persuadable")
    accessible(page)
    page.get_by_role("link", name="Card of the model").last.click()
    expect(page.get_by_role("img", name="What is gained by choosing (Qini curve)")).to_be_visible()
    expect(page.get_by_role("heading", name="Uplift: 春季领券-领券")).to_be_visible()
    accessible(page)
    page.get_by_role("link", name="See whom it would move").click()
    page.get_by_role("region", name=re.compile("Whom 春季领券 would move")).get_by_role("link").first.click()
    expect(page.get_by_text("What campaigns would do")).to_be_visible()

    page.goto("/products?tab=prices&change=-10")
    expect(page.get_by_text("Mind: it tells what went together")).to_be_visible()
    expect(page.get_by_role("columnheader", name="Revenue with prices -10%")).to_be_visible()
    accessible(page)
