"""Where photos are read and tagged: in this process, or by a Ray cluster."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from wardrobe_app import wiring
from wardrobe_app.domain.errors import InvalidEdit

if TYPE_CHECKING:
    from wardrobe_app.cluster.actor_pool import ActorPool
    from wardrobe_app.cluster.importing import RayEngine
    from wardrobe_app.cluster.keypoints import RayKeypoints
    from wardrobe_app.cluster.retagging import RayPredictionEngine


class EngineName(StrEnum):
    """What does the work on photos."""

    LOCAL = "local"
    RAY = "ray"


ChosenEngine = Annotated[
    EngineName, typer.Option("--engine", help="Who does the work on photos: this process, or a Ray cluster.")
]
Address = Annotated[
    str | None,
    typer.Option(
        "--address", metavar="HOST:PORT", help="The Ray cluster.", show_default="one of this computer, for this command"
    ),
]


@contextmanager
def import_engine(wardrobe: wiring.Runtime, name: EngineName, address: str | None) -> Iterator[RayEngine | None]:
    """Start what prepares photos; None stands for this process.

    Raises:
        InvalidEdit: an address was given, and not for Ray.
        WardrobeError: Ray is not installed, or does not answer.
    """
    with _pool(name, address) as pool:
        if pool is None:
            yield None
            return
        from wardrobe_app.cluster.importing import RayEngine

        make = partial(wiring.preparer, wiring.for_workers(wardrobe.settings))
        yield RayEngine(pool, make, wardrobe.settings.batch_size)


@contextmanager
def prediction_engine(
    wardrobe: wiring.Runtime, name: EngineName, address: str | None
) -> Iterator[RayPredictionEngine | None]:
    """Start what predicts stored photos; None stands for this process. Raises as ``import_engine``."""
    with _pool(name, address) as pool:
        if pool is None:
            yield None
            return
        from wardrobe_app.cluster.retagging import RayPredictionEngine

        make = partial(wiring.predictor, wiring.for_workers(wardrobe.settings))
        yield RayPredictionEngine(pool, make, wardrobe.settings.batch_size)


@contextmanager
def keypoint_engine(wardrobe: wiring.Runtime, name: EngineName, address: str | None) -> Iterator[RayKeypoints | None]:
    """Start what finds and compares keypoints; None stands for this process. Raises as ``import_engine``."""
    with _pool(name, address) as pool:
        if pool is None:
            yield None
            return
        from wardrobe_app.cluster.keypoints import RayKeypoints

        yield RayKeypoints(pool, partial(wiring.keypoint_worker, wiring.for_reading_workers(wardrobe.settings)))


@contextmanager
def _pool(name: EngineName, address: str | None) -> Iterator[ActorPool | None]:
    if name is EngineName.LOCAL:
        if address is not None:
            raise InvalidEdit("--address is for --engine ray.")
        yield None
        return
    from wardrobe_app.cluster.actor_pool import ActorPool
    from wardrobe_app.cluster.connection import connected

    with connected(address) as ray:
        yield ActorPool(ray)
