"""
The models of a project: `.kezhi/models/<name>/<version>/`, each with its card, and which one is served.

Only texts and the estimators' own formats are kept, never pickles: reading a model runs no code. A version is
written beside and renamed into place, and the champion is one small file replaced in one rename.
"""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from kezhi.errors import WrongInput
from kezhi.flow.files import write_json
from kezhi.locales import Phrase
from kezhi.models.cards import ModelCard, card_of

CARD, CHAMPION, RECORDS = "card.json", "champion.json", "seen.json"
KEPT = 10  # versions of each model, and the champion


class ModelRegistry:
    """Versions are numbers from 1; the champion is the one that scores, a challenger any later one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def names(self) -> list[str]:
        """Names of the models there are."""
        return sorted(path.name for path in self.folder.glob("*") if self.versions(path.name)) if self.folder.is_dir() else []

    def versions(self, name: str) -> list[int]:
        """Numbers of the versions of *name*, the oldest first."""
        return sorted(int(path.parent.name) for path in self.folder.glob(f"{name}/*/{CARD}") if path.parent.name.isdigit())

    def champion(self, name: str) -> int | None:
        """The version that is served; None when none is."""
        path = self.folder / name / CHAMPION
        if not path.is_file():
            return None
        version = json.loads(path.read_text(encoding="utf-8"))["version"]
        return int(version) if version in self.versions(name) else None

    def card(self, name: str, version: int | None = None) -> ModelCard:
        """
        The card of *version*; None is the champion, or the newest where there is none.

        Raises:
            WrongInput: There is no such model or version; names those that there are.
        """
        path = self._place(name, version) / CARD
        return card_of(json.loads(path.read_text(encoding="utf-8")))

    def files(self, name: str, version: int | None = None) -> dict[str, bytes]:
        """What `add` was given as files; errors as for `card`."""
        place = self._place(name, version)
        return {path.name: path.read_bytes() for path in sorted(place.iterdir()) if path.name not in (CARD, RECORDS)}

    def add(self, card: ModelCard, files: Mapping[str, bytes]) -> ModelCard:
        """Keep *card* and *files* as the next version, and give the card with its number; it is not served yet."""
        home = self.folder / card.name
        version = max(self.versions(card.name), default=0) + 1
        beside = home / f".{version}-{secrets.token_hex(4)}"
        beside.mkdir(parents=True)
        for name, data in files.items():
            (beside / name).write_bytes(data)
        numbered = replace(card, version=version)
        write_json(beside / CARD, numbered.as_dict())
        beside.rename(home / str(version))
        self._collect(card.name)
        return numbered

    def promote(self, name: str, version: int) -> None:
        """Serve *version* from now on."""
        self._place(name, version)
        write_json(self.folder / name / CHAMPION, {"version": version})

    def publish(self, card: ModelCard, files: Mapping[str, bytes]) -> ModelCard:
        """`add`; a published card is served from now on, and where it is not, nothing of its name is."""
        kept = self.add(card, files)
        if kept.is_published:
            self.promote(kept.name, kept.version)
        else:
            self.retire(kept.name)
        return kept

    def young(self, name: str, *, as_of: date, retrain_days: int, settings: Mapping[str, Any]) -> ModelCard | None:
        """The champion's card, where it is of these *settings* and was made on one of the *retrain_days* until *as_of*."""
        version = self.champion(name)
        if version is None:
            return None
        card = self.card(name, version)
        is_young = date.fromisoformat(card.as_of) <= as_of < date.fromisoformat(card.as_of) + timedelta(days=retrain_days)
        return card if is_young and card.parameters.get("settings") == settings else None

    def choose(self, name: str, version: int) -> ModelCard:
        """
        Serve *version* because somebody says so, and give its card. A run that finds it too old, or drifted, trains a challenger as ever.

        Raises:
            WrongInput: There is no such version; it did not beat what it was held against; or the model is made anew at every run.
        """
        card = self.card(name, version)
        if not card.is_published:
            raise WrongInput(problem=Phrase("registry.not_proven", name=name, version=version))
        if not self.files(name, version):
            raise WrongInput(problem=Phrase("registry.made_anew", name=name))
        self.promote(name, version)
        return card

    def retire(self, name: str) -> None:
        """Serve no version of *name* any more; all are kept."""
        (self.folder / name / CHAMPION).unlink(missing_ok=True)

    def record(self, name: str, version: int, seen: Mapping[str, Any]) -> None:
        """Add what was *seen* of a version on a later day (drift, quality on labels that arrived); one entry a day."""
        rows = [row for row in self.records(name, version) if row["as_of"] != seen["as_of"]]
        write_json(self._place(name, version) / RECORDS, [*rows, dict(seen)])

    def records(self, name: str, version: int) -> list[dict[str, Any]]:
        """What was seen of a version, the oldest first."""
        path = self._place(name, version) / RECORDS
        return list(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else []

    def _place(self, name: str, version: int | None) -> Path:
        found = self.versions(name)
        chosen = version if version is not None else self.champion(name) or max(found, default=None)
        if chosen is None or chosen not in found:
            known = ", ".join(map(str, found)) if name in self.names() else ", ".join(self.names())
            asked = name if version is None else f"{name} {version}"
            raise WrongInput(problem=Phrase("registry.unknown", name=asked, known=known or "–"))
        return self.folder / name / str(chosen)

    def _collect(self, name: str) -> None:
        champion = self.champion(name)
        for version in self.versions(name)[:-KEPT]:
            if version != champion:
                shutil.rmtree(self.folder / name / str(version))
