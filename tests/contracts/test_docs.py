"""What the documents say is there, and does what they say."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from urllib.parse import unquote

import pyarrow.parquet as pq
import pytest
import typer
from code_trees import ROOT, SOURCE
from documents import DOCUMENTS, GUIDES, READMES, blocks, commands, headings, links, prose, rows, text

import kezhi
from kezhi.cli.app import app
from kezhi.locales import catalogue
from kezhi.profile.rfm import GROUPS
from kezhi.settings import DEFAULT_STAGES
from kezhi.tables import TABLES

COMMANDS = typer.main.get_command(app).commands
ALL = {"test": None, **COMMANDS}

guides = pytest.mark.parametrize("path", GUIDES, ids=[path.name for path in GUIDES])
documents = pytest.mark.parametrize("path", DOCUMENTS, ids=[path.relative_to(ROOT).as_posix() for path in DOCUMENTS])


def wrong(words: list[str]) -> list[str]:
    """The command and options among *words* that do not exist."""
    if not words or words[0].startswith("-"):
        return []
    command = ALL.get(words[0], typer)
    if command is typer:
        return [words[0]]
    if command is None:
        return []
    depth = 1
    while hasattr(command, "commands"):
        if words[depth] not in command.commands:
            return words[: depth + 1]
        command, depth = command.commands[words[depth]], depth + 1
    known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
    return [word for word in words if word.startswith("-") and word.partition("=")[0] not in known]


@guides
def test_every_command_in_a_guide_exists_with_its_options(path):
    assert [found for words in commands(path) if (found := wrong(words))] == []


def test_a_command_that_does_not_exist_would_be_found():
    assert wrong(["analyse", "orders.csv"]) == ["analyse"]
    assert wrong(["analyze", "orders.csv", "--nonsense", "1"]) == ["--nonsense"]
    assert wrong(["analyze", "orders.csv", "--as-of", "2025-07-01"]) == []


def test_every_command_is_in_a_guide():
    assert set(COMMANDS) - {words[0] for path in GUIDES for words in commands(path) if words} == set()


def test_both_readmes_have_the_same_parts_commands_and_pictures():
    english, chinese = READMES
    assert [heading.count("#") for heading in headings(english)] == [heading.count("#") for heading in headings(chinese)]
    without_language = [[[w for w in words if w not in ("--lang", "zh", "en")] for words in commands(path)] for path in READMES]
    assert without_language[0] == without_language[1]
    assert blocks(english, "python") == blocks(chinese, "python")
    assert {link for link in links(english) if "README" not in link} == {link for link in links(chinese) if "README" not in link}


@documents
def test_links_lead_to_files_that_exist(path):
    local = [link.partition("#")[0] for link in links(path) if not re.match(r"[a-z]+:", link)]
    assert [link for link in local if link and not (path.parent / unquote(link)).exists()] == []


@documents
def test_no_document_names_a_machine_of_ours(path):
    assert re.findall(r"(?<![\w.])/(?:work|root)/\S*", text(path)) == []


# --- what is shown runs -------------------------------------------------------------------------


def run(folder: Path, *words: str) -> None:
    """Run `kezhi` in *folder* as a reader does."""
    done = subprocess.run([sys.executable, "-m", "kezhi", *words], cwd=folder, capture_output=True, encoding="utf-8", errors="replace")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def shown(demo_folder, tmp_path_factory):
    """A folder as the guides assume it: the demo in kezhi-demo, and the orders.csv of the README."""
    folder = tmp_path_factory.mktemp("shown")
    shutil.copytree(demo_folder, folder / "kezhi-demo")
    (folder / "orders.csv").write_text(blocks(READMES[0], "csv")[0], encoding="utf-8")
    return folder


@guides
def test_the_python_of_a_guide_runs(path, shown, monkeypatch):
    """Blocks of one guide follow each other, as a reader would run them; `>>>` is not used."""
    monkeypatch.chdir(shown)
    names: dict[str, object] = {}
    for block in blocks(path, "python"):
        exec(compile(block, str(path), "exec"), names)


@pytest.mark.parametrize("path", READMES, ids=["en", "zh"])
def test_the_worked_example_gives_what_the_readme_shows(path, tmp_path):
    (tmp_path / "orders.csv").write_text(blocks(path, "csv")[0], encoding="utf-8")
    run(tmp_path, *next(words for words in commands(path) if "--as-of" in words))
    made = sorted(pq.read_table(tmp_path / "kezhi-report/rfm.parquet").to_pylist(), key=lambda row: row["customer_id"])
    table = list(rows(path))
    head = next(place for place, row in enumerate(table) if row[0] == "`customer_id`")
    names = [cell.strip("`") for cell in table[head]]
    assert table[head + 2 :][: len(made)] == [[str(row[name]) for name in names] for row in made]


# --- names --------------------------------------------------------------------------------------


def test_one_concept_has_one_name_in_the_glossary():
    """Within a section; a stage may be called as the idea it comes from."""
    for section in text(ROOT / "docs/glossary.md").split("\n## ")[1:]:
        terms = [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("|")][2:]
        for column in (0, 1):
            assert [term for term, times in Counter(row[column] for row in terms).items() if times > 1] == []
        assert [row[0] for row in terms if not row[2].endswith(".")] == []


def test_the_glossary_has_every_table_group_and_stage():
    table = list(rows(ROOT / "docs/glossary.md"))
    english, chinese = {row[0] for row in table}, {row[1] for row in table}
    assert {f"`{name}`" for name in TABLES} - english == set()
    assert set(GROUPS) - chinese == set()
    assert {catalogue("en")["report"]["groups"][group] for group in GROUPS} - english == set()
    assert {(stage.name_en, stage.name) for stage in DEFAULT_STAGES} - {(row[0], row[1]) for row in table} == set()


def test_the_architecture_names_every_room():
    rooms = {path.parent.name for path in SOURCE.glob("*/__init__.py")}
    assert {room for room in rooms if f"`{room}/`" not in text(ROOT / "ARCHITECTURE.md")} == set()


@pytest.mark.parametrize("path", sorted((ROOT / "docs/adr").glob("[0-9]*.md")), ids=lambda path: path.stem[:4])
def test_a_decision_has_its_five_parts(path):
    assert headings(path)[1:] == ["## Context", "## Decision", "## Consequences", "## Alternatives", "## References"]
    assert headings(path)[0].startswith(f"# {path.stem[:4]}: ")
    assert re.search(r"^Status: (proposed|accepted|replaced by .+) · Date: \d{4}-\d\d-\d\d$", prose(path), re.MULTILINE)


def test_the_package_documents_every_public_name():
    assert [name for name in kezhi.__all__ if name not in "".join(text(path) for path in GUIDES)] == []
