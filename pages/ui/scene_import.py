"""Adding a scene: upload, map columns, see every problem, commit."""


def show() -> None:
    return None
