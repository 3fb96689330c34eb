"""What personal data look like, in English and in Chinese: by the cells, by the column's name, by both."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from engine.data.problems.check_digits import (
    is_account,
    is_card,
    is_chinese_identity,
    is_network_address,
    is_social_security,
)
from engine.messages import N_


@dataclass(frozen=True, slots=True)
class Pattern:
    """One kind of personal data."""

    code: str
    title: str
    """A sentence about `{column}`."""
    looks_so: Callable[[str], bool]
    """Whether a cell can be such a thing."""
    by_itself: float
    """Share of the cells that convinces whatever the column is called; above 1: none does."""
    called: re.Pattern[str] | None = None
    """What such columns are called."""
    if_called: float = 0.5
    """Share of the cells that convinces in a column of such a name."""
    many: bool = True
    """Whether the cells must be of many different values."""


def _words(*names: str) -> re.Pattern[str]:
    """Any of these as whole words of a name in English, or anywhere in one in Chinese."""
    latin = [name for name in names if name.isascii()]
    other = [name for name in names if not name.isascii()]
    parts = [rf"(?<![a-z])(?:{'|'.join(latin)})s?(?![a-z])"] if latin else []
    return re.compile("|".join([*parts, *other]))


def plain_name(name: str) -> str:
    """A column's name in small letters, its words divided by blanks: `firstName` is `first name`."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return re.sub(r"[\W_]+", " ", apart).strip().lower()


# E-mail and phone --------------------------------------------------------------------------------

_EMAIL = re.compile(r"[\w.+%-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")
_PHONE = re.compile(r"\+?\(?\d[\d ()./-]{5,18}\d( ?(x|ext\.?) ?\d{1,5})?")
_SURE_PHONE = re.compile(
    r"\+\d{1,3}[ -]?\(?\d{1,4}\)?([ -]?\d{2,4}){2,4}|\(\d{3}\) ?\d{3}-\d{4}|(\+?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}"
    r"|0\d{2,3}-\d{7,8}|[2-9]\d{2}-\d{3}-\d{4}"
)


def _is_email(text: str) -> bool:
    return _EMAIL.fullmatch(text) is not None


def _is_phone(text: str) -> bool:
    return 7 <= sum(sign.isdigit() for sign in text) <= 15 and _PHONE.fullmatch(text) is not None


def _is_sure_phone(text: str) -> bool:
    return _SURE_PHONE.fullmatch(text) is not None


# Names -------------------------------------------------------------------------------------------

_SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳"
    "酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒"
    "屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯管卢莫经房裘缪干解应宗丁宣邓郁单杭洪包诸左石崔"
    "吉龚程嵇邢裴陆荣翁荀羊甄曲家封芮储靳汲邴糜松井段富巫乌焦巴弓牧隗山谷车侯宓蓬全郗班仰秋仲伊宫宁仇栾暴甘厉戎祖武符刘景詹束龙叶幸司韶"
    "郜黎蓟薄印宿白怀蒲邰从鄂索咸籍赖卓蔺屠蒙池乔阴胥能苍双闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍郤璩桑桂濮牛寿通边扈燕冀郏浦尚农温别庄晏柴"
    "瞿阎充慕连茹习宦艾鱼容向古易慎戈廖庾终暨居衡步都耿满弘匡国文寇广禄阙东欧殳沃利蔚越夔隆师巩厍聂晁勾敖融冷訾辛阚那简饶空曾毋沙乜养鞠"
    "须丰巢关蒯相查后荆红游竺权逯盖益桓公肖付闫覃岳代涂占海"
)
_DOUBLE = (
    "欧阳",
    "司马",
    "上官",
    "诸葛",
    "东方",
    "皇甫",
    "尉迟",
    "公孙",
    "慕容",
    "令狐",
    "司徒",
    "夏侯",
)
_CHINESE_NAME = re.compile(r"[\u4e00-\u9fff]{2,4}|[\u4e00-\u9fff]{2,12}·[\u4e00-\u9fff]{1,12}")
_LATIN_NAME = re.compile(
    r"[^\W\d_a-z][\w'’.-]*(,? (([Dd]e|[Vv]an|[Vv]on|[Dd]er|[Dd]en|[Dd]a|[Dd]i|[Ll]a|[Dd]el|[Bb]in|[Aa]l) )*[(\"“]?[^\W\d_a-z][\w'’.-]*[)\"”]?){0,7}"
)
_TITLED = re.compile(r".*\b(Mr|Mrs|Miss|Ms|Mme|Mlle|Dr|Herr|Frau|Señora?)\b\.? [^\W\d_].*")


