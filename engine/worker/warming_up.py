"""What a worker does before the first task, so that none has to wait for it."""

from __future__ import annotations

from contextlib import suppress

from engine.errors import TrainyardError


def warm_up() -> None:
    """Import what tasks need, and make a first step: torch loads half of itself only then."""
    import sklearn.model_selection  # noqa: F401
    import torch

    import engine.data.columns.infer
    import engine.data.open
    import engine.data.preparing.dataset
    import engine.data.preparing.split_report.report
    import engine.training.loop  # noqa: F401

    torch.set_num_threads(1)
    layer = torch.nn.Linear(2, 1)
    for parameter in layer.parameters():
        parameter.grad = torch.zeros_like(parameter)
    torch.optim.AdamW(layer.parameters(), fused=True).step()


def warm_up_for_tables() -> None:
    """Import what opening needs, and look at a table: much is loaded by the first look only."""
    import engine.data.columns.infer
    import engine.data.first_rows
    import engine.data.open  # noqa: F401
    from engine.data.reading_preview import preview_reading
    from engine.data.samples import samples
    from engine.recipe.reading import Reading

    with suppress(TrainyardError, OSError):  # no room for scratch files: the first table will tell
        preview_reading(samples()[0].path, Reading())
