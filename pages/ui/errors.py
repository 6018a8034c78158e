"""Turns errors into a sentence, a place and a next step; nobody ever sees a traceback.

with errors.shown():          # pages get this from header.page(); fragments need their own
    ...
"""

import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from xscene_core.errors import Cancelled, XSceneError
from xscene_core.text import t

LOG = logging.getLogger("xscene.app")


@contextmanager
def shown() -> Iterator[None]:
    """Shows what goes wrong inside. An unexpected error is logged in full under a short reference."""
    try:
        yield
    except Cancelled as error:
        st.info(plain(error.what), icon=":material/block:")
    except XSceneError as error:
        explain(error)
    except Exception:
        reference = secrets.token_hex(3)
        LOG.exception("unexpected error %s", reference)
        st.error(
            t("app.unexpected_text", reference=reference),
            title=t("app.unexpected_title"),
            icon=":material/error:",
        )


def explain(error: XSceneError) -> None:
    """One sentence, where, and what to do."""
    lines = [plain(error.what.rstrip(".") + ".")]
    if error.where:
        lines.append(t("app.error_where", where=plain(error.where)))
    if error.todo:
        lines.append(plain(error.todo))
    st.error("  \n".join(lines), icon=":material/error:")


def plain(text: str) -> str:
    """``text`` for Streamlit's Markdown, so that a product title or a path stays what it is."""
    return "".join(f"\\{char}" if char in r"\`*_{}[]()<>#+-!|~$:" else char for char in str(text))
