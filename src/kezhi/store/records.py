"""The store's tables. Times are UTC without zone; ids are texts made by `new_id`, so that two stores can be merged."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, MetaData, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


def utc_now() -> datetime:
    """Now, in UTC, without zone."""
    return datetime.now(UTC).replace(tzinfo=None)


def new_id() -> str:
    """Twenty random letters and digits."""
    return secrets.token_hex(10)


class Base(DeclarativeBase):
    """All tables; constraints have names, so that a migration can change them on any engine."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {dict[str, Any]: JSON, list[str]: JSON}  # noqa: RUF012 (SQLAlchemy's way)


# --- people and what they may do ------------------------------------------------------------------


class User(Base):
    """Who may sign in."""

    __tablename__ = "users"
    user_id: Mapped[str] = mapped_column(String(20), primary_key=True, default=new_id)
    login: Mapped[str] = mapped_column(String(120), unique=True)  # lower case
    shown_name: Mapped[str] = mapped_column(String(120))
    password_hash: Mapped[str | None] = mapped_column(String(200))  # none: only through the company's own sign-in
    role: Mapped[str] = mapped_column(String(20))
    language: Mapped[str | None] = mapped_column(String(2))
    regions: Mapped[list[str]] = mapped_column(default=list)  # provinces or cities; empty: all
    own_customers_only: Mapped[bool] = mapped_column(default=False)
    failed_sign_ins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    signed_in_at: Mapped[datetime | None]


class WebSession(Base):
    """A browser that signed in; the cookie's SHA-256, so that a stolen table opens no session."""

    __tablename__ = "web_sessions"
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.user_id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    expires_at: Mapped[datetime] = mapped_column(index=True)


class ApiToken(Base):
    """A key for programs; the token's SHA-256."""

    __tablename__ = "api_tokens"
    token_id: Mapped[str] = mapped_column(String(20), primary_key=True, default=new_id)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.user_id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[list[str]]  # actions; never more than the user's role has
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    expires_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class CustomerOwner(Base):
    """Whose customer somebody is."""

    __tablename__ = "customer_owners"
    customer_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.user_id", ondelete="CASCADE"), index=True)
    since: Mapped[datetime] = mapped_column(default=utc_now)


class AuditEntry(Base):
    """One thing that somebody did or saw; each entry's hash covers the one before, so that none can be changed or taken out."""

    __tablename__ = "audit"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    user_id: Mapped[str | None] = mapped_column(String(20), index=True)
    login: Mapped[str] = mapped_column(String(120))
    action: Mapped[str] = mapped_column(String(60), index=True)
    subject: Mapped[str] = mapped_column(String(300), index=True)
    reason: Mapped[str | None] = mapped_column(Text)
    details: Mapped[dict[str, Any]]
    address: Mapped[str | None] = mapped_column(String(64))
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)


# --- saved work -----------------------------------------------------------------------------------


class Note(Base):
    """What somebody learnt about a customer, said as a sentence and as a tag."""

    __tablename__ = "notes"
    note_id: Mapped[str] = mapped_column(String(20), primary_key=True, default=new_id)
    customer_id: Mapped[str] = mapped_column(String(200), index=True)
    tag: Mapped[str | None] = mapped_column(String(120), index=True)
    words: Mapped[str] = mapped_column(Text)
    author: Mapped[str] = mapped_column(String(120))
    source: Mapped[str] = mapped_column(String(40))  # where it was learnt: front_desk, back_office, phone, visit, other
    learnt_on: Mapped[str] = mapped_column(String(10))
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[str | None] = mapped_column(String(120))


class SavedView(Base):
    """A page's filters, columns and order under a name, or a figure pinned to the cockpit."""

    __tablename__ = "saved_views"
    __table_args__ = (UniqueConstraint("user_id", "page", "name"),)
    view_id: Mapped[str] = mapped_column(String(20), primary_key=True, default=new_id)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.user_id", ondelete="CASCADE"))
    page: Mapped[str] = mapped_column(String(40))  # customers, cockpit, …
    name: Mapped[str] = mapped_column(String(120))
    state: Mapped[dict[str, Any]]
    shared: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)


class MetricTarget(Base):
    """What a metric should come to."""

    __tablename__ = "metric_targets"
    metric: Mapped[str] = mapped_column(String(80), primary_key=True)
    target: Mapped[float]
    lower: Mapped[float | None]
    upper: Mapped[float | None]
    owner: Mapped[str] = mapped_column(String(120), default="")
    changed_at: Mapped[datetime] = mapped_column(default=utc_now)


