"""A plan as JSON, whatever kind it is of."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import Field, TypeAdapter

from engine.plans.seeds import Seeds
from engine.plans.sweep import Sweep

Plan: TypeAlias = Annotated[Seeds | Sweep, Field(discriminator="kind")]

_PLAN: TypeAdapter[Seeds | Sweep] = TypeAdapter(Plan)


def plan_json(plan: Plan) -> bytes:
    """A plan for a file."""
    return plan.model_dump_json(indent=2).encode() + b"\n"


def parse_plan(data: bytes) -> Plan:
    """The plan that a file holds.

    Raises `pydantic.ValidationError`.
    """
    return _PLAN.validate_json(data)
