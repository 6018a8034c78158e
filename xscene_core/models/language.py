"""A transformer encoder over words."""

import torch
from torch import Tensor, nn

WIDTH, HEADS, LAYERS = 96, 4, 2


class LanguageModel(nn.Module):
    """Words (B, L), 0 where there is none, to hidden states and, where asked, logits over all words.

    Pre-normalised layers, learned positions, output weights tied to the word embedding.
    """

    def __init__(self, words: int, length: int) -> None:
        super().__init__()
        self.words = nn.Embedding(words, WIDTH, padding_idx=0)
        self.places = nn.Parameter(torch.zeros(length, WIDTH))
        layer = nn.TransformerEncoderLayer(
            WIDTH, HEADS, 2 * WIDTH, dropout=0.1, activation="gelu", batch_first=True, norm_first=True
        )
        self.layers = nn.TransformerEncoder(layer, LAYERS, enable_nested_tensor=False)
        self.norm = nn.LayerNorm(WIDTH)
        self.bias = nn.Parameter(torch.zeros(words))
        nn.init.normal_(self.words.weight, std=0.05)

    def hidden(self, rows: Tensor) -> Tensor:
        """(B, L, width) last hidden states; a row without words attends to nothing and stays finite."""
        empty = rows == 0
        blocked = empty & ~empty.all(dim=1, keepdim=True)
        states = self.words(rows) + self.places[: rows.shape[1]]
        return self.norm(self.layers(states, src_key_padding_mask=blocked))

    def forward(self, rows: Tensor, asked: Tensor) -> Tensor:
        """(n, words) logits at the n places that ``asked`` (B, L) marks."""
        return self.hidden(rows)[asked] @ self.words.weight.T + self.bias
