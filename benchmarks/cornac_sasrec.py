"""The SASRec of the package Cornac, fitted as its authors wrote it."""

from collections import OrderedDict

import torch

from xscene_core.models.sequence import SequenceShape
from xscene_core.scenes.sequences import Sequences


def cornac_sasrec(sequences: Sequences, items: int, shape: SequenceShape, batch: int, device: torch.device):  # type: ignore[no-untyped-def]
    """A function that fits it from its start for one epoch, with the sizes of ``shape``.

    It learns every choice but a person's first, each from a history of its own padded to ``shape.length``,
    by cross-entropy against the other answers of the batch and as many drawn items as the catalogue has: the
    nearest to the whole catalogue that it offers.
    """
    from cornac.data import SequentialDataset
    from cornac.models import SASRec

    choices = [
        (str(person), str(person), int(item), number)
        for row, person in enumerate(sequences.people)
        for number, item in enumerate(sequences.of(row))
    ]
    known = OrderedDict((item, item) for item in range(items))
    data = SequentialDataset.build(choices, fmt="USIT", global_iid_map=known, seed=0)

    def one_pass(turn: int) -> None:
        SASRec(
            embedding_dim=shape.inner,
            loss="ce",
            batch_size=batch,
            n_sample=items,
            n_epochs=1,
            max_len=shape.length,
            num_blocks=shape.layers,
            num_heads=shape.heads,
            dropout=shape.dropout,
            device=str(device),
            seed=turn,
        ).fit(data)

    return one_pass
