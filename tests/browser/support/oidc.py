from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

# A provider of OpenID Connect with a page of names to click on, as small as it can be.
CLIENT, SECRET = "wardrobe", "the client's secret"
PEOPLE = {
    "Anna": {"sub": "1", "email": "anna@example.org", "email_verified": True},
    "Ben": {"sub": "2", "email": "ben@example.org", "email_verified": True},
    "Carla": {"sub": "3", "email": "carla@example.org", "email_verified": True},
    "Mallory": {"sub": "4", "email": "anna@example.org", "email_verified": False},
}


class Provider(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.key = RSAKey.generate_key(2048, {"kid": "1", "use": "sig", "alg": "RS256"})
        self.codes: dict[str, dict[str, Any]] = {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def metadata(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/jwks",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }

    def authorized(self, asked: dict[str, str]) -> str:
        code = secrets.token_urlsafe()
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, form: dict[str, str], authorization: str) -> dict[str, Any]:
        asked = self.codes.pop(form["code"])
        expected = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        assert form.get("client_secret") == SECRET or authorization == f"Basic {expected}"
        if challenge := asked.get("code_challenge"):
            digest = hashlib.sha256(form["code_verifier"].encode()).digest()
            assert base64.urlsafe_b64encode(digest).decode().rstrip("=") == challenge
        now = int(time.time())
        claims = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 600, "name": asked["who"]}
        claims |= PEOPLE[asked["who"]] | ({"nonce": asked["nonce"]} if "nonce" in asked else {})
        token = jwt.encode({"alg": "RS256", "kid": "1"}, claims, self.key)
        return {"access_token": secrets.token_urlsafe(), "token_type": "Bearer", "expires_in": 600, "id_token": token}


class Handler(BaseHTTPRequestHandler):
    server: Provider

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(address.query).items()}
        if address.path == "/.well-known/openid-configuration":
            self._send_json(self.server.metadata())
        elif address.path == "/jwks":
            self._send_json({"keys": [self.server.key.as_dict(private=False)]})
        elif address.path == "/authorize" and "who" in asked:
            self.send_response(302)
            self.send_header("Location", self.server.authorized(asked))
            self.end_headers()
        elif address.path == "/authorize":
            links = (f'<a href="{address.path}?{address.query}&who={who}">{who}</a>' for who in PEOPLE)
            self._send(f"<title>Who are you?</title>{' '.join(links)}".encode(), "text/html")
        else:
            self.send_error(404)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        self._send_json(self.server.token(form, self.headers.get("Authorization", "")))

    def _send_json(self, value: Any) -> None:
        self._send(json.dumps(value).encode(), "application/json")

    def _send(self, body: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def provider() -> Iterator[Provider]:
    server = Provider()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
