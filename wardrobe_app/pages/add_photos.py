"""Add photos: files, a whole folder, the camera, or a folder of this computer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from wardrobe_app import startup
from wardrobe_app.components.importing import phone, results, resume_prompt, split_offer, watching
from wardrobe_app.components.shared import address, jobs, notices
from wardrobe_app.components.shared.formatting import count_of, plain, value_label
from wardrobe_app.components.shared.notices import Said, action
from wardrobe_app.components.shared.widgets import REVIEW_PAGE, WARDROBE_PAGE, button
from wardrobe_app.domain.catalogue.filters import Filter
from wardrobe_app.domain.errors import AccessDenied, NotFound
from wardrobe_app.services.capture.page_session import PageSession
from wardrobe_app.services.capture.phone_capture import qr_code
from wardrobe_app.services.importing.importer import ImportResult, Outcome, Source, source_from_bytes
from wardrobe_app.services.importing.rows import ImportRow, import_rows
from wardrobe_app.services.importing.sources import contents_of, sources_of
from wardrobe_app.services.importing.uploads import PendingUpload

JOB = "import"
PHONE_JOB = "phone"
WAYS = {
    "files": ":material/photo_library: Photos",
    "folder": ":material/drive_folder_upload: Upload a folder",
    "phone": ":material/smartphone: Use my phone",
    "camera": ":material/photo_camera: Camera",
    "path": ":material/folder: Read a folder on this computer",
}
SHOWN_WHILE_RUNNING = 6
PHONE_SECONDS = 2.0
ROWS = 20

rt = notices.opened(startup.current)
importer, pending = rt.importing.importer, rt.importing.uploads
most = rt.settings.max_batch_files


def choose_way(key: str) -> None:
    st.query_params["from"] = st.session_state[key]


def start(sources: list[Source], asked: Sequence[Path] = (), force: bool = False, waiting: Sequence[str] = ()) -> Said:
    """Begin an import; ``waiting`` are the ids of pending uploads among the sources, discarded one by one."""

    def work(cancelled: Callable[[], bool]) -> Iterator[ImportRow]:
        for row in import_rows(
            importer, pending, sources, waiting=waiting, asked=asked, allow_duplicates=force, cancelled=cancelled
        ):
            may_be_several(row[0])  # now, so that the report need not look at every mask
            yield row

    if jobs.start(JOB, work, total=len(sources)) is None:
        return "Another import is still running."
    st.session_state["upload_round"] = st.session_state.get("upload_round", 0) + 1
    return None


@action
def add_uploads(uploads: list[Any]) -> Said:
    sources = [source_from_bytes(upload.name, upload.getvalue()) for upload in uploads]
    return start(sources, waiting=[upload.file_id for upload in uploads])


@action
def chosen(key: str) -> Said:
    """Keep what was just chosen until it is added, and drop what was just removed."""
    value = st.session_state[key]
    uploads = value if isinstance(value, list) else [value] if value is not None else []
    now = {upload.file_id for upload in uploads}
    pending.discard(st.session_state.get(f"kept_{key}", set()) - now)
    st.session_state[f"kept_{key}"] = now
    failed = pending.keep(uploads)
    return f"{count_of(failed, 'photo')} could not be saved. Add them before you leave this page." if failed else None


@action
def add_waiting(waiting: Sequence[PendingUpload]) -> Said:
    return start([pending.source(one) for one in waiting], waiting=[one.id for one in waiting])


@action
def add_folder() -> Said:
    if rt.shared:
        raise AccessDenied("The folders of this server are not open to people who sign in.")
    folder = Path(st.session_state["folder_path"].strip()).expanduser()
    found = contents_of(folder)
    return start(found.sources, [folder]) or found.sentence or None


@action
def resume(paths: Sequence[str], force: bool) -> Said:
    """Take up an import that was stopped; what is stored already is recognised."""
    asked = [Path(path) for path in paths]
    return start(sources_of(asked), asked, force)


def may_be_several(result: ImportResult) -> bool:
    """Whether what was added looked like several garments in one photo."""
    garment = result.garment if result.outcome is Outcome.ADDED else None
    return garment is not None and rt.importing.splitting.offer(garment) is not None


@action
def allow_duplicate(rows: list[ImportRow], position: int, source: Source) -> None:
    """Store the file of row ``position`` although it, or its picture, is there already."""
    rows[position] = (next(iter(importer.add([source], allow_duplicates=True))), None)


@action
def open_phone(address: str) -> Said:
    """Open the page for a phone; what it sends is imported by a job of its own."""
    if rt.shared:
        raise AccessDenied("This server is not opened to its network for people who sign in.")
    phone.watch(rt.importing.phone.open(address))
    jobs.start(PHONE_JOB, rt.importing.phone.imported, total=0)
    return None


def draw_row(rows: list[ImportRow], position: int) -> None:
    result, source = rows[position]
    cover = result.garment.cover if result.garment else None
    results.row(
        result,
        rt.catalogue.thumbnail_path(cover) if cover else None,
        partial(value_label, vocabulary=rt.vocabulary),
        partial(allow_duplicate, rows, position, source) if source else None,
        key=f"result_{position}",
    )


def draw_split(result: ImportResult) -> None:
    """The offer to split what was added, or what it was split into since."""
    if result.garment is not None and may_be_several(result):
        with suppress(NotFound):
            split_offer.draw(rt.catalogue.get(result.garment.id), rt.importing.splitting)


def watch() -> None:
    """The running import: progress and the newest rows; the whole page is drawn once more when it ends."""
    job = jobs.job(JOB)
    if job is None or not job.running:
        st.rerun()
    results.progress(job)
    for position in reversed(range(max(0, job.done - SHOWN_WHILE_RUNNING), job.done)):
        draw_row(job.results, position)


def watch_phone(session: PageSession) -> None:
    """What arrives from the phone; the whole page is drawn once more when its page is closed."""
    if not session.is_open:
        st.rerun()
    phone.watch(session)
    counts = Counter(photo.outcome for photo in list(session.photos.values()))
    phone.progress(session, [(outcome, counts[outcome]) for outcome in (*Outcome, "received")])
    job = jobs.job(PHONE_JOB)
    if job is not None and job.error:
        st.error(f"{plain(job.error)} The photos are kept.", icon=":material/error:")
        button("Try again", "refresh", jobs.start, PHONE_JOB, rt.importing.phone.imported, 0, key="phone_restart")
    if job is not None:
        for position in reversed(range(max(0, job.done - SHOWN_WHILE_RUNNING), job.done)):
            draw_row(job.results, position)


def watch_last() -> None:
    """What is still to be added after the phone's page was closed."""
    job = jobs.job(PHONE_JOB)
    if job is None or not job.running:
        st.rerun()
    left = count_of(len(rt.importing.phone.waiting), "photo")
    st.markdown(f":material/hourglass_empty: {left} from the phone still to be added.")


