"""What is trained, on what, how: one frozen config for each published system of the field, and ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import Any, ClassVar, Literal, Protocol, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from classifier.serving.preprocessing import Preprocessing

Augmentation = Literal["none", "photos", "shear-zoom-flip", "flip", "flip-shift", "presized"]
ALL = 99  # as Recipe.frozen: every stage of the backbone


@dataclass(frozen=True)
class Optimization:
    """How the weights move. ``rate`` is that of the heads.

    The last stage of the backbone learns at ``rate * backbone_share``, each one before it at ``discriminative`` times
    the rate of the next. ``schedule`` is "one-cycle" (up and down, by step), "halving" (halved every ``halve_every``
    passes) or "constant". ``clip`` bounds the gradient's norm, ``patience`` is how many passes without a better
    validation end the training; None for neither.
    """

    optimizer: Literal["adamw", "adam", "sgd", "rmsprop"] = "adamw"
    rate: float = 1e-3
    weight_decay: float = 0.01
    schedule: Literal["one-cycle", "halving", "constant"] = "one-cycle"
    halve_every: int = 10
    backbone_share: float = 1.0
    discriminative: float = 1.0
    clip: float | None = 1.0
    patience: int | None = None


@dataclass(frozen=True)
class Recipe:
    """How a checkpoint comes about.

    ``dataset`` names a loader of ``classifier.datasets``. The first ``frozen`` stages of the backbone (the stem is the
    first) keep their weights; with ``cached_views`` their activations are computed once, for so many augmented views
    of each training picture, and kept on disk (``product_views`` of a product on white; 0 for as many). ``head_passes``
    train the heads alone, ``passes`` everything that is not frozen. ``passes`` count the pictures that are not on
    white where ``product_share`` is set: so much of each batch are products, drawn anew each pass.

    Batches by sender (``by_sender``) are made of photos by one or two people: what they share, the ground, then tells
    nothing apart; ``contrast`` weighs the loss that brings the embeddings (``embedding_dim`` numbers) of two views of
    a garment together. ``loss_weights`` weigh the heads, by name; a head without weight counts 1. ``per_class`` keeps
    at most so many training pictures of each class. ``hidden`` is the width of a dense layer before the heads, 0 for
    none; with ``mirrored`` a picture's answers are means with those to its mirror image. ``initial`` is "imagenet",
    "random", or a file. ``compared`` are variants to train one after the other, each a mapping of fields; the results
    are reported side by side, seeds as their mean.

    With ``joined`` the variants become one network, which then is what the recipe yields: the frozen stages once, the
    others side by side. Such variants leave out one ``fold`` each of the people to choose on.

    ``published`` holds the published system's figures and ``at_least`` what ours must reach, by name of the figure
    ("class.top1"; of variants "VARIANT/class.top1"). ``reported`` is the split that a run's report is about.
    """

    name: str
    version: str
    about: str
    dataset: str
    backbone: str
    preprocessing: Preprocessing
    optimization: Optimization
    passes: int
    batch_size: int
    head_passes: int = 0
    initial: str = "imagenet"
    frozen: int = 0
    cached_views: int = 0
    product_views: int = 0
    product_share: float = 0.0
    by_sender: bool = False
    flip_activations: bool = False
    augmentation: Augmentation = "none"
    loss_weights: Mapping[str, float] | None = None
    dropout: float = 0.2
    hidden: int = 0
    embedding_dim: int = 0
    contrast: float = 0.0
    contrast_temperature: float = 0.1
    mixup: float = 0.0
    label_smoothing: float = 0.0
    mirrored: bool = False
    frozen_norms: bool = True
    per_class: int | None = None
    compared: tuple[dict[str, Any], ...] = ()
    joined: bool = False
    fold: int | None = None
    published: Mapping[str, float] | None = None
    at_least: Mapping[str, float] | None = None
    reported: str = "test"
    seed: int = 2026

    @property
    def variants(self) -> dict[str, Recipe]:
        """What ``compared`` asks for, by a name for each; the recipe itself under "" where nothing is compared."""
        return {
            "-".join(_words(name, value) for name, value in changes.items() if name not in _UNNAMED): replace(
                self.changed(changes), compared=(), joined=False
            )
            for changes in self.compared
        } or {"": self}

    @property
    def cached(self) -> bool:
        """Whether training starts from activations on disk."""
        return self.cached_views > 0

    def changed(self, changes: Mapping[str, Any]) -> Recipe:
        """The recipe with other values, as :func:`changed`."""
        return changed(self, changes)


R = TypeVar("R", bound="Configured")


class Configured(Protocol):
    """A frozen config of a training: its own fields, those of the optimization, and how pictures come in."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def preprocessing(self) -> Preprocessing: ...
    @property
    def optimization(self) -> Optimization: ...


