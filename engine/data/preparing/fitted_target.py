"""What was learned from the training rows of the target, and the way back from network outputs."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import Field

from engine.data.preparing.target.classes import FittedClasses as FittedClasses
from engine.data.preparing.target.value import FittedValue as FittedValue

FittedTarget: TypeAlias = Annotated[FittedClasses | FittedValue, Field(discriminator="kind")]
