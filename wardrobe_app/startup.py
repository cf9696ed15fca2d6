"""Start the program: prepare the data folder, migrate the database, clear up, and say whose wardrobe a session sees."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import timedelta, timezone, tzinfo
from functools import lru_cache, partial
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from db.migrate import upgrade
from wardrobe_app import logs, wiring
from wardrobe_app.config import Settings
from wardrobe_app.domain.days import OF_THE_COMPUTER, Days
from wardrobe_app.domain.errors import AccessDenied, StorageFailed, WardrobeError
from wardrobe_app.domain.people import Person
from wardrobe_app.services.backup.restore import Restore
from wardrobe_app.services.catalogue.catalogue import Catalogue
from wardrobe_app.services.importing.resume import StoppedImports
from wardrobe_app.services.readiness import Readiness

_log = logging.getLogger(__name__)


def build(settings: Settings | None = None, *, shared: bool = False, days: Days = OF_THE_COMPUTER) -> wiring.Runtime:
    """Create folders, migrate the database, clear up what is too old or cut off, and wire all up for the asker's days.

    Raises:
        StorageFailed: the data folder or the database cannot be used.
    """
    settings = settings or Settings()
    logs.set_up(settings.log_format)
    _create_folders(settings)
    runtime = wiring.wire(settings, shared=shared, days=days)
    upgrade(settings.resolved_database_url, runtime.backup.backups.before_migration, settings.database_schema)
    _tidy(runtime.backup.restore, runtime.catalogue, runtime.importing.unfinished)
    return runtime


def visitor() -> Person | None:
    """Who may see a wardrobe in this session: a person who is signed in, or None for this machine's one wardrobe.

    Raises:
        NotAdmitted: nobody may; the message says why.
    """
    from wardrobe_app import access  # here, because it takes Streamlit along

    return access.visitor(Settings().allowed_users)


def current() -> wiring.Runtime:
    """The runtime of the wardrobe that this session may see, one for the whole server, with the settings as they are.

    Raises:
        NotAdmitted: this session may see none.
    """
    person, settings = visitor(), Settings()
    found = _opened(settings if person is None else settings.for_person(person.key), shared=person is not None)
    found.backup.backups.look_in_background()
    return found


def open_ahead() -> None:
    """Open this machine's own wardrobe before a session asks for it; nothing where only others could ask.

    Raises:
        NotAdmitted: it cannot be told who may see a wardrobe.
        StorageFailed: the data folder or the database cannot be used.
    """
    from wardrobe_app import access

    settings = Settings()
    if access.is_for_this_machine(settings.allowed_users):
        _opened(settings, shared=False)


def readiness() -> Mapping[str, bool]:
    """What is needed to show a wardrobe, and whether it is there: ``access``, ``database``, ``photos``, ``model``.

    Where people sign in, each one's wardrobe is migrated when it is opened; the database must only answer.
    """
    from wardrobe_app import access

    settings = Settings()
    try:
        own = access.is_for_this_machine(settings.allowed_users)
    except AccessDenied:  # asked below, and then logged
        own = False
    return _readiness(settings, own).look()


@lru_cache(maxsize=1)
def _readiness(settings: Settings, own: bool) -> Readiness:
    return Readiness({"access": partial(_somebody_may_enter, settings), **wiring.needs(settings, own=own)})


def _somebody_may_enter(settings: Settings) -> bool:
    from wardrobe_app import access

    access.require_entrance(settings.allowed_users)
    return True


def _opened(settings: Settings, *, shared: bool) -> wiring.Runtime:
    import streamlit as st

    @st.cache_resource(show_spinner="Opening the wardrobe")
    def opened(settings: str, shared: bool) -> wiring.Runtime:
        return build(Settings.model_validate_json(settings), shared=shared, days=Days(_zone_of_the_browser))

    @st.cache_resource(ttl=timedelta(days=1), show_spinner=False)
    def emptied(settings: str, shared: bool) -> None:  # a server may run for weeks
        _empty_trash(opened(settings, shared).catalogue)

    mine = settings.model_dump_json()
    emptied(mine, shared)
    return opened(mine, shared)


def waiting() -> dict[str, int]:
    """How much waits on pages of the wardrobe that this session may see; empty where it cannot be opened."""
    try:
        runtime = current()
        counts, duplicates = runtime.home.counts(), runtime.home.duplicates()
    except WardrobeError:
        return {}  # the page itself says why
    return {"review": counts.unsure, "duplicates": duplicates or 0, "trash": counts.trashed}


def _zone_of_the_browser() -> tzinfo | None:
    """The time zone of the browser that this script run is for; None outside of one, as in a thread or a test."""
    import streamlit as st
    from streamlit.runtime.scriptrunner import get_script_run_ctx

    if get_script_run_ctx(suppress_warning=True) is None or not (name := st.context.timezone):
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):  # a computer without the names of zones still has the difference
        minutes = st.context.timezone_offset
        return None if minutes is None else timezone(timedelta(minutes=-minutes))


def _tidy(restore: Restore, catalogue: Catalogue, unfinished: StoppedImports) -> None:
    """Clear away what restores and imports that were cut off left behind, and what is too old for the trash."""
    restore.tidy()
    _empty_trash(catalogue)
    unfinished.left()


def _empty_trash(catalogue: Catalogue) -> None:
    """Of what is too old. Where that cannot be written now, as on a full disk, everything can still be looked at."""
    try:
        catalogue.purge_expired()
    except StorageFailed as error:
        _log.warning("the trash keeps for now what is too old: %s", error)


def _create_folders(settings: Settings) -> None:
    try:
        for folder in (settings.photos_dir, settings.thumbnails_dir, settings.masks_dir, settings.models_dir):
            folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageFailed(f"The data folder {settings.data_dir} cannot be used: {error.strerror}.") from error
