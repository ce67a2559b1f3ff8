"""Questions about segments on behalf of somebody: over the customers that they may see, with all that was saved up to now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TypeVar

from kezhi.api.segments import Segments
from kezhi.flow.reader import Reader
from kezhi.flow.store_segments import with_records
from kezhi.kit.expression import Expression
from kezhi.serve.access import Who
from kezhi.serve.access.sight import seen_by
from kezhi.serve.kept import kept
from kezhi.serve.read import tables_of
from kezhi.serve.workspace import Workspace
from kezhi.settings import Settings, locate
from kezhi.store.segments import all_segments

T = TypeVar("T")
MOST_COUNTS = 2_000


def settings_now(served: Workspace) -> Settings:
    """The project's settings with the segments that the store has at this moment."""
    with served.store.reading() as session:
        return with_records(served.settings, all_segments(session))


def segments_of(served: Workspace, reader: Reader, who: Who | None = None) -> Segments:
    """
    The segments of the snapshot, those saved since then among them.

    With *who* everything that is counted is counted over the customers that they may see: a count of a rule that
    names one customer would tell about somebody else's. Without it over all, for a list that is narrowed afterwards.
    """
    tables = dict(tables_of(reader))
    if who is not None:
        tables["profile"] = seen_by(who, served, tables["profile"])
    settings = settings_now(served)
    place = partial(locate, served.folder)

    def ask(events: list[str] | None) -> Segments:
        return Segments(tables, reader.snapshot.as_of, settings, place, answer=reader.answer, events=events)

    names = kept(reader, "event names", lambda: tuple(ask(None).events))
    asked = ask(list(names))
    definitions = tuple((one.key, type(one), one.when or str(one.tree)) for one in settings.segments)
    # reading the rules takes longer than most of them take to answer
    asked.features = kept(reader, "declared features", lambda: asked.features)
    asked.fitting, asked.saved = kept(reader, ("segments read", definitions), lambda: (asked.fitting, asked.saved))
    return asked


def sees_all(who: Who) -> bool:
    """Whether *who* sees all customers."""
    return not (who.account.regions or who.account.own_customers_only)


def same_for_all(who: Who, reader: Reader, key: tuple[object, ...], make: Callable[[], T]) -> T:
    """What *make* gives, computed once for everybody who sees all customers, and each time for the others."""
    return kept(reader, key, make) if sees_all(who) else make()


def counts(who: Who, reader: Reader, segments: Segments, rules: Mapping[str, Expression]) -> tuple[dict[str, int], int]:
    """How many customers each of *rules* finds, and how many there are; what was counted before in this snapshot is remembered."""
    known: dict[str, int] = kept(reader, "segment counts", dict) if sees_all(who) else {}
    everyone = segments.rule("TRUE")
    meant = {segments.meaning(rule): rule for rule in (everyone, *rules.values())}
    found = {text: known[text] for text in meant if text in known}
    found |= segments.sizes({text: rule for text, rule in meant.items() if text not in found})
    if len(known) > MOST_COUNTS:
        known.clear()
    known |= found
    return {name: found[segments.meaning(rule)] for name, rule in rules.items()}, found[segments.meaning(everyone)]
