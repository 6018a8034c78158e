"""Options that several commands share, and how ``key=value`` options are read."""

import json
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from xscene_core.errors import InputError

HomeOption = Annotated[
    str | None,
    typer.Option("--home", envvar="XSCENE_HOME", metavar="DIR", help="Where scenes, cache and runs live."),
]
JsonOption = Annotated[
    bool, typer.Option("--json", help="Print one JSON document to stdout and nothing else.")
]


def split_names(values: Sequence[str]) -> list[str]:
    """``["a,b", "c"]`` -> ``["a", "b", "c"]``, each once, in order."""
    names = (name.strip() for value in values for name in value.split(","))
    return list(dict.fromkeys(name for name in names if name))


def method_params(assignments: Sequence[str], methods: Sequence[str]) -> dict[str, dict[str, Any]]:
    """``key=value`` for every method that has such a parameter, ``method.key=value`` for one.

    A value is read as JSON (numbers, true, false, null, lists) and otherwise as text.

    Raises
    ------
    InputError : no ``=``, an unknown method, or a key that none of ``methods`` has.
    """
    from xscene_core.transfer.method import find

    params: dict[str, dict[str, Any]] = {}
    for assignment in assignments:
        name, equals, text = assignment.partition("=")
        if not equals or not name.strip():
            raise InputError(
                f"{assignment[:60]!r} sets nothing",
                where="--param",
                todo="Write key=value or method.key=value.",
            )
        method, dot, key = name.strip().rpartition(".")
        holders = [method] if dot else [one for one in methods if key in find(one).params.model_fields]
        if not holders:
            raise InputError(
                f"None of the methods has a parameter {key[:60]!r}",
                where="--param",
                todo="; ".join(
                    f"{one}: {', '.join(find(one).params.model_fields) or 'none'}" for one in methods
                ),
            )
        for holder in holders:
            params.setdefault(find(holder).name, {})[key] = _value(text.strip())
    return params


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text
