"""Settings of the engine, of sources and of cleaning."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from kezhi.settings.section import Section
from kezhi.settings.unfit import Unfit
from kezhi.settings.zones import Zone

TableName = Literal[
    "customer_records", "products", "orders", "order_lines", "refunds", "events", "sales", "usage", "relations", "memberships", "point_entries",
    "feedback", "place_visits", "treatments", "leads", "calls", "chargebacks",
]  # fmt: skip


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


_DELIMITERS = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "pipe": "|", "blank": " ", "space": " "}


def _encoding(name: str) -> str:
    try:
        "".encode(name)
    except (LookupError, ValueError):  # ValueError: a name that holds a NUL
        raise Unfit("encoding", name=name) from None
    return name


def _delimiter(said: str) -> str:
    one = _DELIMITERS.get(said, said)
    if len(one) != 1 or not one.isascii() or one in '"\r\n':
        raise Unfit("delimiter", delimiter=said)
    return one


class FilesSettings(Section):
    """Files of one source that hold one table, and which of their columns is which."""

    files: str | list[str]  # globs, relative to the project
    columns: dict[str, str]  # our name -> the file's header
    format: Literal["csv", "jsonl", "excel", "parquet"] | None = None  # none: told by the ending
    encoding: Annotated[str, AfterValidator(_encoding)] | None = None  # none: found out
    delimiter: Annotated[str, AfterValidator(_delimiter)] | None = None  # a character or its name; none: found out
    sheet: str | None = None  # excel: none is the first
    date_order: Literal["ymd", "mdy", "dmy"] = "ymd"  # how 01/02/2024 is meant; unambiguous forms are read anyway
    cancel_prefix: str | None = None  # an order number that begins with it is a refund


class SourceSettings(Section):
    """One system the company's data come from."""

    trust: int = 1  # higher wins where systems disagree
    id_prefix: str | None = None  # none: "<source>:"
    timezone: Zone | None = None  # of times that carry a zone; none: the project's
    extracted_on: date | None = None  # data dated after this day are impossible; none: the day of the run
    tables: dict[TableName, FilesSettings]


class CorrectionChoice(Section):
    """What a person decided about the corrections of one rule in one column, or about those of one text."""

    source: str
    table: TableName
    column: str
    rule: str
    verdict: Literal["approved", "rejected"]
    text: str | None = None  # MD5 of the text as it came; none: all texts of the rule


class CleanSettings(Section):
    """How far cleaning goes."""

    merge_duplicate_rows: bool = True
    oldest_age_years: int = 120
    corrections: list[CorrectionChoice] = []  # approved or rejected; those of the store come behind these
