"""What commands show is what is there: no bracket of a user's is an instruction, small numbers can be told apart, nobody is no silence."""

from __future__ import annotations

import sys

import pytest

from kezhi.cli import main, shown
from kezhi.flow.lake import Snapshot


@pytest.mark.parametrize("text", ["[b]Kim[/b]", "[/]", "[red]"])
def test_brackets_of_a_user_are_shown_as_they_are(text, kezhi, city_project):
    """Rich would take `[b]` for bold and stop at `[/]`."""
    said = kezhi("query", f"select '{text}' as note", "-p", city_project.folder)
    assert (0, text) == (said.code, said.out.splitlines()[1].strip())


def test_doctor_names_the_extra_that_is_missing(kezhi, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert "pip install 'kezhi[real]'" in kezhi("doctor").out


def test_a_column_below_one_has_more_decimals_and_a_chance_is_a_share(capsys):
    """0.04 and 0.36 were both 0.0 and 0.4 with one decimal; hundreds need no more than one."""
    rows = [{"correlation": 0.04, "mean_rank": 12.25, "auc": 1.5, "probability_alive": 0.964}, dict.fromkeys(
        ("correlation", "mean_rank", "auc", "probability_alive"))]  # fmt: skip
    shown.as_table(rows, ("correlation", "mean_rank", "auc", "probability_alive"))
    assert ["0.040", "12.2", "1.50", "96.4%"] == capsys.readouterr().out.splitlines()[1].split()


@pytest.mark.parametrize(
    "words", [("note", "list"), ("segment", "saved"), ("identity", "decisions"), ("segment", "list", "net_amount_life < -1")]
)
def test_an_empty_list_says_so(words, kezhi, city_project):
    said = kezhi(*words, "-p", city_project.folder)
    assert (0, "None.\n") == (said.code, said.out)


def test_groups_and_stages_are_in_the_readers_language(kezhi, city_project):
    where = "rfm_group = '一般挽留客户'"
    english = kezhi("segment", "list", where, "--limit", "3", "-p", city_project.folder)
    chinese = kezhi("segment", "list", where, "--limit", "3", "-p", city_project.folder, lang="zh")
    assert (3, 0) == (english.out.count("General win-back"), english.out.count("一般"))
    assert 3 == chinese.out.count("一般挽留客户")
    market = kezhi("market", "--by", "rfm_group", "-p", city_project.folder)
    assert ("Key value" in market.out, "重要" in market.out) == (True, False)


def test_who_leaves_out_the_source_of_an_id_is_told_how_ids_look(kezhi, city_project):
    said = kezhi("customer", "C1", "-p", city_project.folder)
    assert (2, True) == (said.code, "shop:C1" in said.err)


@pytest.mark.parametrize(("lang", "told"), [("en", "  Who is about to leave: too short"), ("zh", "  谁可能流失：太短")])
def test_status_says_why_a_step_made_nothing(lang, told, kezhi, city_project, monkeypatch):
    words = {"en": "too short", "zh": "太短"}
    monkeypatch.setattr(Snapshot, "notes", lambda snapshot, step, lang: [words[lang]] if step == "churn" else [])
    said = kezhi("status", "-p", city_project.folder, lang=lang)
    assert (0, [told]) == (said.code, [line for line in said.out.splitlines() if words[lang] in line])


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(
    "words",
    [
        ("analyze", "orders.csv", "--out", "orders.csv/x"),
        ("analyze", "orders.csv", "--out", "x" * 300),
        ("init", "--from", "orders.csv", "-p", "orders.csv"),
        ("city", "orders.csv"),
        ("demo", "orders.csv", "--no-serve"),
    ],
    ids=lambda words: " ".join(words)[:40],
)
def test_a_place_that_cannot_be_written_is_one_line_and_exit_2(words, lang, kezhi, tmp_path):
    (tmp_path / "orders.csv").write_text("order_id,customer_id,order_date,amount\n1,c,2025-05-01,5\n", encoding="utf-8")
    said = kezhi(*words, lang=lang)
    assert (2, "", 1) == (said.code, said.out, said.err.count("\n"))
    assert ("cannot be written" if lang == "en" else "无法写入") in said.err
    assert ["orders.csv"] == [path.name for path in tmp_path.iterdir()]


@pytest.mark.parametrize("words", [("view", "sales", "--out"), ("segment", "export", "TRUE", "--out"), ("backup", "-o")])
def test_a_folder_that_is_not_there_is_named(words, kezhi, city_project, tmp_path):
    said = kezhi(*words, tmp_path / "none" / "rows.csv", "-p", city_project.folder)
    assert (2, True) == (said.code, "cannot be written" in said.err)


def test_an_error_nobody_foresaw_is_kept_though_there_is_no_home(monkeypatch, capsys, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv("HOME", str(tmp_path / "file" / "nobody"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setenv("KEZHI_LANG", "en")
    monkeypatch.setattr(sys, "argv", ["kezhi", "doctor"])
    monkeypatch.setattr("shutil.disk_usage", lambda folder: 1 / 0)
    assert 1 == main()
    (kept,) = tmp_path.glob("error-*.txt")
    assert "ZeroDivisionError" in kept.read_text(encoding="utf-8")
    assert str(kept) in capsys.readouterr().err
