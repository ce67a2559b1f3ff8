"""The rules of stages and tags, checked before anything is computed with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from difflib import get_close_matches

from kezhi.errors import ExpressionWrong, SettingsWrong
from kezhi.kit.expression import parse
from kezhi.locales import Phrase
from kezhi.profile.profile import PROFILE_COLUMNS, STAGED_COLUMNS, WIDE_COLUMNS
from kezhi.settings import FILE, Settings, StageSettings, TagSettings

Locate = Callable[[str], tuple[str, int]]  # a text of a definition file -> the file and the line


def check_definitions(settings: Settings, *, features: Mapping[str, str] | None = None, locate: Locate = lambda _: (FILE, 1)) -> None:
    """
    Check that every rule of a stage reads `wide` and every rule of a tag `staged` or declared *features*, and that names are unique.

    Args:
        settings: The project's.
        features: Declared features, name to Ibis type.
        locate: Where a text stands; `settings.locate` of the project's folder.

    Raises:
        SettingsWrong: Names the file, the line, the stage or tag, the expression and what is wrong with it.
    """
    _unique([stage.name for stage in settings.lifecycle], "stage_twice", locate)
    _unique([tag.name for tag in settings.tags], "tag_twice", locate)
    for tag in settings.tags:
        if "," in tag.name:
            raise _wrong(locate(tag.name), Phrase("expression.tag_comma", name=tag.name))
    for stage in settings.lifecycle:
        _check(stage, Phrase("expression.of_stage", name=stage.name), WIDE_COLUMNS, locate)
    for tag in settings.tags:
        _check(tag, Phrase("expression.of_tag", name=tag.name), {**STAGED_COLUMNS, **(features or {})}, locate)
    _unique([f"{one.family}:{one.tag}" for one in settings.propagate], "tag_twice", locate)
    for spread in settings.propagate:
        if spread.family == "rule" and spread.tag not in {tag.name for tag in settings.tags}:
            near = get_close_matches(spread.tag, [tag.name for tag in settings.tags], n=1)
            raise _wrong(
                locate(spread.tag),
                Phrase("expression.no_such_tag", name=spread.tag),
                Phrase("expression.did_you_mean", name=near[0]) if near else "",
            )
        _check(StageSettings(name=spread.tag, when=spread.known), Phrase("expression.of_tag", name=spread.tag), WIDE_COLUMNS, locate)
    _unique([one.stage for one in settings.aarrr], "stage_twice", locate)
    for one in settings.aarrr:
        if one.when is not None:
            rule = StageSettings(name=one.stage, when=one.when)
            _check(rule, Phrase("expression.of_stage", name=one.stage), PROFILE_COLUMNS, locate)


def _check(definition: StageSettings | TagSettings, where: Phrase, columns: Mapping[str, str], locate: Locate) -> None:
    text = definition.when
    try:
        parse(text, columns=columns, kind="boolean")
        if definition.since is not None:
            text = definition.since
            parse(text, columns=columns, kind="date")
    except ExpressionWrong as wrong:
        problem = Phrase("expression.in_definition", where=where, expression=wrong.fields["expression"], problem=wrong.fields["problem"])
        raise _wrong(locate(text), problem, wrong.fields["hint"]) from wrong


def _unique(names: list[str], problem: str, locate: Locate) -> None:
    for position, name in enumerate(names):
        if name in names[:position]:
            raise _wrong(locate(name), Phrase(f"expression.{problem}", name=name), Phrase("expression.rename"))


def _wrong(place: tuple[str, int], problem: Phrase, hint: Phrase | str = "") -> SettingsWrong:
    file, line = place
    return SettingsWrong(file=file, line=line, problem=problem, hint=hint)
