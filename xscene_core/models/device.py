"""Where tensors live: chosen once."""

from functools import cache

import torch


@cache
def device() -> torch.device:
    """cuda, else mps, else cpu."""
    if torch.cuda.is_available():
        return torch.device("cuda")
    if torch.backends.mps.is_available():
        return torch.device("mps")
    return torch.device("cpu")


def device_name() -> str:
    """For people: ``cpu``, or the name of the GPU with its memory."""
    place = device()
    if place.type != "cuda":
        return place.type
    facts = torch.cuda.get_device_properties(place)
    return f"{facts.name} ({facts.total_memory / 2**30:.0f} GB)"
