"""Entry of the app: page setup and navigation. Start it with ``streamlit run app.py``."""

from pathlib import Path

import streamlit as st

from pages.ui.navigation import navigation

UI = Path(__file__).parent / "pages" / "ui"

st.set_page_config(page_title="xscene", page_icon=str(UI / "icon.svg"), layout="wide")
st.logo(str(UI / "logo.svg"), icon_image=str(UI / "icon.svg"), size="large")
st.html(UI / "style.css")
navigation().run()
