"""Runs the main function of a command as its whole process."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable


def run(main: Callable[[], int]) -> None:
    """Call `main` and exit with what it returns. A reader that stops early, such as `head`, ends it without a word."""
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    sys.exit(main())
