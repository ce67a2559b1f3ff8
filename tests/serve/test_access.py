"""Every route names an action, and every role is let in or refused as the table of roles says."""

from __future__ import annotations

import pytest
from fastapi.routing import APIRoute

from kezhi.locales import catalogue
from kezhi.serve import health
from kezhi.serve.access.roles import ACTIONS
from kezhi.serve.app import ROUTERS
from kezhi.store.users import ROLES

OPEN = {"isAlive", "isReady", "signIn", "signOut", "waysToSignIn", "signInWithCompany", "companySignInBack"}  # before anybody has signed in


def routes(app) -> list[tuple[str, APIRoute]]:
    """All routes with their addresses; the OpenAPI, which is made another way, must have the same."""
    found = [("", route) for route in health.router.routes] + [("/api/v1", route) for router in ROUTERS for route in router.routes]
    described = {one["operationId"] for methods in app.openapi()["paths"].values() for one in methods.values()}
    assert {route.operation_id for _, route in found} == described
    return [(prefix + route.path, route) for prefix, route in found]


def actions(route: APIRoute) -> set[str]:
    return {call.action for one in route.dependant.dependencies if hasattr(call := one.call, "action")}


def filled(path: str, route: APIRoute) -> str:
    """The address with something in the place of each parameter."""
    for name in route.param_convertors:
        path = path.replace("{" + name + "}", "nobody").replace("{" + name + ":path}", "nobody")
    return path


def test_every_route_needs_one_action_or_is_open_on_purpose(app):
    for path, route in routes(app):
        assert len(actions(route)) == (0 if route.operation_id in OPEN else 1), path


@pytest.mark.parametrize("role", ROLES)
def test_each_role_is_let_in_exactly_where_the_table_says(app, sign_in, role):
    client = sign_in(role)
    for path, route in routes(app):
        for action in actions(route):
            if route.operation_id == "changePassword":
                continue  # ends the session that the other tests use; its own test is below
            for method in route.methods:
                answer = client.request(method, filled(path, route), json={})
                refused = answer.status_code == 403 and answer.json()["code"] == "not_allowed"
                assert refused == (role not in ACTIONS[action]), f"{role} {method} {path}: {answer.status_code} {answer.text[:200]}"
                assert answer.status_code != 500, f"{method} {path}: {answer.text}"


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", "The role “Sales” may not do this: “Start and cancel runs”. Ask an admin."),
        ("zh", "角色“销售”无权执行此操作：“启动与取消运行”。请联系管理员。"),
    ],
)
def test_a_refusal_says_role_and_action_in_words(sign_in, lang, said):
    answer = sign_in("sales").post("/api/v1/jobs", json={"kind": "run"}, headers={"Accept-Language": lang})
    assert answer.json() == {"code": "not_allowed", "message": said, "fields": {}}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_role_and_action_has_a_word(lang):
    assert set(ROLES) <= set(catalogue(lang)["serve"]["roles"])
    assert set(ACTIONS) <= set(catalogue(lang)["serve"]["rights"])


def test_without_sign_in_nothing_but_the_open_routes_answers(app, stranger):
    for path, route in routes(app):
        for method in route.methods if actions(route) else ():
            answer = stranger.request(method, filled(path, route), json={})
            assert (answer.status_code, answer.json()["code"]) == (401, "sign_in_needed"), path


def test_a_change_that_comes_from_another_site_is_refused(stranger):
    """Even with the right password: a page elsewhere must not sign anybody in."""
    body = {"login": "admin", "password": "correct horse battery"}
    for headers in ({"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"origin": "http://elsewhere.test"}):
        answer = stranger.post("/api/v1/sign-in", json=body, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "other_site")
    assert stranger.post("/api/v1/sign-in", json=body, headers={"origin": "http://testserver"}).status_code == 204


def test_the_session_ends_with_the_sign_out(stranger):
    stranger.post("/api/v1/sign-in", json={"login": "analyst", "password": "correct horse battery"})
    assert stranger.get("/api/v1/me").json()["role"] == "analyst"
    stolen = dict(stranger.cookies)
    stranger.post("/api/v1/sign-out")
    assert stranger.get("/api/v1/me").status_code == 401
    stranger.cookies.update(stolen)
    assert stranger.get("/api/v1/me").status_code == 401


def test_ten_tries_a_minute_from_one_address(stranger):
    answers = [stranger.post("/api/v1/sign-in", json={"login": "nobody", "password": "x"}) for _ in range(11)]
    assert [answer.status_code for answer in answers] == [401] * 10 + [429]
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 60
