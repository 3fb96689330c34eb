"""Lists of files, and names that no list can hold."""

import os
from pathlib import Path

import pytest

from engine.data.formats.file_list import files_behind, require_text_name
from engine.data.open import joined_path, open_table
from engine.errors import NameNotText

NOT_UTF8 = b"caf\xe9.csv"


def _file_with_such_a_name(folder: Path) -> Path:
    path = folder / os.fsdecode(NOT_UTF8)
    try:
        path.write_bytes(b"a,b\n1,2\n")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    return path


def test_a_name_that_is_no_text_is_told_with_what_to_do(tmp_path: Path) -> None:
    path = _file_with_such_a_name(tmp_path)
    with pytest.raises(NameNotText, match=r"caf.\.csv.*not UTF-8.*Rename"):
        open_table(path)
    with pytest.raises(NameNotText):
        joined_path([path])


def test_a_folder_tells_of_such_a_name_inside_it(tmp_path: Path) -> None:
    (tmp_path / "fine.csv").write_bytes(b"a,b\n1,2\n")
    _file_with_such_a_name(tmp_path)
    with pytest.raises(NameNotText):
        files_behind(tmp_path)


def test_names_in_any_language_are_text(tmp_path: Path) -> None:
    require_text_name(tmp_path / "数据 données.csv")
