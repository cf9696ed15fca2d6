"""Write logs as JSON, one object a line, for programs that collect them."""

from __future__ import annotations

import json
import logging
import re
import sys
from datetime import UTC, datetime
from typing import Final, Literal

from wardrobe_app.domain.secrets import without_secrets

_OURS: Final = ("wardrobe_app", "db", "classifier")
_ADDRESS: Final = re.compile(r"[a-zA-Z][\w+.-]*://\S+")


class JsonFormatter(logging.Formatter):
    """Formats a record as an object with time (UTC), level, logger, message, and exception if there was one."""

    def format(self, record: logging.LogRecord) -> str:
        """Return one line of JSON; addresses in it are without their secrets."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _told(record.getMessage()),
        }
        if record.exc_info:
            line["exception"] = _told(self.formatException(record.exc_info))
        return json.dumps(line)


def set_up(log_format: Literal["text", "json"]) -> None:
    """Write JSON to stderr from now on: warnings of all, and what ours, Streamlit and the server have to say beyond.

    Text stays as Python and Streamlit write it.
    """
    if log_format == "text":
        return
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.captureWarnings(True)
    for name in _OURS:
        logging.getLogger(name).setLevel(logging.INFO)
    _take_over_servers()


def _take_over_servers() -> None:
    """Send to our handler what Streamlit and uvicorn log with theirs, also from loggers that are still to come."""
    if streamlit := sys.modules.get("streamlit.logger"):
        streamlit.setup_formatter = _pass_on  # type: ignore[attr-defined]
        streamlit.update_formatter()
    for name in [name for name in logging.root.manager.loggerDict if name.startswith("uvicorn")]:
        _pass_on(logging.getLogger(name))
    logging.getLogger("uvicorn.access").disabled = True  # whole addresses, with the codes of sign-in
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)  # else each browser that comes and goes


def _pass_on(logger: logging.Logger) -> None:
    logger.handlers.clear()
    logger.propagate = True


def _told(text: str) -> str:
    return _ADDRESS.sub(lambda found: without_secrets(found[0]), text)
