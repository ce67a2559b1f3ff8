"""
The report in a real Chromium: what a reader with or without sight finds, on a screen, a telephone and paper.

Run as a process of its own (`pytest tests/browser`): playwright leaves an event loop running.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "measure"))

import sample

from kezhi.locales import text
from kezhi.measure.report import write_html
from kezhi.measure.words import figure_means, figure_name

pytestmark = pytest.mark.browser
LANGS, WIDTHS = ("zh", "en"), (1440, 390)


@pytest.fixture(scope="module")
def reports(tmp_path_factory) -> dict[str, Path]:
    """The sample's report in both languages."""
    folder = tmp_path_factory.mktemp("reports")
    for lang in LANGS:
        write_html(sample.source(lang=lang), folder / f"{lang}.html", lang=lang)
    return {lang: folder / f"{lang}.html" for lang in LANGS}


@pytest.fixture(scope="module")
def city_reports(tmp_path_factory, city_project) -> dict[str, Path]:
    """The report of the demo city, with every section there is, in both languages."""
    folder = tmp_path_factory.mktemp("city-reports")
    return {lang: city_project.report(folder / f"{lang}.html", lang=lang) for lang in LANGS}


@pytest.fixture(params=[(lang, width) for lang in LANGS for width in WIDTHS], ids=lambda case: f"{case[0]}-{case[1]}")
def page(request, browser, reports) -> Iterator:
    """The open report as (page, lang, width); a console message, a script error or a request to the network fails the test."""
    lang, width = request.param
    opened = browser.new_page(viewport={"width": width, "height": 900}, reduced_motion="reduce")
    problems: list[str] = []
    opened.on("console", lambda message: problems.append(message.text))
    opened.on("pageerror", lambda error: problems.append(str(error)))
    opened.on("request", lambda sent: problems.append(sent.url) if not sent.url.startswith(("file:", "data:")) else None)
    opened.goto(reports[lang].as_uri())
    yield opened, lang, width
    opened.close()
    assert problems == []


def test_axe_finds_no_violation(page):
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page[0])
    assert found.violations_count == 0, found.generate_report()


def test_nothing_is_wider_than_the_window(page):
    opened, _lang, width = page
    assert opened.evaluate("document.documentElement.scrollWidth") == width


def test_title_sections_and_charts_have_roles_and_names(page):
    opened, lang, _width = page
    assert opened.get_by_role("heading", level=1).inner_text() == sample.source(lang=lang).title
    for name in ("monthly", "rfm", "lifecycle", "people", "categories", "cohorts", "incoming", "mended", "identity", "definitions"):
        assert opened.get_by_role("region", name=re.compile(re.escape(text(f"report.sections.{name}", lang)))).first.is_visible(), name
    for name in ("monthly", "rfm_groups", "rfm_matrix", "lifecycle", "categories", "cohorts", "mended"):
        assert opened.get_by_role("img", name=text(f"report.captions.{name}", lang), exact=True).is_visible(), name


def test_each_chart_is_drawn_once_for_the_width_and_its_words_are_large_enough(page):
    opened, _lang, width = page
    shown = opened.locator("figure svg:visible")
    assert shown.count() == 7
    for number in range(shown.count()):
        scale = shown.nth(number).evaluate("svg => svg.getBoundingClientRect().width / svg.viewBox.baseVal.width")
        assert scale * 11 >= 9.5, (width, number, scale)  # the smallest words of a chart are 11 px


def test_a_key_figure_leads_to_its_definition(page):
    opened, lang, _width = page
    opened.get_by_role("listitem").get_by_role("link", name=figure_name("net_sales", lang), exact=True).click()
    assert opened.url.endswith("#def-net_sales")
    assert opened.get_by_text(figure_means("net_sales", lang), exact=True).is_visible()


def test_numbers_behind_a_chart_open_from_the_keyboard(page):
    opened, lang, _width = page
    closed = opened.locator("#monthly details")
    closed.get_by_text(text("report.as_table", lang)).focus()
    opened.keyboard.press("Enter")
    assert closed.get_by_role("columnheader", name=figure_name("purchases", lang)).is_visible()
    assert closed.get_by_role("row").count() == 25  # the head and 24 months


@pytest.mark.parametrize("lang", LANGS)
def test_it_prints_on_a4_with_every_page_in_use(browser, reports, lang, tmp_path):
    """As many pages as the text is long, and a third more at most: breaks before charts and tables leave no page empty."""
    opened = browser.new_page(viewport={"width": 695, "height": 1009})  # of A4 within the margins, 96 to the inch
    opened.goto(reports[lang].as_uri())
    opened.emulate_media(media="print")
    tall = opened.evaluate("document.documentElement.scrollHeight")
    printed = opened.pdf(path=tmp_path / "report.pdf", prefer_css_page_size=True, print_background=True)
    opened.close()
    pages = len(re.findall(rb"/Type\s*/Page\b", printed))
    assert tall / 1009 - 1 <= pages <= tall / 1009 * 4 / 3 + 1, (pages, tall)
    assert re.search(rb"/MediaBox \[0 0 59[45](\.\d+)? 84[12](\.\d+)?\]", printed)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("lang", LANGS)
def test_the_report_of_a_whole_company_is_sound_in_every_section(browser, city_reports, lang, width):
    """No violation of axe, nothing wider than the window, sections numbered without a gap, no text without its words."""
    from axe_playwright_python.sync_playwright import Axe

    opened = browser.new_page(viewport={"width": width, "height": 900}, reduced_motion="reduce")
    problems: list[str] = []
    opened.on("console", lambda message: problems.append(message.text))
    opened.on("pageerror", lambda error: problems.append(str(error)))
    opened.goto(city_reports[lang].as_uri())
    assert opened.evaluate("document.documentElement.scrollWidth") == width
    headings = opened.get_by_role("heading", level=2).all_inner_texts()
    numbers = [int(found[0]) for heading in headings if (found := re.findall(r"^\d+", heading))]
    assert numbers == list(range(1, len(numbers) + 1)), headings
    assert len(numbers) >= 18, headings
    found = Axe().run(opened)
    opened.close()
    assert found.violations_count == 0, found.generate_report()
    assert problems == []
