"""From the words of a command line to an exit status, past click where the words are plain."""

from __future__ import annotations

import os
import sys

EXIT_CLEAN, EXIT_FAILED, EXIT_TERMINATED = 0, 2, 143


class Terminated(BaseException):
    """The process was asked to end, as where a job is cancelled."""


def heed_termination() -> None:
    """Let SIGTERM end the work as an interruption does, and a second one at once."""
    import _signal  # type: ignore[import-not-found]  # signal itself imports enum

    def stop(number: int, frame: object) -> None:
        _signal.signal(number, _signal.SIG_DFL)
        raise Terminated

    if _signal.getsignal(_signal.SIGTERM) == _signal.SIG_DFL:
        _signal.signal(_signal.SIGTERM, stop)


def run(arguments: list[str]) -> int:
    """Run the command line; returns the exit status and never raises."""
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    try:
        status = _run(arguments)
        if sys.stdout is not None:
            sys.stdout.flush()
        return status
    except KeyboardInterrupt:
        tell("ecolint: interrupted")
    except Terminated:
        tell("ecolint: terminated")
        return EXIT_TERMINATED
    except BrokenPipeError:
        _stop_writing()
    except Exception as error:
        _internal_error(error)
    return EXIT_FAILED


def _run(arguments: list[str]) -> int:
    if arguments[:1] == ["scan"] and "_ECOLINT_COMPLETE" not in os.environ and os.name != "nt":
        from ecolint.cli.quick import read

        options = read(arguments[1:])
        if options is not None:
            import gc

            gc.disable()
            from ecolint.cli.faults import Misused
            from ecolint.cli.running import execute
            from ecolint.faults import Fault

            try:
                return execute(options)
            except Misused:
                pass
            except Fault as error:
                tell(f"Error: {error}")
                return EXIT_FAILED
    import gc

    from ecolint.cli.app import run_click

    gc.enable()

    return run_click(arguments)


def tell(text: str) -> None:
    """A line on stderr, if there is one; what it says of a scanned tree commands neither terminal nor runner."""
    if sys.stderr is not None:
        from ecolint.reporters.escaping import no_command, visible

        try:
            print(no_command(visible(text)), file=sys.stderr, flush=True)
        except OSError:
            pass


def _stop_writing() -> None:
    """Let what is still buffered for a pipe that nobody reads go nowhere."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
    except (OSError, ValueError):
        pass


def _internal_error(error: Exception) -> None:
    if os.environ.get("ECOLINT_DEBUG"):
        import traceback

        traceback.print_exc()
    text = " ".join(str(error).split())
    tell(f"ecolint: internal error: {type(error).__name__}: {text} (set ECOLINT_DEBUG=1 for the traceback)")


def end(status: int) -> None:
    """End the process at once; what a longer way would do, has no part in a command line tool."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            try:
                stream.flush()
            except (OSError, ValueError):
                status = EXIT_FAILED
    os._exit(status)
