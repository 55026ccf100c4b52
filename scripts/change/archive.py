"""Unpacks what a comparison needs from a zip that nobody has vetted: JSON and CSV files, within limits."""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from tables import UnusablePackage

# A package takes a few megabytes; these limits leave room for many times as much.
MOST_BYTES = 100_000_000  # of an archive, and of all that is unpacked from it
MOST_JSON = 10_000_000  # of one JSON file: its parts take many times their length in memory
MOST_FILES = 10_000
HIGHEST_RATIO = 200  # tables shrink to a fifth or a thirtieth; a bomb, to a thousandth
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # the others cannot be unpacked piece by piece
CHUNK = 1 << 20


def unpack(data: bytes, where: str, folder: Path) -> Path:
    """Write the JSON and CSV files of the package in a zip into `folder`. Raises UnusablePackage."""
    if len(data) > MOST_BYTES:
        raise UnusablePackage(f"{where}: is larger than {MOST_BYTES:,} bytes")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            root = _root(_vetted(archive, where), where)
            _extract(archive, root, where, folder)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise UnusablePackage(f"{where}: cannot be unpacked ({error})") from error
    return folder


def _vetted(archive: zipfile.ZipFile, where: str) -> list[PurePosixPath]:
    """The paths in the archive, if every one stays inside and is a plain file or folder."""
    entries = archive.infolist()
    if len(entries) > MOST_FILES:
        raise UnusablePackage(f"{where}: holds {len(entries)} files, more than {MOST_FILES}")
    names = [e.orig_filename for e in entries]
    for entry in entries:
        path = PurePosixPath(entry.orig_filename)
        if path.is_absolute() or ".." in path.parts or set("\\:\x00") & set(entry.orig_filename):
            raise UnusablePackage(f"{where}: the path {entry.orig_filename!r} leaves the archive")
        kind = stat.S_IFMT(entry.external_attr >> 16)
        if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise UnusablePackage(f"{where}: {entry.orig_filename!r} is no plain file but a link or device")
        if entry.flag_bits & 0x1 or entry.compress_type not in METHODS:
            raise UnusablePackage(f"{where}: {entry.orig_filename!r} is encrypted or packed by an unusual method")
    if len(set(names)) < len(names):
        twice = next(n for n in names if names.count(n) > 1)
        raise UnusablePackage(f"{where}: holds {twice!r} twice")
    return [PurePosixPath(n) for n in names]


def _root(paths: list[PurePosixPath], where: str) -> PurePosixPath:
    """The folder that the package lies in: the archive itself, or the one folder in it."""
    found = [p.parent for p in paths if p.name == "datapackage.json" and len(p.parts) <= 2]
    if len(found) != 1:
        raise UnusablePackage(f"{where}: holds {len(found)} packages (datapackage.json); one is needed")
    return found[0]


def _extract(archive: zipfile.ZipFile, root: PurePosixPath, where: str, folder: Path) -> None:
    left = MOST_BYTES
    for entry in archive.infolist():
        path = PurePosixPath(entry.filename)
        if entry.is_dir() or not path.is_relative_to(root) or path.suffix not in (".json", ".csv"):
            continue
        if entry.file_size > HIGHEST_RATIO * max(entry.compress_size, 1):
            raise UnusablePackage(f"{where}: {entry.filename!r} unpacks to over {HIGHEST_RATIO} times its size")
        if path.suffix == ".json" and entry.file_size > MOST_JSON:
            raise UnusablePackage(f"{where}: {entry.filename!r} is larger than {MOST_JSON:,} bytes")
        target = folder / path.relative_to(root)
        target.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(entry) as source, target.open("wb") as out:
            while chunk := source.read(CHUNK):
                left -= len(chunk)
                if left < 0:
                    raise UnusablePackage(f"{where}: unpacks to more than {MOST_BYTES:,} bytes")
                out.write(chunk)
