"""Run the steps on the project's files and publish one snapshot; a run that dies changes nothing that is served."""

from __future__ import annotations

import gc
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from kezhi import sources
from kezhi.errors import NoSnapshot, WrongInput
from kezhi.flow.checks import check_columns, check_rows
from kezhi.flow.collected import collected_tables, with_sources
from kezhi.flow.failures import clear_errors
from kezhi.flow.lake import Lake, Snapshot, borrow
from kezhi.flow.lock import project_lock
from kezhi.flow.read import arrow_files, empty_table, newest_day, raw_table, together
from kezhi.flow.run_state import STATE, Run, manifest_of, opened
from kezhi.flow.serving import drop_copies, write_copies
from kezhi.flow.step import Inputs, Step
from kezhi.flow.steps import FOUNDATION, STEPS, depends_on
from kezhi.flow.store_corrections import with_corrections
from kezhi.flow.store_decisions import decisions_table, read_decisions
from kezhi.flow.store_notes import notes_table, read_notes
from kezhi.flow.store_segments import with_saved_segments
from kezhi.flow.warehouse import Warehouse
from kezhi.flow.watcher import Silent, Watcher
from kezhi.kit.engine import ir
from kezhi.locales import Phrase
from kezhi.measure.metrics import Dictionary
from kezhi.profile import check_definitions
from kezhi.profile.declared import column_types, parse_features
from kezhi.profile.segments import check_segments
from kezhi.settings import Settings, locate
from kezhi.sources.collector import Collected, load_collected

YEARS = (1900, 2199)
LONG_SECONDS = 5.0  # of a step that may have held much


def run(
    project: Path,
    settings: Settings,
    *,
    as_of: date | None = None,
    only: str | None = None,
    today: date | None = None,
    wait: bool = False,
    is_served: bool = True,
    watcher: Watcher | None = None,
) -> Snapshot:
    """
    Read the sources, run the steps, check every table, publish a snapshot and remove old ones.

    A run that was killed is resumed at the step it died in, when files, settings and day are the same;
    otherwise it begins anew. With *only*, that step and those that read from it are run again on the
    current snapshot's tables; the others are kept, so no table is older than what it was made from.

    Args:
        project: The folder of kezhi.yaml; everything is written to its `.kezhi`.
        settings: Usually `settings.load(project)`.
        as_of: The first day not seen; None is the day after the newest order or event.
        only: Name of a step of `STEPS`.
        today: The day of the run, after which data are impossible; None is the clock's.
        wait: Wait for another run of the project instead of failing.
        is_served: Whether pages of customers will be asked for, which read copies of tables; without them the engine answers.
        watcher: Told how the run goes on.

    Raises:
        WrongInput: Files, settings or arguments are not usable.
        RunLocked: Another run holds the project.
        DiskFull: No space left; the last snapshot is still served.
        TableBroken: A step made a table that breaks its promise.
    """
    watcher = watcher or Silent()
    if as_of and not YEARS[0] <= as_of.year <= YEARS[1]:
        raise WrongInput(problem=Phrase("flow.far_day", day=as_of, first=YEARS[0], last=YEARS[1]))
    settings = with_corrections(project, with_saved_segments(project, settings), as_of=as_of)
    features = column_types(parse_features(settings.features, locate=partial(locate, project)))
    check_definitions(settings, features=features, locate=partial(locate, project))
    Dictionary(settings.metrics)  # says what is wrong before an hour of work, not after
    check_segments(settings.segments, features=features, locate=partial(locate, project))
    _check_skipped(settings)
    home = project / ".kezhi"
    with project_lock(home, wait=wait, says=watcher.says), _collecting_seldom():
        lake = Lake(home / "lake")
        current = lake.current()
        chosen = _chosen(only, current, as_of, project)
        shutil.rmtree(home / "scratch", ignore_errors=True)
        with clear_errors("read", home):
            watcher.begins("read")
            began = time.monotonic()
            loaded = [] if only else sources.load(project, settings, progress=watcher.says)
            collected = Collected(project, {}, 0) if only else load_collected(project, settings, progress=watcher.says)
            watcher.ends(
                "read", time.monotonic() - began, _rows_read(loaded, collected), "made" if loaded or collected.segments else "kept"
            )
            if not (only or loaded or collected.segments):
                raise WrongInput(problem=Phrase("flow.no_sources"))
            today = today or date.today()
            notes = read_notes(project, settings, as_of=as_of)
            decisions = read_decisions(project, settings, as_of=as_of)
            told = {"notes": notes, "decisions": decisions}
            state = opened(lake, settings, loaded, collected, as_of=as_of, today=today, chosen=chosen, current=current, told=told)
            with Warehouse(settings.engine, home / "scratch") as warehouse:
                given = _raw_tables(loaded, collected, settings, warehouse)
                if notes:
                    given["store_notes"] = notes_table(notes, warehouse)
                if decisions:
                    given["store_decisions"] = decisions_table(decisions, warehouse)
                known = with_sources(settings, collected)
                _steps(state, known, given, warehouse, watcher, today=today, chosen=chosen, current=current, models=home / "models")
            manifest = manifest_of(state, settings, loaded, collected, today)
            tables = {name: [state.folder / name / file for file in made["files"]] for name, made in state.tables.items()}
            with clear_errors("serving", state.folder):
                manifest["serving"] = (
                    [] if not is_served else write_copies(state.folder, tables, current, settings.engine, home / "scratch")
                )
            snapshot = lake.publish(state.folder.name, manifest)
            (state.folder / STATE).unlink()
            lake.collect(settings.keep_snapshots)
            drop_copies(lake)
            shutil.rmtree(home / "scratch", ignore_errors=True)
        return snapshot


