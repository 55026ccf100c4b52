"""Fixtures: the small package, and programs that a test needs."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
import small_package


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A copy of the small package."""
    folder = tmp_path / "package"
    folder.mkdir()
    return small_package.write(folder)


def need(program: str) -> str:
    """The path of a program; without it the test skips, and in CI it fails."""
    found = shutil.which(program)
    if found is None:
        message = f"{program} is not installed"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return str(found)