# --- work in the background and events from outside -----------------------------------------------


class Job(Base):
    """One piece of long work: waiting, running, done, failed or cancelled."""

    __tablename__ = "jobs"
    __table_args__ = (Index("ix_jobs_state_due", "state", "due_at"),)
    job_id: Mapped[str] = mapped_column(String(20), primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(40))
    arguments: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(12), default="waiting")
    alone: Mapped[str | None] = mapped_column(String(40))  # of the same name only one runs at a time
    asked_by: Mapped[str] = mapped_column(String(120))
    due_at: Mapped[datetime] = mapped_column(default=utc_now)
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    worker: Mapped[str | None] = mapped_column(String(80))
    lease_until: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    cancel_asked: Mapped[bool] = mapped_column(default=False)
    progress: Mapped[dict[str, Any]] = mapped_column(default=dict)
    result: Mapped[dict[str, Any]] = mapped_column(default=dict)
    problem: Mapped[str | None] = mapped_column(Text)
    schedule_id: Mapped[str | None] = mapped_column(String(20), index=True)
    created_at: Mapped[datetime] = mapped_column(default=utc_now, index=True)


class Schedule(Base):
    """When a kind of job is asked for by itself."""

    __tablename__ = "schedules"
    schedule_id: Mapped[str] = mapped_column(String(20), primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(40))
    arguments: Mapped[dict[str, Any]]
    cron: Mapped[str] = mapped_column(String(120))  # in the project's timezone
    author: Mapped[str] = mapped_column(String(120))
    next_at: Mapped[datetime | None] = mapped_column(index=True)  # none: switched off
    created_at: Mapped[datetime] = mapped_column(default=utc_now)


class WriteKey(Base):
    """A key with which a source's programs send events."""

    __tablename__ = "write_keys"
    write_key: Mapped[str] = mapped_column(String(60), primary_key=True)  # public: it is in every web page
    source: Mapped[str] = mapped_column(String(60))
    author: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    revoked_at: Mapped[datetime | None]


class Segment(Base):
    """A segment saved in the workspace: the rule that the next run reads, and `in_segment` at once."""

    __tablename__ = "segments"
    key: Mapped[str] = mapped_column(String(60), primary_key=True)  # what other rules name: it stays when the name changes
    name: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(120), default="")
    doc: Mapped[str] = mapped_column(Text, default="")
    expression: Mapped[str] = mapped_column(Text)  # the canonical text
    owner: Mapped[str] = mapped_column(String(120))  # login; only they and admins change it
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    changed_at: Mapped[datetime] = mapped_column(default=utc_now)
    changed_by: Mapped[str] = mapped_column(String(120))


# --- who is who -----------------------------------------------------------------------------------


class Decision:
    """Who decided, when and why, and who took it back: a decision is undone, never deleted."""

    author: Mapped[str] = mapped_column(String(120))
    reason: Mapped[str | None] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(default=utc_now, index=True)
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str | None] = mapped_column(String(120))
    undo_reason: Mapped[str | None] = mapped_column(Text)


class IdentityDecision(Decision, Base):
    """What somebody decided about who is who; undone, never deleted. It names records, which live, and not customers."""

    __tablename__ = "identity_decisions"
    decision_id: Mapped[str] = mapped_column(String(20), primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(8))  # same, apart, later
    one_records: Mapped[list[str]]
    other_records: Mapped[list[str]]


# --- what cleaning mended -------------------------------------------------------------------------


class CorrectionDecision(Decision, Base):
    """What somebody decided about the corrections of a rule, or of one text; undone, never deleted. The text itself is not kept."""

    __tablename__ = "correction_decisions"
    decision_id: Mapped[str] = mapped_column(String(20), primary_key=True, default=new_id)
    verdict: Mapped[str] = mapped_column(String(8))  # approved, rejected
    source: Mapped[str] = mapped_column(String(120))
    table_name: Mapped[str] = mapped_column(String(60))
    column_name: Mapped[str] = mapped_column(String(60))
    rule: Mapped[str] = mapped_column(String(60))
    text_key: Mapped[str | None] = mapped_column(String(32))  # MD5 of the text as it came; none: all texts of the rule
    count: Mapped[int]  # values that it was about when it was made
