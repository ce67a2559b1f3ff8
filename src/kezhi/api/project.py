"""A project from Python."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from kezhi import insight
from kezhi.api.corrections import Corrections
from kezhi.api.explaining import explained
from kezhi.api.identity import Identity
from kezhi.api.notes import Notes
from kezhi.api.priced import priced
from kezhi.api.saved_segments import SavedSegments
from kezhi.api.segments import Asked, Segments
from kezhi.api.simulation import changed, simulate
from kezhi.api.uplifted import uplifted
from kezhi.errors import NoProject, NoSnapshot, NotFound, WrongInput
from kezhi.flow.analyze import Analysis
from kezhi.flow.analyze import analyze as _analyze
from kezhi.flow.lake import Lake, Snapshot
from kezhi.flow.reader import Reader
from kezhi.flow.report import report, source_of
from kezhi.flow.runner import run
from kezhi.flow.store_segments import with_saved_segments
from kezhi.kit.engine import _, ir
from kezhi.locales import Phrase
from kezhi.measure.metrics import Dictionary, Question, query, standard
from kezhi.measure.metrics.grains import with_age_band
from kezhi.measure.seven_p import seven_p
from kezhi.settings import Settings, load, locate


class Project:
    """
    The project in a folder: run it, and read what it made.

    Tables are read from the snapshot that was current when this object first asked; `run` moves it on.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.settings: Settings = load(folder)
        self._reader: Reader | None = None

    @property
    def snapshot(self) -> Snapshot:
        """
        The snapshot that is read.

        Raises:
            NoSnapshot: The project has not been run.
        """
        return self._reading().snapshot

    @property
    def tables(self) -> tuple[str, ...]:
        """Names of the tables that can be read."""
        return self.snapshot.tables

    def run(self, **options: Any) -> Snapshot:
        """Run all steps, or `only` one and what follows; options are those of `kezhi.flow.runner.run`."""
        self.close()
        return run(self.folder, self.settings, **options)

    def table(self, name: str) -> ir.Table:
        """The table *name* of tables.py, as an Ibis table."""
        return self._reading().table(name)

    @property
    def segments(self) -> Segments:
        """Questions about segments of the snapshot that is read."""
        reading = self._reading()
        settings = with_saved_segments(self.folder, self.settings)
        return Segments(reading.tables(), reading.snapshot.as_of, settings, partial(locate, self.folder))

    @property
    def saved_segments(self) -> SavedSegments:
        """The segments that people save, change and delete; those of segments.yaml are the file's."""
        return SavedSegments(self.folder, self.settings, lambda: self.segments)

    def segment(self, expression: Asked) -> ir.Table:
        """
        The rows of `profile` in a segment: the key of a saved one, an expression, or an expression's JSON tree.

        Raises:
            ExpressionWrong: It names an unknown column, deed or segment, or is not an expression.
        """
        return self.segments.customers(expression)

    def segment_count(self, expression: Asked) -> int:
        """How many customers are in the segment; errors as for `segment`."""
        return self.segments.count(expression)

    def explain(self, expression: Asked) -> Any:
        """
        How many customers each clause of the segment takes away, as an Arrow table.

        Columns: number, clause, joined_by, customers (the clause alone), remaining, changed, only_this; errors as for `segment`.
        """
        return self.segments.explain(expression)

    def overlap(self, *expressions: Asked) -> Any:
        """Customers in every region of the Venn diagram of two to eight segments, as an Arrow table; errors as for `segment`."""
        return self.segments.overlap(expressions)

    def customers(self, where: str | None = None) -> ir.Table:
        """`profile` with the age band of each customer; with *where* only those for whom it holds."""
        return with_age_band(self.table("profile") if where is None else self.segment(where))

    def actions(self) -> ir.Table:
        """The events before as_of and the purchases, these under the event name `purchase`: what a funnel runs over."""
        events = self.table("events") if "events" in self.tables else None
        return insight.actions(self.table("ledger"), events, as_of=self.snapshot.as_of)

    def metric(
        self,
        *keys: str,
        by: Sequence[str] | str = (),
        period: str | None = None,
        where: str | None = None,
        since: date | None = None,
        until: date | None = None,
    ) -> ir.Table:
        """
        The figures *keys* of the metric dictionary, a column each.

        Args:
            keys: Metrics, built in or of metrics.yaml; `kezhi metric list` names them.
            by: Dimensions to split by.
            period: day, week, month, quarter or year; adds period_start and is_complete.
            where: Only customers for whom this expression over `profile` holds.
            since: The first day seen.
            until: The first day not seen.

        Raises:
            MetricWrong: An unknown metric, a dimension or period that it does not have, or a wrong metrics.yaml.
            ExpressionWrong: *where* is no rule over the profile.
        """
        if not keys:
            raise WrongInput(problem=Phrase("metric.no_key"))
        question = Question((by,) if isinstance(by, str) else tuple(by), period, since, until, where)
        return query(Dictionary(self.settings.metrics), self._reading().tables(), keys, question, as_of=self.snapshot.as_of)

    def query(self, sql: str) -> Any:
        """The answer to your own SQL over the tables, as an Arrow table."""
        return self._reading().sql(sql)

    def simulate_tiers(self, changes: Sequence[str] = (), *, price_change: float = 0.0) -> ir.Table:
        """
        Customers by tier as it is (`from_tier`) and as it would be (`to_tier`) with *changes* such as `金.net_amount=8000`.

        *price_change* of -0.05 supposes that everything had cost 5 % less and as much had been bought.

        Raises:
            WrongInput: A change names no tier or field, or the rules would contradict each other.
        """
        settings = self.settings.tiers
        other = changed(settings, changes)
        return simulate(self.table("orders"), as_of=self.snapshot.as_of, settings=settings, other=other, price_change=price_change)

    def persuadables(self, campaign: str | None = None, *, group: str = "persuadable") -> ir.Table:
        """
        Customers of `tables.UPLIFT` of one *group* (persuadable, sure_thing, lost_cause, sleeping_dog), the highest uplift first.

        Raises:
            NoSnapshot: The last run read no campaigns.
            WrongInput: There is no such group or campaign, or no model of the campaign is used; says why not.
        """
        return uplifted(self, campaign, group)

    def simulate_prices(self, changes: Mapping[str, float] | float, *, by: str = "category") -> list[dict[str, Any]]:
        """
        Revenue of a year with other prices (0.05: 5% dearer, of all or by member): `models.price_changes.simulated` of `tables.PRICE_ELASTICITY`.

        Raises:
            NoSnapshot: The last run had no lines of orders to tell prices from.
            WrongInput: A member is not there, or a change is not between -50% and 50%.
        """
        return priced(self, changes, by)

    def explain_identity(self, left: str, right: str) -> dict[str, Any]:
        """Why two records are, or are not, one person: `explaining.explained`."""
        return explained(self._reading(), self.settings, left, right)

    def report(self, path: str | Path, *, lang: str | None = None, form: str = "html", kind: str = "all", is_masked: bool = False) -> Path:
        """Write the report (`html` or `xlsx`; of *kind* `7p` the seven parts alone, `html`) to *path*; *is_masked*: no names and phones in a workbook."""
        report(self.snapshot, Path(path), lang=lang or self.settings.language, form=form, kind=kind, is_masked=is_masked)
        return Path(path)

    def seven_p(self) -> dict[str, dict[str, Any]]:
        """
        The seven parts of the snapshot by their codes, from profiling to promotion.

        Each has `figures` (metrics by key), `tables` (lists of rows by name) and `lacking`: what would have to be known
        for the rest. What no data tell is not there; nothing stands in for it.
        """
        with source_of(self.snapshot) as source:
            return {part.code: {"figures": part.figures, "tables": part.tables, "lacking": part.lacking} for part in seven_p(source)}

    @property
    def notes(self) -> Notes:
        """What people learnt about customers, in the store: write, read, withdraw; a run makes tags of it."""
        return Notes(self.folder, self.settings, self._known_customer)

    @property
    def identity(self) -> Identity:
        """Who is who by people's word, in the store: review, merge, split, undo; and who was who on a day."""
        return Identity(self.folder, self.settings, self._reading)

    @property
    def corrections(self) -> Corrections:
        """What cleaning mended, and what people decide about it, in the store: list, approve, reject, undo; it wins at the next run."""
        return Corrections(self.folder, self.settings, self._reading)

    def _known_customer(self, customer_id: str) -> str:
        links = self.table("identity_links")
        found = links.filter((_.customer_id == customer_id) | (_.record_id == customer_id)).limit(1).to_pyarrow().to_pylist()
        if not found:
            raise NotFound(what=Phrase("serve.customer"), id=customer_id)
        return str(found[0]["customer_id"])

    def close(self) -> None:
        """Let go of the snapshot that is read."""
        if self._reader:
            self._reader.close()
        self._reader = None

    def _reading(self) -> Reader:
        if self._reader is None:
            current = Lake(self.folder / ".kezhi" / "lake").current()
            if current is None:
                raise NoSnapshot(folder=str(self.folder), what="a snapshot")
            self._reader = Reader(current)
        return self._reader


def open_project(folder: str | Path) -> Project:
    """
    The project in *folder*.

    Raises:
        NoProject: The folder holds no kezhi.yaml.
        SettingsWrong: It does, but with an unknown key or a wrong value.
    """
    return Project(Path(folder))


def metrics_of(folder: str | Path) -> Dictionary:
    """The metric dictionary of the project in *folder*; the built-in metrics alone where there is no project."""
    try:
        return Dictionary(load(Path(folder)).metrics)
    except NoProject:
        return standard()


def analyze(
    files: str | Path | list[str | Path], out: str | Path = "kezhi-report", *, as_of: date | None = None, **options: Any
) -> Analysis:
    """Any order file or files to `out/report.html`, a workbook and tables; options are those of `kezhi.flow.analyze.analyze`."""
    paths = [Path(file) for file in (files if isinstance(files, list) else [files])]
    return _analyze(paths, Path(out), as_of=as_of, **options)
