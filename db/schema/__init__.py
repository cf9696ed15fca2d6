"""The tables. Importing any part of it makes all of them known to ``Base``."""

from db.schema import planning, tables

__all__ = ["planning", "tables"]
