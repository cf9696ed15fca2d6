"""Add photos: files, a whole folder, the camera, or a folder of this computer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from wardrobe_app import runtime
from wardrobe_app.components import address, background, import_results, notices, stopped_import
from wardrobe_app.components.words import count_of, plain, value_label
from wardrobe_app.domain.errors import NotAdmitted
from wardrobe_app.services.importing import ImportResult, Outcome, Source, source_from_bytes

JOB = "import"
WAYS = {
    "files": ":material/photo_library: Photos",
    "folder": ":material/drive_folder_upload: A folder",
    "camera": ":material/photo_camera: Camera",
    "path": ":material/folder: A folder on this computer",
}
SHOWN_WHILE_RUNNING = 6
ROWS = 20
# What became of a file, and the file itself while it may still be added anyway.
Row = tuple[ImportResult, Source | None]

rt = notices.opened(runtime.current)
label_of = partial(value_label, vocabulary=rt.vocabulary)
most = rt.settings.max_batch_files


def choose_way(key: str) -> None:
    st.query_params["from"] = st.session_state[key]


def start(sources: list[Source], asked: Sequence[Path] = (), insist: bool = False) -> None:
    importer = rt.importer

    def work(cancelled: Callable[[], bool]) -> Iterator[Row]:
        results = importer.add(sources, asked=asked, add_anyway=insist, cancelled=cancelled)
        for source, result in zip(sources, results, strict=False):
            yield result, source if result.outcome is Outcome.ALREADY else None

    if background.start(JOB, work, total=len(sources)) is None:
        notices.say("Another import is still running.")
    else:
        st.session_state["upload_round"] = st.session_state.get("upload_round", 0) + 1


def add_uploads(uploads: list[Any]) -> None:
    start([source_from_bytes(upload.name, upload.getvalue()) for upload in uploads])


def add_folder() -> None:
    with notices.guarded():
        if rt.shared:
            raise NotAdmitted("The folders of the computer that runs this are not open to those who sign in.")
        folder = Path(st.session_state["folder_path"].strip()).expanduser()
        found = rt.importer.contents_of(folder)
        start(found.sources, [folder])
        if found.sentence:
            notices.say(found.sentence)


def go_on(paths: Sequence[str], insist: bool) -> None:
    """Take up an import that was stopped: what is stored already is recognised."""
    with notices.guarded():
        asked = [Path(path) for path in paths]
        start(rt.importer.sources_of(asked), asked, insist)


def add_anyway(rows: list[Row], position: int, source: Source) -> None:
    """Store the file of row ``position`` although it, or its picture, is there already."""
    with notices.guarded():
        rows[position] = (next(iter(rt.importer.add([source], add_anyway=True))), None)


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
        partial(add_anyway, rows, position, source) if source else None,
        key=f"result_{position}",
    )


def watch() -> None:
    """The running import: progress and the newest rows; the whole page is drawn once more when it ends."""
    job = background.job(JOB)
    if job is None or not job.running:
        st.rerun()
    import_results.progress(job)
    for position in reversed(range(max(0, job.done - SHOWN_WHILE_RUNNING), job.done)):
        draw_row(job.results, position)


def report(job: background.Job) -> None:
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
            "wardrobe_app/pages/redundancy.py", label="See what is there twice", icon=":material/content_copy:"
        )
        st.button("Clear this list", type="tertiary", icon=":material/close:", on_click=background.forget, args=(JOB,))
    order = sorted(range(job.done), key=lambda at: (job.results[at][0].outcome is Outcome.ADDED, at))
    pages = max(1, -(-len(order) // ROWS))
    page = st.pagination(pages, key="result_page") if pages > 1 else 1
    for position in order[(page - 1) * ROWS : page * ROWS]:
        draw_row(job.results, position)


st.title("Add photos", anchor=False)
notices.show()
if (job := background.job(JOB)) is not None and job.running:
    st.fragment(watch, run_every=1.0)()
    st.stop()
for left in rt.unfinished.left():
    stopped_import.offer(
        left.key,
        left.paths,
        (left.done, left.stored, left.total),
        partial(go_on, left.paths, left.add_anyway),
        partial(rt.unfinished.forget, left.key),
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
uploads: list[Any] = []
if way == "files":
    uploads = st.file_uploader("Photos of garments, one garment a photo", accept_multiple_files=True, key=uploader)
    st.caption("JPEG, PNG, WebP, HEIC, AVIF, TIFF, GIF or BMP. A phone's photos can be used as they are.")
elif way == "folder":
    uploads = st.file_uploader("A folder with photos", accept_multiple_files="directory", key=uploader)
elif way == "camera":
    picture = st.camera_input("Hold the garment in front of the camera", key=uploader)
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
if job is not None:
    report(job)
