"""One's own views and those that others share."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field, field_validator
from sqlalchemy import or_, select

from kezhi.errors import NotFound
from kezhi.locales import Phrase
from kezhi.serve.access import Who, needs
from kezhi.serve.plain import Plain
from kezhi.serve.problems import answers
from kezhi.serve.workspace import workspace
from kezhi.settings.unfit import Unfit
from kezhi.store.records import SavedView, User

router = APIRouter(prefix="/views", tags=["views"], responses=answers(404))
Own = Annotated[Who, needs("account.own")]
LARGEST = 20_000


class ViewNew(BaseModel):
    """A view to keep; one of the same page and name of one's own is replaced."""

    page: str = Field(min_length=1, max_length=40, examples=["customers"])
    name: str = Field(min_length=1, max_length=120, examples=["武汉的重要客户"])
    state: Plain = Field(examples=[{"search": "city=武汉市&sort=-net_amount_365d"}])
    shared: bool = False

    @field_validator("state")
    @classmethod
    def _small(cls, state: dict[str, Any]) -> dict[str, Any]:
        if len(json.dumps(state)) > LARGEST:
            raise Unfit("too_long", bound=LARGEST)
        return state


class View(BaseModel):
    """A view that was kept."""

    view_id: str
    page: str
    name: str
    state: dict[str, Any]
    shared: bool
    own: bool
    author: str


@router.get("", operation_id="listViews")
def list_views(request: Request, who: Own, page: Annotated[str, Query(max_length=40)]) -> list[View]:
    """Views of a page: one's own, and those that others share."""
    own = who.account.user_id
    asked = (
        select(SavedView, User.login)
        .join(User, User.user_id == SavedView.user_id)
        .where(SavedView.page == page, or_(SavedView.user_id == own, SavedView.shared))
        .order_by(SavedView.name, User.login)
    )
    with workspace(request).store.reading() as session:
        return [_shown(view, login, own) for view, login in session.execute(asked)]


@router.put("", operation_id="saveView")
def save_view(request: Request, who: Own, asked: ViewNew) -> View:
    """Keep a view."""
    own = who.account.user_id
    with workspace(request).store.session() as session:
        same = (SavedView.user_id == own, SavedView.page == asked.page, SavedView.name == asked.name.strip())
        view = session.scalar(select(SavedView).where(*same))
        if view is None:
            view = SavedView(user_id=own, page=asked.page, name=asked.name.strip(), state={}, shared=False)
            session.add(view)
        view.state, view.shared = asked.state, asked.shared
        session.flush()
        who.noted(session, "view.saved", f"{view.page}: {view.name}", shared=view.shared)
        return _shown(view, who.account.login, own)


@router.delete("/{view_id}", operation_id="deleteView", status_code=204)
def delete_view(request: Request, who: Own, view_id: str) -> None:
    """Forget a view of one's own."""
    with workspace(request).store.session() as session:
        view = session.get(SavedView, view_id)
        if view is None or view.user_id != who.account.user_id:
            raise NotFound(what=Phrase("serve.view"), id=view_id)
        session.delete(view)
        who.noted(session, "view.deleted", f"{view.page}: {view.name}")


def _shown(view: SavedView, login: str, own: str) -> View:
    return View(
        view_id=view.view_id, page=view.page, name=view.name, state=view.state, shared=view.shared, own=view.user_id == own, author=login
    )  # fmt: skip