@contextmanager
def _collecting_seldom() -> Iterator[None]:
    """Compiling expressions makes millions of small objects and few cycles: looking for them so often costs an eighth of a run."""
    before = gc.get_threshold()
    gc.set_threshold(200_000, 20, 50)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _chosen(only: str | None, current: Snapshot | None, as_of: date | None, project: Path) -> set[str]:
    """Names of the steps to run."""
    names = [step.name for step in STEPS]
    if only is None:
        return set(names)
    if only not in names:
        raise WrongInput(problem=Phrase("flow.no_such_step", step=only, steps=", ".join(names)))
    if current is None:
        raise NoSnapshot(folder=str(project), what="a snapshot")
    if only == "clean":
        raise WrongInput(problem=Phrase("flow.only_clean"))
    if as_of not in (None, current.as_of):
        raise WrongInput(problem=Phrase("flow.only_as_of", as_of=current.as_of))
    return depends_on(only)


def _check_skipped(settings: Settings) -> None:
    """Raise WrongInput where `skip` names no step, or one that the others stand on."""
    free = [step.name for step in STEPS if step.name not in FOUNDATION]
    for name in settings.skip:
        if name not in free:
            raise WrongInput(problem=Phrase("flow.no_skip", step=name, steps=", ".join(free)))


def _steps(
    state: Run,
    settings: Settings,
    given: Mapping[str, ir.Table],
    warehouse: Warehouse,
    watcher: Watcher,
    *,
    today: date,
    chosen: set[str],
    current: Snapshot | None,
    models: Path,
) -> None:
    """Run every step in order; each writes its tables and is remembered."""
    tables = dict(given)
    previous = {name: warehouse.read(*current.files(name)) for name in current.tables} if current else {}
    for step in STEPS:
        began = time.monotonic()
        how, notes = "made", list[Phrase]()
        watcher.begins(step.name)
        if step.name in state.steps:
            how = "resumed"
        elif step.name in settings.skip:
            how = "skipped"
            state.steps[step.name] = {"how": how, "missing": []}
        elif step.name not in chosen:
            how = "kept"
            _keep(state, step, current)
        elif missing := step.missing(tables, settings):
            how = "skipped"
            state.steps[step.name] = {"how": how, "missing": missing}
            watcher.says(f"{step.name}: {', '.join(missing)}")
        else:
            asked = state.as_of or today
            with clear_errors(step.name, state.folder):
                inputs = Inputs(tables, settings, asked, today, previous, current.as_of if current else None, warehouse, models)
                for name, table in step.run(inputs).items():
                    tables[name] = _write(state, name, table, warehouse)
                notes = inputs.notes
                if time.monotonic() - began > LONG_SECONDS:
                    gc.collect()  # what a long step worked on may hang in a cycle, and garbage is seldom looked for here
                warehouse.give_back()
        if how in ("made", "kept"):
            before = current.manifest["steps"].get(step.name, {}) if how == "kept" and current else {}
            said = {name: before[name] for name in ("notes", "phrases") if name in before} or _said(notes, settings.language)
            state.steps[step.name] = {"how": how, "seconds": round(time.monotonic() - began, 3), **said}
            for note in notes:
                watcher.says(note.say(settings.language))
        for name in step.makes:
            if name in state.tables and how != "made":
                tables[name] = warehouse.read(*(state.folder / name / file for file in state.tables[name]["files"]))
        if state.as_of is None and step.name == "clean":
            newest = newest_day(tables, warehouse)
            state.as_of = newest + timedelta(days=1) if newest else today
        state.save()
        rows = {name: int(state.tables[name]["rows"]) for name in step.makes if name in state.tables}
        watcher.ends(step.name, time.monotonic() - began, rows, how)


