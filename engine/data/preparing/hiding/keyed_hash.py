"""A code instead of each value, made with a secret key."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal, Self

from pydantic import Field

from engine.messages import N_, Message, message
from engine.recipe.hiding import Hiding
from engine.schema import Kind

if TYPE_CHECKING:
    import pyarrow as pa

    from engine.data.cells.cell_types import CellType


class KeyedHash(Hiding):
    """Keyed BLAKE2b (RFC 7693) of each value: equal values get equal codes, and no way leads back.

    Without a key anyone could hash all likely values and compare; the key never leaves its machine.
    """

    title: ClassVar[str] = N_("Hash")
    summary: ClassVar[str] = N_(
        "A code for each value, made with a key that stays on this machine. Equal values stay equal."
    )
    order: ClassVar[int] = 10
    suits: ClassVar[tuple[Kind, ...]] = (Kind.CATEGORY, Kind.TEXT, Kind.NUMBER, Kind.DATE)

    kind: Literal["hash"] = "hash"
    key: str | None = Field(
        default=None,
        pattern=r"^[0-9a-f]{16}$",
        title=N_("Key id"),
        description=N_(
            "Names the key, which is kept outside recipes, runs and models. Empty: this machine's own."
        ),
        json_schema_extra={"empty": N_("this machine's own")},
    )
    digits: int = Field(
        default=16,
        ge=8,
        le=64,
        title=N_("Length"),
        description=N_("Digits of each code. With few, different values may get the same code."),
        json_schema_extra={"unit": N_("digits")},
    )

    def resolved(self) -> Self:
        """With the key named; this machine's own is made if there is none yet."""
        from engine.data.preparing.keys import own_key

        return self if self.key else self.model_copy(update={"key": own_key().id})

    def hide(self, cells: pa.Array, cell_type: CellType) -> tuple[pa.Array, int]:
        """Codes in hexadecimal digits (string)."""
        from engine.data.cells import typed
        from engine.data.preparing.keys import find_key, own_key

        secret = (find_key(self.key) if self.key else own_key()).secret
        names, misfits = typed.levels(cells, cell_type)
        encoded = names.dictionary_encode()
        return self._codes(encoded.dictionary, secret).take(encoded.indices), misfits

    def _codes(self, names: pa.Array, secret: bytes) -> pa.Array:
        """The code of each name."""
        import hashlib

        import numpy as np
        import pyarrow as pa
        import pyarrow.compute as pc

        size = (self.digits + 1) // 2
        keyed = hashlib.blake2b(key=secret, digest_size=size)

        def digest(name: bytes) -> bytes:
            own = keyed.copy()  # the key is taken in once
            own.update(name)
            return own.digest()

        digests = b"".join(map(digest, names.cast(pa.binary()).to_pylist()))
        offsets = np.arange(len(names) + 1, dtype=np.int64) * (2 * size)
        buffers = [None, pa.py_buffer(offsets), pa.py_buffer(digests.hex().encode())]
        codes = pa.Array.from_buffers(pa.large_string(), len(names), buffers).cast(pa.string())
        return codes if self.digits == 2 * size else pc.utf8_slice_codeunits(codes, 0, self.digits)

    def words(self) -> Message:
        """What is done, in a few words."""
        if self.key is None:
            return message("hashed with this machine's key")
        return message("hashed with key {key}", key=self.key)
