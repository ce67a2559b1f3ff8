"""Errors as answers: a status, a stable code, and the message in the language that was asked for."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Request
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel
from sqlalchemy.exc import DataError
from starlette.exceptions import HTTPException

from kezhi import errors
from kezhi.locales import text
from kezhi.serve.freshness import NotModified
from kezhi.serve.language import language_of
from kezhi.settings.unfit import unfit

# the most particular class decides
STATUS: dict[type[errors.KezhiError], int] = {
    errors.KezhiError: 500,
    errors.WrongInput: 422,
    errors.NotFound: 404,
    errors.NoSnapshot: 409,
    errors.NoProject: 409,
    errors.RunLocked: 409,
    errors.SignInNeeded: 401,
    errors.SignInFailed: 401,
    errors.NotAllowed: 403,
    errors.NotOwner: 403,
    errors.TooMany: 429,
    errors.StoreUnreachable: 503,
}
PLAIN = {400: "bad_request", 404: "no_such_address", 405: "wrong_method", 413: "too_large"}


class Problem(BaseModel):
    """What went wrong."""

    code: str  # stable, for programs
    message: str  # for people
    fields: dict[str, Any] = {}  # which part of the request, where one is to blame


def answers(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a router: what its routes may answer besides their result."""
    return {status: {"model": Problem} for status in (401, 403, 422, 429, *statuses)}


def install(app: FastAPI) -> None:
    """Let *app* answer every error as a `Problem`."""

    @app.exception_handler(errors.KezhiError)
    async def _ours(request: Request, error: errors.KezhiError) -> JSONResponse:
        status = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
        headers = {"Retry-After": str(error.fields["seconds"])} if isinstance(error, errors.TooMany) else {}
        return _problem(status, error.code, error.say(language_of(request)), headers=headers)

    @app.exception_handler(NotModified)
    async def _known(_: Request, _same: NotModified) -> Response:
        return Response(status_code=304)  # Freshness adds the tag

    @app.exception_handler(RequestValidationError)
    async def _shape(request: Request, error: RequestValidationError) -> JSONResponse:
        lang = language_of(request)
        fields = {".".join(map(str, found["loc"])): unfit(found).say(lang) for found in error.errors()}
        return _problem(422, "request_wrong", text("serve.request_wrong", lang, fields=", ".join(fields)), fields)

    @app.exception_handler(DataError)  # a text that the store's database takes for none, such as one with a NUL
    async def _text(request: Request, _: DataError) -> JSONResponse:
        return _problem(422, "wrong_input", text("serve.no_text", language_of(request)))

    @app.exception_handler(HTTPException)
    async def _plain(request: Request, error: HTTPException) -> JSONResponse:
        code = PLAIN.get(error.status_code, "http")
        message = text(f"serve.{code}", language_of(request)) if code != "http" else str(error.detail)
        return _problem(error.status_code, code, message, headers=dict(error.headers or {}))

    @app.exception_handler(Exception)
    async def _bug(request: Request, _: Exception) -> JSONResponse:  # Starlette logs it with its traceback
        return _problem(500, "bug", text("serve.bug", language_of(request)))


def _problem(
    status: int, code: str, message: str, fields: dict[str, Any] | None = None, headers: dict[str, str] | None = None
) -> JSONResponse:
    content = jsonable_encoder(Problem(code=code, message=message, fields=fields or {}))
    return JSONResponse(content, status, headers=headers)
