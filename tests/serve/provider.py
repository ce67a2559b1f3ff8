"""An OpenID Connect provider for tests, run as a process: prints its address, and signs whatever claims it is told to."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import socket
import time
from typing import Any
from urllib.parse import parse_qs

import uvicorn
from fastapi import FastAPI, Request
from joserfc import jwt
from joserfc.jwk import RSAKey

app = FastAPI()
codes: dict[str, dict[str, str]] = {}
KEY = {"kid": "k1", "alg": "RS256", "use": "sig"}
own, other = RSAKey.generate_key(2048, parameters=KEY), RSAKey.generate_key(2048, parameters=KEY)
place = socket.create_server(("127.0.0.1", 0))
ISSUER = f"http://127.0.0.1:{place.getsockname()[1]}"


@app.get("/.well-known/openid-configuration")
def configuration() -> dict[str, Any]:
    return {
        "issuer": ISSUER,
        "authorization_endpoint": f"{ISSUER}/authorize",
        "token_endpoint": f"{ISSUER}/token",
        "jwks_uri": f"{ISSUER}/jwks",
        "userinfo_endpoint": f"{ISSUER}/userinfo",
        "id_token_signing_alg_values_supported": ["RS256"],
        "code_challenge_methods_supported": ["S256"],
    }


@app.get("/jwks")
def jwks() -> dict[str, Any]:
    return {"keys": [own.as_dict(private=False)]}


@app.get("/authorize")
def authorize(request: Request) -> dict[str, str]:
    asked = dict(request.query_params)
    if "error" in asked:
        return {"location": f"{asked['redirect_uri']}?error=access_denied&state={asked['state']}"}
    code = secrets.token_urlsafe(8)
    codes[code] = asked
    return {"location": f"{asked['redirect_uri']}?code={code}&state={asked['state']}"}


@app.post("/token")
async def token(request: Request) -> dict[str, Any]:
    form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
    asked = codes.pop(form["code"])
    challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).rstrip(b"=").decode()
    assert challenge == asked["code_challenge"]
    now = int(time.time())
    claims = {"iss": ISSUER, "aud": "kezhi", "nonce": asked["nonce"], "iat": now, "exp": now + 300, **json.loads(asked["claims"])}
    claims |= {name: json.loads(asked[name]) for name in ("iss", "aud") if name in asked}
    claims["nonce"] = json.loads(asked["nonce"]) if asked["nonce"].startswith('"') else asked["nonce"]
    claims["exp"] = now + json.loads(asked["exp"]) if "exp" in asked else now + 300
    signed = jwt.encode({"alg": "RS256", "kid": "k1"}, claims, other if "key" in asked else own)
    return {"access_token": "a", "token_type": "Bearer", "expires_in": 300, "id_token": signed}


if __name__ == "__main__":
    print(ISSUER, flush=True)
    uvicorn.Server(uvicorn.Config(app, log_level="error")).run(sockets=[place])
