"""Which methods to run: presets, a list by family with what each does, and the encoder."""

from collections.abc import Iterable
from dataclasses import dataclass

import streamlit as st

from pages.ui import state
from pages.ui.errors import plain
from xscene_core.experiments.references import BASELINES, LABEL_BASELINES, NOTHING
from xscene_core.text import t
from xscene_core.transfer.method import Kind, Method, methods

FOR_ITEMS = ("auto", "minilm", "minilm+attributes", "tfidf", "tfidf+attributes", "attributes")
ENCODERS: dict[Kind, tuple[str, ...]] = {
    "ranking": (*FOR_ITEMS, "mlm", "pictures", "pairs"),
    "label": ("auto", "words", *FOR_ITEMS[1:], "mlm"),
}
ALWAYS: dict[Kind, tuple[str, ...]] = {"ranking": BASELINES, "label": LABEL_BASELINES}


@dataclass(frozen=True)
class Preset:
    """``methods`` beside the baselines; ``None`` means all of them."""

    methods: tuple[str, ...] | None
    encoder: str


PRESETS: dict[Kind, dict[str, Preset]] = {
    "ranking": {
        "quick": Preset(("fine-tune",), "tfidf"),
        "balanced": Preset(("auto", "coral", "fine-tune", "pooled"), "auto"),
        "thorough": Preset(None, "auto"),
    },
    "label": {
        "quick": Preset(("coral", "pooled"), "auto"),
        "balanced": Preset(("auto", "coral", "dann", "fine-tune", "pooled"), "auto"),
        "thorough": Preset(None, "auto"),
    },
}


def offered(kind: Kind) -> dict[str, Method]:
    """Every method that can do this kind of task, but the baselines that run beside whatever is asked for."""
    return {name: method for name, method in methods(kind).items() if name not in ALWAYS[kind]}


def unable(kind: Kind) -> dict[str, Method]:
    """Every method but baselines that cannot; its ``refusal`` says why."""
    return {
        name: method
        for name, method in methods().items()
        if method.family != "baseline" and not method.learns(kind)
    }


def baselines(kind: Kind, budget: str) -> list[str]:
    """What always runs; without target labels there is nothing that ``target-only`` could learn from."""
    names = [name for name in methods(kind) if name in ALWAYS[kind]]
    return [name for name in names if kind == "ranking" or name != "target-only" or budget not in NOTHING]


def preset_methods(name: str, kind: Kind) -> tuple[str, ...]:
    """The methods of a preset that this installation has."""
    wanted = PRESETS[kind][name].methods
    return tuple(method for method in offered(kind) if wanted is None or method in wanted)


def use_preset(name: str, kind: Kind) -> None:
    """Fills in methods and encoder; for callbacks."""
    state.choose(methods=preset_methods(name, kind), encoder=PRESETS[kind][name].encoder)


def presets(kind: Kind) -> None:
    """Buttons that fill in the form; the one that fits what is filled in is marked."""
    _chosen(kind)
    key = state.seed("encoder", ENCODERS[kind], PRESETS[kind]["quick"].encoder)
    now = (set(st.session_state["param.methods"]), st.session_state[key])
    with st.container(horizontal=True, vertical_alignment="center"):
        for name, preset in PRESETS[kind].items():
            fits = now == (set(preset_methods(name, kind)), preset.encoder)
            st.button(
                t(f"adapt.preset_{name}"),
                key=f"adapt.preset.{name}",
                icon=":material/check:" if fits else None,
                help=t(f"adapt.preset_{name}_help_{kind}", methods=", ".join(preset.methods or ())),
                on_click=use_preset,
                args=(name, kind),
            )
        st.caption(t("adapt.presets_text"), width="content")


def methods_asked(kind: Kind, budget: str) -> tuple[str, ...]:
    """The list of methods by family; returns those chosen beside the baselines."""
    chosen, able, rest = _chosen(kind), offered(kind), unable(kind)
    with st.container(border=True):
        st.markdown(f"##### {t('adapt.methods')}")
        st.caption(t("adapt.baselines_always", names=", ".join(baselines(kind, budget))))
        everything = (method for name, method in methods().items() if name in able or name in rest)
        with st.grid(2, min_column_width=250, gap=("medium", "medium")):
            for family, members in _by_family(everything).items():
                with st.container(gap="xsmall"):
                    st.markdown(f":gray[{t(f'adapt.family_{family}')}]")
                    for method in members:
                        if method.name in able:
                            _offer(method, chosen, kind)
                        else:
                            _refuse(method, kind)
    state.keep("methods", chosen or ["none"])
    return tuple(chosen)


def encoder(kind: Kind) -> str:
    """What turns products, or the rows that have a label, into vectors."""
    key = state.seed("encoder", ENCODERS[kind], PRESETS[kind]["quick"].encoder)
    name = st.selectbox(
        t("adapt.encoder"),
        ENCODERS[kind],
        key=key,
        format_func=lambda name: t(f"adapt.encoder_{name.replace('+', '_')}"),
        help=t(f"adapt.encoder_help_{kind}"),
    )
    state.keep("encoder", name)
    return name


def _by_family(several: Iterable[Method]) -> dict[str, list[Method]]:
    families: dict[str, list[Method]] = {}
    for method in several:
        families.setdefault(method.family, []).append(method)
    return families


def _offer(method: Method, chosen: list[str], kind: Kind) -> None:
    key = f"method.{method.name}"
    st.session_state[key] = method.name in chosen
    words = f"**{method.name}** {plain(method.summary)}"
    st.checkbox(words, key=key, on_change=_toggle, args=(method.name, kind), wrap=True)


def _refuse(method: Method, kind: Kind) -> None:
    """Greyed out, with the reason in place of what it does."""
    reason = method.refusal or t("adapt.no_form")
    st.checkbox(
        f"**{method.name}** {plain(reason)}", key=f"method.{method.name}.{kind}", disabled=True, wrap=True
    )


def _chosen(kind: Kind) -> list[str]:
    key = state.seed_many("methods", [*offered(kind), "none"], preset_methods("quick", kind))
    return [name for name in offered(kind) if name in st.session_state[key]]


def _toggle(name: str, kind: Kind) -> None:
    chosen = set(_chosen(kind)) ^ {name}
    state.choose(methods=[method for method in offered(kind) if method in chosen])
