"""From what a person typed to plain signs: full-width forms, Chinese quotes, limits; before any grammar."""

from __future__ import annotations

import unicodedata

from kezhi.kit.expression.nodes import Refused
from kezhi.locales import Phrase

MAX_CHARACTERS = 20_000
MAX_DEPTH = 16  # of parentheses

_QUOTES = {"'": "'", "＇": "＇'", "‘": "’‘", "’": "’‘", "“": "”“", "”": "”“", "＂": "＂", "「": "」", "『": "』"}  # opening: closing
_SIGNS = {"≥": ">=", "≤": "<=", "≠": "<>", "×": "*", "÷": "/", "−": "-", "–": "-", "、": ",", "。": "."}
_PLAIN = frozenset("+-*/()<>=!,._ ")
_COMMENTS = ("--", "/*", "*/")


def plain(text: str) -> str:
    """
    *text* with every text literal in '…', every sign in its ASCII form, and nothing else but words and numbers.

    Raises:
        Refused: Too long, too deep, an open quote, a comment, a semicolon or a sign the language lacks.
    """
    if len(text) > MAX_CHARACTERS:
        raise Refused(Phrase("expression.too_long", length=len(text), limit=MAX_CHARACTERS))
    if not text.strip():
        raise Refused(Phrase("expression.empty"))
    out: list[str] = []
    depth = position = 0
    while position < len(text):
        sign = text[position]
        if sign in _QUOTES:
            literal, position = _literal(text, position)
            out.append(literal)
            continue
        if sign == '"':
            name, position = _quoted_name(text, position)
            out.append(name)
            continue
        sign = _sign(sign)
        if sign in ("-", "*", "/") and out and out[-1] + sign in _COMMENTS:
            raise Refused(Phrase("expression.comment"))
        depth += (sign == "(") - (sign == ")")
        if depth > MAX_DEPTH:
            raise Refused(Phrase("expression.too_deep", limit=MAX_DEPTH))
        out.append(sign)
        position += 1
    return "".join(out)


def _sign(sign: str) -> str:
    if "！" <= sign <= "～":  # full-width ASCII
        sign = chr(ord(sign) - 0xFEE0)
    sign = _SIGNS.get(sign, sign)
    if sign.isspace():
        return " "
    if sign in _PLAIN or len(sign) > 1 or ("_" + sign).isidentifier():
        return sign
    if sign == ";":
        raise Refused(Phrase("expression.semicolon"))
    hint = Phrase("expression.use_and_or") if sign in "&|" else ""
    raise Refused(Phrase("expression.character", character=_shown(sign)), hint)


def _literal(text: str, start: int) -> tuple[str, int]:
    """The '…' form of the text literal that opens at *start*, and the position after it."""
    closing, position, content = _QUOTES[text[start]], start + 1, []
    while position < len(text):
        sign = text[position]
        if sign in closing:
            if sign == "'" and text[position + 1 : position + 2] == "'":  # '' is one quote
                content.append("'")
                position += 2
                continue
            return "'" + "".join(content).replace("'", "''") + "'", position + 1
        if unicodedata.category(sign) in ("Cc", "Cs"):
            raise Refused(Phrase("expression.character", character=_shown(sign)))
        content.append(sign)
        position += 1
    raise Refused(Phrase("expression.open_quote", start=text[start : start + 12]), Phrase("expression.close_quote"))


def _quoted_name(text: str, start: int) -> tuple[str, int]:
    end = text.find('"', start + 1)
    if end < 0:
        raise Refused(Phrase("expression.open_quote", start=text[start : start + 12]), Phrase("expression.close_quote"))
    name = text[start : end + 1]
    bad = next((sign for sign in name if unicodedata.category(sign) in ("Cc", "Cs")), None)
    if bad is not None:
        raise Refused(Phrase("expression.character", character=_shown(bad)))
    return name, end + 1


def _shown(sign: str) -> str:
    return sign if sign.isprintable() and not sign.isspace() else f"U+{ord(sign):04X}"


def place(name: str, text: str) -> int:
    """At which character of *text* the word *name* first stands outside quotes, the first being 1; 1 where it does not."""
    position, folded = 0, name.lower()
    while position < len(text):
        sign = text[position]
        if sign in _QUOTES:
            ends = [found for closing in _QUOTES[sign] if (found := text.find(closing, position + 1)) >= 0]
            position = min(ends, default=len(text)) + 1
            continue
        before = text[position - 1] if position else " "
        after = text[position + len(name) : position + len(name) + 1] or " "
        alone = not ("_" + before).isidentifier() and not ("_" + after).isidentifier()
        if alone and text[position : position + len(name)].lower() == folded:
            return position + 1
        position += 1
    return 1
