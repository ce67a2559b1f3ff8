"""The OpenAPI as it is shown: with an example for everything that must be given, how one signs in, and what times mean."""

from __future__ import annotations

from typing import Any

# by the name of a parameter; a test finds what has none
PARAMETERS: dict[str, Any] = {
    "campaign": "春季领券", "arm": "领券", "customer_id": "app:U000000033", "lead_id": "desk:L0000033", "product_id": "P00001", "note_id": "6919467b79c4bf339786", "job_id": "6919467b79c4bf339786",
    "token_id": "6919467b79c4bf339786", "schedule_id": "6919467b79c4bf339786", "view_id": "6919467b79c4bf339786", "login": "anna",
    "write_key": "wk_8Yt2", "key": "net_sales", "file": "6919467b79c4bf339786.html", "page": "customers", "of": "rejects",
    "code": "no_time", "source": "app", "table_name": "orders", "asked": "r_score >= 4", "name": "churn", "pair_id": "6919467b79c4bf339786",
    "decision_id": "6919467b79c4bf339786", "one": "app:U000000033", "other": "shop:00000012",
    "column_name": "net_amount", "dimension": "consistency", "rule": "money_format", "subject": "segments", "team": "sales",
}  # fmt: skip
# by the operation
BODIES: dict[str, dict[str, Any]] = {
    "signIn": {"login": "anna", "password": "correct horse battery"},
    "changePassword": {"old": "correct horse battery", "new": "four better horses"},
    "addToken": {"name": "nightly export", "scopes": ["customers.read", "segments.read"]},
    "chooseModelVersion": {"version": 1, "reason": "The newer one warns of too many"},
    "askForJob": {"kind": "report", "arguments": {"form": "html", "lang": "zh"}},
    "addSchedule": {"name": "每晚运行", "kind": "run", "arguments": {}, "cron": "0 3 * * *"},
    "switchSchedule": {"on": False},
    "showPersonal": {"reason": "客户来电核对送货地址"},
    "showLead": {"reason": "客户要求回电"},
    "addNote": {"tag": "露营爱好者", "words": "周末常去露营", "source": "front_desk", "learnt_on": "2025-06-10"},
    "saveView": {"page": "customers", "name": "本月流失风险", "state": {"sort": "-recency_days"}, "shared": True},
    "addUser": {"login": "anna", "role": "sales", "shown_name": "安娜", "regions": ["武汉市"]},
    "changeUser": {"role": "manager"},
    "resetPassword": {"password": None},
    "assignCustomers": {"customer_ids": ["app:U000000033"]},
    "setTarget": {"target": 1200000, "lower": 1000000, "upper": None, "owner": "anna"},
    "pinFigures": {"metrics": ["net_sales", "repurchase_rate"]},
    "addWriteKey": {"source": "web"},
    "readSegment": {"text": "r_score >= 4 AND did('order', times >= 2, days <= 90)"},
    "saveSegment": {"key": "vip_baby", "name": "母婴贵宾", "expression": "r_score >= 4 AND favourite_category = '母婴'"},
    "changeSegment": {"name": "母婴贵宾", "expression": "r_score >= 5 AND favourite_category = '母婴'"},
    "answerPair": {"answer": "same", "reason": "电话核实为同一人"},
    "mergeCustomers": {"one": "app:U000000033", "other": "shop:00000012", "reason": "同一手机号"},
    "splitCustomer": {"customer_id": "app:U000000033", "record_keys": ["6919467b79c4bf339786"], "reason": "母女共用手机号"},
    "undoDecision": {"reason": "核实有误"},
    "decideCorrections": {
        "verdict": "rejected",
        "source": "shop",
        "table_name": "orders",
        "column_name": "net_amount",
        "rule": "money_format",
        "reason": "原系统以角为单位",
    },
    "undoCorrectionDecision": {"reason": "来源已更正"},
}
OPEN = frozenset({"isAlive", "isReady", "signIn", "signOut", "waysToSignIn", "signInWithCompany", "companySignInBack"})
SCHEMES = {
    "token": {"type": "http", "scheme": "bearer", "description": "An API token; it does what its scopes and its user's role both allow."},
    "session": {"type": "apiKey", "in": "cookie", "name": "kezhi_session", "description": "The cookie of a browser that has signed in."},
}


def described(made: dict[str, Any]) -> dict[str, Any]:
    """*made*, FastAPI's own, with what it lacks."""
    for path in made["paths"].values():
        for operation in path.values():
            for parameter in operation.get("parameters", ()):
                if parameter["required"] and parameter["name"] in PARAMETERS:
                    example = PARAMETERS[parameter["name"]]
                    parameter["example"] = [example] if parameter["schema"].get("type") == "array" else example
            if operation["operationId"] in BODIES:
                operation["requestBody"]["content"]["application/json"]["example"] = BODIES[operation["operationId"]]
            if operation["operationId"] not in OPEN:
                operation["security"] = [{"token": []}, {"session": []}]
    made["components"]["securitySchemes"] = SCHEMES
    _times_without_zone(made["components"]["schemas"])
    return made


def _times_without_zone(node: Any) -> None:
    """Times are UTC or local business time, as their fields say, and bear no zone: `date-time-local` in OpenAPI's registry."""
    if isinstance(node, dict):
        if node.get("format") == "date-time":
            node["format"] = "date-time-local"
        for below in node.values():
            _times_without_zone(below)
    elif isinstance(node, list):
        for below in node:
            _times_without_zone(below)
