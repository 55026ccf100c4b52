"""Makes CITATION.cff and .zenodo.json from datapackage.json. Run: python scripts/build_citation.py"""

from __future__ import annotations

import json
import sys

from format_csv import write_atomically
from release.citation import citation_cff, zenodo_json
from tables import ROOT


def texts() -> dict[str, str]:
    """The text of every citation file by its name."""
    descriptor = json.loads((ROOT / "datapackage.json").read_text(encoding="utf-8"))
    return {"CITATION.cff": citation_cff(descriptor), ".zenodo.json": zenodo_json(descriptor)}


def main() -> int:
    """Write the files."""
    write_atomically({ROOT / name: text for name, text in texts().items()})
    return 0


if __name__ == "__main__":
    sys.exit(main())
