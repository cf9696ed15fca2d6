from __future__ import annotations

import ast
import importlib.metadata
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from benchmarks.wardrobes import fill
from tests.paths import ROOT

PRODUCT = ("streamlit_app.py", "wardrobe_app", "db", "classifier")

# Layer -> what of ours it may import. A name stands for itself and all below it; the longest prefix that fits counts.
LAYERS: dict[str, tuple[str, ...]] = {
    "streamlit_app": (
        "wardrobe_app.components",
        "wardrobe_app.endpoints",
        "wardrobe_app.last_input",
        "wardrobe_app.preload",
        "wardrobe_app.startup",
    ),
    "wardrobe_app": (),
    "wardrobe_app.__main__": ("wardrobe_app.cli",),
    "wardrobe_app.access": ("wardrobe_app.domain",),
    "wardrobe_app.cli": ("wardrobe_app.commands",),
    "wardrobe_app.cluster": (
        "wardrobe_app.cluster",
        "wardrobe_app.config",
        "wardrobe_app.domain",
        "wardrobe_app.services",
        "wardrobe_app.wiring",
    ),
    "wardrobe_app.commands": (
        "wardrobe_app.cluster",
        "wardrobe_app.commands",
        "wardrobe_app.config",
        "wardrobe_app.domain",
        "wardrobe_app.services",
        "wardrobe_app.startup",
        "wardrobe_app.wiring",
    ),
    "wardrobe_app.components": ("wardrobe_app.components", "wardrobe_app.domain"),
    "wardrobe_app.config": (),
    "wardrobe_app.domain": ("wardrobe_app.domain",),
    "wardrobe_app.endpoints": (
        "wardrobe_app.access",
        "wardrobe_app.config",
        "wardrobe_app.logs",
        "wardrobe_app.preload",
        "wardrobe_app.services",
        "wardrobe_app.startup",
    ),
    "wardrobe_app.last_input": (),
    "wardrobe_app.logs": ("wardrobe_app.domain",),
    "wardrobe_app.pages": (
        "wardrobe_app.components",
        "wardrobe_app.domain",
        "wardrobe_app.services",
        "wardrobe_app.startup",
    ),
    "wardrobe_app.preload": ("wardrobe_app.domain.errors", "wardrobe_app.startup"),
    "wardrobe_app.services": (
        "wardrobe_app.services",
        "wardrobe_app.domain",
        "db.unit_of_work",
        "classifier.errors",
        "classifier.pictures",
        "classifier.prediction",
        "classifier.serving.keypoints",
        "classifier.serving.label_propagation",
        "classifier.serving.masks.separate",
        "classifier.taxonomy",
    ),
    "wardrobe_app.startup": (
        "wardrobe_app.access",
        "wardrobe_app.config",
        "wardrobe_app.domain",
        "wardrobe_app.logs",
        "wardrobe_app.services",
        "wardrobe_app.wiring",
        "db",
    ),
    "wardrobe_app.wiring": (
        "wardrobe_app.wiring",
        "wardrobe_app.config",
        "wardrobe_app.domain",
        "wardrobe_app.services",
        "db",
        "classifier.errors",
        "classifier.serving",
        "classifier.taxonomy",
    ),
    "db": ("db", "wardrobe_app.domain"),
    "classifier": ("classifier",),
}
# Layer -> capability -> what it may import of the others in that layer. Modules that stand beside the folders of a
# layer serve all of them.
CAPABILITIES: dict[str, dict[str, tuple[str, ...]]] = {
    "wardrobe_app.components": {
        "shared": (),
        "catalogue": ("shared",),
        "gallery": ("catalogue", "shared"),
        "importing": ("shared",),
        "graph": ("shared",),
        "maintenance": ("shared",),
        "outfits": ("catalogue", "shared"),
        "redundancy": ("catalogue", "shared"),
        "insights": ("outfits", "shared"),
        "home": ("shared",),
        "review": ("shared",),
    },
    "wardrobe_app.services": {
        "storage": (),
        "tagging": ("storage",),
        "importing": ("storage", "tagging"),
        "capture": ("importing",),
        "catalogue": ("importing", "storage", "tagging"),
        "outfits": ("catalogue", "storage"),
        "insights": ("importing", "outfits", "storage", "tagging"),
        "redundancy": ("catalogue", "importing", "insights", "outfits", "storage", "tagging"),
        "review": ("catalogue", "storage"),
        "graph": ("catalogue", "outfits", "storage", "tagging"),
        "spreadsheet": ("catalogue", "storage", "tagging"),
        "backup": ("catalogue", "storage", "tagging"),
        "integrity": ("importing", "storage", "tagging"),
    },
    "wardrobe_app.domain": {
        "garments": (),
        "compatibility": ("garments",),
        "catalogue": ("compatibility", "garments"),
        "similarity": ("garments",),
        "outfits": ("compatibility", "garments"),
        "redundancy": ("catalogue", "compatibility", "garments", "similarity"),
        "insights": ("compatibility", "garments", "outfits", "similarity"),
        "graph": ("compatibility", "garments", "similarity"),
        "records": ("garments",),
        "review": ("garments",),
    },
    "db": {
        "schema": (),
        "engine": ("schema",),
        "repositories": ("engine", "schema"),
        "vectors": ("engine", "repositories", "schema"),
        "transfer": ("schema",),
        "migrations": ("schema",),
    },
    "classifier": {
        "pictures": (),
        "serving": ("pictures",),
        "datasets": ("pictures", "serving"),
        "evaluation": ("datasets", "pictures", "serving"),
        "training": ("datasets", "evaluation", "pictures", "serving"),
        "commands": ("datasets", "evaluation", "pictures", "serving", "training"),
    },
}
# Only the types: nothing is imported when the program runs.
LAYERS_FOR_TYPES: dict[str, tuple[str, ...]] = {
    "wardrobe_app.components": ("wardrobe_app.services",),  # what they draw: results of services
    "wardrobe_app.services": ("classifier.serving.tagger",),
}
# What changes the whole process, and so the work of everything else in it. Only training and the server have theirs.
PROCESS_WIDE = {
    "gc": {"disable", "enable", "freeze", "set_threshold"},
    "sys": {"setswitchinterval", "setrecursionlimit"},
    "ctypes": {"CDLL"},
}
ALONE_IN_ITS_PROCESS = ("classifier.training", "wardrobe_app.preload")
OURS = ("wardrobe_app", "db", "classifier", "streamlit_app", "tests", "benchmarks")