def changed(recipe: R, changes: Mapping[str, Any]) -> R:
    """A recipe with other values; a name may be a field's, one of the optimization's, or ``size``.

    Raises:
        ValueError: there is no such field, or the value makes no sense for it; says which.
    """
    own = {field.name for field in fields(recipe)} - {"name", "published", "at_least", "preprocessing", "optimization"}
    moving = {field.name for field in fields(Optimization)}
    for name, value in changes.items():
        if name == "size":
            size = _checked(int, name, value)
            recipe = replace(recipe, preprocessing=replace(recipe.preprocessing, size=size))
        elif name in moving:
            checked = _checked(_type_of(Optimization, name), name, value)
            recipe = replace(recipe, optimization=replace(recipe.optimization, **{name: checked}))
        elif name in own:
            recipe = replace(recipe, **{name: _checked(_type_of(type(recipe), name), name, value)})
        else:
            raise ValueError(f"A recipe has no {name!r} to set.")
    return recipe


_UNNAMED = {"cached_views", "flip_activations"}  # follow from another change


def _words(name: str, value: object) -> str:
    return f"fold-{value}" if name == "fold" else str(value)


def _type_of(owner: type, name: str) -> Any:
    from typing import get_type_hints

    return get_type_hints(owner)[name]


def _checked(kind: Any, name: str, value: Any) -> Any:
    if isinstance(value, str) and value.lower() == "none" and name in {"patience", "clip", "per_class"}:
        return None
    try:
        return TypeAdapter(kind).validate_python(value)
    except ValidationError as error:
        raise ValueError(f"{name} cannot be {value!r}: {error.errors()[0]['msg']}.") from error


# With the mean and deviation that torchvision's and timm's ResNets expect.
AS_RESNETS = Preprocessing(size=224, mean=(0.485, 0.456, 0.406), std=(0.229, 0.224, 0.225))

WARDROBE = Recipe(
    name="wardrobe",
    version="2.1",
    about="Ours: one network for type, colour, pattern, whom for and occasion, for people's photos on any ground",
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
    reported="val",  # held-out people are for `evaluate`, not for every run to look at
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
    about="Fashion-MNIST with three convolution blocks (32, 64, 128) and a dense layer of 64, from nothing",
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
    about="Fashion-MNIST from 500 labels, without and with augmentation; from a pretrained base, as 500 teach little",
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
        {"backbone": "vgg16", "frozen": ALL, "cached_views": 1, "augmentation": "none"},
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
    # Each attribute of a picture is one of a thousand: its loss is a mean over all, so the sum has to be let count.
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
    """The recipe called ``name``, with changes such as ``passes=1``.

    Raises:
        ValueError: no such recipe, or a change that makes no sense; says which there are.
    """
    if name not in RECIPES:
        raise ValueError(f"There is no recipe {name!r}; there are {', '.join(RECIPES)}.")
    return changed(RECIPES[name], parse_changes(changes))


def parse_changes(changes: Sequence[str]) -> dict[str, str]:
    """Changes such as ``passes=1`` as names and values.

    Raises:
        ValueError: one is not of that form.
    """
    pairs = [change.partition("=") for change in changes]
    if bad := [name for name, sign, _ in pairs if not sign]:
        raise ValueError(f"{bad[0]!r} is not of the form NAME=VALUE.")
    return {name.strip().replace("-", "_"): value.strip() for name, _, value in pairs}
