"""Import what pages need before anybody waits for it: the first page's part when the server starts, the rest later.

Otherwise the first page paid for 1.8 seconds of imports, and the first visit of others for up to half a second.
"""

from __future__ import annotations

import gc
import logging
import pkgutil
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from importlib import import_module
from threading import Event, Thread
from typing import Final

COMPONENTS: Final = "wardrobe_app.components"
FIRST: Final = (f"{COMPONENTS}.shared", f"{COMPONENTS}.home", f"{COMPONENTS}.importing.phone")
"""What Home needs, beside the services."""
LIBRARIES: Final = (
    "babel.dates",
    "jinja2",
    "networkx",
    "pandas",
    "plotly.graph_objects",
    "plotly.io",
    "pyarrow",
    "scipy.linalg",
    "scipy.sparse.csgraph",
)
"""What pages take along only when they first draw a table, a chart or the graph."""
FIRST_PAGE_S: Final = 20.0  # nobody may come, as when the browser is not opened

_log = logging.getLogger(__name__)
_shown = Event()


@asynccontextmanager
async def lifespan(_: object) -> AsyncIterator[None]:
    """Load in the background from the moment the server has started."""
    Thread(target=load, name="preload", daemon=True).start()
    yield


def page_is_shown() -> None:
    """Say that a page is complete: from now on loading the rest delays nothing."""
    _shown.set()


def load() -> None:
    """Load what the first page needs and open this machine's wardrobe; when a page was shown, load the rest."""
    from wardrobe_app import startup
    from wardrobe_app.domain.errors import WardrobeError

    _import(FIRST)
    try:
        startup.open_ahead()
    except WardrobeError as error:
        _log.warning("The first page will say it too: %s", error)
    _shown.wait(FIRST_PAGE_S)
    _import((COMPONENTS, *LIBRARIES))
    # Streamlit looks for garbage among all objects after each run of a page; these stay.
    gc.collect()
    gc.freeze()


def _import(names: Iterable[str]) -> None:
    """Import modules, and all that is in packages of ours."""
    for name in names:
        module = import_module(name)
        if name.startswith(COMPONENTS) and hasattr(module, "__path__"):
            for found in pkgutil.walk_packages(module.__path__, f"{name}."):
                import_module(found.name)
