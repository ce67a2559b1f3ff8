"""The typed settings of a project: `kezhi.yaml`. A misspelt key fails with file, line and the nearest known key."""

from __future__ import annotations

import re
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal, Self, get_args

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from kezhi.errors import NoProject, SettingsWrong
from kezhi.locales import Phrase

FILE = "kezhi.yaml"
TAGS_FILE = "tags.yaml"
TableName = Literal["customer_records", "products", "orders", "order_lines", "refunds", "events", "sales"]


class Section(BaseModel):
    """Frozen, and strict about unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)


_MEMORY = "^([0-9]+(?:[.][0-9]+)?) ?([KMGTkmgt]i?[Bb])$"


class EngineSettings(Section):
    """Where expressions run and how much of the machine they may use."""

    name: Literal["duckdb", "spark"] = "duckdb"
    memory_limit: str = Field("4GB", pattern=_MEMORY)  # of the whole process
    threads: int | None = Field(None, ge=1)  # none: all cores
    spark_master: str = "local[2]"
    spark_settings: dict[str, str] = {}  # further settings of the Spark session, such as spark.executor.memory

    @property
    def memory_mib(self) -> int:
        """`memory_limit` in MiB, rounded down, at least 1."""
        number, unit = re.fullmatch(_MEMORY, self.memory_limit).groups()  # type: ignore[union-attr]  # checked when it was set
        bytes_each = (1024 if "i" in unit.lower() else 1000) ** (" KMGT".index(unit[0].upper()))
        return max(1, int(float(number) * bytes_each / 2**20))


class FilesSettings(Section):
    """Files of one source that hold one table, and which of their columns is which."""

    files: str | list[str]  # globs, relative to the project
    columns: dict[str, str]  # our name -> the file's header
    format: Literal["csv", "jsonl", "excel", "parquet"] | None = None  # none: told by the ending
    encoding: str | None = None  # none: found out
    delimiter: str | None = None  # none: found out
    sheet: str | None = None  # excel: none is the first
    date_order: Literal["ymd", "mdy", "dmy"] = "ymd"  # how 01/02/2024 is meant; unambiguous forms are read anyway
    cancel_prefix: str | None = None  # an order number that begins with it is a refund


class SourceSettings(Section):
    """One system the company's data come from."""

    trust: int = 1  # higher wins where systems disagree
    id_prefix: str | None = None  # none: "<source>:"
    timezone: str | None = None  # of times that carry a zone; none: the project's
    extracted_on: date | None = None  # data dated after this day are impossible; none: the day of the run
    tables: dict[TableName, FilesSettings]


class CleanSettings(Section):
    """How far cleaning goes."""

    merge_duplicate_rows: bool = True
    oldest_age_years: int = 120


class IdentitySettings(Section):
    """Guards of the exact keys."""

    max_records_per_value: int = 8  # a phone or mail of more records is shared and joins nobody
    max_names_per_value: int = 2  # a phone or mail with more different names is shared and joins nobody
    max_cluster_size: int = 50
    ignored_values: list[str] = []  # besides the built-in placeholders


class RfmSettings(Section):
    """The editable score tables; scores 5, 4, 3, 2 in order, anything else is 1."""

    version: int = 1
    mode: Literal["table", "quintile"] = "table"
    recency_days: list[int] = Field([30, 60, 90, 180], min_length=4, max_length=4)  # at most
    frequency: list[int] = Field([10, 7, 4, 2], min_length=4, max_length=4)  # at least
    monetary: list[float] = Field([10000, 5000, 2000, 500], min_length=4, max_length=4)  # at least
    high_score: int = Field(4, ge=2, le=5)  # a score of at least this is high

    @model_validator(mode="after")
    def _bounds_in_order(self) -> Self:
        """A bound out of order would never be met, and a score silently never given."""
        if self.recency_days != sorted(set(self.recency_days)):
            raise ValueError("recency_days must grow: at most this many days for 5, 4, 3, 2")
        for name in ("frequency", "monetary"):
            bounds = getattr(self, name)
            if bounds != sorted(set(bounds), reverse=True):
                raise ValueError(f"{name} must fall: at least this much for 5, 4, 3, 2")
        return self


class StageSettings(Section):
    """One lifecycle stage: the first whose rule holds is the customer's."""

    name: str
    name_en: str = ""
    when: str  # an expression over the profile
    since: str | None = None  # a date expression: the first day the rule holds


# Each `since` is the first day its rule holds, wherever the profile can tell it exactly; otherwise it is null and
# `profile.history` says what is known. Fewer than 4 purchases in a life were never 升级, and purchases that
# lie within 180 days had no gap long enough for 挽留.
DEFAULT_STAGES = (
    StageSettings(name="潜在", name_en="Prospect", when="orders_life = 0", since="registered_on + 1"),
    StageSettings(name="离网", name_en="Lost", when="recency_days > 365", since="last_purchase_on + 366"),
    StageSettings(name="挽留", name_en="At risk", when="recency_days > 180", since="last_purchase_on + 181"),
    StageSettings(name="升级", name_en="Growing", when="orders_365d >= 4", since="if(orders_life = 4, last_purchase_on + 1)"),
    StageSettings(
        name="客户",
        name_en="Customer",
        when="orders_life > 0",
        since="if(orders_life < 4 AND last_purchase_on - first_purchase_on <= 180, first_purchase_on + 1)",
    ),
)


class TagSettings(Section):
    """One tag of tags.yaml: an expression over the profile and its words."""

    name: str
    when: str
    since: str | None = None
    name_en: str = ""
    doc: str = ""
    doc_en: str = ""
    version: int = 1


