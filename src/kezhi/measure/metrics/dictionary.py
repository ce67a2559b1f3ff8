"""The metric dictionary: what each metric means, checked once and for all before any figure is made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files

import yaml

from kezhi.errors import ExpressionWrong, MetricWrong
from kezhi.kit.expression import Expression, parse
from kezhi.kit.expression.nodes import Arithmetic, walk
from kezhi.locales import Phrase
from kezhi.measure.metrics.grains import GRAINS, PROFILE_COLUMNS, PROFILE_DIMENSIONS, Grain
from kezhi.settings import MetricSettings

AGGREGATES = ("sum", "count", "count_distinct")
MEANS = ("mean", "avg", "average", "median")
RATIO_ENDINGS = ("_share", "_rate", "_lift")


@dataclass(frozen=True, slots=True)
class Metric:
    """One checked metric: an aggregate over a grain, or a ratio of two such metrics."""

    key: str
    settings: MetricSettings
    grain: Grain | None  # None for a ratio
    of: Expression | None
    where: Expression | None
    time: str | None  # None for a stock, and for a ratio
    dimensions: tuple[str, ...]

    def name(self, lang: str) -> str:
        """Its name in *lang*; a project's metric without an English one has its own."""
        return (self.settings.name_en or self.settings.name) if lang == "en" else self.settings.name

    def means(self, lang: str) -> str:
        """Its definition in words."""
        return (self.settings.doc_en or self.settings.doc) if lang == "en" else self.settings.doc

    @property
    def formula(self) -> str:
        """Its definition as the compiler reads it."""
        if self.settings.ratio:
            return " / ".join(self.settings.ratio)
        of = self.of.text if self.of else "*"
        where = f" where {self.where.text}" if self.where else ""
        return f"{self.settings.aggregate}({of}){where} over {self.settings.grain}"


