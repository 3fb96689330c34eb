"""The first characters of texts, never all of them."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc


def beginnings(texts: pa.Array, length: int) -> pa.Array:
    """At most `length` characters of each text (string), and at least one less than it has."""
    encoded = pc.utf8_trim_whitespace(texts).dictionary_encode()
    words = encoded.dictionary
    cut = pc.utf8_slice_codeunits(words, 0, length)
    short = pc.less_equal(pc.utf8_length(words), length)
    if pc.any(short).as_py():
        # The last character of short texts goes.
        cut = pc.if_else(short, pc.utf8_slice_codeunits(words, 0, -1), cut)
    found: pa.Array = cut.take(encoded.indices)
    return found