def _said(notes: list[Phrase], lang: str) -> dict[str, Any]:
    """What a step said of itself as the manifest keeps it: words, and phrases that can be said in another language."""
    return {"notes": [note.say(lang) for note in notes], "phrases": [note.as_dict() for note in notes]} if notes else {}


def _raw_tables(loaded: list[sources.LoadedFile], collected: Collected, settings: Settings, warehouse: Warehouse) -> dict[str, ir.Table]:
    """What was read as tables: `raw_<input>`, `read_rejects`, `read_files`, and `read_owners` of anonymous ids."""
    if not loaded and not collected.segments:
        return {}
    tables: dict[str, ir.Table] = {}
    for name in dict.fromkeys(file.table_name for file in loaded):
        tables[f"raw_{name}"] = raw_table([file.raw_path for file in loaded if file.table_name == name], warehouse)
    rejects = [file.rejects_path for file in loaded if file.rejects_path]
    tables["read_rejects"] = warehouse.read(*rejects) if rejects else empty_table("rejects", warehouse)
    tables["read_files"] = arrow_files(loaded, warehouse)
    sent = collected_tables(collected, settings, warehouse)
    for name, table in {
        **{f"raw_{name}": table for name, table in sent.raw.items()},
        "read_rejects": sent.rejects,
        "read_files": sent.files,
        "read_owners": sent.owned,
    }.items():
        if table is not None:
            tables[name] = together([tables[name], table]) if name in tables else table
    return tables


def _write(state: Run, name: str, table: ir.Table, warehouse: Warehouse) -> ir.Table:
    """Write one made table, checked before and after; what was written, to be read."""
    check_columns(name, table)
    folder = state.folder / name
    shutil.rmtree(folder, ignore_errors=True)  # of a run that died here
    files = warehouse.write(table, folder)
    written = warehouse.read(*files)
    check_columns(name, written)  # what Ibis believed is not always what an engine wrote
    rows = check_rows(name, written, warehouse)
    schema = {column: str(kind) for column, kind in table.schema().items()}
    state.tables[name] = {"rows": rows, "files": [file.name for file in files], "schema": schema}
    return written


def _keep(state: Run, step: Step, current: Snapshot | None) -> None:
    """Take over a step's tables from the current snapshot."""
    assert current is not None  # `_chosen` made sure
    for name in step.makes:
        if name in current.tables:
            for file in current.files(name):
                target = state.folder / name / file.name
                if not target.exists():
                    borrow(file, target)
            state.tables[name] = dict(current.manifest["tables"][name])


def _rows_read(loaded: list[sources.LoadedFile], collected: Collected) -> dict[str, int]:
    rows: dict[str, int] = {"events": sum(rows for *_, rows, _ in collected.counts())} if collected.segments else {}
    for file in loaded:
        rows[file.table_name] = rows.get(file.table_name, 0) + file.rows_in
    return rows