def _is_chinese_name(text: str) -> bool:
    if not _CHINESE_NAME.fullmatch(text):
        return False
    return "·" in text or text[:2] in _DOUBLE or (text[0] in _SURNAMES and len(text) <= 3)


def _is_name(text: str) -> bool:
    return _is_chinese_name(text) or _is_latin_name(text)


def _is_latin_name(text: str) -> bool:
    return (
        len(text) <= 100 and not any(map(str.isdigit, text)) and bool(_LATIN_NAME.fullmatch(text))
    )


def _is_titled(text: str) -> bool:
    return _TITLED.fullmatch(text) is not None


NOT_OF_PEOPLE = _words(
    "product", "item", "company", "brand", "file", "country", "city", "state", "region", "county",
    "street", "model", "species", "station", "team", "class", "category", "event", "store", "shop",
    "hotel", "restaurant", "course", "school", "university", "app", "host", "domain", "column", "field",
    "table", "variable", "feature", "device", "drug", "disease", "gene", "plant", "animal", "ship",
    "movie", "song", "album", "book", "game", "project", "department", "bank", "job", "code", "short",
    "type", "group", "organi[sz]ation", "common", "scientific", "airport", "airline", "car", "dish",
    "produkt", "firma", "产品", "商品", "公司", "企业", "品牌", "文件", "国家", "城市", "学校", "课程",
    "店", "项目", "部门", "银行", "药", "地名", "站名", "书名", "片名", "名称",
)  # fmt: skip

# Addresses ---------------------------------------------------------------------------------------

_STREET = re.compile(
    r".*\b\d+[A-Za-z]?,? .*\b(st|street|ave|avenue|rd|road|blvd|boulevard|lane|ln|drive|dr|way|court|ct|place|pl|square|terrace|parkway|pkwy|hwy)\b\.?.*"
    r"|.*\w(straße|strasse|str\.|platz|gasse|weg|allee) ?\d+.*|.*\b\d+,? (bis )?(rue|avenue|boulevard|place|chemin) .*"
    r"|.*\b(calle|via|viale|piazza|avenida|rua) .*\d+.*",
    re.IGNORECASE,
)
_CHINESE_ADDRESS = re.compile(
    r".*(省|市|区|县|镇|乡).*(路|街|道|巷|弄|村|号|栋|单元|室).*|.*(路|街|道|巷)\d+号.*"
)
_ANY_ADDRESS = re.compile(r"(?=.*\d)(?=.*[^\W\d_]{3}).{8,}|.*(省|市|区|县|路|街|村).*")


def _is_address(text: str) -> bool:
    return bool(_STREET.fullmatch(text) or _CHINESE_ADDRESS.fullmatch(text))


def _may_be_address(text: str) -> bool:
    return bool(_ANY_ADDRESS.fullmatch(text))


# The rest ----------------------------------------------------------------------------------------

_CHINESE_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][·• ]?[A-HJ-NP-Z0-9]{5,6}"
)
_PASSPORT = re.compile(r"[A-Z]{1,2}\d{6,8}|\d{9}")
_NATIONAL = re.compile(r"[A-Z0-9][A-Z0-9 .-]{5,20}", re.IGNORECASE)
_DAY = re.compile(
    r"\d{4}[-/.年]?\d{1,2}[-/.月]?\d{1,2}(日|[ T]00:00(:00)?)?|\d{1,2}[-/. ]\w{2,9}[-/. ]\d{2,4}"
)


def _is_day(text: str) -> bool:
    return _DAY.fullmatch(text) is not None


def _is_plate(text: str) -> bool:
    return _CHINESE_PLATE.fullmatch(text) is not None


