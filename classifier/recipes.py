"""Training recipes: what their values mean, and how to look one up. The values are in recipes.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from importlib.resources import files
from typing import Any, ClassVar, Literal, Protocol, TypeVar

from pydantic import ValidationError
from pydantic.dataclasses import dataclass

from classifier.serving.preprocessing import Preprocessing

Augmentation = Literal["none", "photos", "shear-zoom-flip", "flip", "flip-shift", "presized"]
ALL_STAGES = 99  # as Recipe.frozen


@dataclass(frozen=True)
class Optimization:
    """How the weights are optimised."""

    optimizer: Literal["adamw", "adam", "sgd", "rmsprop"] = "adamw"
    rate: float = 1e-3  # of the heads
    weight_decay: float = 0.01
    schedule: Literal["one-cycle", "halving", "constant"] = "one-cycle"
    halve_every: int = 10  # passes
    backbone_share: float = 1.0  # of the rate, for the backbone's last stage
    discriminative: float = 1.0  # of a stage's rate, for the stage before it
    clip: float | None = 1.0  # norm of the gradient
    patience: int | None = None  # passes without improvement that end the training


@dataclass(frozen=True)
class Recipe:
    """How to train a checkpoint."""

    name: str
    version: str
    about: str
    dataset: str  # a name of classifier.datasets.registry
    backbone: str
    preprocessing: Preprocessing
    optimization: Optimization
    passes: int  # over everything that is not frozen; with product_share, over the pictures that are not on white
    batch_size: int
    head_passes: int = 0  # over the heads alone, before
    initial: str = "imagenet"  # or "random", or a file
    frozen: int = 0  # first stages of the backbone that keep their weights; the stem is the first
    cached_views: int = 0  # augmented views per picture whose activations are cached on disk
    product_views: int = 0  # the same for a product on white, 0 for as many
    product_share: float = 0.0  # of each batch: products, drawn anew each pass
    by_sender: bool = False  # batches with one or two people's photos: the ground then separates nothing
    flip_activations: bool = False
    augmentation: Augmentation = "none"
    loss_weights: Mapping[str, float] | None = None  # by head, 1 where absent
    dropout: float = 0.2
    hidden: int = 0  # width of a dense layer before the heads, 0 for none
    embedding_dim: int = 0
    contrast: float = 0.0  # weight of the loss that brings the embeddings of two views together
    contrast_temperature: float = 0.1
    mixup: float = 0.0
    label_smoothing: float = 0.0
    mirrored: bool = False  # answers are means over a picture and its mirror image
    frozen_norms: bool = True
    kept: Literal["best", "last"] = "best"  # pass, by the validation pictures
    refit: float = 0.0  # penalty of the regression that replaces the head "type" in the end, 0 to keep the head
    per_class: int | None = None  # most training pictures of a class
    compared: tuple[dict[str, Any], ...] = ()  # variants to train, as changes; reported side by side, seeds as a mean
    published: Mapping[str, float] | None = None  # figures by name: "class.top1", or "VARIANT/class.top1"
    at_least: Mapping[str, float] | None = None  # that ours must reach
    reported: str = "test"  # split of a run's report
    seed: int = 2026

    @property
    def variants(self) -> dict[str, Recipe]:
        """The variants of ``compared`` by name; the recipe itself as "" without any."""
        return {
            "-".join(
                str(value)
                for name, value in changes.items()
                if name not in {"cached_views", "flip_activations"}  # these follow from another change
            ): replace(changed(self, changes), compared=())
            for changes in self.compared
        } or {"": self}

    @property
    def cached(self) -> bool:
        """Whether training starts from cached activations."""
        return self.cached_views > 0


class Configured(Protocol):
    """A frozen training configuration."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def optimization(self) -> Optimization: ...


R = TypeVar("R", bound=Configured)
_FIXED = {"name", "published", "at_least", "preprocessing", "optimization"}


def changed(recipe: R, changes: Mapping[str, Any]) -> R:
    """Change values of a recipe by name: its own fields, those of its optimization, or ``size``.

    Raises:
        ValueError: the name is unknown, or the value is invalid.
    """
    for name, given in changes.items():
        value = None if name in {"patience", "clip", "per_class"} and str(given).lower() == "none" else given
        change: dict[str, Any] = {name: value}
        try:
            if name == "size" and isinstance(recipe, Recipe):
                recipe = replace(recipe, preprocessing=replace(recipe.preprocessing, size=int(given)))
            elif name in {field.name for field in fields(Optimization)}:
                recipe = replace(recipe, optimization=replace(recipe.optimization, **change))
            elif name in {field.name for field in fields(recipe)} - _FIXED:
                recipe = replace(recipe, **change)
            else:
                raise ValueError(f"A recipe has no {name!r} to set.")
        except ValidationError as error:
            raise ValueError(f"{name} cannot be {value!r}: {error.errors()[0]['msg']}.") from error
    return recipe


def _load() -> dict[str, Recipe]:
    text = files("classifier").joinpath("recipes.toml").read_text(encoding="utf-8")
    return {name: Recipe(name=name, **values) for name, values in tomllib.loads(text).items()}


RECIPES: dict[str, Recipe] = _load()


def recipe_named(name: str, changes: Sequence[str] = ()) -> Recipe:
    """Look up a recipe, with changes such as ``passes=1``.

    Raises:
        ValueError: the recipe is unknown, or a change is invalid.
    """
    if name not in RECIPES:
        raise ValueError(f"There is no recipe {name!r}; there are {', '.join(RECIPES)}.")
    return changed(RECIPES[name], parse_changes(changes))


def parse_changes(changes: Sequence[str]) -> dict[str, str]:
    """Split changes such as ``passes=1`` into names and values.

    Raises:
        ValueError: a change has another form.
    """
    pairs = [change.partition("=") for change in changes]
    if bad := [name for name, sign, _ in pairs if not sign]:
        raise ValueError(f"{bad[0]!r} is not of the form NAME=VALUE.")
    return {name.strip().replace("-", "_"): value.strip() for name, _, value in pairs}
