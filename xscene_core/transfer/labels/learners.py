"""What learns to learn: from a task's support to a classifier, differentiably in what tasks share."""

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, nn
from torch.func import grad
from torch.nn import functional as F

Theta = dict[str, Tensor]
"""Parameters by name."""
HeadStart = Literal["learned", "prototypes"]
ABSENT = -1e4


@dataclass(frozen=True)
class Support:
    """The labelled rows of one task. rows : (n, d). labels : (n,) class numbers. weights : (n,)."""

    rows: Tensor
    labels: Tensor
    weights: Tensor


class Learner(nn.Module):
    """A place x + relu(x A + a) B and a head scale (place w_c + b_c), shared by all tasks until adapted.

    B is zero at the start, so that rows lie where their features put them. The head of a task starts either
    from its class means (Snell et al., 2017, eq. 8), so that no class has a fixed number, or from one
    learned head, where all tasks have the same classes.
    """

    def __init__(self, width: int, classes: int, hidden: int, start: HeadStart, scale: float = 10.0) -> None:
        super().__init__()
        self.classes, self.begin = classes, start
        self.enter = nn.Parameter(torch.randn(width, hidden) / max(width, 1) ** 0.5)
        self.shift = nn.Parameter(torch.zeros(hidden))
        self.leave = nn.Parameter(torch.zeros(hidden, width))
        self.log_scale = nn.Parameter(torch.tensor(scale).log())
        if start == "learned":
            self.weight = nn.Parameter(torch.zeros(classes, width))
            self.bias = nn.Parameter(torch.zeros(classes))

    def theta(self) -> Theta:
        """What all tasks share."""
        return dict(self.named_parameters())

    def adapt(self, theta: Theta, support: Support) -> Theta:
        """The parameters with which ``logits`` answers for the task of ``support``."""
        return theta | self.head(theta, support)

    def head(self, theta: Theta, support: Support) -> Theta:
        """weight (C, e) and bias (C,) that a task starts with."""
        if self.begin == "learned":
            return {"weight": theta["weight"], "bias": theta["bias"]}
        means, present = self.means(theta, support)
        bias = torch.where(present, -means.square().sum(dim=1), ABSENT)
        return {"weight": 2 * means, "bias": bias}

    def means(self, theta: Theta, support: Support) -> tuple[Tensor, Tensor]:
        """(C, e) weighted class means of placed support rows, and (C,) whether a class has any."""
        classes = torch.arange(self.classes, device=support.labels.device)
        share = (support.labels[:, None] == classes) * support.weights[:, None]
        total = share.sum(dim=0)
        means = share.T @ place(theta, support.rows) / total.clamp(min=1e-12)[:, None]
        return means, total > 0

    def logits(self, fast: Theta, rows: Tensor) -> Tensor:
        """(n, C) of rows (n, d)."""
        return fast["log_scale"].exp() * (place(fast, rows) @ fast["weight"].T + fast["bias"])

    def support_loss(self, fast: Theta, support: Support) -> Tensor:
        """() weighted mean cross-entropy of the support rows."""
        losses = F.cross_entropy(self.logits(fast, support.rows), support.labels, reduction="none")
        return (losses * support.weights).sum() / support.weights.sum()


def place(theta: Theta, rows: Tensor) -> Tensor:
    """(n, e) where rows (n, d) lie."""
    return rows + torch.relu(rows @ theta["enter"] + theta["shift"]) @ theta["leave"]


class Prototypes(Learner):
    """Prototypical networks (Snell et al., 2017): softmax of -scale ||place - class mean||^2."""


class Maml(Learner):
    """MAML (Finn et al., 2017): gradient steps on the support, through which the outer gradient flows.

    rate : step of the inner gradient, over scale^2, so that the size of logits does not decide whether steps
        go too far. first_order : treats inner gradients as constants, as the first-order form does.
    """

    ADAPTED = ("enter", "shift", "leave", "weight", "bias")

    def __init__(
        self,
        width: int,
        classes: int,
        hidden: int,
        start: HeadStart,
        *,
        rate: float,
        steps: int,
        first_order: bool,
    ) -> None:
        super().__init__(width, classes, hidden, start)
        self.rate, self.steps, self.first_order = rate, steps, first_order

    def adapt(self, theta: Theta, support: Support) -> Theta:
        fast = super().adapt(theta, support)
        kept = {name: value for name, value in fast.items() if name not in self.ADAPTED}
        moved = {name: fast[name] for name in self.ADAPTED}
        rate = self.rate / kept["log_scale"].exp().square()
        for _ in range(self.steps):
            slopes = grad(lambda part: self.support_loss(kept | part, support))(moved)
            if self.first_order:
                slopes = {name: slope.detach() for name, slope in slopes.items()}
            moved = {name: value - rate * slopes[name] for name, value in moved.items()}
        return kept | moved


