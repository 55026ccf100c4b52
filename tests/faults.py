"""Damages a package at random many times and prints, by kind, how much of the harm the check reports.

Reads the small package; writes nothing but temporary copies. A damage is harmful if a reader would load other tables
or another descriptor than before. Run: make faults [NUMBER=10000]
Exit: 0, or 1 if a damage ended in anything but a clear report or a clean pass.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import io
import json
import os
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from unittest.mock import patch

import build_release
import check
import damages
import format_csv
import hypothesis.strategies as st
import small_package
from hypothesis import HealthCheck, Phase, given, settings

SECONDS = 20  # longer than that is a hang: the sound package takes a fraction of a second
NAME = "china-russia-exercises-0.1.0"


@dataclass
class Tally:
    """What came of the damages of one kind."""

    counts: Counter[str] = field(default_factory=Counter)
    escaped: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)


def outcome(package: Path, out: Path) -> int:
    """Check, format and, if sound, build a package as the commands do; assert what holds of every package.

    Gives 0 for a clean pass, 1 for a report of problems, warnings among them, 2 for a package that cannot be read.
    """
    with contextlib.ExitStack() as stack:
        again = _remembered(package)  # the check is pure: one run serves all commands
        for module in (check, build_release):
            stack.enter_context(patch.object(module, "check", again))
        return _outcome(package, out)


def _outcome(package: Path, out: Path) -> int:
    code, text, said = _run(check.main, ["--package", str(package), "--format", "json"])
    assert code in (0, 1, 2), code
    if code == 2:
        assert said.strip() and "\n" not in said.strip() and not text, said
    else:
        problems = json.loads(text)
        assert all(p["path"] and p["message"] and p["fix"] and p["rule"] for p in problems), problems
        assert (code == 1) == any(p["severity"] == "error" for p in problems)
    for form in ("text", "github"):
        again, shown, _ = _run(check.main, ["--package", str(package), "--format", form]) if code == 1 else (1, "x", "")
        assert again == 1 and shown
    formatted, _, said = _run(format_csv.main, ["--package", str(package), "--check"])
    assert formatted in (0, 1) or (formatted == 2 and code and said.strip()), said
    built, _, _ = _run(build_release.main, ["--package", str(package), "--out", str(out)])
    assert built == code
    assert sorted(p.name for p in out.iterdir()) == ([] if code else [NAME, f"{NAME}.zip"])
    if not code:
        lines = (out / NAME / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
        for digest, name in (line.split("  ", 1) for line in lines):
            assert hashlib.sha256((out / NAME / name).read_bytes()).hexdigest() == digest, name
    return 1 if code == 0 and problems else code


def _remembered(package: Path) -> Callable[..., check.Result]:
    """A function that ends as the check of the package ends."""
    try:
        result, error = check.check(package), None
    except check.UnusablePackage as refusal:
        result, error = None, refusal

    def again(*_: object) -> check.Result:
        if error:
            raise error
        assert result is not None
        return result

    return again


def damage_many(kind: str, number: int, seconds: int = SECONDS) -> Tally:
    """Damage fresh copies of the small package, one after the other, in one way each."""
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="faults-") as name:
        sound = Path(name) / "sound"
        sound.mkdir()
        small_package.write(sound)
        before = damages.meaning(sound)

        @settings(max_examples=number, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
                  suppress_health_check=list(HealthCheck))  # fmt: skip
        @given(st.data())
        def one(data: st.DataObject) -> None:
            package, out = damages.copy_of(sound, Path(name) / "package"), Path(name) / "dist"
            if out.exists():
                damages.shutil.rmtree(out)
            out.mkdir()
            damages.KINDS[kind](data.draw, package)
            signal.alarm(seconds)
            try:
                harmful = damages.meaning(package) != before
                reported = outcome(package, out) != 0
            except BaseException:
                tally.failures.append(f"{_difference(sound, package)}\n{traceback.format_exc(limit=-6)}")
                return
            finally:
                signal.alarm(0)
            tally.counts.update(["damages", *(["harmful"] if harmful else [])])
            tally.counts.update(["reported"] if harmful and reported else [])
            tally.counts.update(["needless"] if reported and not harmful else [])
            if harmful and not reported:
                tally.escaped[_difference(sound, package)] += 1

        signal.signal(signal.SIGALRM, _too_long)
        one()
    return tally


def main(argv: list[str] | None = None) -> int:
    """Damage, count, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--number", type=int, default=10_000, help="how many damages in all")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="how many at a time")
    parser.add_argument("--escaped", type=Path, help="file for what escaped, one line each")
    args = parser.parse_args(argv)
    each = -(-args.number // len(damages.KINDS))
    began = time.monotonic()
    tallies = {}
    print("| damaged | damages | harmful | reported | share |\n|---|---|---|---|---|", flush=True)
    with ProcessPoolExecutor(args.jobs) as pool:
        for kind, tally in zip(damages.KINDS, pool.map(partial(damage_many, number=each), damages.KINDS), strict=True):
            tallies[kind] = tally
            print(f"| {kind} | {_row(tally.counts)} |", flush=True)
    total = sum((t.counts for t in tallies.values()), Counter[str]())
    print(f"| all | {_row(total)} |")
    failures = [f for t in tallies.values() for f in t.failures]
    print(
        f"{total['needless']} harmless damages were reported too (style). {len(failures)} ended in a traceback or hang."
    )
    print(f"{time.monotonic() - began:.0f} s", file=sys.stderr)
    if args.escaped:
        lines = [f"{kind}\t{n}\t{what}" for kind, t in tallies.items() for what, n in t.escaped.most_common()]
        args.escaped.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n\n".join(failures[:20]), file=sys.stderr)
    return 1 if failures else 0


def _row(counts: Counter[str]) -> str:
    share = counts["reported"] / counts["harmful"] if counts["harmful"] else 1
    return f"{counts['damages']:,} | {counts['harmful']:,} | {counts['reported']:,} | {share:.1%}"


def _run(command: object, arguments: list[str]) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = command(arguments)  # type: ignore[operator]
    out.getvalue().encode("utf-8")
    return code, out.getvalue(), err.getvalue()


def _difference(sound: Path, package: Path) -> str:
    """The first line that differs between two packages, old and new."""
    for path in sorted(p for p in sound.rglob("*") if p.is_file()):
        other = package / path.relative_to(sound)
        if not other.is_file():
            return f"{path.relative_to(sound)}: is no file"
        old, new = path.read_bytes(), other.read_bytes()
        if path.suffix == ".json" and old != new:
            with contextlib.suppress(ValueError):
                return f"{path.relative_to(sound)}: {_json_difference(json.loads(old), json.loads(new))}"
        for number, (a, b) in enumerate(zip(old.split(b"\n"), new.split(b"\n"), strict=False), start=1):
            if a != b:
                return f"{path.relative_to(sound)}:{number} {a[:200]!r} -> {b[:200]!r}"
        if old != new:
            return f"{path.relative_to(sound)}: {len(old)} -> {len(new)} bytes"
    return "nothing differs"


def _json_difference(old: object, new: object) -> str:
    """The place and the values of the first difference between two documents."""
    pairs: list[tuple[str, object, object]] = [("", old, new)]
    while pairs:
        place, a, b = pairs.pop()
        if isinstance(a, dict) and isinstance(b, dict) and list(a) == list(b):
            pairs += [(f"{place}.{k}", a[k], b[k]) for k in a]
        elif isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
            pairs += [(f"{place}.{n}", x, y) for n, (x, y) in enumerate(zip(a, b, strict=True))]
        elif a != b:
            shown = [ascii(list(v) if isinstance(v, dict) else v)[:150] for v in (a, b)]
            return f"{place} {shown[0]} -> {shown[1]}"
    return "only layout differs"


def _too_long(*_: object) -> None:
    raise TimeoutError(f"longer than {SECONDS} s")


if __name__ == "__main__":
    sys.exit(main())
