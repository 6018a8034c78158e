"""Entry of the app: page setup and navigation. Start it with ``streamlit run app.py``."""

import streamlit as st

from pages.ui.navigation import ENTERED, LOOKS, navigation, set_up

set_up()
st.logo(str(LOOKS / "logo.svg"), icon_image=str(LOOKS / "icon.svg"), size="large")
st.html(LOOKS / "style.css")
st.session_state[ENTERED] = True
navigation().run()
