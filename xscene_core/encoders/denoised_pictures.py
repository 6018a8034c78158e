"""Product pictures through a convolutional autoencoder that has learned to take noise away."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from xscene_core.encoders.encoder import Vectors
from xscene_core.encoders.learned import Learned, batches, nothing_to_read
from xscene_core.encoders.pictures import COLUMN, known_pictures, picture_array
from xscene_core.watcher import Watcher

if TYPE_CHECKING:
    from xscene_core.models.vision import Autoencoder

STEPS, RATE = 600, 4e-3
NOISE, DROPPED = 0.1, 0.3
"""Standard deviation of the noise that is added, and share of pixels that are blackened."""


class DenoisedPictures(Learned):
    """Denoising convolutional autoencoder on the scenes' own pictures (Vincent et al., 2010).

    An item without a picture gets the zero vector, which says nothing when vectors are compared.
    """

    name = "pictures-1"
    reads_pictures = True
    picture_columns = slice(None)

    def prepare(self, items: pd.DataFrame) -> None:
        if not len(known_pictures(items)):
            raise nothing_to_read("pictures", "pictures")

    def build(self) -> "Autoencoder":
        from xscene_core.models.vision import Autoencoder

        self._network = Autoencoder()
        return self._network

    def learn(self, items: pd.DataFrame, watcher: Watcher) -> None:
        import torch

        from xscene_core.models.device import device

        pictures = torch.from_numpy(picture_array(items[COLUMN].iloc[known_pictures(items)])).to(device())
        optimiser = torch.optim.Adam(self._network.parameters(), lr=RATE)
        for step, batch in enumerate(batches(len(pictures), STEPS)):
            watcher.progress("encode", 0.9 * step / STEPS)
            clean = pictures[torch.from_numpy(batch).to(device())]
            kept = (torch.rand_like(clean[:, :1]) > DROPPED).float()
            painted = self._network((clean + NOISE * torch.randn_like(clean)) * kept)
            loss = (painted - clean).square().mean()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            if step % 20 == 0:
                watcher.curve("encode/loss", float(loss.detach()), step)

    def encode(self, items: pd.DataFrame, watcher: Watcher) -> Vectors:
        import torch

        from xscene_core.models.device import device
        from xscene_core.models.vision import PICTURE

        found = np.zeros((len(items), PICTURE), dtype=np.float32)
        rows = known_pictures(items)
        if len(rows):
            with torch.no_grad():
                pictures = torch.from_numpy(picture_array(items[COLUMN].iloc[rows])).to(device())
                found[rows] = self._network.eye(pictures).cpu().numpy()
        return found
