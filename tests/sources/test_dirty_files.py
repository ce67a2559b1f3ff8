"""Real dirty files of others: equal to the truth where there is one, and never lost rows or a traceback anywhere."""

from __future__ import annotations

import contextlib
import json
import tarfile
from pathlib import Path

import pytest
from sources.reader import read

from kezhi.errors import WrongInput
from kezhi.settings import FilesSettings
from kezhi.sources import propose
from kezhi.sources.encodings import open_bytes
from kezhi.sources.formats import open_file

pytestmark = pytest.mark.data


@pytest.fixture(scope="session")
def dirty(data_dir, tmp_path_factory) -> Path:
    """All sets of dirty files, unpacked."""
    folder = tmp_path_factory.mktemp("dirty")
    for archive in (data_dir / "dirty_csv").glob("*.tar.xz"):
        with tarfile.open(archive) as tar:
            tar.extractall(folder / archive.name.split(".")[0], filter="data")
    return folder


def files_of(folder: Path) -> list[Path]:
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    assert found
    return found


def test_csv_spectrum_reads_equal_to_its_truth(dirty):
    for path in files_of(dirty / "csv_spectrum" / "csvs"):
        got = read(path)
        assert {} == got.rejects, path.name
        truth = json.loads((dirty / "csv_spectrum" / "json" / f"{path.stem}.json").read_text(encoding="utf-8"))
        truth = [truth] if isinstance(truth, dict) else truth  # a file of one row
        if path.stem == "location_coordinates":  # the set's CSV and JSON differ in this one value
            truth[0]["Contact Phone Number"] = "2095257564"
        told = [{key: value.replace("\r\n", "\n") for key, value in row.items()} for row in truth]  # the set's own files lost their CR
        assert told == [dict(zip(got.header, [value or "" for value in row], strict=True)) for row in got.rows], path.name


@pytest.mark.parametrize("name", ["duckdb_csv_tests", "frictionless_tables", "pollock_survey_sample"])
def test_a_dirty_file_is_read_or_refused_and_no_line_is_lost(dirty, name):
    """
    Each line that is not blank and stands below the header is in exactly one row or one reject.

    Counted in lines, not in rows, so that the count does not come from the reader itself.
    """
    read_well, refused = 0, {}
    for path in files_of(dirty / name):
        try:
            reading = open_file(path, FilesSettings(files=path.name, columns={}), [])
            spans = []
            for block in reading.blocks(reading.header):
                assert block.table.num_rows == len(block.lines)
                spans += [int(line) for line in block.lines] + [reject.line for reject in block.rejects]
        except WrongInput as error:
            refused[path.name] = error.say("en")
            continue
        read_well += 1
        assert len(spans) == len(set(spans)), path
        if reading.settings.format == "csv" and reading.settings.encoding in ("utf-8", "utf-8-sig"):
            with open_bytes(path) as stream:
                text = stream.read()
            lines = text.splitlines()
            first = (reading.header_line or 0) + 1
            assert all(first <= line <= len(lines) for line in spans), path
            if b'"' not in text:  # then each line is a row
                below = {n for n, line in enumerate(lines, start=1) if n >= first and line.strip(b" \t")}
                blank_values = {n for n in below ^ set(spans) if not lines[n - 1].strip()}
                assert below ^ set(spans) <= blank_values, path
    assert read_well > 10
    assert all(file in said for file, said in refused.items())


def test_proposing_for_a_dirty_file_gives_a_proposal_or_says_what_is_missing(dirty):
    for path in files_of(dirty)[::12]:
        with contextlib.suppress(WrongInput):
            (got,) = propose([path])
            assert set(got.settings.columns.values()) | set(got.ignored), path
