"""Add photos: files, a whole folder, the camera, a phone, or a folder of this computer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from wardrobe_app import startup
from wardrobe_app.components.importing import (
    from_path,
    from_phone,
    from_uploads,
    phone,
    report,
    results,
    resume_prompt,
    watching,
)
from wardrobe_app.components.shared import address, jobs, notices
from wardrobe_app.components.shared.formatting import value_label
from wardrobe_app.components.shared.notices import Said, action
from wardrobe_app.domain.errors import AccessDenied
from wardrobe_app.services.capture.phone_capture import qr_code
from wardrobe_app.services.importing.importer import Source, source_from_bytes
from wardrobe_app.services.importing.rows import ImportRow, import_rows
from wardrobe_app.services.importing.sources import contents_of, sources_of
from wardrobe_app.services.importing.uploads import PendingUpload

JOB = "import"
WAYS = {
    "files": ":material/photo_library: Photos",
    "folder": ":material/drive_folder_upload: Upload a folder",
    "phone": ":material/smartphone: Use my phone",
    "camera": ":material/photo_camera: Camera",
    "path": ":material/folder: Read a folder on this computer",
}

rt = notices.opened(startup.current)
importer, pending = rt.importing.importer, rt.importing.uploads
capture, splitting = rt.importing.phone, rt.importing.splitting


def choose_way(key: str) -> None:
    st.query_params["from"] = st.session_state[key]


def start(
    sources: list[Source], asked: Sequence[Path | str] = (), force: bool = False, waiting: Sequence[str] = ()
) -> Said:
    """Begin an import; ``waiting`` are the ids of pending uploads among the sources, discarded one by one."""

    def work(cancelled: Callable[[], bool]) -> Iterator[ImportRow]:
        for row in import_rows(
            importer, pending, sources, waiting=waiting, asked=asked, allow_duplicates=force, cancelled=cancelled
        ):
            report.may_be_several(row[0], splitting)  # now, so that the report need not look at every mask
            yield row

    if jobs.start(JOB, work, total=len(sources)) is None:
        return "Another import is still running."
    from_uploads.begin_anew()
    return None


@action
def add_uploads(uploads: list[Any]) -> Said:
    sources = [source_from_bytes(upload.name, upload.getvalue()) for upload in uploads]
    return start(sources, waiting=[upload.file_id for upload in uploads])


@action
def add_waiting(waiting: Sequence[PendingUpload]) -> Said:
    return start([pending.source(one) for one in waiting], waiting=[one.id for one in waiting])


@action
def add_folder() -> Said:
    if rt.shared:
        raise AccessDenied("The folders of this server are not open to people who sign in.")
    folder = from_path.typed()
    found = contents_of(folder)
    return start(found.sources, [folder]) or found.sentence or None


@action
def resume(paths: Sequence[str], force: bool) -> Said:
    """Take up an import that was stopped; what is stored already is recognised."""
    return start(sources_of(paths), paths, force)


@action
def allow_duplicate(rows: list[ImportRow], position: int, source: Source) -> None:
    """Store the file of row ``position`` although it, or its picture, is there already."""
    rows[position] = (next(iter(importer.add([source], allow_duplicates=True))), None)


@action
def open_phone(address: str) -> Said:
    """Open the page for a phone; what it sends is imported by a job of its own."""
    if rt.shared:
        raise AccessDenied("This server is not opened to its network for people who sign in.")
    from_phone.begin(capture, capture.open(address))
    return None


rows = results.Rows(rt.catalogue.thumbnail_path, partial(value_label, vocabulary=rt.vocabulary), allow_duplicate)

st.title("Add photos", anchor=False)
if (job := jobs.job(JOB)) is not None and job.running:
    watching.watch(partial(results.running, JOB, rows), job.started, "watch_cost")
    st.stop()
for left in rt.importing.unfinished.left():
    forget = partial(rt.importing.unfinished.forget, left.key)
    resume_prompt.offer(left, partial(resume, left.paths, left.allow_duplicates), forget)

asked = address.read("from")
# Guests of a shared server must not read its folders, and reach it with their phones anyway.
ways = [name for name in WAYS if name not in ("path", "phone") or not rt.shared]
shown = asked if asked in ways else "files"
key = f"way_{shown}"
way = st.segmented_control(
    "Source", ways, format_func=WAYS.__getitem__, default=shown, required=True, key=key, on_change=choose_way,
    args=(key,),
)  # fmt: skip
if rt.shared:
    st.caption("To add photos from a phone, open this site on the phone.")
uploads: list[Any] = []
if way == "phone":
    from_phone.ask(capture, open_phone, qr_code, rows)
else:
    phone.leave()
    if way == "path":
        from_path.ask(add_folder)
    else:
        uploads = from_uploads.ask(way, pending, rt.settings.max_batch_files, add_uploads)
here = {upload.file_id for upload in uploads} | capture.waiting
if earlier := [one for one in pending.all() if one.id not in here]:  # chosen earlier, or in another tab
    discard = partial(pending.discard, [one.id for one in earlier])
    resume_prompt.waiting(earlier, rt.days, partial(add_waiting, earlier), discard)
name = from_phone.JOB if way == "phone" else JOB
if (finished := jobs.job(name)) is not None and not finished.running:
    report.draw(finished, name, rows, rt.catalogue, splitting)
