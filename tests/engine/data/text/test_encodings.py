"""Short files, in which the letters of a language or single signs have to tell the encoding."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.data.text.encoding import detect_encoding
from engine.data.text.sample import take_sample

WORDS = [
    ("cp1252", "Hélène,Orléans\nThérèse,Besançon\n"),
    ("cp1252", "crème,première\nforêt,fenêtre\noù,à côté\n"),
    ("cp1252", "José Muñoz,Málaga\nÍñigo,León\n¿qué?,Peña\n"),
    ("cp1252", "São Paulo,ações\nMaranhão,Goiás\nRondônia,Pará\n"),
    ("cp1252", "Nicolò,Forlì\nperché,città\nGioè,più\n"),
    ("cp1252", "Sørensen,Århus\nKøbenhavn,Ærø\n"),
    ("cp1252", "Malmö,Gävle\nÅre,Örebro\n"),
    ("cp1252", "Müller,Köln\nGroße,Straße\n"),
    ("cp1252", "Tõnu,Pärnu\nJõgeva,Türi\n"),
    ("cp1252", "Þór,Reykjavík\nSigurðsson,Garðabær\n"),
    ("cp1252", "Søren,München\nJosé,São Paulo\nZoë,Malmö\n"),
    ("cp1252", "Käse,5\n"),
    ("cp1252", "Öl,1\nÖl,2\n"),
    ("cp1252", "cœur,1\n"),
    ("cp1250", "Łódź,Kraków\nGdańsk,Wrocław\n"),
    ("cp1250", "Dvořák,Plzeň\nČapek,Brno\nKučera,Třebíč\n"),
    ("cp1250", "Győr,Szőke\nErdős,Gyűr\nKovács,Pécs\n"),
    ("cp1250", "Brăila,Iaşi\nConstanţa,Bacău\n"),
    ("cp1250", "Horvatić,Čakovec\nMarić,Šibenik\n"),
    ("cp1254", "Şişli,Beşiktaş\nIğdır,Muğla\nÇağlar,Yılmaz\n"),
    ("cp1251", "Аня,5\nБорис,7\nГод,8\n"),
    ("cp1253", "Αθήνα,5\nΠάτρα,6\n"),
    ("cp850", "Müller,Köln\nGroße,Straße\n"),
    ("cp850", "José Muñoz,Málaga\nRené,Genève\n"),
    ("cp850", "Claim (£),lunch £5.98\n"),
    ("gb18030", "名称，价格\n（一）,5\n北京市海淀区中关村\n"),
    ("gb18030", "是,否\n否,是\n"),
    ("big5", "姓名,性別\n王小明,男\n陳美玲,女\n"),
    ("cp932", "名前,性別\n田中太郎,男\n鈴木花子,女\n"),
    ("cp949", "이름,성별\n김철수,남\n"),
]
SIGNS = [
    'Leeds,"£8,832.54"\nYork,£12\n',
    "total (£k),x\n1,2\n",
    "cost in £bn,£\n1,2\n",
    "Café,£5\nZoë,£6\n",
    "volume (m³),t (°C)\n1,2\n",
    "5 µg/m³,½\n",
    "nº 5,3ª\n",
    "Müller,5€\n",
    "it’s – “fine”\n",
    "‘No 32’ or ‘other’,7 – 8 Feb,£164\n",
    "SLC’s culture,“Zoë”\nOrder of à la carte,é\n",
]


def detected(folder: Path, data: bytes) -> str:
    path = folder / "data.csv"
    path.write_bytes(b"x,y\n" + data)
    return detect_encoding(take_sample(path)).name


@pytest.mark.parametrize(("encoding", "text"), WORDS)
def test_letters_that_fit_one_alphabet_tell_the_encoding(
    tmp_path: Path, encoding: str, text: str
) -> None:
    assert detected(tmp_path, text.encode(encoding)) == encoding


@pytest.mark.parametrize("text", SIGNS)
def test_single_signs_are_not_taken_for_letters(tmp_path: Path, text: str) -> None:
    assert detected(tmp_path, text.encode("cp1252")) == "cp1252"


@pytest.mark.parametrize("text", ["性別,女\n男,x\n", "5 μg,x\n"])
def test_a_letter_in_two_bytes_is_not_taken_for_two_signs(tmp_path: Path, text: str) -> None:
    assert detected(tmp_path, text.encode("big5")) != "cp1252"
