from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from alembic.script import ScriptDirectory

from db import migrate
from db.engine.session import make_engine
from db.migrate import head, revisions, upgrade
from db.schema.revision import revision_of


def test_the_files_say_what_alembic_says() -> None:
    scripts = ScriptDirectory(str(Path(migrate.__file__).parent / "migrations"))
    assert head() == scripts.get_current_head()
    assert revisions() == {script.revision for script in scripts.walk_revisions()}


def test_a_database_tells_its_revision(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'wardrobe.db'}"
    with make_engine(url).connect() as connection:
        assert revision_of(connection) is None
    upgrade(url, lambda _: tmp_path / "none")
    with make_engine(url).connect() as connection:
        assert revision_of(connection) == head()


def test_a_wardrobe_that_is_up_to_date_opens_without_alembic(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'wardrobe.db'}"
    upgrade(url, lambda _: tmp_path / "none")
    code = (
        "import sys; from db.migrate import upgrade\n"
        f"assert upgrade({url!r}, None) is None\n"
        "assert 'alembic' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
