"""The client of the company's own sign-in. Loaded only where one is set up: it would be a tenth of a server's time to start."""

from __future__ import annotations

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.starlette_client import OAuth
from joserfc.errors import JoseError

from kezhi.serve.account.company import secret
from kezhi.settings import SignInSettings

UNREACHABLE = (httpx2.HTTPError, AuthlibBaseError, ValueError, KeyError)
REFUSED = (*UNREACHABLE, JoseError, TypeError)  # TypeError: an answer of another shape, such as an id_token of null


def client(settings: SignInSettings) -> OAuth:
    """
    The client of the company's sign-in, as its attribute `company`.

    Raises:
        WrongInput: The environment variable with the secret is not set.
    """
    registry = OAuth()  # type: ignore[no-untyped-call]
    registry.register(  # type: ignore[no-untyped-call]
        "company",
        client_id=settings.client_id,
        client_secret=secret(settings),
        server_metadata_url=settings.issuer.rstrip("/") + "/.well-known/openid-configuration",
        client_kwargs={"scope": "openid email profile", "code_challenge_method": "S256", "timeout": 10.0},
    )
    return registry
