"""Help and refusals of Typer, which speaks English alone, in the language of the command line."""

from __future__ import annotations

import re
from typing import Any

from pydantic import ValidationError
from typer.core import TyperGroup

from kezhi.cli.words import language, t
from kezhi.settings.unfit import unfit

_Context: Any = TyperGroup.context_class
_Formatter: Any = _Context.formatter_class

_HEADINGS = {"Options": "options", "Arguments": "arguments", "Commands": "commands"}
# what Typer says, and the text `cli.typer.<name>` that says it; the groups of the pattern are fields
_REFUSALS = (
    (r"No such option: (?P<name>\S+)(?: \(Possible options: (?P<near>.+)\))?", "no_option"),
    (r"No such command '(?P<name>.*?)'\.(?: Did you mean (?P<near>.+)\?)?", "no_command"),
    (r"Option '(?P<name>.+)' requires an argument\.", "needs_value"),
    (r"Option '(?P<name>.+)' does not take a value\.", "takes_no_value"),
    (r"Missing (?:argument|option|parameter) '(?P<name>.+)'\.", "missing"),
    (r"Missing command\.", "no_verb"),
    (r"Got unexpected extra argument\(s\) \((?P<name>.+)\)", "too_many"),
    (r"Invalid value for (?P<name>.+): Value error, (?P<value>.+) is not one of (?P<known>.+)\.", "not_one_of"),
    (r"Invalid value for (?P<name>.+?): (?P<why>.+)", "not_fit"),
)


class _Words(_Formatter):  # type: ignore[misc]  # Typer does not name its class in public
    """Typer's help with its fixed words in the language asked for."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, t("typer.usage") if prefix is None else prefix)

    def section(self, name: str) -> Any:
        return super().section(t(f"typer.{_HEADINGS[name]}") if name in _HEADINGS else name)

    def write_dl(self, rows: Any, *more: Any, **options: Any) -> None:
        super().write_dl([(name, _said(about)) for name, about in rows], *more, **options)


def speak() -> None:
    """Have all help that is shown from now on in the language of the command line."""
    _Context.formatter_class = _Words


def refusal(error: Any) -> str:
    """What Typer's *error* says, and which help tells more; where none of our texts says the same, in its own words."""
    message: str = error.format_message()
    context = getattr(error, "ctx", None)
    return t("usage", detail=_told(error, message), command=context.command_path if context else "kezhi")


def _told(error: Any, message: str) -> str:
    for pattern, name in _REFUSALS:
        if found := re.fullmatch(pattern, message, re.DOTALL):
            fields = {key: _listed(value) for key, value in found.groupdict().items() if value is not None}
            if isinstance(error.__cause__, ValidationError) and "why" in fields:
                fields["why"] = unfit(error.__cause__.errors()[0]).say(language())
            return t(f"typer.{name}{'_near' if 'near' in fields else ''}", **fields)
    return message.removesuffix(".")


def _listed(names: str) -> str:
    return names.replace("'", "").replace(" or ", ", ")


def _said(about: str) -> str:
    """What help says about an option or a command."""
    if about == "Show this message and exit.":
        return t("typer.help")
    about = re.sub(r"\[default: (.*?)(; required)?\]$", lambda found: t("typer.default", value=found[1]), about)
    return re.sub(r"\[required\]$", lambda _: t("typer.required"), about)
