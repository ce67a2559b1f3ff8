"""Settings of the workspace."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from kezhi.settings.section import Section
from kezhi.settings.sources import _MEMORY


class SignInSettings(Section):
    """The company's own sign-in by OpenID Connect."""

    issuer: str  # https://… ; its /.well-known/openid-configuration is read
    client_id: str
    client_secret_variable: str = "KEZHI_OIDC_SECRET"  # the environment variable that holds the secret: none in a file
    role: Literal["analyst", "marketer", "sales", "service", "manager", "auditor"] | None = None  # of whoever is new; none: not let in


class ServeSettings(Section):
    """The workspace's server."""

    store: str | None = None  # URL of the store's database; none: .kezhi/store.db; KEZHI_STORE wins over both
    public_url: str | None = Field(None, pattern="^https?://[^/]+")  # where browsers find it; https:// makes the cookie secure
    memory_limit: str = Field("1GB", pattern=_MEMORY)  # of reading the lake
    sign_in: SignInSettings | None = None  # none: by password only
