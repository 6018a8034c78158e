"""Which methods to run: presets, a list by family with what each does, and the encoder."""

from dataclasses import dataclass

import streamlit as st

from pages.ui import state
from pages.ui.errors import plain
from xscene_core.experiments.references import BASELINES
from xscene_core.text import t
from xscene_core.transfer.method import Method, methods

ENCODERS = ("auto", "minilm", "minilm+attributes", "tfidf", "tfidf+attributes", "attributes")


@dataclass(frozen=True)
class Preset:
    """``methods`` beside the baselines; ``None`` means all of them."""

    methods: tuple[str, ...] | None
    encoder: str


PRESETS = {
    "quick": Preset(("fine-tune",), "tfidf"),
    "balanced": Preset(("auto", "coral", "fine-tune", "pooled"), "auto"),
    "thorough": Preset(None, "auto"),
}


def offered() -> dict[str, Method]:
    """Every method that ranks, but the baselines that run beside whatever is asked for."""
    return {name: method for name, method in methods("ranking").items() if name not in BASELINES}


def baselines() -> dict[str, Method]:
    """What always runs."""
    return {name: method for name, method in methods("ranking").items() if name in BASELINES}


def preset_methods(name: str) -> tuple[str, ...]:
    """The methods of a preset that this installation has."""
    wanted = PRESETS[name].methods
    return tuple(method for method in offered() if wanted is None or method in wanted)


def presets() -> None:
    """Buttons that fill in the form; the one that fits what is filled in is marked."""
    _chosen()
    key = state.seed("encoder", ENCODERS, PRESETS["quick"].encoder)
    now = (set(st.session_state["param.methods"]), st.session_state[key])
    with st.container(horizontal=True, vertical_alignment="center"):
        for name in PRESETS:
            fits = now == (set(preset_methods(name)), PRESETS[name].encoder)
            st.button(
                t(f"adapt.preset_{name}"),
                key=f"adapt.preset.{name}",
                icon=":material/check:" if fits else None,
                help=t(f"adapt.preset_{name}_help"),
                on_click=_use_preset,
                args=(name,),
            )
        st.caption(t("adapt.presets_text"), width="content")


def methods_asked() -> tuple[str, ...]:
    """The list of methods by family; returns those chosen beside the baselines."""
    chosen = _chosen()
    with st.container(border=True):
        st.markdown(f"##### {t('adapt.methods')}")
        st.caption(t("adapt.baselines_always", names=", ".join(baselines())))
        families: dict[str, list[Method]] = {}
        for method in offered().values():
            families.setdefault(method.family, []).append(method)
        with st.grid(2, min_column_width=250, gap=("medium", "medium")):
            for family, members in families.items():
                with st.container(gap="xsmall"):
                    st.markdown(f":gray[{t(f'adapt.family_{family}')}]")
                    for method in members:
                        key = f"method.{method.name}"
                        st.session_state[key] = method.name in chosen
                        words = f"**{method.name}** {plain(method.summary)}"
                        st.checkbox(words, key=key, on_change=_toggle, args=(method.name,), wrap=True)
    state.keep("methods", chosen or ["none"])
    return tuple(chosen)


def encoder() -> str:
    """What turns products into vectors."""
    key = state.seed("encoder", ENCODERS, PRESETS["quick"].encoder)
    name = st.selectbox(
        t("adapt.encoder"),
        ENCODERS,
        key=key,
        format_func=lambda name: t(f"adapt.encoder_{name.replace('+', '_')}"),
        help=t("adapt.encoder_help"),
    )
    state.keep("encoder", name)
    return name


def _chosen() -> list[str]:
    key = state.seed_many("methods", [*offered(), "none"], preset_methods("quick"))
    return [name for name in offered() if name in st.session_state[key]]


def _toggle(name: str) -> None:
    chosen = set(_chosen()) ^ {name}
    state.choose(methods=[method for method in offered() if method in chosen])


def _use_preset(name: str) -> None:
    state.choose(methods=preset_methods(name), encoder=PRESETS[name].encoder)
