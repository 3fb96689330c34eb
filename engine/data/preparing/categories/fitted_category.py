"""What was learned from the training rows of a category column, and how it turns cells into inputs."""

from __future__ import annotations

import hashlib
from typing import Annotated, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from engine.data.cells import typed
from engine.data.cells.cell_types import CellType
from engine.data.preparing.categories.tables import FittedTable
from engine.data.preparing.levels import LevelCounts, level_codes, sorted_levels
from engine.data.preparing.reads import Read
from engine.recipe.column_families import Encoding, Fill, RareLevels
from engine.recipe.parts import Frozen, OneOf


class FittedCategory(Frozen):
    """A cell's code: 0 is unknown, 1 … are `levels`, then may come all rare ones, the last may be missing.

    The code goes to the network, or a table turns it into numbers. In tensor operations: texts become
    codes by a dictionary (ONNX has `LabelEncoder`), codes become numbers by a gather; hashes of texts
    are made outside of the graph.
    """

    kind: Literal["category"] = "category"
    name: str
    cell_type: CellType
    levels: tuple[str, ...]
    merged: tuple[str, ...] = ()
    """Levels of training rows that are so rare that they share a code."""
    takes_unknown: bool = False
    """Whether levels that no training row has get that code too."""
    missing_level: bool
    """Missing has a code of its own, the last one."""
    fill: int = 0
    """The code of a missing value where it has none of its own."""
    drops_rows: bool = False
    """Rows without a value are left out of training and scoring."""
    flag: bool = False
    """An input says which rows have no value."""
    buckets: int = 0
    """Levels are hashed to so many codes, from 1; 0: each has its own."""
    encode: Annotated[Encoding | None, OneOf(Encoding, auto=True)] = None
    """As the recipe says; None: the network takes the codes as its recipe says."""
    table: FittedTable | None = None
    """What codes become where the network does not take them."""

    @classmethod
    def counted(
        cls,
        name: str,
        seen: LevelCounts,
        cell_type: CellType,
        *,
        missing: Fill,
        rare: RareLevels | None,
        encode: Encoding | None,
        flag: bool | None,
    ) -> FittedCategory:
        """Learn from levels that were counted before. `flag` as for `FittedNumber.fit`.

        The table, if the encoding needs one, is still to be fitted.
        """
        buckets = encode.buckets if encode is not None else 0
        lacking = seen.missing > 0
        found = sorted_levels(seen.counts)
        counts = {level: seen.counts[level] for level in found}
        fill = missing.level(counts)
        least = rare.least(seen.counts.total()) if rare is not None else 1
        merged = tuple(level for level in found if counts[level] < least) if not buckets else ()
        kept = tuple(level for level in found if counts[level] >= least) if not buckets else ()
        # What stands in may be a level that no training row has: then missing is a level like others.
        own = missing.own_level or (fill is not None and fill not in counts)
        fitted = cls(
            name=name,
            cell_type=cell_type,
            levels=kept,
            merged=merged,
            takes_unknown=rare is not None and rare.takes_unknown,
            missing_level=own and lacking,
            drops_rows=missing.drops_rows,
            flag=lacking if flag is None else flag,
            buckets=buckets,
            encode=encode,
        )
        if fill is None or own:
            return fitted
        code = int(fitted.codes_of(pa.array([fill]))[0][0])
        return fitted.model_copy(update={"fill": code})

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names of the number inputs made."""
        names = self.table.names(self.name) if self.table is not None else ()
        return (*names, f"{self.name} (missing)") if self.flag else names

    @property
    def codes(self) -> int:
        """Number of codes that the network gets, the unknown one included; 0 where it gets numbers."""
        return 0 if self.table is not None else self.all_codes

    @property
    def all_codes(self) -> int:
        """Number of codes of cells, the unknown one included."""
        levels = self.buckets or len(self.levels)
        return 1 + levels + bool(self.merged) + self.missing_level

    def codes_of(self, texts: pa.Array) -> tuple[NDArray[np.int32], int]:
        """The code of each text, and how many have a level that no training row has."""
        if self.buckets:
            codes, unseen = self._hashed(texts), 0
        else:
            codes = level_codes(texts, self.levels)
            codes = codes + np.int32(1)
            unseen = self._place_strangers(texts, codes)
        if texts.null_count:
            absent = texts.is_null().to_numpy(zero_copy_only=False)
            codes[absent] = self.all_codes - 1 if self.missing_level else self.fill
        return codes, unseen

    def write(
        self,
        values: pa.Array,
        numbers: NDArray[np.float32],
        codes: NDArray[np.int32],
        places: NDArray[np.int64] | None = None,
    ) -> Read:
        """Fill `codes`, (rows, 1), or `numbers`, (rows, inputs).

        Args:
            values: Cells.
            numbers: Room for the inputs that are numbers.
            codes: Room for the codes, if the network gets them.
            places: Places of the rows among the training rows, if they are the ones that were fitted on.
        """
        texts, misfits = typed.levels(values, self.cell_type)
        absent = texts.is_null().to_numpy(zero_copy_only=False)
        found, unseen = self.codes_of(texts)
        if self.table is None:
            codes[:, 0] = found
        else:
            numbers[:, : len(self.table.outputs)] = self.table.look_up(found, places)
        if self.flag:
            numbers[:, -1] = absent
        known = len(texts) - texts.null_count
        return Read(absent, misfits=misfits, unseen=unseen, known=known)

    def _place_strangers(self, texts: pa.Array, codes: NDArray[np.int32]) -> int:
        """Give rare levels their code, and the unknown ones too if they share it; the unknown ones."""
        strange = codes == 0
        strangers = int(np.count_nonzero(strange)) - int(texts.null_count)
        if not strangers or not self.merged:
            return strangers
        rare = np.int32(1 + len(self.levels))
        if self.takes_unknown:
            codes[strange] = rare
        is_merged = pc.is_in(texts, value_set=pa.array(self.merged, pa.string()), skip_nulls=True)
        merged = is_merged.to_numpy(zero_copy_only=False)
        codes[merged] = rare
        return strangers - int(np.count_nonzero(merged))

    def _hashed(self, texts: pa.Array) -> NDArray[np.int32]:
        encoded = texts.dictionary_encode()
        own = [bucket_of(text, self.buckets) for text in encoded.dictionary.to_pylist()]
        places = pc.fill_null(encoded.indices, len(own)).to_numpy(zero_copy_only=False)
        found: NDArray[np.int32] = np.asarray([*own, 0], np.int32)[places]
        return found


def bucket_of(text: str, buckets: int) -> int:
    """From 1: BLAKE2b of the UTF-8 text, 8 bytes as a little-endian number, modulo the buckets."""
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return 1 + int.from_bytes(digest, "little") % buckets
