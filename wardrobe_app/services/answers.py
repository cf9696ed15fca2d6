"""Answers about the whole wardrobe, kept until the wardrobe changes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import Any, TypeVar, cast

T = TypeVar("T")


class Answers:
    """One wardrobe's answers by name, all of its newest revision."""

    def __init__(self, revision: Callable[[], str]) -> None:
        """``revision`` returns a text that differs as soon as an answer could."""
        self._revision = revision
        self._lock = threading.Lock()
        self._current = ""
        self._kept: dict[Hashable, tuple[threading.Lock, list[Any]]] = {}

    def get(self, name: Hashable, compute: Callable[[], T]) -> T:
        """Return the answer called ``name``, computed once for each revision, however many ask at the same time."""
        revision = self._revision()
        with self._lock:
            if revision != self._current:
                self._current, self._kept = revision, {}
            lock, answer = self._kept.setdefault(name, (threading.Lock(), []))
        with lock:
            if not answer:
                answer.append(compute())
            return cast(T, answer[0])

    def known(self, name: Hashable) -> Any:
        """Return the answer called ``name`` where it is known already, else None; nothing is computed or waited for."""
        revision = self._revision()
        with self._lock:
            _, answer = self._kept.get(name, (None, ())) if revision == self._current else (None, ())
        return answer[0] if answer else None
