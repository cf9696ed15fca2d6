"""Work on many items in the actors of a Ray cluster, in order, whatever becomes of single workers."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from wardrobe_app.domain.errors import WardrobeError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Item = TypeVar("Item")
Found = TypeVar("Found")
Work = Callable[[Sequence[Item]], Sequence[Found]]
"""Returns one result for each item of a batch, in order."""

WINDOW_ITEMS: Final = 10_000
"""Handed to Ray together; the actors start anew for the next ones, which takes seconds."""

_MOST_IDLE_ROUNDS: Final = 3
"""So many batches in turn of which nothing came back: their items are not to blame."""


class ActorPool:
    """Runs work in one actor for each GPU of the cluster, or else for each CPU; ``workers`` limits them.

    Use it as ``with connected(address) as ray: for place, found in ActorPool(ray).map(items, make, 16): ...``.
    """

    def __init__(self, ray: Any, workers: int | None = None) -> None:
        self._ray = ray
        self._workers = workers

    def map(
        self, items: Sequence[Item], make: Callable[[], Work[Item, Found]], batch_items: int
    ) -> Generator[tuple[int, Found | None], None, None]:
        """Yield for each item, in order, its place and what the work that ``make`` makes in each actor found of it.

        None stands for an item that ended its worker each time that it was tried. Few batches are under way at a time,
        and no more are begun than are taken from the iterator. ``make``, items and results must be picklable.

        Raises:
            RuntimeError: the work raised an error.
            WardrobeError: it said that it cannot be done, or all workers end, whatever the item.
        """
        done, idle = 0, 0
        while done < len(items):
            end = min(done + WINDOW_ITEMS, len(items))
            gap = min(done + batch_items, end)  # unless all comes back
            for place, found in self._tried(items, range(done, end), make, batch_items):
                if place > done:
                    gap = place
                    break
                yield place, found
                done += 1
            if done == end:
                continue
            # The rest is done again, so that the order stays: what was under way is little.
            alone = self._tried_alone(items, range(done, max(gap, done + 1)), make)
            idle = 0 if any(alone.values()) else idle + 1
            if idle == _MOST_IDLE_ROUNDS:
                raise WardrobeError("The workers of the cluster end as soon as they get work. Is their memory enough?")
            if len(alone) == 1 or not idle:
                yield from ((place, found.value if found else None) for place, found in alone.items())
                done += len(alone)

    def _tried_alone(
        self, items: Sequence[Item], places: Sequence[int], make: Callable[[], Work[Item, Found]]
    ) -> dict[int, _Box[Found] | None]:
        """Try each item by itself, twice if need be: its worker may have ended with the machine it was on."""
        answers: dict[int, _Box[Found] | None] = dict.fromkeys(places)
        for _ in range(2):
            if missing := [place for place, answer in answers.items() if answer is None]:
                answers |= {place: _Box(found) for place, found in self._tried(items, missing, make, 1)}
        return answers

    def _tried(
        self,
        items: Sequence[Item],
        places: Sequence[int],
        make: Callable[[], Work[Item, Found]],
        batch_items: int,
    ) -> Iterator[tuple[int, Found]]:
        """Yield what comes back, in order: not the batches whose worker ended."""
        data, compute = self._ray.data, self._compute(alone=batch_items == 1)
        _be_quiet_and_steady(data.DataContext.get_current())
        blocks = [{"place": place, "item": _Box(items[place])} for place in places]
        with warnings.catch_warnings():
            # Only these say how often a worker may end; from 2.64 on they will have another place.
            warnings.simplefilter("ignore")
            found = data.from_items(blocks, override_num_blocks=-(-len(blocks) // batch_items)).map_batches(
                _Worker,
                batch_size=None,
                batch_format="numpy",
                fn_constructor_args=[make],
                compute=compute,
                max_restarts=-1,
                max_task_retries=0,  # a node that is gone would eat up any number of them
                **self._share(),
            )
        with suppress(self._ray.exceptions.RayError):  # results that were on a node that is gone
            for batch in found.iter_batches(batch_size=None, batch_format="numpy", prefetch_batches=1):
                for place, box in zip(batch["place"], batch["found"], strict=True):
                    if isinstance(box, _Failed):
                        raise WardrobeError(box.error) if box.expected else RuntimeError(box.error)
                    yield int(place), box.value

    def _compute(self, *, alone: bool) -> Any:
        # The next batch is on its way while one is worked on; but an item that is tried alone ends no other's work.
        # All actors begin at once; a cluster that grows gets more.
        places = int(self._resources().get(self._unit(), 1))
        return self._ray.data.ActorPoolStrategy(
            min_size=1,
            initial_size=max(1, min(self._workers or places, places)),
            max_size=self._workers,
            max_tasks_in_flight_per_actor=1 if alone else 2,
        )

    def _share(self) -> dict[str, int]:
        return {"num_gpus": 1} if self._unit() == "GPU" else {"num_cpus": 1}

    def _unit(self) -> str:
        return "GPU" if self._resources().get("GPU") else "CPU"

    def _resources(self) -> dict[str, float]:
        return dict(self._ray.cluster_resources())


@dataclass(frozen=True, slots=True)
class _Box(Generic[Item]):
    """Keeps Arrow from guessing the type of a value."""

    value: Item


@dataclass(frozen=True, slots=True)
class _Failed:
    error: str
    expected: bool


class _Worker:
    """The actor: makes its work when the first batch comes."""

    def __init__(self, make: Callable[[], Work[Any, Any]]) -> None:
        self._make = make
        self._work: Work[Any, Any] | None = None

    def __call__(self, batch: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
        try:
            self._work = self._work or self._make()
            found: list[object] = [_Box(one) for one in self._work([box.value for box in batch["item"]])]
        except WardrobeError as error:
            found = [_Failed(str(error), expected=True) for _ in batch["item"]]
        except Exception as error:  # else Ray would take it for a worker that ended
            found = [_Failed(f"{type(error).__name__}: {error}", expected=False) for _ in batch["item"]]
        return {"place": batch["place"], "found": _objects(found)}


def _objects(values: Sequence[object]) -> NDArray[np.object_]:
    import numpy as np

    column = np.empty(len(values), object)
    column[:] = values
    return column


def _be_quiet_and_steady(context: Any) -> None:
    context.enable_progress_bars = False
    context.print_on_execution_start = False
    context.execution_options.preserve_order = True
    context.max_errored_blocks = -1  # what does not come back is tried again
