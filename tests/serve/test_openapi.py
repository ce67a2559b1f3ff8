"""The OpenAPI is true: whatever fits it is answered as it says, and nothing breaks the server."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator

import httpx2
import pytest
import schemathesis
import uvicorn
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import positive_data_acceptance

from kezhi.serve.access.roles import ACTIONS
from kezhi.serve.app import create_app
from kezhi.serve.openapi import BODIES
from kezhi.store import Database, sessions, sqlite_url, users

EXAMPLES = 3  # of each operation: what is found by more is mended, and a few keep it so


@pytest.fixture(scope="module")
def served(city_project, tmp_path_factory) -> Iterator[tuple[str, str]]:
    """Address of a real server of the city with a store of its own, and an admin's token; jobs wait, for no worker runs."""
    store = Database(sqlite_url(tmp_path_factory.mktemp("openapi") / "store.db"))
    with store.session() as session:
        one = users.add_user(session, "admin", "correct horse battery", "admin")
        token = sessions.add_token(session, one.user_id, "t", list(ACTIONS))[1]
    app = create_app(city_project.folder, store=store)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, lifespan="off", log_level="critical"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}", token
    server.should_exit = True
    thread.join()
    app.state.workspace.close()


@pytest.fixture(scope="module")
def operations(served):
    """Every operation of the schema that the server gives."""
    config = SchemathesisConfig.from_dict({"phases": {"coverage": {"enabled": False}}})
    schema = schemathesis.openapi.from_url(f"{served[0]}/api/openapi.json", config=config)
    return [found.ok() for found in schema.get_all_operations()]


def test_every_operation_answers_as_it_says(operations, served):
    broken: list[str] = []
    for operation in operations:

        @settings(
            max_examples=EXAMPLES,
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def answers(case):
            headers = {"Authorization": f"Bearer {served[1]}", "Accept-Language": "en"}
            # what fits the form may still be refused for its meaning: an unknown metric, a cron line, two names alike
            case.call_and_validate(headers=headers, excluded_checks=[positive_data_acceptance])

        try:
            answers()
        except (Exception, BaseExceptionGroup) as error:
            broken += [f"{operation.label}: {one}" for one in getattr(error, "exceptions", [error])]
    assert broken == []


def test_the_written_examples_are_ones_that_the_server_understands(operations, served):
    """Each parameter and body that must be given has one; none is refused for its form."""
    described = 0
    with httpx2.Client(base_url=served[0], headers={"Authorization": f"Bearer {served[1]}"}) as client:
        for operation in operations:
            told = operation.definition.raw
            needed = [one for one in told.get("parameters", []) if one["required"]]
            assert [one["name"] for one in needed if "example" not in one] == [], f"{operation.label}: add it to serve/openapi.py"
            assert "requestBody" not in told or told["operationId"] in BODIES, f"{operation.label}: add it to serve/openapi.py"
            body = told["requestBody"]["content"]["application/json"]["example"] if "requestBody" in told else None
            path = operation.path.format(**{one["name"]: one["example"] for one in needed if one["in"] == "path"})
            query = {one["name"]: one["example"] for one in needed if one["in"] == "query"}
            answer = client.request(operation.method.upper(), path, params=query, json=body)
            assert answer.status_code < 500, operation.label
            if answer.status_code == 422:
                assert answer.json()["code"] != "request_wrong", (operation.label, answer.text)
            described += bool(needed or body)
    assert described >= len(BODIES) + 15


@pytest.mark.parametrize(
    "asked", [{"q": "\0"}, {"city": "a\0b"}, {"tier": "\0"}, {"r_score": 2**70}, {"cluster": 2**63}, {"cluster": -(2**70)}]
)
def test_numbers_and_characters_that_no_engine_takes_are_refused(sign_in, asked):
    for path in ("/api/v1/customers", "/api/v1/customers/export"):
        assert sign_in("admin").get(path, params=asked).status_code == 422
