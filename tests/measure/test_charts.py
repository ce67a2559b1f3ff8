"""Chart options are plain data that a reader can read, and the engine draws them without a browser."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from decimal import Decimal
from importlib.resources import files

import pytest
import sample

from kezhi.errors import AssetMissing
from kezhi.measure import charts, drawing, palette
from kezhi.measure.figures import compute
from kezhi.measure.formats import Formats
from kezhi.settings import Settings

ZH = Formats("zh", "CNY")


def _options(*, narrow: bool) -> dict[str, charts.Option]:
    found = compute(sample.source())
    return {
        "monthly": charts.monthly_trend(found.months, ZH, narrow=narrow),
        "matrix": charts.rfm_matrix(found.rfm_matrix, ZH, narrow=narrow),
        "groups": charts.rfm_groups(found.rfm_groups, ZH, narrow=narrow),
        "stages": charts.lifecycle_stages(found.stages, sample.source().settings, ZH, narrow=narrow),
        "categories": charts.top_categories(found.categories, ZH, narrow=narrow),
        "cohorts": charts.cohort_retention(found.cohorts, ZH, narrow=narrow),
        "mended": charts.mended(found.corrections, ZH, narrow=narrow),
    }


@pytest.mark.parametrize("narrow", [False, True])
def test_every_option_is_plain_data_and_is_drawn(narrow):
    for name, option in _options(narrow=narrow).items():
        assert json.loads(json.dumps(option)) == option
        drawn = drawing.svg(option, 330 if narrow else 900, 300, prefix=name)
        assert drawn.startswith("<svg"), name
        assert drawn.rstrip().endswith("</svg>"), name
        assert "NaN" not in drawn, name


def test_the_same_option_gives_the_same_drawing_every_time():
    option = _options(narrow=False)["monthly"]
    assert drawing.svg(option, 900, 300) == drawing.svg(option, 900, 300)


def test_two_charts_of_a_page_share_no_class_or_id():
    option = _options(narrow=False)["monthly"]
    first, second = (drawing.svg(option, 900, 300, prefix=prefix) for prefix in ("a", "b"))
    assert 'class="a-' in first
    assert "a-" not in second.replace("data-", "")
    assert "zr" not in first.split(">")[1]


def test_monthly_bars_are_scaled_and_the_axis_says_so():
    months = [{"month": date(2025, 5, 1), "net_amount": Decimal(450_000), "customers": 12, "is_complete": True}]
    option = charts.monthly_trend(months, ZH)
    assert option["series"][0]["data"][0]["value"] == 45.0
    assert option["yAxis"][0]["name"] == "净销售额（￥万）"


def test_a_month_cut_short_is_pale():
    months = [{"month": date(2025, m, 1), "net_amount": Decimal(1), "customers": 1, "is_complete": m == 5} for m in (5, 6)]
    colours = [bar["itemStyle"]["color"] for bar in charts.monthly_trend(months, ZH)["series"][0]["data"]]
    assert colours == [palette.BLUE, palette.BLUE_PALE]


def test_the_matrix_has_all_25_cells_with_the_best_customers_in_the_upper_right():
    option = charts.rfm_matrix([{"r_score": 5, "f_score": 5, "customers": 7, "monetary_mean": 1.0}], ZH)
    cells = {tuple(cell["value"][:2]): cell["value"][2] for cell in option["series"][0]["data"]}
    assert len(cells) == 25
    assert (cells[4, 4], sum(cells.values())) == (7, 7)


def test_months_that_are_not_over_are_not_in_the_cohort_chart():
    rows = [
        {
            "cohort_month": date(2025, 4, 1),
            "month_no": n,
            "customers": 10,
            "active_customers": a,
            "retention_rate": a / 10,
            "is_complete": n < 2,
        }
        for n, a in ((0, 10), (1, 4), (2, 1))
    ]
    data = charts.cohort_retention(rows, ZH)["series"][0]["data"]
    assert [(cell["value"], cell["label"]["formatter"]) for cell in data] == [([0, 0, 0.4], "40%")]


def test_every_label_on_a_cell_is_readable():
    for step in range(101):
        background = palette.shade(step / 100)
        assert palette.contrast(palette.INK, background) >= 4.5, (step, background)
        assert palette.ink_on(background) == palette.INK


@pytest.mark.parametrize("grey", range(0, 256, 5))
def test_some_ink_reads_on_any_background(grey):
    background = f"#{grey:02x}{grey:02x}{grey:02x}"
    assert palette.contrast(palette.ink_on(background), background) >= 4.5


@pytest.mark.parametrize("colour", [palette.INK, palette.MUTED])
def test_text_colours_are_readable_on_white(colour):
    assert palette.contrast(colour, "#ffffff") >= 4.5


def test_contrast_is_that_of_wcag():
    """Black on white is 21, and #767676 on white the well known 4.54."""
    assert palette.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert palette.contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)


def test_negative_amounts_get_no_bar_but_keep_their_label():
    option = charts.top_categories([{"category": "退货多", "net_amount": Decimal(-5)}], ZH)
    assert option["series"][0]["data"] == [{"value": 0.0, "label": {"formatter": "−￥5.00"}}]


def test_a_stage_is_called_as_the_settings_call_it():
    stages = [{"stage": "升级", "customers": 3, "share": 1.0, "days_in_stage_median": 1}]
    assert charts.lifecycle_stages(stages, Settings(), Formats("en", "CNY"))["yAxis"]["data"] == ["Growing"]


def test_a_missing_chart_engine_says_how_to_build_it(tmp_path, monkeypatch):
    drawing._engine.cache_clear()
    monkeypatch.setattr(drawing, "files", lambda _package: tmp_path)
    with pytest.raises(AssetMissing, match=r"charts\.js.*pip install -e \."):
        drawing.svg({}, 10, 10)
    drawing._engine.cache_clear()


def test_the_chart_engine_carries_its_licence():
    assert "Apache" in files("kezhi.measure").joinpath("assets", "charts.js").read_text(encoding="utf-8")[:1000]


def test_a_process_that_drew_a_chart_ends():
    """The engine's own clean-up at exit waits for ever; `drawing` closes it first."""
    code = "from kezhi.measure.drawing import svg; print(len(svg({'xAxis': {}, 'yAxis': {}, 'series': []}, 10, 10)) > 0)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout.strip() == "True"
