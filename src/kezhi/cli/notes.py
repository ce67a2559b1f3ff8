"""What the steps of a run said of themselves: why a model, a list or a forecast is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kezhi.cli.words import language, out, t

if TYPE_CHECKING:
    from kezhi.flow.lake import Snapshot


def show_notes(snapshot: Snapshot) -> None:
    """One line for each note of *snapshot*, under the name of its step; nothing where none said anything."""
    said = [(step, note) for step in snapshot.manifest["steps"] for note in snapshot.notes(step, language())]
    if said:
        out.print(t("status.notes"), style="bold")
    for step, note in said:
        out.print(t("status.note", step=t(f"steps.{step}"), note=note))
