"""`kezhi segment`: saved segments and expressions, explained, overlapped, moved, and never silently wrong."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import date

import pytest
from support import small_city

from kezhi.api import open_project


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A city of 300 customers with its saved segments, run for two days."""
    place = small_city(
        tmp_path_factory.mktemp("segments"),
        "customer_records",
        "orders",
        "order_lines",
        "products",
        "refunds",
        "events",
        steps=["segments"],
        seed=4,
    )
    with closing(open_project(place)) as project:
        project.run(as_of=date(2025, 5, 1))
        project.run()
    return place


def said(kezhi, *words):
    found = kezhi("segment", *words, "--json")
    assert found.code == 0, found.err
    return json.loads(found.out)


def test_a_saved_segment_and_its_rule_count_alike(kezhi, folder):
    by_key = said(kezhi, "count", "vip", "-p", folder)
    by_rule = said(kezhi, "count", "r_score >= 4 AND f_score >= 4 AND m_score >= 4", "-p", folder)
    assert by_key == by_rule
    assert 0 < by_key["customers"] < by_key["of"]
    with_status = json.loads(kezhi("status", "-p", folder, "--json").out)
    assert {row["segment"]: row["customers"] for row in with_status["segments"]}["vip"] == by_key["customers"]


def test_both_forms_of_an_expression_are_shown_and_taken(kezhi, folder):
    one = json.loads(kezhi("segment", "tree", "did_not('order', days <= 30)", "-p", folder).out)
    other = json.loads(kezhi("segment", "tree", json.dumps(one["tree"]), "-p", folder).out)
    assert one == other
    assert one["text"] == "NOT did('order', days <= 30)"


def test_explain_ends_with_as_many_as_count_says(kezhi, folder):
    found = said(kezhi, "explain", "sleeping_vip", "-p", folder)
    assert found["clauses"][-1]["remaining"] == said(kezhi, "count", "sleeping_vip", "-p", folder)["customers"]
    assert found["of"] - sum(row["changed"] for row in found["clauses"]) == found["clauses"][-1]["remaining"]
    assert "单独满足" in kezhi("segment", "explain", "sleeping_vip", "-p", folder, lang="zh").out


def test_the_regions_of_an_overlap_add_up(kezhi, folder):
    regions = said(kezhi, "overlap", "vip", "vip_watch", "gender = 'female'", "-p", folder)
    assert sum(region["customers"] for region in regions) == said(kezhi, "count", "TRUE", "-p", folder)["customers"]
    assert all("vip" in region["in"] for region in regions if "vip_watch" in region["in"])
    assert "vip" in kezhi("segment", "overlap", "vip", "vip_watch", "-p", folder).out
    assert kezhi("segment", "overlap", "vip", "-p", folder).code == 2


def test_movement_adds_up_to_the_sizes(kezhi, folder):
    moved = said(kezhi, "movement", "look_no_buy", "-p", folder)
    status = {row["segment"]: row for row in json.loads(kezhi("status", "-p", folder, "--json").out)["segments"]}
    counts = [sum(row["movement"] == way for row in moved) for way in ("entered", "left")]
    assert counts == [status["look_no_buy"]["entered_customers"], status["look_no_buy"]["left_customers"]]
    assert sum(counts) > 0
    assert {row["why"] for row in moved} <= {
        "did('view', times >= 3, days <= 60)",
        "NOT did('order', days <= 60)",
        "did('view', times >= 3, days <= 60); NOT did('order', days <= 60)",
    }
    assert kezhi("segment", "movement", "look_no_buy", "-p", folder, lang="zh").out


def test_who_was_a_member_on_a_day_is_remembered(folder):
    project = open_project(folder)
    early = project.snapshot.as_of.replace(month=project.snapshot.as_of.month - 2)
    then, now = (project.segments.members_on("vip", day).count().to_pyarrow().as_py() for day in (early, project.snapshot.as_of))
    movement = project.segments.movement("vip").to_pylist()
    assert then + sum(1 if row["movement"] == "entered" else -1 for row in movement) == now
    assert now == project.segment_count("vip")
    project.close()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_wrong_name_is_answered_with_the_nearest(kezhi, folder, lang):
    for words, nearest in (
        (("count", "vipp"), "vip"),
        (("count", "did('vieww')"), "view"),
        (("movement", "vi_p"), "vip"),
        (("count", "orders_90 > 3"), "orders_90d"),
    ):
        found = kezhi("segment", *words, "-p", folder, lang=lang)
        assert found.code == 2
        assert nearest in found.err
        assert "Traceback" not in found.err


def test_a_saved_segment_that_no_longer_fits_stops_run_and_shows_in_status(kezhi, folder):
    path = folder / "segments.yaml"
    whole = path.read_text(encoding="utf-8")
    try:
        path.write_text(whole.replace("r_score >= 4", "r_scoer >= 4"), encoding="utf-8")
        stopped = kezhi("run", "-p", folder)
        assert stopped.code == 2
        assert "segments.yaml, line 6" in stopped.err
        assert "Did you mean r_score?" in stopped.err
        shown = kezhi("status", "-p", folder)
        assert shown.code == 1
        assert "Did you mean r_score?" in shown.err
        path.write_text(whole.replace("did('view'", "did('share_on_moon'"), encoding="utf-8")
        stopped = kezhi("run", "-p", folder, "--only", "segments")
        assert stopped.code == 2
        assert "share_on_moon" in stopped.err
    finally:
        path.write_text(whole, encoding="utf-8")
