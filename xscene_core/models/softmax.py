"""Cross-entropy over a whole catalogue without ever holding all of its logits."""

from typing import Any

import torch
from torch import Tensor

ROWS = 128
"""Predictions looked at together on a processor: their logits stay in its cache."""
ROWS_ON_GPU = 4096


class CatalogueLoss(torch.autograd.Function):
    """sum_q w_q (log sum_i exp <h_q, s_i> - <h_q, s_{a_q}>), with both gradients computed on the way.

    The gradient of the logits is the softmax less the answer, so it is known as soon as the logits are: block
    by block of predictions it is formed, multiplied into the gradients of people and items, and forgotten.
    Memory is one block of logits instead of three times all of them. Products run in bfloat16 where the
    machine multiplies it faster; exponentials and sums in float32.
    """

    @staticmethod
    def forward(ctx: Any, people: Tensor, items: Tensor, answers: Tensor, weights: Tensor) -> Tensor:
        """people (P, d), items (I, d), answers (P,) rows of items, weights (P,) -> ()."""
        kind = product_type(people.device)
        rows = ROWS_ON_GPU if people.device.type == "cuda" else ROWS
        people_slope = torch.empty(people.shape, dtype=torch.float32, device=people.device)
        items_slope = torch.zeros(items.shape, dtype=torch.float32, device=items.device)
        total = torch.zeros((), dtype=torch.float32, device=people.device)
        narrow_people, narrow_items = people.to(kind), items.to(kind)
        for start in range(0, len(people), rows):
            block = slice(start, start + rows)
            these, answer, weight = narrow_people[block], answers[block, None], weights[block, None]
            logits = (these @ narrow_items.T).float()
            peak = logits.amax(1, keepdim=True)
            own = logits.gather(1, answer)
            logits.sub_(peak).exp_()
            norm = logits.sum(1, keepdim=True)
            total += (weight * (norm.log() + peak - own)).sum()
            slope = logits.mul_(weight / norm).scatter_add_(1, answer, -weight).to(kind)
            people_slope[block] = (slope @ narrow_items).float()
            items_slope += (slope.T @ these).float()
        ctx.save_for_backward(people_slope, items_slope)
        return total

    @staticmethod
    def backward(ctx: Any, *slopes: Any) -> tuple[Tensor, Tensor, None, None]:
        people_slope, items_slope = ctx.saved_tensors
        return slopes[0] * people_slope, slopes[0] * items_slope, None, None


def catalogue_loss(people: Tensor, items: Tensor, answers: Tensor, weights: Tensor | None = None) -> Tensor:
    """Weighted mean cross-entropy of ``answers`` among all ``items``.

    people : (P, d) where each prediction stands; its logits are the products with items (I, d).
    answers : (P,) int64 rows of ``items``. weights : (P,) or None for 1.
    """
    shares = people.new_ones(len(people), dtype=torch.float32) if weights is None else weights.float()
    found: Tensor = CatalogueLoss.apply(people, items, answers, shares / len(people))  # type: ignore[no-untyped-call]
    return found


def product_type(device: torch.device) -> torch.dtype:
    """bfloat16 where the hardware multiplies it, else float32."""
    if device.type == "cuda":
        return torch.bfloat16
    return torch.bfloat16 if device.type == "cpu" and _bfloat16_cpu() else torch.float32


def _bfloat16_cpu() -> bool:
    supported = getattr(torch.cpu, "_is_avx512_bf16_supported", lambda: False)
    return bool(supported())