PLACES: dict[str, tuple[str, ...]] = {
    "streamlit": (
        "streamlit_app",
        "wardrobe_app.access",
        "wardrobe_app.last_input",
        "wardrobe_app.pages",
        "wardrobe_app.components",
        "wardrobe_app.startup",
    ),
    "prometheus_client": ("wardrobe_app.services.metrics",),
    "starlette": ("wardrobe_app.endpoints", "wardrobe_app.services.capture"),
    "uvicorn": ("wardrobe_app.services.capture",),
    "ifaddr": ("wardrobe_app.services.capture",),
    "segno": ("wardrobe_app.services.capture",),
    "plotly": ("wardrobe_app.components",),
    "torch": ("classifier",),
    "torchvision": ("classifier",),
    "timm": ("classifier",),
    "onnxruntime": ("classifier",),
    "safetensors": ("classifier",),
    "lightning": ("classifier",),
    "sqlalchemy": ("db",),
    "alembic": ("db",),
    "pydantic_settings": ("wardrobe_app.config",),
    "ray": ("wardrobe_app.cluster",),
    "typer": ("wardrobe_app.cli", "wardrobe_app.commands", "classifier"),
    "PIL": ("wardrobe_app.services", "classifier"),
    "usearch": ("wardrobe_app.domain",),
    "pillow_heif": ("wardrobe_app.services", "classifier"),
}
DOMAIN_LIBRARIES = {"numpy", "scipy", "skimage", "networkx", "usearch", "threadpoolctl"}


@dataclass(frozen=True)
class Import:
    module: str
    target: str
    line: int
    for_types: bool

    def __str__(self) -> str:
        return f"{self.module}, line {self.line}: {self.target}"


def _module_name(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _files() -> Iterator[Path]:
    for name in PRODUCT:
        path = ROOT / name
        yield from [path] if path.is_file() else sorted(path.rglob("*.py"))


def _guards_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)


def _walk(node: ast.AST, for_types: bool = False) -> Iterator[tuple[ast.AST, bool]]:
    for child in ast.iter_child_nodes(node):
        inside = for_types or (_guards_types(node) and child in getattr(node, "body", ()))
        yield child, inside
        yield from _walk(child, inside)