class ClusterSettings(Section):
    """How groups of alike buyers are found."""

    features: list[str] = [
        "recency_days", "tenure_days", "orders_365d", "net_amount_365d", "average_order_value_life", "discount_share_life",
        "categories_365d", "refunds_life", "events_90d", "gap_days_mean",
    ]  # fmt: skip
    k: int | None = Field(None, ge=2, le=50)  # none: by stability and silhouette
    k_min: int = Field(3, ge=2)  # two groups tell little more than active or not
    k_max: int = Field(8, ge=2, le=50)
    method: Literal["kmeans", "mixture"] = "kmeans"
    pca_share: float | None = Field(None, gt=0, le=1)  # keep as many axes as hold this share of the variance; none: no PCA
    seed: int = Field(7, ge=0)
    fit_customers: int = Field(200_000, ge=30)  # at most so many are fitted on; all are given a cluster


class Settings(Section):
    """A project."""

    name: str = "Kezhi"
    language: Literal["zh", "en"] = "zh"
    currency: str = "CNY"
    timezone: str = "Asia/Shanghai"
    engine: EngineSettings = EngineSettings()
    keep_snapshots: int = Field(3, ge=1)
    sources: dict[str, SourceSettings] = {}
    clean: CleanSettings = CleanSettings()
    identity: IdentitySettings = IdentitySettings()
    rfm: RfmSettings = RfmSettings()
    lifecycle: list[StageSettings] = list(DEFAULT_STAGES)
    tags: list[TagSettings] = []  # usually in tags.yaml
    clusters: ClusterSettings = ClusterSettings()


def load(folder: Path) -> Settings:
    """
    The settings of the project in *folder*, with `tags.yaml` beside it read in.

    Raises:
        NoProject: There is no kezhi.yaml.
        SettingsWrong: A key is unknown or a value is of the wrong kind; says file, line and the nearest key.
    """
    path = folder / FILE
    if not path.is_file():
        raise NoProject(folder=str(folder))
    data = parse(path)
    tags_path = folder / TAGS_FILE
    if tags_path.is_file():
        tags = parse(tags_path)
        _check({"tags": tags.get("tags", tags)}, tags_path)
        data["tags"] = [*data.get("tags", []), *tags["tags"]]
    return _check(data, path)


def locate(folder: Path, value: str) -> tuple[str, int]:
    """File and line where *value* stands in the project's settings; the first line of kezhi.yaml for a default."""
    for name in (TAGS_FILE, FILE):
        path = folder / name
        if not path.is_file():
            continue
        pending = [yaml.compose(path.read_text(encoding="utf-8-sig"))]
        while pending:
            node = pending.pop()
            if isinstance(node, yaml.MappingNode):
                pending += [below for pair in reversed(node.value) for below in (pair[1], pair[0])]
            elif isinstance(node, yaml.SequenceNode):
                pending += reversed(node.value)
            elif isinstance(node, yaml.ScalarNode) and node.value == value:
                return name, node.start_mark.line + 1
    return FILE, 1


def parse(path: Path) -> dict[str, Any]:
    """The mapping in a YAML file; an empty file is an empty mapping."""
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        problem = Phrase("settings.not_yaml", detail=error.problem or "YAML")
        raise SettingsWrong(file=path.name, line=mark.line + 1 if mark else 1, problem=problem, hint="") from error
    except UnicodeDecodeError as error:
        raise SettingsWrong(file=path.name, line=1, problem=Phrase("settings.not_utf8"), hint=Phrase("settings.save_utf8")) from error
    if data is None:
        return {}
    if not isinstance(data, dict):
        raise SettingsWrong(file=path.name, line=1, problem=Phrase("settings.not_keys", kind=type(data).__name__), hint="")
    return data


def _check(data: dict[str, Any], path: Path) -> Settings:
    try:
        return Settings.model_validate(data)
    except ValidationError as error:
        # a misspelt key is also a missing one: the misspelling is what the user can see
        first = min(error.errors(), key=lambda found: found["type"] != "extra_forbidden")
        place = [part for part in first["loc"] if part != "[key]"]
        known = _known_keys(place[:-1])
        problem, hint = Phrase("settings.wrong_value", key=".".join(map(str, place)), detail=first["msg"]), None
        if first["type"] == "extra_forbidden":
            near = get_close_matches(str(place[-1]), known, n=1)
            problem = Phrase("settings.unknown_key", key=place[-1])
            hint = Phrase("settings.did_you_mean", key=near[0]) if near else Phrase("settings.known_keys", keys=", ".join(known))
        raise SettingsWrong(file=path.name, line=_line_of(path, place), problem=problem, hint=hint or "") from error


def _known_keys(place: list[Any]) -> list[str]:
    """Keys that may stand under *place* of the settings tree."""
    model: Any = Settings
    for part in place:
        if not (isinstance(model, type) and issubclass(model, BaseModel)):
            break
        field = model.model_fields.get(str(part))
        model = field.annotation if field else model
        while get_args(model):  # dict[str, X], list[X], X | None: what the value is made of
            models = [a for a in get_args(model) if a is not type(None)]
            model = models[-1]
    return sorted(model.model_fields) if isinstance(model, type) and issubclass(model, BaseModel) else []


def _line_of(path: Path, place: list[Any]) -> int:
    """Line of the key at *place* in the file; the nearest parent where the key itself is absent."""
    node = yaml.compose(path.read_text(encoding="utf-8-sig"))
    line = 1
    for part in place:
        if isinstance(node, yaml.MappingNode):
            found = next(((k, v) for k, v in node.value if str(k.value) == str(part)), None)
            if found is None:
                return line
            line, node = found[0].start_mark.line + 1, found[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
        else:
            return line
    return line
