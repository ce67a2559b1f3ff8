"""The formats Kezhi reads. A new one is a file beside this one and a line in `READERS`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kezhi.errors import FileUnreadable
from kezhi.settings import FilesSettings
from kezhi.sources.csv import open_csv
from kezhi.sources.encodings import open_bytes
from kezhi.sources.excel import open_excel
from kezhi.sources.jsonl import open_jsonl
from kezhi.sources.parquet import open_parquet
from kezhi.sources.reading import Reader, Reading

READERS: dict[str, Reader] = {"csv": open_csv, "jsonl": open_jsonl, "excel": open_excel, "parquet": open_parquet}

_ENDINGS = {
    "jsonl": (".jsonl", ".ndjson", ".json"),
    "excel": (".xlsx", ".xls", ".xlsm", ".xlsb", ".ods"),
    "parquet": (".parquet", ".pq"),
}


def format_of(path: Path) -> str:
    """
    The format of *path* by its first bytes, which cannot lie, then by its ending; otherwise delimited text.

    Many "Excel" exports are text or HTML with the ending `.xls`; the bytes tell.
    """
    try:
        with open_bytes(path) as stream:
            head = stream.read(8)
    except (OSError, EOFError) as error:
        raise FileUnreadable(file=path.name, problem=str(error), hint="") from error
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return "excel"
    name = path.name.lower().removesuffix(".gz")
    found = next((kind for kind, endings in _ENDINGS.items() if name.endswith(endings)), "csv")
    return "csv" if found == "excel" and head else found


def open_file(path: Path, settings: FilesSettings, wanted: Sequence[str]) -> Reading:
    """
    Open *path* as its settings say, or as what it is.

    Raises:
        FileUnreadable: It cannot be opened or is not of its format.
        NothingToRead: It is empty.
    """
    return READERS[settings.format or format_of(path)](path, settings, wanted)
