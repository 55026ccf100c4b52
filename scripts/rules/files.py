"""Rules for one CSV file as it lies on disk: can it be read, and is it written in the one agreed way?"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator

from problems import Problem
from tables import File, canonical_number, is_formula, sort_key, write_rows

Rule = Callable[[File], Iterator[Problem]]
MISSING_WORDS = {
    "na", "n/a", "#n/a", "#n/a n/a", "#na", "<na>", "nan", "-nan", "1.#ind", "-1.#ind", "1.#qnan", "-1.#qnan",
    "null", "none", "nil", "-", "?",
}  # fmt: skip
LONGEST_CELL = 32_767
CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]")
FORMAT = "run: make format"


def text_is_utf8(file: File) -> Iterator[Problem]:
    """A file is UTF-8 text. Other encodings garble Chinese and Russian names."""
    try:
        file.data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = file.data.count(b"\n", 0, error.start) + 1
        value = file.data[error.start : error.start + 8].hex(" ")
        yield file.problem(line, "", value, "these bytes are not UTF-8", "save the file as UTF-8")
    if b"\x00" in file.data:
        line = file.data.count(b"\n", 0, file.data.index(b"\x00")) + 1
        yield file.problem(line, "", "", "the line holds a NUL byte", "remove the byte")


def no_byte_order_mark(file: File) -> Iterator[Problem]:
    """A file begins with its header, without a byte order mark. Readers take the mark for a part of the first name."""
    if file.data.startswith(b"\xef\xbb\xbf"):
        yield file.problem(1, "", "", "the file begins with a byte order mark", "save it as UTF-8 without BOM")


def text_is_csv(file: File) -> Iterator[Problem]:
    """A file is comma-separated text with closed quotes. One stray quote swallows all rows after it."""
    try:
        empty = not file.records
    except csv.Error as error:
        yield file.problem(_bad_line(file), "", "", f"the text is no CSV ({error})", "close or double the quote")
        return
    if empty:
        yield file.problem(1, "", "", "the file is empty", f"write the header: {','.join(file.columns)}")


def header_equals_schema(file: File) -> Iterator[Problem]:
    """The header names the columns of the schema in its order. Tools address columns by name and place."""
    header = file.records[0][1]
    if header == file.columns:
        return
    for number, name in enumerate(file.columns):
        found = header[number] if number < len(header) else ""
        if found != name:
            message = f"column {number + 1} is not {name!r}"
            yield file.problem(1, found, found, message, f"write the header: {','.join(file.columns)}")
            return
    extra = header[len(file.columns)]
    message = "a column that the schema does not have"
    yield file.problem(1, extra, extra, message, "remove the column, or add it to the schema first")


def row_has_all_cells(file: File) -> Iterator[Problem]:
    """Every row has as many cells as the header. A lost comma moves values into the wrong column."""
    for line, cells in file.records[1:]:
        if len(cells) != len(file.columns):
            message = f"the row has {len(cells)} cells, the header has {len(file.columns)}"
            shown = ",".join(cells)
            yield file.problem(line, "", shown, message, "add or remove commas; quote a cell that holds a comma")


def lines_end_with_lf(file: File) -> Iterator[Problem]:
    """Lines end with LF. Mixed line ends make every line differ between versions."""
    at = file.data.find(b"\r")
    if at >= 0:
        line = file.data.count(b"\n", 0, at) + 1
        yield file.problem(line, "", "", "the line ends with CR or CR LF", FORMAT)


def file_ends_with_newline(file: File) -> Iterator[Problem]:
    """A file ends with exactly one line end. Appended rows would join the last one."""
    if not file.data.endswith(b"\n") or file.data.endswith(b"\n\n"):
        line = file.data.rstrip(b"\n").count(b"\n") + 1
        yield file.problem(line, "", "", "the file does not end with exactly one line end", FORMAT)


def cell_is_one_line(file: File) -> Iterator[Problem]:
    """A cell holds no line break or control character. Line-based tools and diffs would cut the row."""
    for line, column, value, key in _cells(file, lambda v: bool(CONTROL.search(v))):
        message = "the cell holds a line break or control character"
        yield file.problem(line, column, value, message, "put a blank in its place", key)


def cell_has_single_blanks(file: File) -> Iterator[Problem]:
    """A cell has no blank at its ends and no two in a row. Stray blanks make equal values differ."""
    for line, column, value, key in _cells(file, lambda v: v != " ".join(v.split())):
        shown = re.sub(r"\s", "·", value)
        yield file.problem(line, column, shown, "has outer, double or odd blanks (shown as ·)", FORMAT, key)


def cell_is_no_missing_word(file: File) -> Iterator[Problem]:
    """A missing value is an empty cell, never a word. Loaders read NA, null and the like each in their own way."""
    for line, column, value, key in _cells(file, lambda v: v.strip().lower() in MISSING_WORDS):
        yield file.problem(line, column, value, "is a word for a missing value", "leave the cell empty", key)


def cell_fits_a_spreadsheet(file: File) -> Iterator[Problem]:
    """A cell has at most 32,767 characters. Spreadsheets cut off the rest without a word."""
    for line, column, value, key in _cells(file, lambda v: len(v) > LONGEST_CELL):
        message = f"the cell has {len(value):,} characters"
        yield file.problem(line, column, value, message, f"shorten it to {LONGEST_CELL:,}", key)


def cell_is_no_formula(file: File) -> Iterator[Problem]:
    """A cell that is no number does not begin with =, +, - or @. A spreadsheet would run it as a formula."""
    for line, column, value, key in _cells(file, is_formula):
        message = "a spreadsheet would run this cell as a formula"
        yield file.problem(line, column, value, message, "begin with another character", key)


def number_is_canonical(file: File) -> Iterator[Problem]:
    """A number is written in the shortest way: no leading or trailing zeros, no plus. Equal numbers must look equal."""
    numbers = {f["name"] for f in file.schema["fields"] if f["type"] in ("integer", "number")}
    for line, column, value, key in _cells(file, lambda v: canonical_number(v) != v):
        if column in numbers:
            yield file.problem(line, column, value, f"is not written as {canonical_number(value)}", FORMAT, key)


def rows_are_sorted(file: File) -> Iterator[Problem]:
    """Rows stand in the order of the key. A fixed order keeps the differences between versions small."""
    at = [file.columns.index(name) for name in sort_key(file.schema)]
    previous: list[str] = []
    for line, cells in file.records[1:]:
        current = [cells[i] for i in at]
        if current < previous:
            value, message = " ".join(current), f"stands after {' '.join(previous)!r}"
            yield file.problem(line, file.columns[at[0]], value, message, FORMAT, cells[0])
        previous = current


def quoting_is_minimal(file: File) -> Iterator[Problem]:
    """Only cells that need quotes have them. One way of writing keeps the differences between versions small."""
    if file.text == write_rows(cells for _, cells in file.records):
        return
    lines = file.text.split("\n")
    for number, (line, cells) in enumerate(file.records):
        end = file.records[number + 1][0] - 1 if number + 1 < len(file.records) else line
        if any("\n" in c or "\r" in c for c in cells):
            continue  # reported by cell-is-one-line
        found = "\n".join(lines[line - 1 : end]).rstrip("\r")
        if found != write_rows([cells])[:-1]:
            yield file.problem(line, "", found, "is not written in the canonical form", FORMAT)


def _cells(file: File, is_odd: Callable[[str], bool]) -> Iterator[tuple[int, str, str, str]]:
    """Line, column, value and row key of every odd cell; each different value is judged once."""
    odd = {value for value in file.values if is_odd(value)}
    for line, cells in file.records[1:] if odd else []:
        for column, value in zip(file.columns, cells, strict=True):
            if value in odd:
                yield line, column, value, cells[0]


def _bad_line(file: File) -> int:
    """The line on which the reader gave up."""
    reader = csv.reader(file.text.splitlines(keepends=True), strict=True)
    try:
        for _ in reader:
            pass
    except csv.Error:
        return max(reader.line_num, 1)
    return 1


# A file that breaks one of these cannot be read as a table; each rule relies on those before it.
STRUCTURE: list[Rule] = [
    text_is_utf8,
    no_byte_order_mark,
    text_is_csv,
    header_equals_schema,
    row_has_all_cells,
]
STYLE: list[Rule] = [
    lines_end_with_lf,
    file_ends_with_newline,
    cell_is_one_line,
    cell_has_single_blanks,
    cell_is_no_missing_word,
    cell_fits_a_spreadsheet,
    cell_is_no_formula,
    number_is_canonical,
    rows_are_sorted,
    quoting_is_minimal,
]
