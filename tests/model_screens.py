"""Pictures of the Model page with each architecture chosen.

    python -m tests.model_screens OUT TABLE TARGET [light|dark] [en|zh_CN] [KIND ...]

The table is copied and opened in a session of its own; each picture is saved at 1440 × 900 once the
network is drawn and measured.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from engine.recipe.parts import AUTO
from gui.app.program import Program
from gui.i18n import Language
from gui.pages.model.page import ModelPage
from gui.theme import Mode
from tests.screens import LANGUAGES, SIZE, THEMES, _application, pause, wait


def take(
    program: Program, out: Path, kinds: tuple[str, ...], theme: Mode, language: Language
) -> None:
    """Save a picture for each architecture, or for those of `kinds`."""
    program.settings.change(theme=theme, language=language, inspector=True, runs=False)
    program.rebuild()
    window = program.window
    window.resize(*SIZE)
    program.session.show_page("model")
    (page,) = window.findChildren(ModelPage)
    for entry in page.gallery.trunks.entries:
        if kinds and entry.kind not in kinds:
            continue
        page.gallery.chosen.emit(entry.kind)
        wait(lambda kind=entry.kind: is_drawn(page, kind))  # type: ignore[misc]
        pause(1.0)
        window.notices.clear()
        path = out / f"{entry.kind}-{theme}-{language}.png"
        window.grab().save(str(path))
        print(path, flush=True)


def is_drawn(page: ModelPage, kind: str) -> bool:
    """Whether the page shows that architecture and nothing is left to be measured."""
    task, trunks = page.probe.task, page.gallery.trunks
    if task is None or page.probe.is_waiting or not task.timed:
        return False
    trunk = task.recipe.model.trunk
    sized = (trunks.size(row) or trunks.lack(row) for row in range(1, trunks.rowCount()))
    return (AUTO if trunk is None else trunk.kind) == kind and all(sized)


def main(arguments: list[str]) -> int:
    """Take the pictures that were asked for."""
    if len(arguments) < 3:
        sys.exit(__doc__)
    out, table, target, *rest = arguments
    Path(out).mkdir(parents=True, exist_ok=True)
    themes = tuple(theme for theme in THEMES if theme in rest) or THEMES
    languages = tuple(language for language in LANGUAGES if language in rest) or LANGUAGES
    kinds = tuple(each for each in rest if each not in (*THEMES, *LANGUAGES))
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TRAINYARD_CACHE"] = str(Path(folder, "cache"))
        path = Path(shutil.copy(table, folder))
        program = Program(_application(), Path(folder, "workspace"))
        program.show()
        session = program.session
        session.open(path)
        wait(lambda: session.table is not None and session.profile is not None)
        session.set_target(target)
        for theme in themes:
            for language in languages:
                take(program, Path(out), kinds, theme, language)
        program.window.close_for_rebuild()
        session.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
