"""Both languages say the same things, and say all that the code asks for."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from string import Formatter
from typing import Any

import pytest
from code_trees import SOURCE, calls, keywords, trees

from kezhi import errors
from kezhi.locales import COUNTED, FILES, catalogue, text
from kezhi.tables import INPUTS

# Who asks for a text, where, and under which section: `t("x")` in cli/ is the text `cli.x`.
ASKERS = {("text", ""): "", ("Phrase", ""): "", ("say", "measure/"): "report.", ("t", "cli/"): "cli."}


def flat(node: dict[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    for key, value in node.items():
        if isinstance(value, dict):
            yield from flat(value, f"{path}{key}.")
        else:
            yield f"{path}{key}", value


TEXTS = {lang: dict(flat(catalogue(lang))) for lang in ("zh", "en")}


def placeholders(text: str) -> set[str]:
    return {name.partition("!")[0] for _, name, _, _ in Formatter().parse(text) if name is not None}


def asked() -> Iterator[tuple[str, str, ast.Call]]:
    """Place, key and call of every text that code asks for; `*` in a key stands for what is known when it runs."""
    for path, tree in trees().items():
        for name, call in calls(tree):
            prefix = next((section for (asker, room), section in ASKERS.items() if asker == name and path.startswith(room)), None)
            key = pattern(call.args[0]) if call.args and prefix is not None else None
            if key and key not in ("zh", "en", "*"):
                yield f"{path}:{call.lineno}", f"{prefix}{key}", call


def pattern(node: ast.expr) -> str | None:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        return "".join(part.value if isinstance(part, ast.Constant) else "*" for part in node.values)
    return None


def error_classes(base: type = errors.KezhiError) -> Iterator[type[errors.KezhiError]]:
    yield base
    for child in base.__subclasses__():
        yield from error_classes(child)


def test_every_text_key_exists_in_chinese_and_english():
    assert TEXTS["zh"].keys() ^ TEXTS["en"].keys() == set()


def test_a_text_has_the_same_placeholders_in_both_languages():
    differing = [key for key in TEXTS["zh"].keys() & TEXTS["en"] if placeholders(TEXTS["zh"][key]) != placeholders(TEXTS["en"][key])]
    assert differing == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_text_is_empty_or_padded(lang):
    assert [key for key, value in TEXTS[lang].items() if not isinstance(value, str) or not value.strip()] == []


def test_the_english_texts_are_not_chinese():
    """The one exception: what is quoted, such as an example in a user's own words."""
    quoted = r"`[^`]*`|'[^']*'|\"[^\"]*\""
    mixed = [key for key, value in TEXTS["en"].items() if re.search(r"[\u3000-\u9fff\uff00-\uffef]", re.sub(quoted, "", value))]
    assert mixed == []


def test_every_error_has_its_text_and_a_code_of_its_own():
    classes = list(error_classes())
    assert [error.__name__ for error in classes if f"errors.{error.code}" not in TEXTS["en"]] == []
    assert len({error.code for error in classes}) == len(classes)


def test_an_error_is_raised_with_every_field_of_its_text():
    needed = {error.__name__: placeholders(TEXTS["en"][f"errors.{error.code}"]) for error in error_classes()}
    lacking = [
        f"{path}:{call.lineno} {name} lacks {sorted(needed[name] - given)}"
        for path, tree in trees().items()
        for name, call in calls(tree)
        if name in needed and (given := keywords(call)) is not None and needed[name] - given
    ]
    assert lacking == []


def test_every_text_that_code_asks_for_exists():
    known = TEXTS["en"].keys()
    missing = [
        f"{place} {key}" for place, key, _ in asked() if not any(re.fullmatch(re.escape(key).replace(r"\*", ".+"), k) for k in known)
    ]
    assert missing == []


def test_a_text_is_asked_for_with_all_its_fields():
    lacking = [
        f"{place} {key} lacks {sorted(placeholders(TEXTS['en'][key]) - given)}"
        for place, key, call in asked()
        if key in TEXTS["en"] and (given := keywords(call)) is not None and placeholders(TEXTS["en"][key]) - given
    ]
    assert lacking == []


def test_templates_ask_for_texts_that_exist():
    used = {
        f"report.{key}"
        for path in (SOURCE / "measure").rglob("*")
        if path.suffix in (".html", ".j2", ".jinja")
        for key in re.findall(r"""\b(?:say|t)\(\s*["']([\w.]+)["']\s*[,)]""", path.read_text(encoding="utf-8"))
    }
    assert used - TEXTS["en"].keys() == set()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_input_table_and_each_of_its_fields_has_a_name_for_people(lang):
    names = catalogue(lang)["report"]
    assert sorted(set(INPUTS) - names["tables"].keys()) == []
    assert sorted({field.name for table in INPUTS.values() for field in table.fields} - names["fields"].keys()) == []


@pytest.mark.parametrize(
    ("purchases", "said"), [(1, "2 customers, 1 purchase"), (2, "2 customers, 2 purchases"), ("21", "2 customers, 21 purchases"),
                            ("1.1", "2 customers, 1.1 purchases"), ("1,001", "2 customers, 1,001 purchases"), ("3,1", "2 customers, 3,1 purchases")]
)  # fmt: skip
def test_one_of_a_thing_is_said_so(purchases, said):
    assert text("report.population_value", "en", customers=2, purchases=purchases) == said


def test_what_is_said_of_one_is_said_of_one():
    assert "1 row is empty" in text("models.covariate_unknown", "en", column="age", rows=1, row=2)


def test_what_is_counted_is_counted_somewhere():
    placed = re.findall(r"\{\w+(?::[^}]*)?\} (\w+)", (SOURCE / "locales" / FILES["en"]).read_text(encoding="utf-8"))
    assert set(COUNTED) - set(placed) == set()
    assert text("report.population_value", "zh", customers=2, purchases=1) == "2 位客户，1 笔购买"
