"""Categories as learned vectors, whatever the model does with the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from engine.messages import N_
from engine.recipe.column_families import Encoding

if TYPE_CHECKING:
    from engine.recipe.families import CategoryEncoder


class EmbeddingEncoding(Encoding):
    """A code per level; the network learns a vector for each, however few they are."""

    title: ClassVar[str] = N_("Embedding")
    summary: ClassVar[str] = N_("A learned vector per level. Good for many levels.")
    order: ClassVar[int] = 10

    kind: Literal["embedding"] = "embedding"
    width: int | None = Field(
        default=None,
        ge=1,
        le=1024,
        title=N_("Embedding width"),
        description=N_("Numbers per level. Empty: chosen from the number of levels."),
        json_schema_extra={"empty": N_("auto")},
    )

    @property
    def encoder(self) -> CategoryEncoder | None:
        """The network's embedding, for columns of few levels too."""
        from engine.recipe.families import CategoryEncoder

        fields = {"width": self.width, "one_hot_up_to": 0}
        return CategoryEncoder.member("embedding").model_validate(fields)
