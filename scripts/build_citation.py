"""Makes CITATION.cff, .zenodo.json and the citation in docs/citing.md from datapackage.json.

Run: python scripts/build_citation.py
"""

from __future__ import annotations

import json
import re

from command import run
from format_csv import write_atomically
from release.citation import Descriptor, bibtex, citation, citation_cff, zenodo_json
from tables import ROOT


def texts() -> dict[str, str]:
    """The text of every citation file by its name."""
    descriptor = json.loads((ROOT / "datapackage.json").read_text(encoding="utf-8"))
    page = (ROOT / "docs" / "citing.md").read_text(encoding="utf-8")
    return {
        "CITATION.cff": citation_cff(descriptor),
        ".zenodo.json": zenodo_json(descriptor),
        "docs/citing.md": with_citation(page, descriptor),
    }


def with_citation(page: str, descriptor: Descriptor) -> str:
    """A page with the citation and the BibTeX entry between its two comments."""
    made = f"\n> {citation(descriptor)}\n\n```bibtex\n{bibtex(descriptor)}\n```\n\n"
    return re.sub(r"(?s)(<!-- made from [^>]*-->\n).*(<!-- end -->)", lambda m: m[1] + made + m[2], page)


def main() -> int:
    """Write the files."""
    write_atomically({ROOT / name: text for name, text in texts().items()})
    return 0


if __name__ == "__main__":
    run(main)
