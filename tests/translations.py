"""Keeps the translations in step with the code.

`python -m tests.translations update` collects every text of the engine and the window into
resources/translations/trainyard.pot, brings each .po up to date and compiles it to .mo. New texts come
out untranslated in the .po; tests/test_translations.py fails until a person has translated them.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "resources" / "translations"
LANGUAGES = ("zh_CN",)
KEYWORDS = {"tr": None, "N_": None, "message": None, "trn": (1, 2), "message_n": (1, 2)}
_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
"""A date that never moves, so that the files change only where texts do."""
_FIELD = re.compile(r"\{(\w*)[^{}]*\}")


def collected() -> Catalog:
    """Every text that the code shows to people, with the files it is in."""
    catalog = Catalog(project="Trainyard", charset="utf-8")
    for package in ("engine", "gui"):
        found = extract_from_dir(ROOT / package, [("**.py", "python")], keywords=KEYWORDS)
        for file, _, message, _, _ in sorted(found, key=lambda item: (item[0], item[1])):
            catalog.add(message, locations=[(f"{package}/{file}", 0)])
    return catalog


def read(language: str) -> Catalog:
    """The translations of one language as they are on disk; none if there is no file."""
    path = FOLDER / f"{language}.po"
    if not path.exists():
        return Catalog(locale=language, project="Trainyard", charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=language)


def compiled(catalog: Catalog) -> bytes:
    """The .mo of a catalogue."""
    buffer = io.BytesIO()
    write_mo(buffer, catalog)
    return buffer.getvalue()


def texts(catalog: Catalog) -> dict[str | tuple[str, ...], Message]:
    """The messages by their English text, the header left out."""
    return {_key(message): message for message in catalog if message.id}


def translations(message: Message) -> tuple[str, ...]:
    """All forms of a translation."""
    return message.string if isinstance(message.string, tuple) else (message.string or "",)


def fields(text: str) -> set[str]:
    """Names of the facts that a text shows."""
    return set(_FIELD.findall(text))


def update() -> Iterator[str]:
    """Write .pot, .po and .mo; yields one line per language."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    template = collected()
    with (FOLDER / "trainyard.pot").open("wb") as file:
        write_po(file, template, omit_header=True, include_lineno=False, sort_output=True)
    for language in LANGUAGES:
        catalog = Catalog(
            locale=language,
            header_comment="# Texts of Trainyard. Written by `python -m tests.translations update`.",
            project="Trainyard",
            version="1",
            charset="utf-8",
            msgid_bugs_address="none",
            last_translator="none",
            language_team="none",
            creation_date=_EPOCH,
            revision_date=_EPOCH,
            fuzzy=False,
        )
        known = texts(read(language))
        for key, message in texts(template).items():
            before = known.get(key)
            string = before.string if before is not None else None
            catalog.add(message.id, string, locations=message.locations)
        with (FOLDER / f"{language}.po").open("wb") as file:
            write_po(file, catalog, include_lineno=False, sort_output=True, ignore_obsolete=True)
        (FOLDER / f"{language}.mo").write_bytes(compiled(read(language)))
        missing = sum(not all(translations(message)) for message in texts(catalog).values())
        yield f"{language}: {len(texts(catalog))} texts, {missing} untranslated"


def _key(message: Message) -> str | tuple[str, ...]:
    return tuple(message.id) if isinstance(message.id, (tuple, list)) else message.id


if __name__ == "__main__":
    if sys.argv[1:] != ["update"]:
        sys.exit("usage: python -m tests.translations update")
    for line in update():
        print(line)
