"""The pages made from the package: an anchor per field and rule, nothing unescaped, a strict build."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from check import all_rules
from pages import codebook, pages
from tables import ROOT, read_tables


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)]
    environment = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder


def test_codebook_has_an_anchor_for_every_field_and_code(site: Path) -> None:
    text = (site / "codebook.html").read_text(encoding="utf-8")
    for table in read_tables().values():
        assert f'id="{table.name}"' in text
        for name, field in table.fields.items():
            assert f'id="{table.name}-{name}"' in text
            assert all(f"<code>{c['value']}</code>" in text for c in field.get("categories", []))


def test_rule_page_has_an_anchor_for_every_rule(site: Path) -> None:
    text = (site / "rules.html").read_text(encoding="utf-8")
    for name in all_rules():
        assert f'id="{name}"' in text


def test_text_of_the_schemas_is_escaped() -> None:
    tables = read_tables()
    tables["series"].schema["description"] = "<script>alert(1)</script> *a* | b"
    text = codebook(tables)
    assert "<script>" not in text and "\\*a\\* \\| b" in text


def test_pages_are_a_pure_function() -> None:
    assert pages(read_tables()) == pages(read_tables())