def _is_passport(text: str) -> bool:
    return _PASSPORT.fullmatch(text) is not None


def _is_national(text: str) -> bool:
    return _NATIONAL.fullmatch(text) is not None and sum(map(str.isdigit, text)) >= 5


_MAIL_NAMES = _words("e ?mail", "mail", "邮箱", "邮件", "电邮")
_PHONE_NAMES = _words(
    "phone", "telephone", "tel", "mobile", "cell", "cellphone", "fax", "telefon", "handy", "whatsapp",
    "msisdn", "phone ?(no|nr|number)", "contact ?(no|number)", "电话", "手机", "传真", "联系方式",
)  # fmt: skip
_PERSON_NAMES = _words(
    "name", "full ?name", "first ?name", "last ?name", "middle ?name", "given ?name", "family ?name", "surname",
    "maiden ?name", "forename", "nachname", "vorname", "apellido", "nombre", "prenom", "nom", "patient", "customer",
    "client", "employee", "passenger", "contact", "owner", "holder", "姓名", "名字", "联系人", "客户名",
    "员工", "患者", "户主", "收件人",
)  # fmt: skip
_ADDRESS_NAMES = _words(
    "address", "addr", "street", "home ?address", "adresse", "anschrift", "direccion", "residence",
    "地址", "住址", "户籍", "住所",
)  # fmt: skip
_IDENTITY_NAMES = _words(
    "ssn", "social ?security", "national ?id", "identity ?(no|number|card)", "id ?card", "id ?number",
    "passport", "tax ?id", "tin", "nino", "nhs ?(no|number)", "driver ?licen[cs]e", "aadhaar", "dni", "cpf",
    "身份证", "证件号", "社保", "护照", "驾照",
)  # fmt: skip
_BIRTH_NAMES = _words(
    "dob", "birth ?(date|day)", "date ?of ?birth", "born", "birthday", "geburtsdatum", "geburtstag",
    "出生", "生日",
)  # fmt: skip
_PLATE_NAMES = _words("plate", "licen[cs]e ?plate", "车牌")

PATTERNS: tuple[Pattern, ...] = (
    Pattern("email", N_("{column} holds e-mail addresses"), _is_email, 0.3, _MAIL_NAMES, 0.1),
    Pattern("identity", N_("{column} holds identity numbers"), is_chinese_identity, 0.5, _IDENTITY_NAMES, 0.1),
    Pattern("identity", N_("{column} holds social security numbers"), is_social_security, 0.8, _IDENTITY_NAMES, 0.5),
    Pattern("card", N_("{column} holds card numbers"), is_card, 0.8),
    Pattern("account", N_("{column} holds bank accounts"), is_account, 0.5),
    Pattern("plate", N_("{column} holds number plates"), _is_plate, 0.6, _PLATE_NAMES, 0.3),
    Pattern("network", N_("{column} holds IP addresses"), is_network_address, 0.9),
    Pattern("phone", N_("{column} holds phone numbers"), _is_sure_phone, 0.8, _PHONE_NAMES, 0.3),
    Pattern("phone", N_("{column} holds phone numbers"), _is_phone, 2, _PHONE_NAMES, 0.6),
    Pattern("identity", N_("{column} holds identity numbers"), _is_national, 2, _IDENTITY_NAMES, 0.6),
    Pattern("address", N_("{column} holds addresses"), _is_address, 0.6, _ADDRESS_NAMES, 0.2),
    Pattern("address", N_("{column} holds addresses"), _may_be_address, 2, _ADDRESS_NAMES, 0.6),
    Pattern("name", N_("{column} holds names of people"), _is_titled, 0.5),
    Pattern("name", N_("{column} holds names of people"), _is_chinese_name, 0.9, _PERSON_NAMES, 0.6),
    Pattern("name", N_("{column} holds names of people"), _is_latin_name, 2, _PERSON_NAMES, 0.7),
    Pattern("birth", N_("{column} holds days of birth"), _is_day, 2, _BIRTH_NAMES, 0.6, many=False),
)  # fmt: skip
"""The surest first: of several that fit a column, the first is told."""
