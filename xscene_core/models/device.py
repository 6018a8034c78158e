"""Where tensors live: chosen once."""

import ctypes
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


def give_back_memory() -> None:
    """Returns what was freed to the operating system. Steps of many different sizes leave gaps that glibc
    keeps, and a training would grow to several times what it holds; elsewhere nothing happens."""
    trim = _trim()
    if trim is not None:
        trim(0)


@cache
def _trim() -> "ctypes._NamedFuncPointer | None":
    try:
        return getattr(ctypes.CDLL(None), "malloc_trim", None)
    except (OSError, TypeError):  # Windows has no library of this kind
        return None
