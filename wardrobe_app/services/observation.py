"""Tell whoever counts it what happens in the program: nobody, unless metrics are switched on."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar, cast

if TYPE_CHECKING:
    from wardrobe_app.services.importing.importer import ImportResult
    from wardrobe_app.services.importing.sources import Source

Self = TypeVar("Self")
P = ParamSpec("P")


class Observer:
    """Hears what happens. This one does nothing with it."""

    def tagged(self, photos: int, seconds: float) -> None:
        """The model has seen a batch of ``photos`` in so many ``seconds``."""

    def waiting(self, change: int) -> None:
        """So many photos more, or fewer, wait in imports."""

    def imported(self, outcome: str) -> None:
        """An import is done with a photo: "added", "already" or "refused"."""

    def failed(self, kind: str) -> None:
        """Something failed that should not have, in the part of the program that ``kind`` names."""

    def text(self) -> str:
        """Return what was counted, in Prometheus' text format."""
        return ""


_observer = Observer()


def observer() -> Observer:
    """Return who hears what happens."""
    return _observer


def observe_with(new: Observer) -> None:
    """Tell ``new`` from now on, instead of whoever was told before."""
    global _observer  # noqa: PLW0603 - one for the whole process, as what it counts
    _observer = new


def observed(
    add: Callable[Concatenate[Self, Sequence[Source], P], Iterator[ImportResult]],
) -> Callable[Concatenate[Self, Sequence[Source], P], Iterator[ImportResult]]:
    """Decorate a generator method that imports photos: tell how many wait, and what became of each."""

    @wraps(add)
    def run(self: Self, sources: Sequence[Source], /, *args: P.args, **kwargs: P.kwargs) -> Iterator[ImportResult]:
        left = len(sources)
        observer().waiting(left)
        try:
            with closing(cast("Generator[ImportResult]", add(self, sources, *args, **kwargs))) as results:
                for result in results:
                    left -= 1
                    observer().waiting(-1)
                    observer().imported(result.outcome.name.lower())
                    yield result
        finally:
            observer().waiting(-left)

    return run
