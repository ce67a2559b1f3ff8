"""The report as one page: complete, self-contained, and safe whatever the data say."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
import sample
from support import table

from kezhi.locales import text
from kezhi.measure.definitions import FIGURES
from kezhi.measure.report import ReportSource, html, write_html
from kezhi.settings import RfmSettings, Settings

SECTIONS = ("monthly", "rfm", "lifecycle", "tags", "people", "categories", "cohorts", "anonymous", "incoming", "mended", "identity")
SCRIPT = "<script>alert(1)</script>"
VOID = {"meta", "link", "br", "img", "path", "rect", "circle", "line", "polyline", "polygon"}


class _Outline(HTMLParser):
    """Tags, ids, links and visible text; `open` is empty at the end when every tag is closed in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: list[str] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        found = dict(attrs)
        self.ids += [found["id"]] if "id" in found else []
        self.links += [found[name] for name in ("href", "src") if name in found]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data):
        if not {"style", "svg"} & set(self.open):
            self.words.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.words))


@pytest.fixture(scope="module", params=["zh", "en"])
def page(request):
    return request.param, html(sample.source(lang=request.param), lang=request.param)


def test_the_page_is_well_formed_and_needs_neither_network_nor_scripts(page):
    outline = _Outline(page[1])
    assert outline.open == []
    assert "script" not in outline.tags
    assert [link for link in outline.links if not link.startswith(("#", "data:"))] == []
    assert "url(" not in page[1].replace("url(#", "")
    assert "@import" not in page[1]


def test_every_section_and_every_definition_is_there_once_and_every_link_leads_somewhere(page):
    outline = _Outline(page[1])
    assert len(outline.ids) == len(set(outline.ids))
    assert {*SECTIONS, "definitions", *(f"def-{code}" for code in FIGURES)} <= set(outline.ids)
    assert {link[1:] for link in outline.links if link.startswith("#")} <= set(outline.ids)


def test_each_section_has_its_title_in_the_language_of_the_report(page):
    lang, content = page
    words = _Outline(content).text
    for name in (*SECTIONS, "definitions"):
        assert text(f"report.sections.{name}", lang) in words
    assert f'lang="{"zh-CN" if lang == "zh" else "en"}"' in content


def test_an_english_report_has_no_chinese_of_its_own():
    """Only the data are Chinese: categories, provinces and the project's name."""
    source = sample.source(
        lang="en", only=("sales_monthly", "rfm", "lifecycle", "tags", "reconciliation", "corrections", "rejects", "identity_links")
    )
    words = _Outline(html(source, lang="en")).text.replace("￥", "")
    assert re.findall(r"[\u3000-\u9fff\uff01-\uff20]", words) == []


def test_key_figures_stand_on_the_page_with_separators_and_currency(page):
    words = _Outline(page[1]).text
    assert "1,755" in words  # purchases of the sample
    assert re.search(r"￥\d{3},\d{3}", words)


def test_the_sum_of_rows_is_shown_to_hold(page):
    assert "2,700 = 2,687 + 4 + 9" in _Outline(page[1]).text


def test_the_score_table_and_our_own_choice_are_named():
    words = _Outline(html(sample.source(), lang="zh")).text
    for cell in ("31–60", "> 180", "7–9", "≥ ￥10,000", "< ￥500"):
        assert cell in words
    assert "M 低于 2,000 的划分" in words
    changed = Settings(rfm=RfmSettings(monetary=[900, 800, 700, 600], version=7))
    words = _Outline(html(sample.source(settings=changed), lang="zh")).text
    assert "M 低于 2,000 的划分" not in words
    assert "第 7 版" in words


def test_quintile_scores_have_no_table():
    words = _Outline(html(sample.source(settings=Settings(rfm=RfmSettings(mode="quintile"))), lang="en")).text
    assert "Scores are quintiles" in words
    assert "31–60" not in words


def test_personal_values_are_hidden():
    content = html(sample.source(), lang="zh")
    for personal in ("13800138001", "0013-8001", "1985-03-07", "王芳", "ANNA", "c1@example.com"):
        assert personal not in content
    assert "138 ****-8001" in content


def test_data_can_never_become_markup():
    source = ReportSource(
        tables={
            "category_sales": table("category_sales", [{"category": SCRIPT, "orders": 1, "customers": 1, "quantity": 1, "net_amount": 5}, {"category": "{{ 7 * 7 }}", "net_amount": 1}]),
            "profile": table("profile", [{"customer_id": "1", "province": SCRIPT, "gender": SCRIPT}]),
            "tags": table("tags", [{"customer_id": "1", "tag": SCRIPT}]),
            "lifecycle": table("lifecycle", [{"customer_id": "1", "stage": SCRIPT, "days_in_stage": 1}]),
            "corrections": table("corrections", [{"column_name": SCRIPT, "rule": SCRIPT, "before": SCRIPT, "after": SCRIPT}]),
            "rejects": table("rejects", [{"stage": SCRIPT, "reason": SCRIPT, "table_name": SCRIPT}]),
            "reconciliation": table("reconciliation", [{"source": SCRIPT, "table_name": SCRIPT, "source_file": "f", "rows_in": 1, "rows_out": 1, "rows_rejected": 0, "rows_merged": 0}]),
        },
        settings=Settings(), as_of=sample.AS_OF, title=SCRIPT, snapshot=SCRIPT, notes=[SCRIPT],
    )  # fmt: skip
    content = html(source, lang="en")
    outline = _Outline(content)
    assert outline.open == []
    assert "script" not in outline.tags
    assert "<script" not in content
    assert "{{ 7 * 7 }}" in outline.text
    assert content.count("&lt;script&gt;") >= 12


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_snapshot_without_tables_says_so_in_each_section(lang):
    words = _Outline(html(sample.source(only=()), lang=lang)).text
    for name in (
        "sales_monthly",
        "rfm",
        "lifecycle",
        "tags",
        "profile",
        "category_sales",
        "cohort_retention",
        "orders",
        "reconciliation",
        "corrections",
        "identity_links",
    ):
        assert text("report.no_data", lang, table=name) in words


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_empty_tables_give_a_page_too(lang):
    source = ReportSource({name: table(name, []) for name in sample.tables()}, Settings(), sample.AS_OF, "空")
    outline = _Outline(html(source, lang=lang))
    assert outline.open == []
    assert text("report.says.no_rejects", lang) in outline.text


@pytest.mark.parametrize("missing", sorted(sample.tables()))
def test_any_one_table_may_be_absent(missing):
    source = sample.source(only=tuple(name for name in sample.tables() if name != missing))
    assert _Outline(html(source, lang="zh")).open == []


def test_the_same_snapshot_gives_the_same_page(page):
    assert html(sample.source(lang=page[0]), lang=page[0]) == page[1]


def test_the_page_is_written_whole_into_a_folder_that_is_made(tmp_path):
    write_html(sample.source(only=()), tmp_path / "a" / "报告.html", lang="zh")
    assert (tmp_path / "a" / "报告.html").read_text(encoding="utf-8").endswith("</html>\n")
    assert [p.name for p in (tmp_path / "a").iterdir()] == ["报告.html"]
