"""An OpenID Connect provider that answers whatever a test wants it to: the sign-on as an attacker would bend it."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
CURVE_KEY = ec.generate_private_key(ec.SECP256R1())
CLIENT = "us"


def public(key: Any, **more: Any) -> dict[str, Any]:
    kind = jwt.algorithms.RSAAlgorithm if isinstance(key, rsa.RSAPrivateKey) else jwt.algorithms.ECAlgorithm
    return {**json.loads(kind.to_jwk(key.public_key())), "use": "sig", **more}


class Bent:
    """The provider's answers; a test changes what it wants bent."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.issuer = url
        self.nonce = ""
        self.claims: dict[str, Any] = {}
        self.drop: tuple[str, ...] = ()
        self.person = {"sub": "m", "email": "manager@larkfield.example", "email_verified": True, "name": "The manager"}
        self.keys = [public(KEY, kid="one", alg="RS256"), public(CURVE_KEY, kid="two", alg="ES256")]
        self.write: Callable[[dict[str, Any]], str] = lambda claims: jwt.encode(
            claims, KEY, algorithm="RS256", headers={"kid": "one"}
        )
        #: Address -> where it sends on to, for a provider that redirects.
        self.elsewhere: dict[str, str] = {}
        self.asked: list[str] = []

    def token(self) -> str:
        now = int(time.time())
        claims = {
            "iss": self.issuer, "sub": self.person["sub"], "aud": CLIENT, "iat": now, "exp": now + 300,
            "nonce": self.nonce, **self.claims,
        }  # fmt: skip
        return self.write({name: value for name, value in claims.items() if name not in self.drop})

    def answer(self, path: str) -> dict[str, Any]:
        if path == "/.well-known/openid-configuration":
            return {
                "issuer": self.issuer, "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token", "userinfo_endpoint": f"{self.url}/userinfo",
                "jwks_uri": f"{self.url}/keys", "token_endpoint_auth_methods_supported": ["client_secret_post"],
            }  # fmt: skip
        if path == "/token":
            return {"access_token": "a", "token_type": "Bearer", "expires_in": 300, "id_token": self.token()}
        return {"/keys": {"keys": self.keys}, "/userinfo": self.person}[path]


@contextmanager
def served() -> Iterator[Bent]:
    bent: Bent

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            path = self.path.split("?")[0]
            bent.asked.append(path)
            if path in bent.elsewhere:
                self.send_response(302)
                self.send_header("Location", bent.elsewhere[path])
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            body = json.dumps(bent.answer(path.replace("/moved", ""))).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    bent = Bent(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield bent
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
