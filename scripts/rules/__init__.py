"""The rules: one module per concern, each rule a generator of problems with its explanation as docstring."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def rule_id(rule: Callable[..., Any]) -> str:
    """The name of a rule as reports and exceptions give it."""
    return rule.__name__.replace("_", "-")
