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


def plain_readings(reader: Reader, texts: Iterable[str]) -> dict[str, tuple[str | None, None]]:
    """What `plain` makes of those texts that the first stage holds for canonical."""
    texts = ibis.memtable({"text": list(texts)}, schema={"text": "string"})
    canonical = texts.filter(reader.stages[0](lambda _: texts.text)["odd"].isnull()).to_pyarrow()
    if not len(canonical):
        return {}
    table = ibis.memtable(canonical)
    found = table.select("text", value=reader.as_text(reader.plain(table.text))).to_pyarrow()
    return {row["text"]: (row["value"], None) for row in found.to_pylist()}


def check(reader: Reader, expected: dict[str, tuple[str | None, str | None]], bench: Any = None) -> None:
    """Every text of *expected* is read as it says; what needs no stage is read the same without."""
    found = readings(reader, expected, bench)
    assert dict(zip(expected, found, strict=True)) == expected
    plain = plain_readings(reader, expected)
    assert plain == {text: expected[text] for text in plain}
    for language in ("zh", "en"):
        assert {rule for _, rule in found if rule and "colour" not in rule} <= set(catalogue(language)["rules"])
