"""The pages, grouped by who asks: stakeholder, data scientist, merchandiser.

Titles are text and may be translated; ``url_path`` is part of links and never changes.

    st.page_link(PAGES["adapt"].file, label=t("overview.start"), query_params={"target": "jewelry"})
"""

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from xscene_core.text import t

LOOKS = Path(__file__).parent
FIRST = "overview"
"""The page at ``/``: Streamlit serves the default page there and nowhere else."""
ENTERED = "_entered"
"""Set by app.py in every run, taken away by the page's header."""


@dataclass(frozen=True)
class PageEntry:
    """``file`` is what ``st.switch_page`` and ``st.page_link`` take."""

    name: str
    icon: str
    group: str

    @property
    def file(self) -> str:
        return f"pages/{self.name}.py"


PAGES = {
    entry.name: entry
    for entry in (
        PageEntry("overview", ":material/insights:", "decide"),
        PageEntry("scenes", ":material/storefront:", "experiment"),
        PageEntry("adapt", ":material/model_training:", "experiment"),
        PageEntry("align", ":material/scatter_plot:", "experiment"),
        PageEntry("compare", ":material/balance:", "experiment"),
        PageEntry("new_category", ":material/add_shopping_cart:", "open"),
    )
}


def set_up() -> None:
    """Title, width and the icon in the browser's tab.

    Without an icon of ours Streamlit would fetch the page's Material icon from the internet.
    """
    st.set_page_config(page_title="xscene", page_icon=str(LOOKS / "icon.svg"), layout="wide")


def navigation() -> "st.typing.Page":
    """Registers every page and returns the one to run."""
    sections: dict[str, list[st.Page]] = {}
    for entry in PAGES.values():
        page = st.Page(
            entry.file,
            title=t(f"app.page_{entry.name}"),
            icon=entry.icon,
            url_path="" if entry.name == FIRST else entry.name,
            default=entry.name == FIRST,
            help=t(f"app.help_{entry.name}"),
        )
        section = sections.setdefault(t(f"app.group_{entry.group}"), [])
        section += [page, _other_address(entry)] if entry.name == FIRST else [page]
    return st.navigation(sections, expanded=True)


def _other_address(entry: PageEntry) -> "st.Page":
    """``/overview`` leads to ``/``: people type it, because every other page has an address like it."""

    def lead_on() -> None:
        st.switch_page(entry.file, query_params=st.query_params.to_dict())

    return st.Page(lead_on, title=t(f"app.page_{entry.name}"), url_path=entry.name, visibility="hidden")


def require_entry() -> None:
    """Starts over through app.py when a page was run without it.

    Streamlit does so for the first link opened after the server's start: until ``st.navigation`` was called
    once, it takes a folder named ``pages`` for an app of the older kind.
    """
    if not st.session_state.pop(ENTERED, False):
        set_up()
        navigation()
        st.rerun()