def _targets(node: ast.AST, module: str, is_package: bool) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        package = module.split(".") if is_package else module.split(".")[:-1]
        base = package[: len(package) - node.level + 1] if node.level else []
        source = ".".join([*base, *([node.module] if node.module else [])])
        # `from classifier import tagger` imports a module, `from classifier.tagger import Tagger` a name in one.
        for alias in node.names:
            whole = f"{source}.{alias.name}"
            yield whole if _is_module(whole) else source


def _is_module(name: str) -> bool:
    path = ROOT.joinpath(*name.split("."))
    return path.with_suffix(".py").is_file() or (path / "__init__.py").is_file()


def imports_in(text: str, module: str, is_package: bool = False) -> list[Import]:
    return [
        Import(module, target, node.lineno, for_types)
        for node, for_types in _walk(ast.parse(text))
        for target in _targets(node, module, is_package)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]


@cache
def _imports() -> tuple[Import, ...]:
    return tuple(
        found
        for file in _files()
        for found in imports_in(file.read_text(encoding="utf-8"), _module_name(file), file.name == "__init__.py")
    )


def _within(name: str, places: tuple[str, ...]) -> bool:
    return any(name == place or name.startswith(place + ".") for place in places)


def _layer(module: str) -> str:
    layers = [layer for layer in LAYERS if _within(module, (layer,))]
    if not layers:
        raise LookupError(f"{module} is in no layer that the architecture knows")
    return max(layers, key=len)


def is_allowed(found: Import) -> bool:
    top, layer = found.target.partition(".")[0], _layer(found.module)
    if found.target == "wardrobe_app":  # the version is all that it has
        return layer == "wardrobe_app.wiring"
    if top in OURS:
        allowed = LAYERS[layer] + (LAYERS_FOR_TYPES.get(layer, ()) if found.for_types else ())
        return _within(found.target, allowed)
    if layer == "wardrobe_app.domain" and top not in DOMAIN_LIBRARIES and top not in sys.stdlib_module_names:
        return False
    return top not in PLACES or _within(found.module, PLACES[top])


def test_every_room_imports_only_what_it_may() -> None:
    broken = [str(found) for found in _imports() if not is_allowed(found)]
    assert not broken, "\n".join(broken)


def process_wide_calls(tree: ast.AST) -> list[str]:
    return [
        ast.unparse(node)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.attr in PROCESS_WIDE.get(node.value.id, ())
    ]


def test_nothing_changes_the_whole_process() -> None:
    files = [file for file in _files() if not _within(_module_name(file), ALONE_IN_ITS_PROCESS)]
    found = {str(file): process_wide_calls(ast.parse(file.read_text(encoding="utf-8"))) for file in files}
    assert not {file: calls for file, calls in found.items() if calls}


def test_a_call_that_changes_the_whole_process_is_found() -> None:
    assert process_wide_calls(ast.parse("import gc\ngc.freeze()")) == ["gc.freeze"]


def _capability(layer: str, module: str) -> str | None:
    name = module.removeprefix(f"{layer}.").partition(".")[0] if _within(module, (layer,)) else ""
    return name if ROOT.joinpath(*layer.split("."), name).is_dir() else None


def crosses_capabilities(found: Import) -> bool:
    for layer, capabilities in CAPABILITIES.items():
        here, there = _capability(layer, found.module), _capability(layer, found.target)
        if here and there and there != here and there not in capabilities[here]:
            return True
    return False


def test_every_capability_imports_only_those_it_may() -> None:
    broken = [str(found) for found in _imports() if not found.for_types and crosses_capabilities(found)]
    assert not broken, "\n".join(broken)


@pytest.mark.parametrize(
    ("module", "text"),
    [
        ("wardrobe_app.domain.garments.garment", "from wardrobe_app.domain.graph import schema"),
        ("wardrobe_app.services.storage.blobs", "from wardrobe_app.services.tagging.predictions import Tagging"),
        ("wardrobe_app.components.shared.notices", "from wardrobe_app.components.graph import view"),
        ("db.engine.session", "from db.repositories import garments"),
        ("classifier.serving.tagger", "from classifier.training import trainer"),
    ],
)
def test_an_import_of_the_wrong_capability_is_found(module: str, text: str) -> None:
    assert [found for found in imports_in(text, module) if crosses_capabilities(found)]


def test_the_rules_name_every_capability() -> None:
    for layer, capabilities in CAPABILITIES.items():
        folders = {path.parent.name for path in ROOT.joinpath(*layer.split(".")).glob("*/__init__.py")}
        assert folders == set(capabilities), layer


