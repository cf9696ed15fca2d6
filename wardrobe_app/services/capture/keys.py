"""The secrets of one open phone page: the token of its address, the code to type, and the phone that came first."""

from __future__ import annotations

import secrets
import threading
from typing import Final

ALPHABET: Final = "23456789abcdefghjkmnpqrstuvwxyz"  # nothing that looks like something else
CODE_LENGTH: Final = 8
MAX_WRONG_CODES: Final = 10
_TOKEN_BYTES: Final = 24


class Keys:
    """What a phone must know.

    ``token`` has 192 bits. ``code`` has 31 ** 8 possible values (40 bits) and stops working after ten wrong ones, so
    that the chance of guessing it is one in 85,000 million.
    """

    def __init__(self) -> None:
        self.token: Final = secrets.token_urlsafe(_TOKEN_BYTES)
        self.code: Final = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
        self._device: str | None = None
        self._wrong = 0
        self._lock = threading.Lock()

    @property
    def code_works(self) -> bool:
        """Whether the code may still be typed: too many wrong ones end it, the token stays."""
        return self._wrong < MAX_WRONG_CODES

    @property
    def is_joined(self) -> bool:
        """Whether a phone has opened the page."""
        return self._device is not None

    def is_token(self, given: str) -> bool:
        """Compare in constant time."""
        return _same(given, self.token)

    def redeem(self, typed: str) -> bool:
        """Whether this is the code; each wrong one counts, and what cannot be a code does not."""
        code = typed.replace("-", "").lower()
        if len(code) != CODE_LENGTH or set(code) - set(ALPHABET):
            return False
        with self._lock:
            if not self.code_works:
                return False
            right = _same(code, self.code)
            self._wrong += not right
        return right

    def join(self, device: str) -> str | None:
        """Return the device secret for the first phone, and for the same one again; None for any other."""
        with self._lock:
            if self._device is None:
                self._device = secrets.token_urlsafe(_TOKEN_BYTES)
                return self._device
        return self._device if self.is_device(device) else None

    def is_device(self, given: str) -> bool:
        """Whether this is the secret of the phone that joined."""
        return self._device is not None and _same(given, self._device)


def _same(given: str, right: str) -> bool:
    return secrets.compare_digest(given.encode("utf-8", "replace"), right.encode())
