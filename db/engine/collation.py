"""Fold and sort text the same way on every database.

SQLite calls ``wardrobe_app.domain.text`` (``db.engine.session`` registers the functions); for PostgreSQL the same rules
are a function in the wardrobe's schema, and a test compares them letter by letter.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any, Final

from sqlalchemy import Connection, String, text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction

from wardrobe_app.domain.text import ACUTE, ALIKE, DIGITS, MARKS

FOLDS_CASE: Final = "und-x-icu"  # PostgreSQL: all scripts, whatever language the database was created for
_SINGLE: Final = {letter: plain for letter, plain in ALIKE.items() if len(plain) == 1}
_DOUBLE: Final = {letter: plain for letter, plain in ALIKE.items() if len(plain) > 1}


class folded(GenericFunction[str]):
    """A text as ``fold`` makes it, to search in."""

    type = String()
    inherit_cache = True


class naturally(GenericFunction[str]):
    """A text as ``natural_key`` makes it, to sort by."""

    type = String()
    inherit_cache = True


class in_order(GenericFunction[str]):
    """A text to sort by code point, whatever language the database was created for."""

    type = String()
    inherit_cache = True


@compiles(folded)
def _fold(element: folded, compiler: SQLCompiler, **options: Any) -> str:
    return f"fold({compiler.process(element.clauses, **options)})"


@compiles(folded, "postgresql")
def _fold_by_icu(element: folded, compiler: SQLCompiler, **options: Any) -> str:
    return _in_sql(compiler.process(element.clauses, **options))


@compiles(naturally)
def _natural(element: naturally, compiler: SQLCompiler, **options: Any) -> str:
    return f"natural_key({compiler.process(element.clauses, **options)})"


@compiles(naturally, "postgresql")
def _pad_numbers(element: naturally, compiler: SQLCompiler, **options: Any) -> str:
    longer = f"regexp_replace(f, '([0-9]+)', '{'0' * DIGITS}\\1', 'g')"
    padded = f"regexp_replace({longer}, '[0-9]*([0-9]{{{DIGITS}}})', '\\1', 'g')"
    text = _in_sql(compiler.process(element.clauses, **options))
    chosen = f"CASE WHEN f ~ '[0-9]' THEN {padded} ELSE f END"
    return f'((SELECT {chosen} FROM (SELECT {text} AS f OFFSET 0) AS folded) COLLATE "C")'  # noqa: S608 - SQL of ours


@compiles(in_order)
def _as_it_is(element: in_order, compiler: SQLCompiler, **options: Any) -> str:
    return compiler.process(element.clauses, **options)


@compiles(in_order, "postgresql")
def _by_code_points(element: in_order, compiler: SQLCompiler, **options: Any) -> str:
    return f'(({compiler.process(element.clauses, **options)}) COLLATE "C")'


def has_function(connection: Connection) -> bool:
    """Return whether PostgreSQL's function is in the current schema."""
    return bool(connection.scalar(text("SELECT to_regproc(:name) IS NOT NULL"), {"name": FUNCTION}))


def create_function(connection: Connection) -> None:
    """Create PostgreSQL's function in the current schema.

    Its name tells its rules, so that an index made with other rules is never used. Earlier ones stay, for programs that
    still run.
    """
    header = f"CREATE OR REPLACE FUNCTION {FUNCTION}(t text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT"
    connection.exec_driver_sql(f"{header} PARALLEL SAFE AS $function$ {_BODY} $function$")


def _in_sql(value: str) -> str:
    """Call PostgreSQL's ``fold(value)``."""
    return f'({FUNCTION}({value}) COLLATE "C")'


def _body() -> str:
    """Write PostgreSQL's function; ASCII takes a short cut."""
    plain = "replace(lower(t COLLATE \"C\"), '`', '''')"
    short = f"IF octet_length(t) = char_length(t) THEN RETURN {plain}; END IF;"
    return f"BEGIN {short} RETURN {_of_all_letters('t')}; END"


def _of_all_letters(text: str) -> str:
    apart = f"normalize(replace({text}, {_quoted(ACUTE)}, ''''), NFKD)"
    plain = f"lower(regexp_replace({apart}, {_quoted(f'[{MARKS}]')}, '', 'g') COLLATE \"{FOLDS_CASE}\")"
    plain = f"translate({plain}, {_quoted(''.join(_SINGLE))}, {_quoted(''.join(_SINGLE.values()))})"
    for letter, letters in _DOUBLE.items():
        plain = f"replace({plain}, {_quoted(letter)}, {_quoted(letters)})"
    return f'(normalize({plain}, NFKC) COLLATE "C")'


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


_BODY: Final = _body()
FUNCTION: Final = f"folded_{sha256(_BODY.encode()).hexdigest()[:8]}"