def test_no_folder_holds_more_than_fifteen_modules() -> None:
    folders = [
        path for name in (*PRODUCT[1:], "tests", "benchmarks") for path in [ROOT / name, *(ROOT / name).rglob("*/")]
    ]
    assert not [f"{folder}" for folder in folders if len(list(folder.glob("*.py"))) > 15]


def test_the_rules_look_at_every_layer() -> None:
    seen = {_layer(found.module) for found in _imports()}
    assert seen >= set(LAYERS) - {"wardrobe_app"}


@pytest.mark.parametrize(
    ("module", "text"),
    [
        ("wardrobe_app.domain.graph.schema", "import torch"),
        ("wardrobe_app.domain.graph.schema", "import requests"),
        ("wardrobe_app.domain.graph.schema", "def late():\n    from db import session"),
        ("wardrobe_app.domain.graph.schema", "from ...services.storage import blobs"),
        ("wardrobe_app.services.importing.decoding", "import streamlit as st"),
        ("wardrobe_app.services.importing.decoding", "from starlette.applications import Starlette"),
        ("wardrobe_app.services.capture.app", "import streamlit as st"),
        ("wardrobe_app.pages.add_photos", "import uvicorn"),
        ("wardrobe_app.services.importing.decoding", "from sqlalchemy.orm import Session"),
        ("wardrobe_app.services.importing.decoding", "from db import models"),
        ("wardrobe_app.services.importing.decoding", "from classifier.tagger import Tagger"),
        ("wardrobe_app.pages.gallery", "from db.unit_of_work import UnitOfWork"),
        ("wardrobe_app.pages.gallery", "import plotly.graph_objects as go"),
        ("wardrobe_app.components.cards", "from wardrobe_app.services.images import PhotoStore"),
        ("classifier.serving.tagger", "from wardrobe_app.domain.garment import Garment"),
        ("db.repositories.garments", "from wardrobe_app.services.images import PhotoStore"),
    ],
)
def test_a_wrong_import_is_found(module: str, text: str) -> None:
    assert [found for found in imports_in(text, module) if not is_allowed(found)]


def test_an_import_for_types_alone_is_not_one_for_running() -> None:
    text = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from classifier.serving.tagger import Tagger\n"
    assert all(is_allowed(found) for found in imports_in(text, "wardrobe_app.services.tagging.predictions"))


def test_the_entry_point_is_short() -> None:
    assert len((ROOT / "streamlit_app.py").read_text(encoding="utf-8").splitlines()) < 60


def test_pages_are_flat_scripts_without_classes() -> None:
    classes = [
        f"{file.name}: {node.name}"
        for file in sorted((ROOT / "wardrobe_app" / "pages").rglob("*.py"))
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
    ]
    assert not classes


def test_only_the_settings_read_the_environment() -> None:
    readers = [
        _module_name(file)
        for file in _files()
        if re.search(r"\bos\.(environ|getenv)\b", file.read_text(encoding="utf-8"))
    ]
    # torchrun tells each process by variables how many there are; ONNX Runtime and Ray are silenced by some.
    assert set(readers) <= {
        "wardrobe_app.config",
        "wardrobe_app.cluster.connection",
        "classifier.training.trainer",
        "classifier.serving.graph_engine",
    }


# What runs what it reads, by the name that is called and, where it has one, the argument that makes it safe.
_RUNS = {
    "pickle.load", "pickle.loads", "pickle.Unpickler", "dill.load", "joblib.load", "marshal.loads", "shelve.open",
    "eval", "exec", "compile", "os.system", "os.popen", "yaml.load", "yaml.unsafe_load", "pandas.read_pickle",
    "pd.read_pickle", "torch.jit.load", "st.html", "components.html", "st.components.v1.html", "st.iframe",
}  # fmt: skip
_SAFE_WITH = {"torch.load": ("weights_only", True)}
_NEVER = {
    "shell": True,
    "unsafe_allow_html": True,
    "allow_pickle": True,
    "weights_only": False,
    "unsafe_allow_javascript": True,
}


def unsafe_calls(text: str) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            given = {word.arg: getattr(word.value, "value", None) for word in node.keywords}
            argument, value = _SAFE_WITH.get(name, ("", None))
            if name in _RUNS or (argument and given.get(argument) is not value):
                found.append(f"line {node.lineno}: {name}")
            found += [f"line {node.lineno}: {word}" for word, bad in _NEVER.items() if given.get(word) is bad]
    return found


