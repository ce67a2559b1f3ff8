"""What a company calls the codes of its own data."""

from __future__ import annotations

from kezhi.settings.section import Section


class Word(Section):
    """The words of one code."""

    name: str
    name_en: str = ""  # none: name


class WordSettings(Section):
    """Words by code; they stand before Kezhi's own, and a code without any is its own word."""

    events: dict[str, Word] = {}
    channels: dict[str, Word] = {}
    pages: dict[str, Word] = {}

    def of(self, kind: str, lang: str) -> dict[str, str]:
        """The words of `events`, `channels` or `pages` by code."""
        given: dict[str, Word] = getattr(self, kind)
        return {code: (one.name_en if lang == "en" else "") or one.name for code, one in given.items()}
