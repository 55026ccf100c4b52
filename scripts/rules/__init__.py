"""The rules: one module per concern, each rule a generator of problems with its explanation as docstring."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable
from typing import Any

MOST_COMPARED = 200  # a comparison costs some 20 microseconds, and a damaged column asks for thousands


def rule_id(rule: Callable[..., Any]) -> str:
    """The name of a rule as reports and exceptions give it."""
    return rule.__name__.replace("_", "-")


def nearest(value: str, known: Iterable[str], most: int = 3) -> list[str]:
    """The known words most like a value. Of many, only those that begin alike are compared."""
    words = list(known)
    if len(words) > MOST_COMPARED:
        words = [w for w in words if w[:3] == value[:3]][:MOST_COMPARED]
    return difflib.get_close_matches(value[:200], words, most, 0.5)