def ask_for_phone() -> None:
    """The way from a phone: its code while it is open, or else the offer to open it."""
    addresses = rt.importing.phone.addresses()
    if not addresses:
        phone.offline(lambda: None)
        return
    session = rt.importing.phone.session
    if session is None:
        address = phone.choose_address(addresses)
        phone.start(partial(open_phone, address), ended=phone.was_shown())
        if (job := jobs.job(PHONE_JOB)) is not None and job.running:
            st.fragment(watch_last, run_every=PHONE_SECONDS)()
        return
    renew = partial(open_phone, session.host.rpartition(":")[0])
    phone.code(session, qr_code(session.address), renew, rt.importing.phone.close)
    st.fragment(watch_phone, run_every=PHONE_SECONDS)(session)


def draw_review(job: jobs.Job, name: str) -> None:
    """How many of the garments that were added are certain, and the way to review the others."""
    added = [result.garment.id for result, _ in job.results if result.outcome is Outcome.ADDED and result.garment]
    unsure = len(rt.catalogue.matching_ids(Filter(ids=frozenset(added), unsure=True)))
    if not unsure:
        return
    with st.container(horizontal=True, vertical_alignment="center", key=f"to_review_{name}"):
        st.markdown(f"**{len(added) - unsure} sure, {unsure} to review**")
        if button("Review now", "rule", lambda: None, key=f"review_{name}", type="primary"):
            st.switch_page(REVIEW_PAGE)