class Dictionary:
    """
    The built-in metrics and a project's own.

    Raises:
        MetricWrong: A key or a name is there twice, a grain, column or dimension is unknown, a mean is asked for,
            or a ratio would be added up over rows; says which metric, why, and what to do.
    """

    def __init__(self, own: Mapping[str, MetricSettings] | None = None) -> None:
        self.metrics: dict[str, Metric] = {}
        self._names: dict[str, str] = {}
        given = [*builtin().items(), *(own or {}).items()]
        for key, settings in given:
            if key in self.metrics:
                raise MetricWrong(metric=key, problem=Phrase("metric.twice"), hint=Phrase("metric.choose_name"))
            self.metrics[key] = self._base(key, settings)
            for name in {settings.name, settings.name_en or settings.name}:
                if self._names.setdefault(name, key) != key:
                    problem = Phrase("metric.same_name", name=name, other=self._names[name])
                    raise MetricWrong(metric=key, problem=problem, hint=Phrase("metric.choose_name"))
        for key, settings in given:
            if settings.ratio:
                self.metrics[key] = self._ratio(key, settings)

    def __iter__(self) -> Iterator[Metric]:
        return iter(self.metrics.values())

    def __getitem__(self, key: str) -> Metric:
        if key not in self.metrics:
            near = get_close_matches(key, self.metrics, n=1)
            raise MetricWrong(
                metric=key,
                problem=Phrase("metric.unknown"),
                hint=Phrase("metric.did_you_mean", name=near[0]) if near else Phrase("metric.see_list"),
            )
        return self.metrics[key]

    def leaves(self, key: str) -> tuple[Metric, ...]:
        """The aggregates that *key* is made from: itself, or the two of its ratio."""
        metric = self[key]
        return tuple(self[part] for part in metric.settings.ratio) if metric.settings.ratio else (metric,)

    def _base(self, key: str, settings: MetricSettings) -> Metric:
        if settings.ratio is not None:
            extra = [name for name in ("grain", "aggregate", "of", "where", "time") if getattr(settings, name) is not None]
            if extra:
                raise MetricWrong(metric=key, problem=Phrase("metric.ratio_and", names=", ".join(extra)), hint="")
            return Metric(key, settings, None, None, None, None, ())
        if settings.aggregate in MEANS:
            raise MetricWrong(metric=key, problem=Phrase("metric.mean", aggregate=settings.aggregate), hint=Phrase("metric.use_ratio"))
        _known(key, "aggregate", settings.aggregate, AGGREGATES)
        _known(key, "grain", settings.grain, tuple(GRAINS))
        assert settings.grain is not None
        grain = GRAINS[settings.grain]
        columns = {**PROFILE_COLUMNS, **grain.columns}
        if (settings.of is None) != (settings.aggregate == "count"):
            problem = "metric.count_of" if settings.aggregate == "count" else "metric.of_missing"
            raise MetricWrong(metric=key, problem=Phrase(problem, aggregate=settings.aggregate), hint="")
        of = _parse(key, settings.of, columns, "number" if settings.aggregate == "sum" else None)
        if settings.aggregate == "sum" and of is not None:
            _no_ratio_of_rows(key, of)
        if settings.time is not None:
            _known(key, "time", settings.time, tuple(name for name, kind in columns.items() if kind == "date"))
        allowed = (*grain.dimensions, *(name for name in PROFILE_DIMENSIONS if name not in grain.dimensions))
        for name in settings.dimensions or ():
            _known(key, "dimension", name, allowed)
        dimensions = tuple(settings.dimensions) if settings.dimensions is not None else allowed
        return Metric(key, settings, grain, of, _parse(key, settings.where, columns, "boolean"), settings.time or grain.time, dimensions)

    def _ratio(self, key: str, settings: MetricSettings) -> Metric:
        assert settings.ratio is not None
        above, below = (self[part] for part in settings.ratio)
        for part in (above, below):
            if part.settings.ratio:
                raise MetricWrong(metric=key, problem=Phrase("metric.ratio_of_ratio", part=part.key), hint=Phrase("metric.use_ratio"))
        if (above.time is None) != (below.time is None):
            raise MetricWrong(metric=key, problem=Phrase("metric.stock_and_flow", above=above.key, below=below.key), hint="")
        both = tuple(name for name in above.dimensions if name in below.dimensions)
        for name in settings.dimensions or ():
            _known(key, "dimension", name, both)
        return Metric(key, settings, None, None, None, None, tuple(settings.dimensions) if settings.dimensions is not None else both)


@cache
def builtin() -> dict[str, MetricSettings]:
    """The built-in metrics as written."""
    text = files("kezhi.measure.metrics").joinpath("builtin.yaml").read_text(encoding="utf-8")
    return {key: MetricSettings.model_validate(entry) for key, entry in yaml.safe_load(text)["metrics"].items()}


@cache
def standard() -> Dictionary:
    """The dictionary of the built-in metrics alone."""
    return Dictionary()


def _known(key: str, what: str, given: str | None, known: tuple[str, ...]) -> None:
    if given in known:
        return
    near = get_close_matches(given or "", known, n=1)
    hint = Phrase("metric.did_you_mean", name=near[0]) if near else Phrase("metric.known", names=", ".join(known))
    raise MetricWrong(metric=key, problem=Phrase(f"metric.bad_{what}", given=given), hint=hint)


def _parse(key: str, text: str | None, columns: Mapping[str, str], kind: str | None) -> Expression | None:
    if text is None:
        return None
    try:
        return parse(text, columns=columns, kind=kind)  # type: ignore[arg-type]
    except ExpressionWrong as wrong:
        problem = Phrase("metric.expression", text=text, problem=wrong.fields["problem"])
        raise MetricWrong(metric=key, problem=problem, hint=wrong.fields["hint"]) from wrong


def _no_ratio_of_rows(key: str, of: Expression) -> None:
    """A quotient, or a column that is one, says nothing when it is added up over rows."""
    divides = any(isinstance(node, Arithmetic) and node.operator == "/" for node in walk(of.root))
    column = next((name for name in of.columns if any(ending in name for ending in RATIO_ENDINGS)), None)
    if divides or column:
        raise MetricWrong(metric=key, problem=Phrase("metric.row_ratio", what=column or of.text), hint=Phrase("metric.use_ratio"))
