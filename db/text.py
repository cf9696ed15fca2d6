"""Text compared alike on every database: each of them has its own idea of lower case and of order."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction

FOLDS_CASE = "und-x-icu"  # of PostgreSQL: every script's letters, whatever language the database was made for


class lowered(GenericFunction[str]):
    """A text in lower case, of any script. SQLite's own lower() is replaced in ``db.session``."""

    type = String()
    inherit_cache = True


class in_order(GenericFunction[str]):
    """A text to sort by: by code points, without regard to the language that the database was made for."""

    type = String()
    inherit_cache = True


def lower(text: Any) -> ColumnElement[str]:
    """``text`` in lower case, to search in and to sort by."""
    return in_order(lowered(text))


@compiles(lowered)
def _lower(element: lowered, compiler: SQLCompiler, **options: Any) -> str:
    return f"lower({compiler.process(element.clauses, **options)})"


@compiles(lowered, "postgresql")
def _lower_by_icu(element: lowered, compiler: SQLCompiler, **options: Any) -> str:
    return f'lower(({compiler.process(element.clauses, **options)}) COLLATE "{FOLDS_CASE}")'


@compiles(in_order)
def _as_it_is(element: in_order, compiler: SQLCompiler, **options: Any) -> str:
    return compiler.process(element.clauses, **options)


@compiles(in_order, "postgresql")
def _by_code_points(element: in_order, compiler: SQLCompiler, **options: Any) -> str:
    return f'(({compiler.process(element.clauses, **options)}) COLLATE "C")'