class LearnedOptimizer(Learner):
    """The LSTM meta-learner (Ravi and Larochelle, 2017): its cell state is the head, by coordinate.

    c_t = f_t c_(t-1) - i_t g_t, with gates from an LSTM over the gradient g_t and the loss, the coordinate
    and its last gates. Inputs are split in size and sign and carry no gradient, as in the paper.
    """

    def __init__(
        self, width: int, classes: int, hidden: int, start: HeadStart, *, cells: int, steps: int
    ) -> None:
        super().__init__(width, classes, hidden, start)
        self.cells, self.steps = cells, steps
        self.inward = nn.Parameter(torch.randn(4, 4 * cells) * 0.1)
        self.around = nn.Parameter(torch.randn(cells, 4 * cells) * 0.1)
        self.offset = nn.Parameter(torch.zeros(4 * cells))
        self.gates = nn.Parameter(torch.randn(cells + 3, 2) * 0.01)
        self.gate_offset = nn.Parameter(torch.tensor([6.0, -3.0]))  # keep all, step by 0.05

    def adapt(self, theta: Theta, support: Support) -> Theta:
        fast = super().adapt(theta, support)
        kept = {name: value for name, value in fast.items() if name not in ("weight", "bias")}
        shape = fast["weight"].shape
        cell = torch.cat([fast["weight"].flatten(), fast["bias"]])
        hidden = memory = cell.new_zeros(len(cell), self.cells)
        forget, step = torch.ones_like(cell), torch.zeros_like(cell)

        def loss(flat: Tensor) -> Tensor:
            return self.support_loss(kept | _unpacked(flat, shape), support)

        for _ in range(self.steps):
            slope, value = grad(loss)(cell).detach(), loss(cell).detach()
            seen = torch.cat([_split(slope), _split(value.expand_as(slope))], dim=1)
            hidden, memory = _lstm(theta, seen, hidden, memory)
            known = torch.cat([hidden, torch.stack([cell, forget, step], dim=1)], dim=1)
            forget, step = torch.sigmoid(known @ theta["gates"] + theta["gate_offset"]).unbind(dim=1)
            cell = forget * cell - step * slope
        return kept | _unpacked(cell, shape)


class Hypernetwork(Learner):
    """Classifier weights made from the support by a network (Gidaris and Komodakis, 2018; Ha et al., 2017).

    For class c: (w_c, b_c) = prototype's + G(mean of c, mean over classes); G ends in zeros at the start.
    """

    def __init__(self, width: int, classes: int, hidden: int, *, inner: int) -> None:
        super().__init__(width, classes, hidden, "prototypes")
        self.inward = nn.Parameter(torch.randn(2 * width, inner) / (2 * width) ** 0.5)
        self.offset = nn.Parameter(torch.zeros(inner))
        self.outward = nn.Parameter(torch.zeros(inner, width + 1))

    def head(self, theta: Theta, support: Support) -> Theta:
        plain = super().head(theta, support)
        means, present = self.means(theta, support)
        share = present.to(means.dtype) / present.sum().clamp(min=1)
        context = torch.cat([means, (share @ means).expand_as(means)], dim=1)
        made = torch.relu(context @ theta["inward"] + theta["offset"]) @ theta["outward"]
        return {
            "weight": plain["weight"] + made[:, :-1],
            "bias": plain["bias"] + torch.where(present, made[:, -1], 0.0),
        }


def _unpacked(flat: Tensor, shape: torch.Size) -> Theta:
    classes, width = shape
    return {"weight": flat[: classes * width].view(shape), "bias": flat[classes * width :]}


def _split(values: Tensor) -> Tensor:
    """(n, 2) size and sign of values (n,), to tell all magnitudes apart (Andrychowicz et al., 2016)."""
    size = torch.log(values.abs() + 1e-8) / 10
    large = size >= -1
    return torch.stack(
        [torch.where(large, size, -1.0), torch.where(large, values.sign(), values * 22026.0)], dim=1
    )


def _lstm(theta: Theta, seen: Tensor, hidden: Tensor, memory: Tensor) -> tuple[Tensor, Tensor]:
    """One step of an LSTM cell (Hochreiter and Schmidhuber, 1997), rows (n, cells)."""
    gates = seen @ theta["inward"] + hidden @ theta["around"] + theta["offset"]
    enter, forget, leave, new = gates.chunk(4, dim=1)
    memory = torch.sigmoid(forget) * memory + torch.sigmoid(enter) * torch.tanh(new)
    return torch.sigmoid(leave) * torch.tanh(memory), memory
