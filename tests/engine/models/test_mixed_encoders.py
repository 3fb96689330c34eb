"""Category columns that are encoded each in its own way."""

from __future__ import annotations

import torch

from engine.data.preparing.inputs import Inputs
from engine.models.encoders.mixed import MixedCategories, build_categories
from engine.models.network import build_network
from engine.models.summary import summarize
from engine.recipe.column_families import Encoding
from engine.recipe.families import CategoryEncoder
from engine.recipe.model import ModelSpec
from engine.recipe.recipe import Recipe
from engine.schema import Task
from engine.tasks import TASK, SummarizeTask

EMBEDDING = CategoryEncoder.default("embedding")
ONE_HOT = CategoryEncoder.default("one_hot")
LEVELS = (4, 30, 4, 30)


def test_without_encoders_of_their_own_columns_are_encoded_as_the_model_says() -> None:
    torch.manual_seed(0)
    expected, widths = EMBEDDING.build(LEVELS)
    for encoders in ((), (None,) * 4, (EMBEDDING,) * 4):
        torch.manual_seed(0)
        layer, found = build_categories(EMBEDDING, encoders, LEVELS)
        assert found == widths
        assert layer.state_dict().keys() == expected.state_dict().keys()


def test_each_column_gets_the_encoder_that_it_asks_for() -> None:
    wide = Encoding.member("embedding").model_validate({"width": 7}).encoder
    layer, widths = build_categories(EMBEDDING, (wide, ONE_HOT, None, wide), LEVELS)
    assert isinstance(layer, MixedCategories)
    # Groups in the order of their first columns: two of width 7, one-hot of 29, then the model's own.
    assert widths == (7, 7, 29, 3)
    codes = torch.tensor([[1, 2, 3, 4], [0, 0, 0, 0]], dtype=torch.int32)
    found = layer(codes)
    assert found.shape == (2, sum(widths))
    assert found[0, 14:43].argmax() == 1
    assert found[0, 43:].tolist() == [0, 0, 1]
    assert not found[1].any()


def test_an_embedding_asked_for_is_one_for_few_levels_too() -> None:
    asked = Encoding.default("embedding").encoder
    assert asked is not None
    _, widths = build_categories(ONE_HOT, (asked,), (4,))
    assert widths[0] < 4
    one_hot = Encoding.default("one_hot").encoder
    _, widths = build_categories(EMBEDDING, (one_hot,), (100,))
    assert widths == (99,)


def test_networks_of_every_token_width_take_mixed_columns_and_learn() -> None:
    inputs = Inputs(("x",), (("a", 4), ("b", 30)), 1, (ONE_HOT, None))
    for trunk in ("mlp", "ft_transformer", "wide_deep", "realmlp"):
        model = ModelSpec.model_validate({"trunk": trunk})
        network = build_network(model, inputs, 0, Task.BINARY)
        outputs = network(torch.randn(6, 1), torch.randint(0, 4, (6, 2), dtype=torch.int32))
        outputs.square().sum().backward()
        assert outputs.shape[0] == 6
        recipe = Recipe(model=model)
        assert summarize(recipe, inputs, 64).blocks


def test_a_worker_is_told_how_columns_are_encoded() -> None:
    task = SummarizeTask(
        recipe=Recipe(),
        numbers=("x",),
        categories=(("a", 4), ("b", 30)),
        encoders=(ONE_HOT, None),
        outputs=1,
        train_rows=9,
    )
    assert TASK.validate_json(task.model_dump_json()) == task
