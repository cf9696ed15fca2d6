"""Are there known holes in what this environment has installed? Fails on one that has a fix; warns when nobody answers.

python .ci/audit.py
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

SECONDS = 240


def judged(report: dict[str, Any]) -> tuple[list[str], list[str], int]:
    """Holes with a fix, holes without one, and how many packages were looked up, of pip-audit's JSON ``report``."""
    known = [package for package in report["dependencies"] if "skip_reason" not in package]
    mended: list[str] = []
    open_: list[str] = []
    for package in known:
        for hole in package.get("vulns", []):
            fixes = ", ".join(hole.get("fix_versions", []))
            line = f"{package['name']} {package['version']}: {hole['id']}"
            (mended if fixes else open_).append(f"{line}, fixed in {fixes}" if fixes else f"{line}, no fix yet")
    return mended, open_, len(known)


def main() -> int:
    """The exit status: 1 only where something is known to be mended elsewhere."""
    command = [sys.executable, "-m", "pip_audit", "--local", "--format", "json", "--progress-spinner", "off"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)  # noqa: S603 (ours)
        mended, open_, known = judged(json.loads(done.stdout))
    except (subprocess.TimeoutExpired, ValueError, KeyError, TypeError) as error:
        print(f"Nobody told of known holes in dependencies ({type(error).__name__}): not checked.", file=sys.stderr)
        return 0
    if not known:
        print("The list of known holes in dependencies cannot be reached: not checked.", file=sys.stderr)
        return 0
    for line in (*mended, *open_):
        print(line, file=sys.stderr)
    print(f"{known} packages looked up: {len(mended)} known holes with a fix, {len(open_)} without.")
    return 1 if mended else 0


if __name__ == "__main__":
    sys.exit(main())
