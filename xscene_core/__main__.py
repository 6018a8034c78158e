"""``python -m xscene_core``: the engine without a browser.

Exit codes: 0 fine, 1 the work failed, 2 unusable input.
"""

import os
import sys
from collections.abc import Sequence
from typing import Annotated, Any

import typer
import typer.main
from typer.core import TyperGroup
from typer.exceptions import Abort, TyperException

from xscene_core.commands import compare, lists, recommend, run, runs
from xscene_core.commands.output import emit, say
from xscene_core.errors import InputError, XSceneError, disk_full

_INTERRUPTED = 130
"""What typer makes of Ctrl-C."""

app = typer.Typer(
    name="xscene",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Carry what is known about people in source scenes to a target scene, and learn whether it helps.",
)


class _Scenes(TyperGroup):
    """The group of ``commands/scenes.py``, imported when it is used: it needs pandas, ``--help`` does not."""

    def list_commands(self, ctx: Any) -> list[str]:
        return self._group().list_commands(ctx)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        return self._group().get_command(ctx, cmd_name)

    @staticmethod
    def _group() -> TyperGroup:
        from xscene_core.commands import scenes

        group = typer.main.get_command(scenes.app)
        assert isinstance(group, TyperGroup)
        return group


app.add_typer(
    typer.Typer(cls=_Scenes, no_args_is_help=True),
    name="scenes",
    help="Look at, check, import and remove scenes.",
)
app.command("run")(run.run)
app.command("compare")(compare.compare)
app.add_typer(runs.app, name="runs")
app.command("lists")(lists.lists)
app.command("recommend")(recommend.recommend)


@app.callback()
def _everywhere(
    home: Annotated[
        str | None, typer.Option("--home", metavar="DIR", help="Where scenes, cache and runs live (.xscene).")
    ] = None,
) -> None:
    if home is not None:
        os.environ["XSCENE_HOME"] = home  # the default of every command's own --home


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code; an error is one sentence, never a traceback."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    as_json = "--json" in words
    try:
        code = int(app(words, prog_name="xscene", standalone_mode=False) or 0)
        return _fail("Stopped.", 1, as_json) if code == _INTERRUPTED else code
    except XSceneError as error:
        return _fail(str(error), 2 if isinstance(error, InputError) else 1, as_json)
    except TyperException as error:
        text = error.format_message()
        if not text.startswith("Usage:"):  # a group without a command answers with its help
            text = f"{text.rstrip('.')}. 'xscene --help' tells what is possible."
        return _fail(text, error.exit_code, as_json)
    except (KeyboardInterrupt, Abort):
        return _fail("Stopped.", 1, as_json)
    except BrokenPipeError:  # the reader of our output has gone, as in 'xscene runs list | head'
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        if os.environ.get("XSCENE_DEBUG"):
            raise
        return _fail(_refused(error), 1, as_json)
    except Exception as error:
        if os.environ.get("XSCENE_DEBUG"):
            raise
        said = " ".join(str(error).split())[:300]
        text = f"An unexpected error, a fault in xscene: {type(error).__name__}: {said}"
        return _fail(f"{text}. XSCENE_DEBUG=1 shows where; please report it.", 1, as_json)


def _refused(error: OSError) -> str:
    """What the system did not let us do, in a sentence."""
    if disk_full(error):
        return "The disk is full. Free some space and try again; earlier results are untouched."
    place = f" ({error.filename})" if error.filename else ""
    return (
        f"A file cannot be read or written: {error.strerror or error}{place}. Check it and its permissions."
    )


def _fail(sentence: str, code: int, as_json: bool) -> int:
    say(sentence)
    if as_json:
        emit({"error": sentence})
    return code


if __name__ == "__main__":
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]  # as stderr is from the start
    sys.exit(main())
