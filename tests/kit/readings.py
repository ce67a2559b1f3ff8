"""Read a list of texts with one reader, for the tests of the readers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kezhi.kit.engine import ibis
from kezhi.kit.reading import Reader, read, stages_apart
from kezhi.locales import catalogue


def readings(reader: Reader, texts: Iterable[str], bench: Any = None) -> list[tuple[str | None, str | None]]:
    """(canonical text, rule) of each text, in order."""
    texts = list(texts)
    table = ibis.memtable({"place": list(range(len(texts))), "text": texts}, schema={"place": "int64", "text": "string"})
    result = read(table, {"text": reader})
    shown = result.select("place", value=reader.as_text(result.text__value), rule=result.text__rule)
    with stages_apart():
        found = bench.arrow(shown) if bench else shown.to_pyarrow()
    return [(row["value"], row["rule"]) for row in sorted(found.to_pylist(), key=lambda row: row["place"])]


def check(reader: Reader, expected: dict[str, tuple[str | None, str | None]], bench: Any = None) -> None:
    """Every text of *expected* is read as it says."""
    found = readings(reader, expected, bench)
    assert dict(zip(expected, found, strict=True)) == expected
    for language in ("zh", "en"):
        assert {rule for _, rule in found if rule and "colour" not in rule} <= set(catalogue(language)["rules"])