def report(job: jobs.Job, name: str) -> None:
    """What became of every file of a finished import."""
    counts = {outcome: sum(result.outcome is outcome for result, _ in job.results) for outcome in Outcome}
    words = ", ".join(f"{number} {outcome.value}" for outcome, number in counts.items() if number) or "nothing added"
    left = max(0, job.total - job.done)
    stopped = f" Stopped with {count_of(left, 'file')} left, which were not added." if left else ""
    if job.error:
        st.error(f"{plain(job.error)} Before that: {words}.{stopped}", icon=":material/error:")
    else:
        st.success(f"Done: {words}.{stopped}", icon=":material/done_all:")
    draw_review(job, name)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.page_link(WARDROBE_PAGE, label="Go to the wardrobe", icon=":material/checkroom:")
        st.page_link("wardrobe_app/pages/duplicates.py", label="Check for duplicates", icon=":material/content_copy:")
        button("Clear this list", "close", jobs.forget, name, type="tertiary")
    several = {at for at in range(job.done) if may_be_several(job.results[at][0])}
    if several:
        st.caption(f"{count_of(len(several), 'photo')} may show several garments, first in this list.")
    order = sorted(range(job.done), key=lambda at: (at not in several, job.results[at][0].outcome is Outcome.ADDED, at))
    pages = max(1, -(-len(order) // ROWS))
    page = st.pagination(pages, key="result_page") if pages > 1 else 1
    for position in order[(page - 1) * ROWS : page * ROWS]:
        draw_row(job.results, position)
        draw_split(job.results[position][0])


def ask_for_photos(way: str) -> list[Any]:
    """Draw the uploader of one ``way`` in; the files chosen in it."""
    uploader = f"upload_{way}_{st.session_state.get('upload_round', 0)}"
    keys: dict[str, Any] = {"key": uploader, "on_change": chosen, "args": (uploader,)}
    if uploader not in st.session_state:  # the page was left meanwhile: what was chosen before is waiting
        st.session_state.pop(f"kept_{uploader}", None)
    uploads: list[Any] = []
    if way == "files":
        uploads = st.file_uploader("Photos of garments, one garment per photo", accept_multiple_files=True, **keys)
        st.caption("JPEG, PNG, WebP, HEIC, AVIF, TIFF, GIF or BMP, straight from your phone or camera.")
    elif way == "folder":
        uploads = st.file_uploader("A folder of photos", accept_multiple_files="directory", **keys)
    else:
        picture = st.camera_input("Hold the garment in front of the camera", **keys)
        uploads = [picture] if picture else []
    if len(uploads) > most:
        st.warning(f"You chose {len(uploads)} files; at most {most} can be uploaded at a time.")
    label = f"Add {count_of(len(uploads), 'photo')}" if uploads else "Add photos"
    disabled = not uploads or len(uploads) > most
    button(label, "add", add_uploads, uploads, type="primary", key="add_uploads", disabled=disabled)
    if {upload.file_id for upload in uploads} - st.session_state.get(f"kept_{uploader}", set()):
        chosen(uploader)  # by a browser that came back after the program was restarted
    return uploads


def ask_for_folder() -> None:
    st.text_input("Path of the folder", key="folder_path", placeholder="~/Pictures/Wardrobe", persist_state="session")
    st.caption("Best for many photos. Includes subfolders and linked folders. The originals stay as they are.")
    button("Import this folder", "folder_open", add_folder, type="primary", key="add_folder")


st.title("Add photos", anchor=False)
if (job := jobs.job(JOB)) is not None and job.running:
    watching.watch(watch, job.started, "watch_cost")
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
    ask_for_phone()
else:
    phone.leave()
    if way == "path":
        ask_for_folder()
    else:
        uploads = ask_for_photos(way)
here = {upload.file_id for upload in uploads} | rt.importing.phone.waiting
if earlier := [one for one in pending.all() if one.id not in here]:  # chosen earlier, or in another tab
    discard = partial(pending.discard, [one.id for one in earlier])
    resume_prompt.waiting(earlier, rt.days, partial(add_waiting, earlier), discard)
name = PHONE_JOB if way == "phone" else JOB
if (finished := jobs.job(name)) is not None and not finished.running:
    report(finished, name)
