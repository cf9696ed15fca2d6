"""Add photos: files, a whole folder, the camera, or a folder of this computer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from wardrobe_app import startup
from wardrobe_app.components.importing import results as import_results
from wardrobe_app.components.importing import resume_prompt
from wardrobe_app.components.shared import address, jobs, notices
from wardrobe_app.components.shared.formatting import clock, count_of, plain, value_label
from wardrobe_app.domain.errors import AccessDenied
from wardrobe_app.services.importing.importer import ImportResult, Outcome, Source, source_from_bytes
from wardrobe_app.services.importing.uploads import PendingUpload

JOB = "import"
WAYS = {
    "files": ":material/photo_library: Photos",
    "folder": ":material/drive_folder_upload: A folder",
    "camera": ":material/photo_camera: Camera",
    "path": ":material/folder: A folder on this computer",
}
SHOWN_WHILE_RUNNING = 6
ROWS = 20
NAMED = 5
# What became of a file, and the file itself while it may still be added anyway.
Row = tuple[ImportResult, Source | None]

rt = notices.opened(startup.current)
label_of = partial(value_label, vocabulary=rt.vocabulary)
most = rt.settings.max_batch_files


def choose_way(key: str) -> None:
    st.query_params["from"] = st.session_state[key]


def start(sources: list[Source], asked: Sequence[Path] = (), force: bool = False, waiting: Sequence[str] = ()) -> None:
    """Begin an import; ``waiting`` are the ids of the sources that are uploads, which go once they are dealt with."""
    importer, uploads = rt.importing.importer, rt.importing.uploads

    def work(cancelled: Callable[[], bool]) -> Iterator[Row]:
        results = importer.add(sources, asked=asked, allow_duplicates=force, cancelled=cancelled)
        for position, (source, result) in enumerate(zip(sources, results, strict=False)):
            again = source if result.outcome is Outcome.ALREADY else None
            if again and position < len(waiting):
                again = source_from_bytes(source.name, source.read())  # its file goes now
            uploads.discard(waiting[position : position + 1])
            yield result, again

    if jobs.start(JOB, work, total=len(sources)) is None:
        notices.say("Another import is still running.")
    else:
        st.session_state["upload_round"] = st.session_state.get("upload_round", 0) + 1


def add_uploads(uploads: list[Any]) -> None:
    sources = [source_from_bytes(upload.name, upload.getvalue()) for upload in uploads]
    start(sources, waiting=[upload.file_id for upload in uploads])


def chosen(key: str) -> None:
    """Keep what was just chosen until it is added, and no longer what was just put away."""
    value = st.session_state[key]
    uploads = value if isinstance(value, list) else [value] if value is not None else []
    now = {upload.file_id for upload in uploads}
    rt.importing.uploads.discard(st.session_state.get(f"kept_{key}", set()) - now)
    st.session_state[f"kept_{key}"] = now
    if failed := rt.importing.uploads.keep(uploads):
        notices.say(
            f"{count_of(failed, 'photo')} could not be kept for later. Add the photos before you leave this page."
        )


def add_waiting(waiting: Sequence[PendingUpload]) -> None:
    start([rt.importing.uploads.source(one) for one in waiting], waiting=[one.id for one in waiting])


def draw_waiting(here: set[str]) -> None:
    """Photos that were chosen earlier, or in another tab, and never added."""
    waiting = [one for one in rt.importing.uploads.all() if one.id not in here]
    if not waiting:
        return
    with st.container(border=True, key="waiting_photos"):
        st.markdown(
            f":material/photo_library: **{count_of(len(waiting), 'photo')} chosen earlier "
            f"{'is' if len(waiting) == 1 else 'are'} not added yet**, since {clock(waiting[0].chosen_at, rt.days)}"
        )
        st.caption(plain(", ".join(one.name for one in waiting[:NAMED])) + (" …" if len(waiting) > NAMED else ""))
        with st.container(horizontal=True):
            st.button(
                f"Add {'it' if len(waiting) == 1 else 'them'} now", icon=":material/add:", key="add_waiting",
                type="primary", on_click=add_waiting, args=(waiting,),
            )  # fmt: skip
            st.button(
                "Discard", icon=":material/delete:", key="discard_waiting", type="tertiary",
                on_click=rt.importing.uploads.discard, args=([one.id for one in waiting],),
            )  # fmt: skip


def add_folder() -> None:
    with notices.guarded():
        if rt.shared:
            raise AccessDenied("The folders of the computer that runs this are not open to those who sign in.")
        folder = Path(st.session_state["folder_path"].strip()).expanduser()
        found = rt.importing.importer.contents_of(folder)
        start(found.sources, [folder])
        if found.sentence:
            notices.say(found.sentence)


def go_on(paths: Sequence[str], force: bool) -> None:
    """Take up an import that was stopped: what is stored already is recognised."""
    with notices.guarded():
        asked = [Path(path) for path in paths]
        start(rt.importing.importer.sources_of(asked), asked, force)


def allow_duplicates(rows: list[Row], position: int, source: Source) -> None:
    """Store the file of row ``position`` although it, or its picture, is there already."""
    with notices.guarded():
        rows[position] = (next(iter(rt.importing.importer.add([source], allow_duplicates=True))), None)


def draw_row(rows: list[Row], position: int) -> None:
    result, source = rows[position]
    cover = result.garment.cover if result.garment else None
    reason = result.untagged if result.outcome is Outcome.ADDED else result.message.removeprefix(f"{result.name}: ")
    import_results.row(
        result.name,
        result.outcome.value,
        reason[:1].upper() + reason[1:],
        result.garment,
        rt.catalogue.thumbnail_path(cover) if cover else None,
        label_of,
        partial(allow_duplicates, rows, position, source) if source else None,
        key=f"result_{position}",
    )


def watch() -> None:
    """The running import: progress and the newest rows; the whole page is drawn once more when it ends."""
    job = jobs.job(JOB)
    if job is None or not job.running:
        st.rerun()
    import_results.progress(job)
    for position in reversed(range(max(0, job.done - SHOWN_WHILE_RUNNING), job.done)):
        draw_row(job.results, position)


def report(job: jobs.Job) -> None:
    """What became of every file of a finished import."""
    tally = {outcome: sum(result.outcome is outcome for result, _ in job.results) for outcome in Outcome}
    words = ", ".join(f"{number} {outcome.value}" for outcome, number in tally.items() if number) or "nothing added"
    left = job.total - job.done
    stopped = f" Stopped with {count_of(left, 'file')} left; nothing of those was stored." if left else ""
    if job.error:
        st.error(f"{plain(job.error)} Before that: {words}.{stopped}", icon=":material/error:")
    else:
        st.success(f"Done: {words}.{stopped}", icon=":material/done_all:")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.page_link("wardrobe_app/pages/wardrobe.py", label="See the wardrobe", icon=":material/checkroom:")
        st.page_link(
            "wardrobe_app/pages/duplicates.py", label="See what is there twice", icon=":material/content_copy:"
        )
        st.button("Clear this list", type="tertiary", icon=":material/close:", on_click=jobs.forget, args=(JOB,))
    order = sorted(range(job.done), key=lambda at: (job.results[at][0].outcome is Outcome.ADDED, at))
    pages = max(1, -(-len(order) // ROWS))
    page = st.pagination(pages, key="result_page") if pages > 1 else 1
    for position in order[(page - 1) * ROWS : page * ROWS]:
        draw_row(job.results, position)


st.title("Add photos", anchor=False)
notices.show()
if (job := jobs.job(JOB)) is not None and job.running:
    st.fragment(watch, run_every=1.0)()
    st.stop()
for left in rt.importing.unfinished.left():
    resume_prompt.offer(
        left.key,
        left.paths,
        (left.done, left.stored, left.total),
        partial(go_on, left.paths, left.allow_duplicates),
        partial(rt.importing.unfinished.forget, left.key),
    )

asked = address.read("from")
# Who is only a guest of this computer has no business in its folders, where those of others are.
ways = [name for name in WAYS if name != "path" or not rt.shared]
shown = asked if asked in ways else "files"
way = st.segmented_control(
    "From where?",
    ways,
    format_func=WAYS.__getitem__,
    default=shown,
    required=True,
    key=f"way_{shown}",
    on_change=choose_way,
    args=(f"way_{shown}",),
)
uploader = f"upload_{way}_{st.session_state.get('upload_round', 0)}"
here: dict[str, Any] = {"key": uploader, "on_change": chosen, "args": (uploader,)}
if uploader not in st.session_state:  # the page was left meanwhile: what was chosen before is waiting
    st.session_state.pop(f"kept_{uploader}", None)
uploads: list[Any] = []
if way == "files":
    uploads = st.file_uploader("Photos of garments, one garment a photo", accept_multiple_files=True, **here)
    st.caption("JPEG, PNG, WebP, HEIC, AVIF, TIFF, GIF or BMP. A phone's photos can be used as they are.")
elif way == "folder":
    uploads = st.file_uploader("A folder with photos", accept_multiple_files="directory", **here)
elif way == "camera":
    picture = st.camera_input("Hold the garment in front of the camera", **here)
    uploads = [picture] if picture else []
else:
    st.text_input("Path of the folder", key="folder_path", placeholder="~/Pictures/Wardrobe", persist_state="session")
    st.caption(
        "Read where it is, with all folders in it and those that links lead to; nothing in it is changed. The way to "
        "take for many photos."
    )
    st.button("Import this folder", type="primary", icon=":material/folder_open:", on_click=add_folder)
if len(uploads) > most:
    st.warning(f"These are {len(uploads)} files, and up to {most} can be sent at a time. Import the folder instead.")
if way != "path":
    st.button(
        f"Add {count_of(len(uploads), 'photo')}" if uploads else "Add photos",
        type="primary",
        icon=":material/add:",
        disabled=not uploads or len(uploads) > most,
        on_click=add_uploads,
        args=(uploads,),
    )
sent = {upload.file_id for upload in uploads}
if sent - st.session_state.get(f"kept_{uploader}", set()):  # by a browser that came back to a program started anew
    chosen(uploader)
draw_waiting(sent)
if job is not None:
    report(job)
