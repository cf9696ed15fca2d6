"""Training recipes: one frozen configuration for each published system, and for our own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
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
    per_class: int | None = None  # most training pictures of a class
    compared: tuple[dict[str, Any], ...] = ()  # variants to train, as changes; reported side by side, seeds as a mean
    joined: bool = False  # join the variants into one network: the frozen stages once, the others side by side
    fold: int | None = None  # of the validation people, which such a variant leaves out
    published: Mapping[str, float] | None = None  # figures by name: "class.top1", or "VARIANT/class.top1"
    at_least: Mapping[str, float] | None = None  # that ours must reach
    reported: str = "test"  # split of a run's report
    seed: int = 2026

    @property
    def variants(self) -> dict[str, Recipe]:
        """The variants of ``compared`` by name; the recipe itself as "" without any."""
        return {
            "-".join(
                f"fold-{value}" if name == "fold" else str(value)
                for name, value in changes.items()
                if name not in {"cached_views", "flip_activations"}  # these follow from another change
            ): replace(changed(self, changes), compared=(), joined=False)
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
    def preprocessing(self) -> Preprocessing: ...
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
            if name == "size":
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


# The mean and deviation of torchvision's and timm's ResNets.
AS_RESNETS = Preprocessing(size=224, mean=(0.485, 0.456, 0.406), std=(0.229, 0.224, 0.225))

WARDROBE = Recipe(
    name="wardrobe",
    version="2.1",
    about="Our own: one network for type, colour, pattern, gender and occasion, for people's photos on any ground",
    dataset="wardrobe",
    backbone="tf_efficientnet_lite2",
    preprocessing=Preprocessing(size=288, resize="letterbox"),
    optimization=Optimization(rate=1.5e-3, weight_decay=0.02, backbone_share=0.25),
    passes=3,
    batch_size=48,
    frozen=6,
    cached_views=6,
    product_views=2,
    product_share=0.5,
    by_sender=True,
    flip_activations=True,
    augmentation="photos",
    loss_weights={"type": 1.0, "colour": 0.5, "pattern": 0.3, "gender": 0.2, "occasion": 0.2},
    dropout=0.3,
    embedding_dim=128,
    contrast=0.15,
    mixup=0.2,
    compared=({"fold": 0}, {"fold": 1}, {"fold": 2}),
    joined=True,
    reported="val",  # held-out people are evaluated only by `evaluate`
    at_least={
        "held-out.top1": 0.87,
        "held-out.top3": 0.96,
        "held-out.public_test_people.top1": 0.87,
        "held-out.public_test_people.top3": 0.96,
        "small-test.top1_of_ten": 0.92,
    },
)

CLOTHING_SMALL = Recipe(
    name="clothing-small",
    version="1.0",
    about="Transfer learning on clothing-dataset-small: a pretrained base, pooled, a dense layer of 100, dropout",
    dataset="clothing-small",
    backbone="tf_efficientnet_lite2",
    preprocessing=Preprocessing(size=299),
    optimization=Optimization(rate=1e-3, weight_decay=0.02, backbone_share=0.3),
    passes=8,
    batch_size=32,
    frozen=6,
    cached_views=4,
    flip_activations=True,
    augmentation="shear-zoom-flip",
    dropout=0.5,
    hidden=100,
    mixup=0.2,
    label_smoothing=0.1,
    published={"class.top1": 0.865},
    at_least={"class.top1": 0.92},
)

FASHION_MNIST = Recipe(
    name="fashion-mnist",
    version="1.0",
    about="Fashion-MNIST with three convolution blocks (32, 64, 128) and a dense layer of 64, from scratch",
    dataset="fashion-mnist",
    backbone="conv_32_64_128",
    preprocessing=Preprocessing(size=28),
    optimization=Optimization(rate=4e-3, weight_decay=0.02),
    passes=32,
    batch_size=128,
    initial="random",
    augmentation="flip-shift",
    dropout=0.3,
    hidden=64,
    frozen_norms=False,
    mirrored=True,
    published={"class.top1": 0.910},
    at_least={"class.top1": 0.935},
)

FASHION_MNIST_500 = Recipe(
    name="fashion-mnist-500",
    version="1.0",
    about="Fashion-MNIST from 500 labels, without and with augmentation, from a pretrained base",
    dataset="fashion-mnist-500",
    backbone="tf_efficientnet_lite0",
    preprocessing=Preprocessing(size=128),
    optimization=Optimization(rate=1e-3, weight_decay=0.05, backbone_share=0.3),
    passes=30,
    batch_size=50,
    frozen=5,
    cached_views=8,
    flip_activations=True,
    augmentation="flip-shift",
    dropout=0.4,
    mixup=0.2,
    label_smoothing=0.1,
    compared=(
        *({"augmentation": "none", "seed": s, "cached_views": 1, "flip_activations": False} for s in range(5)),
        *({"augmentation": "flip-shift", "seed": s} for s in range(5)),
    ),
    published={"none/class.top1": 0.792, "flip-shift/class.top1": 0.811},
    at_least={"flip-shift/class.top1": 0.84},
)

FASHION_PRODUCTS = Recipe(
    name="fashion-products",
    version="1.0",
    about="Product pictures of 60 x 80 pixels: one network, three heads (gender, article, colour), sum of losses",
    dataset="fashion-products",
    backbone="tf_efficientnet_lite0",
    preprocessing=Preprocessing(size=160),
    optimization=Optimization(rate=2e-3, weight_decay=0.02, backbone_share=0.5),
    passes=4,
    batch_size=96,
    frozen=5,
    cached_views=1,
    flip_activations=True,
    dropout=0.2,
    mixup=0.1,
    published={"gender.top1": 0.82, "article.top1": 0.80, "colour.top1": 0.60},
    at_least={"gender.top1": 0.88, "article.top1": 0.87, "colour.top1": 0.66},
)

DEEPFASHION_RESNET34 = Recipe(
    name="deepfashion-resnet34",
    version="1.0",
    about="DeepFashion's categories: presized, augmented in batches on the device, heads first, then all layers",
    dataset="deepfashion",
    backbone="resnet34",
    preprocessing=AS_RESNETS,
    optimization=Optimization(rate=5e-3, weight_decay=0.01, discriminative=0.5),
    head_passes=1,
    passes=6,
    batch_size=64,
    augmentation="presized",
    dropout=0.25,
    hidden=512,
    frozen_norms=False,
    published={"category.top1": 0.704, "category.top3": 0.886, "category.top5": 0.941},
)

DEEPFASHION_RESNET50 = Recipe(
    name="deepfashion-resnet50",
    version="1.0",
    about="DeepFashion's categories: the last residual blocks of a ResNet50, 600 training pictures a category",
    dataset="deepfashion",
    backbone="resnet50",
    preprocessing=AS_RESNETS,
    optimization=Optimization("adam", 0.01, 1e-4, "halving", 10, 0.1, 1.0, 0.5, patience=8),
    passes=50,
    batch_size=64,
    frozen=3,
    augmentation="flip",
    per_class=600,
    compared=(
        *({"frozen": frozen} for frozen in (4, 3, 2)),
        {"backbone": "vgg16", "frozen": ALL_STAGES, "cached_views": 1, "augmentation": "none"},
    ),
    published={"category.top1": 0.594, "category.top1 at best": 0.822},
)

DEEPFASHION_ATTRIBUTES = Recipe(
    name="deepfashion-attributes",
    version="1.0",
    about="DeepFashion's 1,000 attributes in five groups beside the category, many labels at once",
    dataset="deepfashion-attributes",
    backbone="resnet50",
    preprocessing=AS_RESNETS,
    optimization=Optimization(rate=2e-3, weight_decay=0.02, discriminative=0.6, backbone_share=0.3),
    head_passes=1,
    passes=10,
    batch_size=64,
    augmentation="presized",
    # The loss is a mean over a thousand attributes, so it needs a large weight.
    loss_weights={"category": 1.0, "texture": 40.0, "fabric": 40.0, "shape": 40.0, "part": 40.0, "style": 40.0},
    frozen_norms=False,
    published={"category.top3": 0.9116, "category.top5": 0.9612, "attributes.recall_at.all.3": 0.5469,
               "attributes.recall_at.all.5": 0.6374},
)  # fmt: skip

RECIPES: dict[str, Recipe] = {
    recipe.name: recipe
    for recipe in (
        CLOTHING_SMALL, FASHION_MNIST, FASHION_MNIST_500, FASHION_PRODUCTS,
        DEEPFASHION_RESNET34, DEEPFASHION_RESNET50, DEEPFASHION_ATTRIBUTES, WARDROBE,
    )
}  # fmt: skip


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
