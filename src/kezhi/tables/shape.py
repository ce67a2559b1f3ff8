"""What a table is: its columns, key and sentence."""

from __future__ import annotations

from dataclasses import dataclass

MONEY = "decimal(18, 2)"


TIMESTAMP = "timestamp(6)"


SHARE = "float64"


POINTS = "decimal(18, 2)"  # of a loyalty programme: exact, as money


WINDOWS_DAYS = {"30d": 30, "90d": 90, "365d": 365, "life": None}


@dataclass(frozen=True, slots=True)
class Field:
    """A column that a user's file may be mapped to, and how its text is understood by `clean`."""

    name: str
    kind: str  # text, code, name, phone, email, id_number, gender, date, timestamp, money, number, integer, status, relation, points, feedback, answer
    doc: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class Input:
    """A table that a user's files may be mapped to; `key` fields identify a row within its source."""

    name: str
    doc: str
    fields: tuple[Field, ...]
    key: tuple[str, ...]

    @property
    def field_names(self) -> tuple[str, ...]:
        """Names of the fields, in order."""
        return tuple(field.name for field in self.fields)

    def field(self, name: str) -> Field:
        """The field *name*."""
        return next(field for field in self.fields if field.name == name)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table in the lake."""

    name: str
    type: str
    doc: str
    nullable: bool = True
    personal: bool = False  # names a person or a way to reach one: masked unless a role may see it


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the lake; `key` columns are unique together and never null."""

    name: str
    doc: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    @property
    def types(self) -> dict[str, str]:
        """Ibis type by column, as `kit.engine.typed` takes it."""
        return {column.name: column.type for column in self.columns}

    @property
    def column_names(self) -> tuple[str, ...]:
        """Names of the columns, in order."""
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column:
        """The column *name*."""
        return next(column for column in self.columns if column.name == name)


def fields(*rows: tuple[str, str, str] | tuple[str, str, str, bool]) -> tuple[Field, ...]:
    """Rows of (name, kind, doc[, required])."""
    return tuple(Field(*row) for row in rows)


ORIGIN = (("source", "string"), ("source_file", "string"), ("source_line", "int64"))


def columns(*rows: tuple[str, str, str] | tuple[str, str, str, str]) -> tuple[Column, ...]:
    """Rows of (name, type, doc[, marks]); marks: `!` never null, `p` personal."""
    return tuple(
        Column(row[0], row[1], row[2], nullable="!" not in (marks := row[3] if len(row) == 4 else ""), personal="p" in marks)
        for row in rows
    )
