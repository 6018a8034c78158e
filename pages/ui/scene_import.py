"""Adding a scene: upload, say which column is what, see every problem, then keep it."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from pages.ui import engine, state, tables
from pages.ui.errors import plain
from xscene_core.text import t

if TYPE_CHECKING:
    from xscene_core.scenes.importing import ImportOptions, Prepared
    from xscene_core.scenes.readers.tables import Table

TYPES = [
    "csv",
    "xlsx",
    "parquet",
    "jsonl",
    "zip",
    "tsv",
    "txt",
    "pq",
    "json",
    "ndjson",
    "inter",
    "item",
    "gz",
]
TYPES += ["xlsm", "xlsb", "xls", "ods"]
PREPARED = "scenes.prepared"
MAPPING = "scenes.mapping"


def show() -> None:
    """The whole way from files to scenes in the library."""
    _added()
    st.markdown(t("scenes.add_text"))
    files = st.file_uploader(
        t("scenes.files"),
        type=TYPES,
        accept_multiple_files=True,
        key=f"scenes.files.{_round()}",
        help=t("scenes.files_help"),
    )
    if not files:
        st.session_state.pop(PREPARED, None)
        st.session_state.pop(MAPPING, None)
        st.caption(t("scenes.formats"))
        return
    options = _options()
    with st.spinner(t("scenes.reading")):
        prepared = _prepared(files, options)
    _tables(prepared)
    _problems(prepared)
    _commit(prepared)


def _options() -> ImportOptions:
    from xscene_core.scenes.importing import ImportOptions

    last: Prepared | None = st.session_state.get(PREPARED, (None, None))[1]
    columns = sorted({name for table in last.tables for name in table.columns}) if last else []
    with st.container(border=True):
        left, right = st.columns(2)
        name = left.text_input(
            t("scenes.name"), key="scenes.name", max_chars=64, placeholder=t("scenes.name_from_file")
        )
        licence = right.text_input(
            t("scenes.licence"), key="scenes.licence", max_chars=200, placeholder=t("scenes.licence_hint")
        )
        split = left.selectbox(
            t("scenes.scene_column"),
            ["", *columns],
            key="scenes.scene_column",
            format_func=_or_none,
            help=t("scenes.scene_column_help"),
        )
        order = right.selectbox(
            t("scenes.order_column"),
            ["", *columns],
            key="scenes.order_column",
            format_func=_or_none,
            help=t("scenes.order_column_help"),
        )
        about = st.text_input(t("scenes.about"), key="scenes.about", max_chars=400)
    return ImportOptions(
        mapping=dict(st.session_state.get(MAPPING, {})),
        scene_column=split or None,
        order_column=order or None,
        name=name.strip() or None,
        licence=licence.strip() or "not stated",
        description=about.strip(),
    )


def _prepared(files: list[Any], options: ImportOptions) -> Prepared:
    """Reads the files, or returns what the last run read when neither they nor the options changed."""
    from xscene_core.scenes.importing import prepare

    asked = (tuple(file.file_id for file in files), repr(options))
    known, prepared = st.session_state.get(PREPARED, (None, None))
    if known == asked and prepared is not None and prepared.workspace.is_dir():
        return prepared
    with tempfile.TemporaryDirectory(prefix="xscene-upload-") as folder:
        source = {}
        for place, file in enumerate(files):
            source[_label(file.name, source)] = path = Path(folder) / str(place)
            path.write_bytes(file.getbuffer())
        prepared = prepare(source, options, engine.library())
    st.session_state[PREPARED] = (asked, prepared)
    return prepared


def _label(name: str, taken: dict[str, Path]) -> str:
    return name if name not in taken else f"{len(taken)}-{name}"


def _tables(prepared: Prepared) -> None:
    """Each file with its mapping, which can be changed, and its first rows."""
    st.markdown(f"##### {t('scenes.mapping')}")
    st.caption(t("scenes.reader", reader=prepared.reader))
    for place, table in enumerate(prepared.tables):
        with st.expander(
            t("scenes.file_as", file=plain(table.label), table=t(f"scenes.table_{table.table}")),
            expanded=True,
        ):
            _mapping(table, place)
            if table.rows:
                tables.table(pd.DataFrame(list(table.rows)), alt=t("scenes.first_rows", file=table.label))
    if prepared.ignored:
        st.caption(t("scenes.ignored", files=plain(", ".join(prepared.ignored))))


def _mapping(table: Table, place: int) -> None:
    """``place`` tells apart files that hold parts of one table; they share what is chosen."""
    from xscene_core.scenes.readers.mapping import FIELDS, NEEDED

    with st.grid(4, min_column_width=190, gap="small"):
        for field in FIELDS[table.table]:
            now = table.mapping.get(field, ())
            joined = "+".join(now)
            options = ["", *table.columns, *([joined] if len(now) > 1 else [])]
            key = f"scenes.map.{place}.{table.table}.{field}"
            st.session_state[key] = joined if joined in options else ""
            needed = field in NEEDED[table.table]
            st.selectbox(
                f"{field} *" if needed else field,
                options,
                key=key,
                format_func=_or_none,
                on_change=_remap,
                args=(f"{table.table}.{field}", key),
            )


def _remap(ours: str, key: str) -> None:
    st.session_state.setdefault(MAPPING, {})[ours] = st.session_state[key]
    if not st.session_state[key]:
        del st.session_state[MAPPING][ours]


def _problems(prepared: Prepared) -> None:
    errors, warnings = len(prepared.errors), len(prepared.warnings)
    if not prepared.problems:
        st.success(t("scenes.no_problems"), icon=":material/check_circle:")
        return
    text = t("scenes.problem_count", errors=errors, warnings=warnings)
    if errors:
        st.error(text, icon=":material/error:")
    else:
        st.warning(text, icon=":material/warning:")
    frame = pd.DataFrame([vars(problem) for problem in prepared.problems])
    frame = frame[["severity", "table", "row", "column", "what", "todo", "count"]].astype({"row": "Int64"})
    shown = frame.assign(
        severity=frame["severity"].map({"error": t("scenes.error"), "warning": t("scenes.warning")})
    )
    text_column = st.column_config.TextColumn
    tables.table(
        shown,
        alt=t("scenes.problems_alt", n=len(frame)),
        columns={
            "severity": text_column(t("scenes.severity")),
            "table": text_column(t("scenes.table")),
            "row": st.column_config.NumberColumn(t("scenes.row")),
            "column": text_column(t("scenes.column")),
            "what": text_column(t("scenes.what"), width="large"),
            "todo": text_column(t("scenes.todo"), width="large"),
            "count": st.column_config.NumberColumn(t("scenes.rows")),
        },
    )
    tables.csv_button(frame, "problems.csv", label=t("scenes.problems_csv"))


def _commit(prepared: Prepared) -> None:
    for found in prepared.scenes:
        with st.container(border=True):
            st.markdown(f"**{plain(found.name)}**")
            st.markdown(
                t(
                    "scenes.facts",
                    items=f"{found.items:,}",
                    people=f"{found.people:,}",
                    interactions=f"{found.interactions:,}",
                )
            )
            if found.pictures:
                st.caption(t("scenes.pictures_found", n=f"{found.pictures:,}"))
            for other, people in found.shared.items():
                st.caption(t("scenes.shares", n=f"{people:,}", title=plain(other)))
    taken = [found.name for found in prepared.scenes if found.name in engine.library().names()]
    replace = False
    if taken:
        replace = st.checkbox(
            t("scenes.replace", names=", ".join(taken)), key="scenes.replace", help=t("scenes.replace_help")
        )
    possible = bool(prepared.scenes) and not prepared.errors and (replace or not taken)
    if st.button(
        t("scenes.keep"), type="primary", key="scenes.keep", icon=":material/save:", disabled=not possible
    ):
        cards = prepared.commit(engine.library(), overwrite=replace)
        prepared.close()
        st.session_state.pop(PREPARED, None)
        st.session_state.pop(MAPPING, None)
        st.session_state["scenes.round"] = _round() + 1
        st.session_state["scenes.added"] = [(card.name, card.title) for card in cards]
        st.rerun()


def _added() -> None:
    """What the last import brought, until the page is left."""
    for name, title in st.session_state.get("scenes.added", []):
        with st.container(horizontal=True, vertical_alignment="center", border=True):
            st.markdown(t("scenes.added", title=plain(title)), width="content")
            st.button(
                t("scenes.open"),
                key=f"scenes.added.{name}",
                on_click=state.choose,
                kwargs={"view": "profile", "scene": name},
            )


def _round() -> int:
    """Counts imports: a new number empties the uploader."""
    return int(st.session_state.get("scenes.round", 0))


def _or_none(name: str) -> str:
    return name or t("scenes.none")
