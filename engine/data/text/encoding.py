"""Which encoding a file is in, told from a sample of its bytes."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.data.text.alphabets import (
    FAMILIAR,
    LATIN,
    is_chinese,
    is_signs_alone,
    is_western,
    most_fitting,
)
from engine.data.text.sample import FileSample
from engine.messages import Message, message

if TYPE_CHECKING:
    from charset_normalizer import CharsetMatches

# What the detector chooses from: the encodings that tables are met in. A free choice among all of
# them names exotic ones for short samples.
CANDIDATES = (
    "gb18030", "big5", "cp932", "euc_jp", "cp949",
    "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "koi8_r",
)  # fmt: skip
_OF_TWO_BYTES = CANDIDATES[:5]
EVIDENCE = 64 * 1024
"""Bytes of lines beyond ASCII that the detector looks at."""

_PLACES_TOLD = 1000

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True)
class Encoding:
    """A Python codec name, why it was chosen, and how sure that is (0 to 1)."""

    name: str
    reason: Message
    confidence: float

    @property
    def is_wide(self) -> bool:
        """Whether NUL bytes are part of ordinary text."""
        return self.name.startswith(("utf-16", "utf-32"))


class Decoder:
    """Decodes piece by piece; with `lenient`, bytes that do not fit are read as Windows-1252."""

    def __init__(self, encoding: str, *, lenient: bool) -> None:
        # Python's utf-8-sig reports errors at places that do not count the mark.
        self._has_mark = encoding == "utf-8-sig"
        codec = "utf-8" if self._has_mark else encoding
        self._decoder = codecs.getincrementaldecoder(codec)("strict")
        self._lenient = lenient
        self._given = 0  # bytes before the next piece
        self.misfits = 0
        """Places where bytes did not fit."""
        self.places: list[int] = []
        """The first of them, in bytes from the start."""

    @property
    def is_between_characters(self) -> bool:
        """Whether the next piece begins a character, and no mark is awaited before it."""
        return not self._has_mark and not self._decoder.getstate()[0]

    def passed(self, count: int) -> None:
        """So many bytes came before the next piece that had not to be decoded."""
        self._given += count

    def decode(self, data: bytes, *, final: bool) -> str:
        """The text of the next piece; `final` says that it is the last.

        Raises `UnicodeDecodeError` unless lenient; its `object` ends where `data` does.
        """
        parts: list[str] = []
        start = self._given - len(self._decoder.getstate()[0])  # of what the decoder is to decode
        self._given += len(data)
        while True:
            state = self._decoder.getstate()[1]
            try:
                parts.append(self._decoder.decode(data, final))
            except UnicodeDecodeError as error:
                whole = error.object  # with what was held back of the last piece
                if not self._lenient:
                    raise
                self.misfits += 1
                if len(self.places) < _PLACES_TOLD:
                    self.places.append(start + error.start)
                start += error.end
                # A decoder that fails keeps its state: feed the good part again.
                self._decoder.setstate((b"", state))
                parts.append(self._decoder.decode(whole[: error.start]))
                parts.append(whole[error.start : error.end].decode("cp1252", "replace"))
                data = whole[error.end :]
                continue
            text = "".join(parts)
            if self._has_mark and text:
                self._has_mark = False
                text = text.removeprefix("\ufeff")
            return text


def normal_name(name: str) -> str:
    """The codec's name as recipes hold it.

    Raises `LookupError` for an unknown one, and for one that does not make text.
    """
    try:
        made = codecs.getincrementaldecoder(name)("strict").decode(b"", True)
    except (LookupError, ValueError, TypeError):
        raise LookupError(name) from None
    if not isinstance(made, str):
        raise LookupError(name)
    return codecs.lookup(name).name


def with_byte_order(name: str, sample: FileSample) -> str:
    """The name with the order of bytes that the file has, if it is `utf-16` or `utf-32` alone.

    A byte order mark says it; without one the smaller byte comes first unless zeros speak against.
    """
    if name not in ("utf-16", "utf-32") or any(
        sample.head.startswith(mark) for mark, marked in _MARKS if marked == name
    ):
        return name
    found = _wide_without_mark(sample.head)
    return found if found.startswith(name) else f"{name}-le"


def codec_within(name: str, beginning: bytes) -> str:
    """The codec for what stands anywhere in a file that begins like this, without its mark."""
    for mark, marked in _MARKS:
        if name == marked and beginning.startswith(mark):
            if name == "utf-8-sig":
                return "utf-8"
            return f"{name}-{'be' if mark[-1] == 0xFF or mark[:2] == bytes(2) else 'le'}"
    return name


def detect_encoding(sample: FileSample) -> Encoding:
    """The encoding: by byte order mark, else UTF-8 if the bytes allow it, else by statistics."""
    for mark, name in _MARKS:
        if sample.head.startswith(mark):
            return Encoding(name, message("Encoding {name}: byte order mark.", name=name), 1.0)
    wide = _wide_without_mark(sample.head)
    if wide:
        why = message("Encoding {name}: every other byte is zero.", name=wide)
        return Encoding(wide, why, 0.95)
    lines = _whole_lines(sample)
    if all(part.isascii() for part in lines):
        why = message("Encoding UTF-8: plain ASCII in all samples.")
        return Encoding("utf-8", why, 0.99 if sample.complete else 0.9)
    good, bad = _utf8_lines(lines)
    if bad == 0 or good >= 50 * bad:
        why = message("Encoding UTF-8: the bytes beyond ASCII fit it.")
        return Encoding("utf-8", why, (good + 1) / (good + 2 * bad + 1.01))
    return _by_statistics(lines)


def _wide_without_mark(head: bytes) -> str:
    """`utf-16-le` or `utf-16-be` when NUL bytes stand in every other place, else nothing."""
    even, odd = head[0::2], head[1::2]
    if not odd:
        return ""
    zeros_even, zeros_odd = even.count(0) / len(even), odd.count(0) / len(odd)
    if zeros_odd > 0.4 and zeros_even < 0.1:
        return "utf-16-le"
    if zeros_even > 0.4 and zeros_odd < 0.1:
        return "utf-16-be"
    return ""


def _whole_lines(sample: FileSample) -> tuple[bytes, ...]:
    """The sampled bytes without lines that are cut at an edge."""
    head = sample.head if sample.complete else _cut_end(sample.head)
    return (head, *(_cut_end(_cut_start(block)) for block in sample.blocks))


def _cut_end(data: bytes) -> bytes:
    end = max(data.rfind(b"\n"), data.rfind(b"\r"))
    return data[: end + 1] if end >= 0 else data[:-4]


def _cut_start(data: bytes) -> bytes:
    start = data.find(b"\n")
    if start < 0:
        start = data.find(b"\r")
    return data[start + 1 :] if start >= 0 else data[4:]


def _utf8_lines(parts: tuple[bytes, ...]) -> tuple[int, int]:
    """How many lines beyond ASCII are UTF-8, and how many are not."""
    good = bad = 0
    for part in parts:
        for line in part.splitlines():
            if line.isascii():
                continue
            try:
                line.decode("utf-8")
                good += 1
            except UnicodeDecodeError:
                bad += 1
    return good, bad


def _by_statistics(parts: tuple[bytes, ...]) -> Encoding:
    from charset_normalizer import from_bytes

    evidence = bytearray()
    for part in parts:
        for line in part.splitlines(keepends=True):
            if not line.isascii():
                evidence += line
        if len(evidence) > EVIDENCE:
            break
    data = bytes(evidence[:EVIDENCE])
    ranked = from_bytes(data, cp_isolation=list(CANDIDATES))
    best = ranked.best()
    name = normal_name(best.encoding) if best is not None else "cp1252"
    if name in LATIN or (name in _OF_TWO_BYTES and is_western(data)):
        name = most_fitting(data, _as_good(data, ranked))
    elif name == "cp949" and is_chinese(data) and _reads(data, "gb18030"):
        name = "gb18030"
    if name == "cp1252" or is_signs_alone(data) or _reads_the_same(data, name, "cp1252"):
        why = message("Encoding Windows-1252: no other encoding fits the bytes better.")
        return Encoding("cp1252", why, 0.6)
    why = message("Encoding {name}: the most plausible one for these bytes.", name=name)
    sure = (1 - best.chaos) * max(best.coherence, 0.3) if best is not None else 0.2
    return Encoding(name, why, 0.5 + 0.45 * sure)


def _as_good(data: bytes, ranked: CharsetMatches) -> list[str]:
    """The familiar encodings as good as the first of those that the detector ranked.

    It ranks equals by their names, and leaves some of them out.
    """
    best = ranked.best()
    chaos = {match.encoding: match.chaos for match in ranked}
    least = best.chaos if best is not None else 0.0
    good = [name for name in FAMILIAR if chaos.get(name, least) <= least and _reads(data, name)]
    return good or ["cp1252"]


def _reads(data: bytes, name: str) -> bool:
    try:
        data.decode(name)
    except UnicodeDecodeError:
        return False
    return True


def _reads_the_same(data: bytes, one: str, other: str) -> bool:
    try:
        return data.decode(one) == data.decode(other)
    except UnicodeDecodeError:
        return False
