"""Which role may do what. Every route of the workspace names one of these actions; a test walks all of them."""

from __future__ import annotations

from kezhi.store.users import ROLES

_ALL = frozenset(ROLES)
_WORK = _ALL - {"auditor"}

# action -> the roles that have it
ACTIONS: dict[str, frozenset[str]] = {
    "account.own": _ALL,  # one's own settings, password, tokens and saved views
    "customers.read": _WORK,  # personal fields are masked
    "customers.personal": frozenset({"admin", "sales", "service", "manager"}),  # unmasked, with a reason, and audited
    "customers.export": frozenset({"admin", "analyst", "marketer"}),
    "notes.write": frozenset({"admin", "sales", "service", "manager"}),
    "segments.read": _WORK,
    "segments.write": frozenset({"admin", "analyst", "marketer"}),
    "metrics.read": _ALL,
    "metrics.write": frozenset({"admin", "analyst", "manager"}),
    "insight.read": _WORK,  # groups, products, RFM, lifecycle, models
    "models.write": frozenset({"admin", "analyst"}),
    "reports.read": _ALL,
    "runs.read": frozenset({"admin", "analyst", "manager", "auditor"}),
    "runs.write": frozenset({"admin", "analyst"}),
    "data.read": frozenset({"admin", "analyst", "manager", "auditor"}),
    "data.write": frozenset({"admin", "analyst"}),
    "identity.read": frozenset({"admin", "analyst", "service"}),
    "identity.write": frozenset({"admin", "analyst"}),
    "collector.write": frozenset({"admin", "analyst"}),  # write keys of sources
    "users.write": frozenset({"admin"}),
    "audit.read": frozenset({"admin", "auditor"}),
}


def allowed(role: str, action: str, scopes: tuple[str, ...] | None = None) -> bool:
    """Whether *role* has *action*; with *scopes* (of a token) only if they name it as well."""
    return role in ACTIONS[action] and (scopes is None or action in scopes)
