"""The encoder that suits the texts."""

import pandas as pd
import pytest

from xscene_core.encoders.suited import suited_encoder
from xscene_core.experiments.submission import make_task, plan
from xscene_core.scenes.library import SceneLibrary


def items(words: int) -> pd.DataFrame:
    text = " ".join(["oak"] * words)
    return pd.DataFrame({"title": [text] * 3, "description": "", "category": "", "brand": ""})


@pytest.mark.parametrize(
    ("scenes", "encoder"),
    [
        ([(items(6), "en"), (items(9), "en")], "minilm"),
        ([(items(6), "en"), (items(120), "en")], "tfidf"),
        ([(items(6), "en"), (items(6), "zh")], "tfidf"),
    ],
)
def test_short_english_texts_get_sentence_vectors_and_others_words(scenes, encoder):
    assert suited_encoder(scenes) == encoder


def test_a_submission_names_the_encoder_that_was_chosen(home):
    specs = plan(SceneLibrary(home), make_task(["apparel"], "home"), ["content"])
    assert {spec.task.encoder for spec in specs} == {"tfidf"}