def test_nothing_that_is_read_is_run() -> None:
    found = [f"{_module_name(file)}, {call}" for file in _files() for call in unsafe_calls(file.read_text("utf-8"))]
    assert not found


@pytest.mark.parametrize(
    "text",
    [
        "torch.load(path)", "torch.load(path, weights_only=False)", "pickle.loads(data)",
        "np.load(path, allow_pickle=True)", "eval(text)", "run(command, shell=True)", "yaml.load(text)",
        "st.markdown(text, unsafe_allow_html=True)", "st.html(text)",
    ],
)  # fmt: skip
def test_what_would_run_what_it_reads_is_found(text: str) -> None:
    assert unsafe_calls(text)


def test_commands_print_where_no_name_can_steer_the_terminal() -> None:
    places = [
        f"{file.name}, line {node.lineno}"
        for file in sorted((ROOT / "wardrobe_app" / "commands").glob("*.py"))
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("typer.echo", "print", "click.echo")
        if file.name != "shared.py"
    ]
    assert not places, "use shared.say or shared.print_json"


def test_no_file_and_no_function_has_grown_out_of_hand() -> None:
    long_files = [f"{file}" for file in _files() if len(file.read_text(encoding="utf-8").splitlines()) > 400]
    long_functions = [
        f"{_module_name(file)}.{node.name}: {(node.end_lineno or 0) - node.lineno + 1} lines"
        for file in _files()
        if "migrations" not in file.parts
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno + 1 > 60
    ]
    assert not long_files + long_functions


def _kept_for_all_sessions() -> Iterator[tuple[str, set[str]]]:
    # Functions whose answers Streamlit keeps for the whole process, with the arguments that it tells answers apart by.
    for file in _files():
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and any("cache_" in ast.unparse(one) for one in node.decorator_list):
                yield (
                    f"{_module_name(file)}.{node.name}",
                    {argument.arg for argument in node.args.args if not argument.arg.startswith("_")},
                )


def test_what_is_kept_for_all_sessions_is_kept_by_wardrobe() -> None:
    # The settings name its folder, and a thumbnail is in it; services/answers.py belongs to one wardrobe anyway.
    kept = dict(_kept_for_all_sessions())
    assert len(kept) > 3
    parted = {"settings", "thumbnail"}
    mixed = {name for name, arguments in kept.items() if not arguments & parted}
    assert mixed == {"wardrobe_app.components.shared.jobs._boards"}  # parted by who is signed in


def _run(code: str, tmp_path: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "WARDROBE_DATA_DIR": str(tmp_path / "data"), "PYTHONUTF8": "1"}
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


OPEN_EVERY_PAGE = """
import pathlib, sys
from streamlit.testing.v1 import AppTest
app = AppTest.from_file("streamlit_app.py", default_timeout=60).run()
assert not app.exception, app.exception
for page in sorted(pathlib.Path("wardrobe_app/pages").rglob("[!_]*.py")):
    app.switch_page(str(page)).run()
    assert not app.exception, (page, app.exception)
"""


def test_opening_the_program_loads_nothing_that_only_some_pages_need(tmp_path: Path) -> None:
    done = _run(
        "import sys\nfrom wardrobe_app import endpoints\nfrom wardrobe_app.config import Settings\n"
        "from wardrobe_app.startup import build\nendpoints.set_up(Settings())\nbuild().catalogue.browse()\n"
        "late = {'torch', 'networkx', 'pandas', 'plotly', 'matplotlib'} & set(sys.modules)\nassert not late, late\n"
        "server = {'prometheus_client', 'psycopg', 's3fs', 'ray'} & set(sys.modules)\nassert not server, server\n",
        tmp_path,
    )
    assert done.returncode == 0, done.stderr[-3000:]


def test_opening_the_program_and_every_page_loads_no_torch(tmp_path: Path) -> None:
    runtime = (
        "import sys\nfrom wardrobe_app.startup import build\nbuild()\nassert 'torch' not in sys.modules, 'runtime'\n"
    )
    done = _run(runtime + OPEN_EVERY_PAGE + "assert 'torch' not in sys.modules, 'pages'\n", tmp_path)
    assert done.returncode == 0, done.stderr[-3000:]


