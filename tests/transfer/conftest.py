"""Short training for all tests of this folder."""

from collections.abc import Iterator

import pytest

from tests.transfer.worlds import short_training


@pytest.fixture(scope="module", autouse=True)
def _short() -> Iterator[None]:
    with short_training():
        yield
