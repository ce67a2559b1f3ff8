"""The models of the project: the list, and a card."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request

from kezhi.errors import NotFound
from kezhi.flow.model_registry import ModelRegistry
from kezhi.locales import Phrase
from kezhi.serve.access import Who, needs
from kezhi.serve.language import language_of
from kezhi.serve.models import cards
from kezhi.serve.models.shapes import Card, ModelList, NotMade, VersionChoice
from kezhi.serve.problems import answers
from kezhi.serve.workspace import workspace

router = APIRouter(prefix="/models", tags=["models"], responses=answers(404, 409))
Reads = needs("insight.read")
Writes = Annotated[Who, needs("models.write")]
STEPS = ("churn", "recommendations", "forecasts", "clv", "leads", "fraud")  # that fit a model, and say in a note why they did not use one


def registry_of(request: Request) -> ModelRegistry:
    """The registry of the project that is served."""
    return ModelRegistry(workspace(request).folder / ".kezhi" / "models")


@router.get("", operation_id="listModels", dependencies=[Reads])
def list_models(request: Request) -> ModelList:
    """Every model with the version that serves, and those that the last run did not use, with the reason."""
    lang, registry = language_of(request), registry_of(request)
    snapshot = workspace(request).reader().snapshot
    notes = {name: " ".join(snapshot.notes(name, lang)) for name in STEPS}
    return ModelList(
        items=[cards.row(registry, name, lang) for name in registry.names()],
        not_made=[NotMade(name=name, title=cards.title(name, lang), why=why) for name, why in notes.items() if why],
        snapshot=snapshot.name,
        as_of=snapshot.as_of,
    )


@router.get("/{name}", operation_id="getModel", dependencies=[Reads])
def get_model(request: Request, name: str, version: Annotated[int | None, Query(ge=1)] = None) -> Card:
    """The card of a version; of none: of the one that serves, else of the newest."""
    registry = registry_of(request)
    if name not in registry.names() or (version is not None and version not in registry.versions(name)):
        raise NotFound(what=Phrase("serve.model"), id=name if version is None else f"{name} {version}")
    return cards.card(registry, name, version, language_of(request), workspace(request).settings.features)


@router.put("/{name}/champion", operation_id="chooseModelVersion")
def choose_version(request: Request, who: Writes, name: str, asked: VersionChoice) -> Card:
    """Let a kept version serve from the next run on."""
    registry = registry_of(request)
    if name not in registry.names() or asked.version not in registry.versions(name):
        raise NotFound(what=Phrase("serve.model"), id=f"{name} {asked.version}")
    before = registry.champion(name)
    registry.choose(name, asked.version)
    with workspace(request).store.session() as session:
        who.noted(session, "model.chosen", name, reason=asked.reason, version=asked.version, before=before)
    return cards.card(registry, name, asked.version, language_of(request), workspace(request).settings.features)