def test_home_is_drawn_without_pandas(tmp_path: Path) -> None:
    fill(tmp_path / "data", 12)
    done = _run(
        "import sys\nfrom streamlit.testing.v1 import AppTest\n"
        "app = AppTest.from_file('streamlit_app.py', default_timeout=60).run()\n"
        "assert not app.exception and app.header, app\nassert 'pandas' not in sys.modules\n",
        tmp_path,
    )
    assert done.returncode == 0, done.stderr[-3000:]


def _requirements(name: str) -> set[str]:
    # The packages that a requirements file stands for: the project's own, and those of the extras that it names.
    line = (ROOT / name).read_text(encoding="utf-8").splitlines()[-1]
    extras = re.fullmatch(r"-e \.\[([a-z,-]+)\]", line)
    assert extras, line
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lists = [project["dependencies"], *(project["optional-dependencies"][one] for one in extras[1].split(","))]
    found = (re.match(r"[A-Za-z0-9._-]+", requirement) for requirements in lists for requirement in requirements)
    return {_normal(match.group()) for match in found if match}


def _normal(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()


def _with_what_they_bring(distributions: set[str]) -> set[str]:
    found: set[str] = set()
    waiting = list(distributions)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [_normal(line) for line in _required_by(name)]
    return found


def _required_by(distribution: str) -> list[str]:
    try:
        lines = importlib.metadata.requires(distribution) or []
    except importlib.metadata.PackageNotFoundError:  # for another system
        return []
    return [match.group() for line in lines if "extra ==" not in line and (match := re.match(r"[\w.-]+", line))]


def _development_modules() -> set[str]:
    extra = _requirements("requirements-dev.txt") - _with_what_they_bring(_requirements("requirements.txt"))
    installed = importlib.metadata.packages_distributions()
    return {top for top, names in installed.items() if {_normal(name) for name in names} & extra}


# What only training needs: a user never imports it.
TRAINING = ("classifier.datasets", "classifier.evaluation", "classifier.training", "classifier.recipes")
CLUSTER = ("wardrobe_app.cluster",)  # what only --engine ray needs: the extra of that name


def _not_named(requirements: set[str], modules: Callable[[str], bool]) -> list[str]:
    installed = importlib.metadata.packages_distributions()
    return [
        str(found)
        for found in _imports()
        if not found.for_types and modules(found.module)
        for top in [found.target.partition(".")[0]]
        if top not in OURS and top not in sys.stdlib_module_names
        if not {_normal(name) for name in installed.get(top, [])} & requirements
    ]


def test_requirements_txt_names_everything_that_a_user_needs() -> None:
    missing = _not_named(_requirements("requirements.txt"), lambda module: not _within(module, (*TRAINING, *CLUSTER)))
    assert not missing, "\n".join(missing)


def test_requirements_dev_txt_names_what_training_needs_beyond_that() -> None:
    both = _requirements("requirements.txt") | _requirements("requirements-dev.txt")
    missing = _not_named(both, lambda module: _within(module, TRAINING))
    assert not missing, "\n".join(missing)


def test_everything_but_training_runs_without_the_development_packages(tmp_path: Path) -> None:
    modules = [
        name
        for name in map(_module_name, _files())
        if not _within(name, (*TRAINING, "wardrobe_app.pages", "streamlit_app", "db.migrations"))
        and not name.endswith("__main__")
    ]
    banned = sorted(_development_modules())
    assert {"pytest", "playwright"} <= set(banned)
    hide = f"""
import importlib.util
from importlib.machinery import PathFinder
banned, found = set({banned!r}), PathFinder.find_spec
PathFinder.find_spec = lambda name, *more: None if name.partition(".")[0] in banned else found(name, *more)
assert importlib.util.find_spec('pytest') is None
for name in {modules!r}:
    importlib.import_module(name)
"""
    done = _run(hide + OPEN_EVERY_PAGE, tmp_path)
    assert done.returncode == 0, done.stderr[-3000:]


def test_days_are_told_in_one_place() -> None:
    # A moment has another day in another time zone, and only domain/days.py knows which one is asked for.
    telling = re.compile(r"\bdate\.today\(|\bnow\([^)]*\)\.date\(|_at\.date\(|\bmoment\.date\(|\.astimezone\(\)")
    elsewhere = [
        _module_name(file)
        for file in _files()
        if telling.search(file.read_text(encoding="utf-8")) and file.name != "days.py"
    ]
    assert not elsewhere
