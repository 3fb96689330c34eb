"""Numbers are evened out before they are encoded: huge ones do not rule the rest."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.models.encoders.evening import Bell, DrawnIn, evened
from engine.recipe.families import NumberEncoder


def started(layer: Bell | DrawnIn, *columns: np.ndarray) -> torch.Tensor:
    came = torch.from_numpy(np.stack(columns, axis=1).astype(np.float32))
    layer.start(came)
    return layer(came)


def test_drawn_in_numbers_follow_the_formula_and_stay_within_three() -> None:
    values = np.array([0.0, 1, 2, 3, 4, 1e9])
    found = started(DrawnIn(1), values)[:, 0]
    scaled = (values - 2.5) / 2.5
    np.testing.assert_allclose(found, scaled / np.sqrt(1 + scaled**2 / 9), rtol=1e-5)
    assert found.abs().max() <= 3


def test_equal_quartiles_leave_half_the_range_and_a_constant_becomes_nothing() -> None:
    found = started(DrawnIn(2), np.array([0.0] * 9 + [4.0]), np.full(10, 7.0))
    assert found[-1, 0] == pytest.approx(2 / np.sqrt(1 + 4 / 9))
    assert (found[:, 1] == 0).all()


def test_a_bell_curve_keeps_the_order_and_forgets_the_distances() -> None:
    generator = np.random.default_rng(0)
    values = np.exp(3 * generator.normal(size=2000))
    found = started(Bell(1), values)[:, 0].numpy()
    assert (np.diff(found[np.argsort(values)]) >= 0).all()
    assert abs(found.mean()) < 0.02
    assert found.std() == pytest.approx(1, abs=0.02)
    assert np.quantile(found, 0.975) == pytest.approx(1.96, abs=0.05)


def test_two_values_share_the_middles_of_their_ranks() -> None:
    layer = Bell(2)
    found = started(layer, np.array([0.0] * 95 + [1.0] * 5), np.full(100, 3.0))
    assert found[0, 0] == pytest.approx(-0.0627, abs=1e-3)
    assert found[-1, 0] == pytest.approx(1.96, abs=1e-2)
    assert (found[:, 1] == 0).all()
    beyond = layer(torch.tensor([[-9.0, 3.0], [9.0, 3.0]]))
    assert beyond[:, 0].tolist() == pytest.approx([found[0, 0].item(), found[-1, 0].item()])


@pytest.mark.parametrize("kind", ["piecewise_linear", "periodic"])
@pytest.mark.parametrize("outliers", ["draw_in", "bell"])
def test_an_encoder_starts_from_evened_numbers(kind: str, outliers: str) -> None:
    encoder = NumberEncoder.member(kind).model_validate({"outliers": outliers})
    module, width = encoder.build(2)
    rows = torch.randn(50, 2)
    module.start(rows)
    assert module(rows).shape == (50, 2 * width)
    plain = torch.nn.Identity()
    assert evened("keep", 2, plain) is plain
