from __future__ import annotations

import json
import sys
from functools import partial
from typing import Any

from tests.cluster.taggers import poisoned
from tests.support.fakes import FakeTagger
from wardrobe_app import startup, wiring
from wardrobe_app.cluster.actor_pool import ActorPool
from wardrobe_app.cluster.connection import connected
from wardrobe_app.cluster.importing import RayEngine
from wardrobe_app.config import Settings
from wardrobe_app.services.importing.sources import sources_of

# An import of its own process, to be killed: told in JSON what to import and where, it prints a line for each file.


def main() -> None:
    told: dict[str, Any] = json.loads(sys.argv[1])
    wiring.make_tagger = lambda settings: FakeTagger()
    settings = Settings.model_validate(told["settings"])
    wardrobe = startup.build(settings)
    with connected(told["cluster"]) as ray:
        engine = RayEngine(ActorPool(ray), partial(wiring.preparer, wiring.for_workers(settings), poisoned), 16)
        importer, places = wardrobe.importing.importer, told["places"]
        for result in importer.add(sources_of(places), asked=places, engine=engine):
            print(result.outcome, flush=True)


if __name__ == "__main__":
    main()
