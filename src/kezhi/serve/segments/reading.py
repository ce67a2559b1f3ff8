"""Text to tree and tree to text: what was typed, or where it is wrong."""

from __future__ import annotations

import json
from typing import Any

from kezhi.api.segments import Segments
from kezhi.errors import ExpressionWrong
from kezhi.locales import Phrase
from kezhi.serve.segments.shapes import Given, Read, ReadProblem

NAMED = ("name", "near", "part", "character", "start", "text", "key", "number")  # fields of a problem that stand in the text


def read(segments: Segments, given: Given, lang: str) -> Read:
    """Both forms of what came."""
    asked: Any = given.tree if given.tree is not None else (given.text or "")
    try:
        found = segments.rule(asked)
    except ExpressionWrong as wrong:
        return Read(text=None, tree=None, problem=_problem(wrong, given.text, lang))
    return Read(text=found.text, tree=found.tree, problem=None)


def _problem(wrong: ExpressionWrong, typed: str | None, lang: str) -> ReadProblem:
    problem, hint = wrong.fields["problem"], wrong.fields["hint"]
    said = hint.say(lang) if isinstance(hint, Phrase) else str(hint)
    at, length = _place(problem, typed) if typed else (None, 0)
    nearest = str(hint.fields["name"]) if isinstance(hint, Phrase) and hint.key == "expression.did_you_mean" else None
    message = problem.say(lang) if isinstance(problem, Phrase) else str(problem)
    return ReadProblem(message=message, hint=said, at=at, length=length, nearest=nearest)


def _place(problem: Any, typed: str) -> tuple[int | None, int]:
    """Where in *typed* the problem stands, and how many characters it has; nowhere if it is about the whole."""
    if not isinstance(problem, Phrase):
        return None, 0
    fields = problem.fields
    words = [str(fields[name]) for name in NAMED if isinstance(fields.get(name), str)]
    if "position" in fields and isinstance(fields["position"], int):
        at = fields["position"] - 1
        word = next((one for one in words if typed[at : at + len(one)].lower() == one.lower()), "")
        return (at, len(word)) if word else (at, 0)
    for word in words:
        at = typed.find(word)
        if word and at >= 0:
            return at, len(word)
    return None, 0


def as_asked(asked: str) -> Any:
    """A key, a rule, or a rule as a JSON tree: what `asked` of an address holds."""
    if asked.lstrip().startswith("{"):
        try:
            return json.loads(asked)
        except ValueError:
            return asked  # no tree: the reader of rules says what is wrong
    return asked
