"""The packages that the benchmark measures."""

from __future__ import annotations

from pathlib import Path

from bench import multiply
from check import check
from tables import read_tables


def test_multiplied_package_keeps_every_rule(package: Path, tmp_path: Path) -> None:
    once = read_tables(package)
    result = check(multiply(once, 3, tmp_path / "multiplied"))
    assert not result.errors
    assert len(result.tables["claims"].rows) == 3 * len(once["claims"].rows)
