"""Counts, the model, cut-outs, the currency, how outfits are scored, and custom types."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import streamlit as st

from wardrobe_app import startup
from wardrobe_app.components.catalogue import custom_types, model_list
from wardrobe_app.components.catalogue import drafts as drafted
from wardrobe_app.components.importing import results
from wardrobe_app.components.outfits import rule_weights
from wardrobe_app.components.shared import jobs, notices
from wardrobe_app.components.shared.formatting import SLOTS, count_of, plain
from wardrobe_app.components.shared.notices import Said, action
from wardrobe_app.components.shared.widgets import button
from wardrobe_app.domain.compatibility.rules import Rule
from wardrobe_app.domain.garments.models import tagged_by
from wardrobe_app.domain.garments.vocabulary import Slot
from wardrobe_app.services.catalogue.amounts import currencies

JOB = "retag"

rt = notices.opened(startup.current)
preferences, models = rt.preferences, rt.tagging.models


def tag_again(ids: list[int]) -> None:
    catalogue = rt.catalogue

    def work(cancelled: Callable[[], bool]) -> Iterator[Any]:
        for garment in catalogue.retag(ids):
            yield garment.id
            if cancelled():
                return

    jobs.start(JOB, work, total=len(ids))


@action
def choose(key: str) -> Said:
    return f"New photos are tagged by {models.choose(key).title}. To update existing tags, tag again."


@action
def change_type(name: str, new_name: str, slot: Slot) -> Said:
    return f"Type saved: {rt.types.change(name, new_name, slot)}, worn on: {SLOTS[slot].lower()}."


@action
def remove_type(name: str) -> Said:
    rt.types.remove(name)
    return f"Type {name} removed. Its garments have the model's type again."


@action
def show_cut_outs() -> None:
    preferences.show_cut_outs(st.session_state["cut_outs"])


@action
def choose_currency() -> None:
    preferences.choose_currency(st.session_state["currency"])


@action
def weigh(rule: Rule, factor: float) -> None:
    preferences.set_rule_weights({**preferences.rule_weights, rule: factor})


@action
def weigh_normally() -> Said:
    before = preferences.rule_weights
    preferences.set_rule_weights({})
    return "All rules are back to normal.", partial(preferences.set_rule_weights, before)


@action
def let_learn() -> None:
    preferences.let_learn(st.session_state["learns"])


def watch() -> None:
    job = jobs.job(JOB)
    if job is None or not job.running:
        st.rerun()
    results.progress(job)


def draw_models() -> None:
    used = models.in_use()
    if used.problem:
        text = "You can still add photos and tag them yourself, or tag everything again once a model is installed."
        st.warning(f"{plain(used.problem)} {text}", icon=":material/warning:")
    if (lost := models.lost_choice()) is not None:
        text = f"The model you chose, {plain(lost)}, is missing or unusable. {plain(used.title)} is used instead."
        st.warning(text, icon=":material/warning:")
    model_list.draw(models.all(), used, tagged_by(everything), models.is_named, choose)
    if models.is_named:
        st.caption("Set by WARDROBE_CHECKPOINT or on the command line; the choice here is ignored.")
    elif rt.shared:
        st.caption("Whoever runs this server can add more models.")
    else:
        st.caption("To add a model, put its .safetensors file into this folder. The newest is used unless you choose.")
        st.code(str(models.folder), language=None, wrap_lines=True)


def draw_tagging() -> None:
    if (job := jobs.job(JOB)) is not None and job.running:
        st.fragment(watch, run_every=1.0)()
        return
    if job is not None and job.error is None:
        st.success(f"{count_of(job.done, 'garment')} tagged again.")
    elif job is not None:
        st.error(plain(job.error or ""))
    used = models.in_use()
    all_ids = [one.id for one in everything]
    others = [one.id for one in everything if used.title not in tagged_by([one])]
    told = "Keeps your corrections"
    with st.container(horizontal=True):
        disabled = not everything or bool(used.problem)
        label = f"Tag everything again with {plain(used.title)}"
        button(label, "refresh", tag_again, all_ids, key="tag_all", disabled=disabled, help=told)
        if 0 < len(others) < len(everything):
            label = f"Only the {len(others)} it has not tagged"
            button(label, "refresh", tag_again, others, key="tag_others", disabled=bool(used.problem), help=told)


st.title("Settings", anchor=False)
counts = rt.catalogue.count()
everything = rt.catalogue.garments(include_archived=True)

st.header("Your wardrobe", anchor=False)
with st.container(horizontal=True):
    st.metric("In the wardrobe", counts.live, border=True)
    st.metric("Archived", counts.archived, border=True)
    st.metric("In the trash", counts.trashed, border=True)
    st.metric("Needs review", counts.unsure, border=True)

st.header("Model", anchor=False)
draw_models()
draw_tagging()

st.header("Photos", anchor=False)
st.toggle(
    "Show garments without their background", value=preferences.cut_outs, key="cut_outs", on_change=show_cut_outs,
    help="The photos themselves stay as they are. If no garment was found in a photo, the whole photo is shown.",
)  # fmt: skip

st.header("Prices", anchor=False)
names = currencies()
codes: list[str | None] = [None, *names]
st.selectbox(
    "Currency", codes, index=codes.index(preferences.currency), key="currency", on_change=choose_currency, width=400,
    format_func=lambda code: f"{code}: {names[code]}" if code else "Not set",
    help="Shown with prices, totals and the cost per wear. Amounts are not converted.",
)  # fmt: skip

st.header("How outfits are scored", anchor=False)
st.markdown("Garments that can't be worn together never make an outfit. Choose how much each other rule counts.")
rule_weights.weights(preferences.rule_weights, weigh, weigh_normally)
st.toggle(
    "Learn from my outfits", value=preferences.learns, key="learns", on_change=let_learn,
    help="Outfits you save or wear raise the scores of similar ones; outfits you reject lower them. If this is off, "
    "only the rules count, and your outfits are kept.",
)  # fmt: skip
rule_weights.strongest_preferences(*rt.outfits.rules.strongest_preferences())

st.header("Your own types", anchor=False)
if own := rt.types.all():
    counted = [(one.type, one.garments) for one in own]
    custom_types.listed(counted, change_type, remove_type, drafted.Shelf(rt.drafts, rt.days))
else:
    st.caption("None yet. Create one where you choose a type: on a garment's page, or for several in the wardrobe.")
