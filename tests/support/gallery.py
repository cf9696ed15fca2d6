from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from streamlit.proto.WidgetStates_pb2 import WidgetState

from wardrobe_app.components.gallery import view

if TYPE_CHECKING:
    from streamlit.testing.v1 import AppTest

# What the gallery's script in the browser would see and send. Ticks live there, so a test names the ids itself.


def mounted(app: AppTest, key: str = view.GRID) -> Any:
    return next(one for one in app.get("bidi_component") if one.key == key).proto


def data(app: AppTest, key: str = view.GRID) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(mounted(app, key).json)
    return found


def listed(app: AppTest) -> list[int]:
    return list(data(app)["ids"])


def titles(app: AppTest) -> list[str]:
    cards = data(app)["cards"]
    return [cards[str(item)]["title"] for item in listed(app)]


def send(app: AppTest, event: str, value: object, key: str = view.GRID) -> AppTest:
    return send_several(app, [(event, value)], key)


def send_several(app: AppTest, events: Sequence[tuple[str, object]], key: str = view.GRID, first: int = 0) -> AppTest:
    # One message with these events, the first of which has this number; the one after the last handled if none is said.
    return send_events(app, mounted(app, key).id, events, first or data(app, key)["handled"] + 1)


def send_events(app: AppTest, component: str, events: Sequence[tuple[str, object]], first: int) -> AppTest:
    sent = [{"number": first + at, "name": name, "value": value} for at, (name, value) in enumerate(events)]
    state = WidgetState()
    state.id = f"$$STREAMLIT_INTERNAL_KEY_{component}__events"
    state.json_trigger_value = json.dumps([{"event": "sent", "value": sent}])
    states = app._tree.get_widget_states()
    states.widgets.append(state)
    app._run(states)
    assert not app.exception
    return app


def act(app: AppTest, name: str, *ids: int) -> AppTest:
    # The browser sends those of the ticked that are listed, and the versions of the cards that it has.
    cards = data(app)["cards"]
    shown = [item for item in listed(app) if item in ids]
    seen = {str(item): cards[str(item)]["version"] for item in shown if str(item) in cards}
    return send(app, "act", {"name": name, "ids": shown, "seen": seen})


def switch(app: AppTest, **asked: object) -> AppTest:
    return send(app, "switch", asked)


def facet(app: AppTest, name: str) -> dict[str, int]:
    found = next((one for one in data(app)["facets"] if one["name"] == name), {"values": []})
    return {one["label"]: one["count"] for one in found["values"]}


def chosen(app: AppTest, name: str) -> list[str]:
    found = next(one for one in data(app)["facets"] if one["name"] == name)
    return [one["value"] for one in found["values"] if one["on"]]
