"""The commands of a project as typed, on the demo city: what they print, and with which exit code they end."""

from __future__ import annotations

import json
import shutil

import pytest

from kezhi.flow.steps import FOUNDATION, STEPS


@pytest.fixture
def folder(city_project):
    return city_project.folder


def test_status_shows_every_file_and_that_it_adds_up(kezhi, folder):
    """22 files, two of them of several sheets or tables, each with a sum that holds; exit 0."""
    said = kezhi("status", "-p", folder, "--json")
    facts = json.loads(said.out)
    assert said.code == 0
    assert len(facts["reconciliation"]) == 27
    assert all(row["adds_up"] for row in facts["reconciliation"])
    assert facts["tables"]["customers"] > 2000
    assert "顾客.csv" in kezhi("status", "-p", folder, lang="zh").out


def test_a_segment_is_counted_listed_and_exported_alike(kezhi, folder, tmp_path):
    """The three ways give the same customers."""
    expression = "rfm_group = '重要价值客户' AND orders_90d >= 2"
    count = json.loads(kezhi("segment", "count", expression, "-p", folder, "--json").out)["customers"]
    listed = json.loads(kezhi("segment", "list", expression, "-p", folder, "--limit", 100000, "--json").out)
    assert kezhi("segment", "export", expression, "-p", folder, "-o", tmp_path / "s.csv").code == 0
    exported = (tmp_path / "s.csv").read_text(encoding="utf-8").strip().splitlines()
    assert count == len(listed) == len(exported) - 1 > 0
    assert {row["rfm_group"] for row in listed} == {"重要价值客户"}


@pytest.mark.parametrize(("lang", "words"), [("en", "rfm_group"), ("zh", "rfm_group")])
def test_a_misspelt_column_is_one_line_with_the_nearest_name(kezhi, folder, lang, words):
    """Exit 2, one line on stderr, no traceback."""
    said = kezhi("segment", "count", "rfm_grup = 'x'", "-p", folder, lang=lang)
    assert (said.code, said.out) == (2, "")
    assert words in said.err
    assert len(said.err.strip().splitlines()) == 1


def test_a_query_reads_the_snapshot_and_nothing_else(kezhi, folder, tmp_path):
    """The tables answer; a file of the machine, a written file and a changed setting are refused in one line."""
    rows = json.loads(kezhi("query", "select count(*) n from customers", "-p", folder, "--json").out)
    assert rows[0]["n"] > 2000
    (tmp_path / "secret.csv").write_text("a\n1\n", encoding="utf-8")
    for sql in (
        f"select * from read_csv('{tmp_path / 'secret.csv'}')",
        f"copy customers to '{tmp_path / 'out.csv'}'",
        "set enable_external_access = true",
        "attach ':memory:' as other; select 1 from nowhere",
    ):
        said = kezhi("query", sql, "-p", folder)
        assert said.code == 2, sql
        assert len(said.err.strip().splitlines()) == 1, sql
    assert not (tmp_path / "out.csv").exists()


def test_a_customer_is_found_by_the_id_of_any_of_its_records(kezhi, folder, city_project):
    """A record that was joined to another leads to the same customer."""
    joined = city_project.query(
        "select record_id, customer_id from identity_links where record_id <> customer_id order by all limit 1"
    ).to_pylist()[0]
    by_record = json.loads(kezhi("customer", joined["record_id"], "-p", folder, "--json").out)
    by_customer = json.loads(kezhi("customer", joined["customer_id"], "-p", folder, "--json").out)
    assert by_record == by_customer
    assert joined["record_id"] in {record["record_id"] for record in by_record["records"]}
    assert kezhi("customer", "nobody", "-p", folder).code == 2


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_report_is_written_in_the_language_asked(kezhi, folder, tmp_path, lang):
    """The page says its language; the workbook is one."""
    assert kezhi("report", "-p", folder, "-o", tmp_path / "r.html", "--lang", lang).code == 0
    assert f'<html lang="{ {"zh": "zh-CN", "en": "en"}[lang] }"' in (tmp_path / "r.html").read_text(encoding="utf-8")
    assert kezhi("report", "-p", folder, "--format", "xlsx", "-o", tmp_path / "r.xlsx", "--lang", lang).code == 0
    assert (tmp_path / "r.xlsx").read_bytes()[:2] == b"PK"


def test_commands_without_a_project_or_a_run_say_what_to_do(kezhi, folder, tmp_path):
    """An empty folder asks for `init`; settings without a run ask for `run`."""
    assert "kezhi init" in kezhi("run", "-p", tmp_path).err
    shutil.copy(folder / "kezhi.yaml", tmp_path)
    said = kezhi("status", "-p", tmp_path)
    assert (said.code, "kezhi run" in said.err) == (2, True)


def test_the_demo_runs_twice_into_its_folder_but_not_over_another(kezhi, demo_folder, tmp_path):
    """The second demo keeps its files; a folder with something else in it is refused untouched."""
    shutil.copytree(demo_folder, tmp_path / "d")
    with (tmp_path / "d" / "kezhi.yaml").open("a", encoding="utf-8") as settings:  # what was made stays; the run need not be long
        settings.write(f"skip: [{', '.join(step.name for step in STEPS if step.name not in FOUNDATION)}]\n")
    made = (tmp_path / "d" / "truth" / "summary.json").stat().st_mtime_ns
    assert kezhi("demo", tmp_path / "d", "--customers", 300, "--no-serve", lang="zh").code == 0
    assert (tmp_path / "d" / "truth" / "summary.json").stat().st_mtime_ns == made
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear", encoding="utf-8")
    assert kezhi("demo", tmp_path / "mine", "--no-serve").code == 2
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["letter.txt"]


def test_a_day_that_is_none_is_refused(kezhi, folder):
    """`--as-of 2025-13-01` is one line, exit 2."""
    said = kezhi("run", "-p", folder, "--as-of", "2025-13-01")
    assert (said.code, "YYYY-MM-DD" in said.err) == (2, True)


def test_the_doctor_finds_what_a_run_needs(kezhi):
    """On a machine that runs these tests everything needed is there."""
    found = {row["what"]: row for row in json.loads(kezhi("doctor", "--json").out)}
    assert found["charts"]["fine"]
    assert found["packages"]["fine"]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    "words", [["run", "--nonsense"], ["nonsense"], ["analyze"], ["report", "--format", "pdf"], ["run", "--as-of", "0001-01-01"]]
)
def test_a_command_written_wrongly_is_one_line(kezhi, folder, words, lang):
    """Exit 2, nothing on stdout, one line on stderr that begins with the program's name."""
    said = kezhi(*words, *(["-p", folder] if words[0] == "run" else []), lang=lang)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("kezhi: ")
    assert len(said.err.strip().splitlines()) == 1
