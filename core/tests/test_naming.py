# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The naming rule: real names by hand, then properties of any text."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ldlc import naming
from ldlc.naming import NamingError, family_name, parse, repository_name, split_author, stem

PATTERN = re.compile(r"^[A-Z][A-Za-z]*[0-9]{4}_[1-9][0-9]*$")

FAMILY_NAMES = [
    # "Family, Given" and "Given Family"
    ("Rumelhart, David E.", "Rumelhart"),
    ("David E. Rumelhart", "Rumelhart"),
    ("Kingma, Diederik P.", "Kingma"),
    ("Jimmy Ba", "Ba"),
    ("Le, Quoc V.", "Le"),
    ("Quoc V. Le", "Le"),
    ("Weinan E", "E"),
    ("Aristotle", "Aristotle"),
    ("bell hooks", "Hooks"),
    ("  Hinton ,  Geoffrey   E. ", "Hinton"),
    ("Hinton,", "Hinton"),
    ("doe, jane", "Doe"),
    # inner capitals
    ("LeCun, Yann", "LeCun"),
    ("Yann LeCun", "LeCun"),
    ("McCulloch, Warren S.", "McCulloch"),
    ("Le Cun, Yann", "LeCun"),
    ("Yann Le Cun", "LeCun"),
    ("MacKay, David J. C.", "MacKay"),
    # particles
    ("van den Oord, Aäron", "VanDenOord"),
    ("Aäron van den Oord", "VanDenOord"),
    ("Oord, Aäron van den", "VanDenOord"),
    ("Laurens Van Der Maaten", "VanDerMaaten"),
    ("Maaten, Laurens van der", "VanDerMaaten"),
    ("Nando de Freitas", "DeFreitas"),
    ("de Freitas, Nando", "DeFreitas"),
    ("John von Neumann", "VonNeumann"),
    ("von der Malsburg, Christoph", "VonDerMalsburg"),
    ("van Gerven, Marcel A. J.", "VanGerven"),
    ("Luc De Raedt", "DeRaedt"),
    ("João da Silva", "DaSilva"),
    ("Santiago Ramón y Cajal", "RamonYCajal"),
    ("Rafael Lorente de Nó", "DeNo"),
    ("Lorente de Nó, Rafael", "LorenteDeNo"),
    ("de Finetti", "DeFinetti"),
    ("Gerard 't Hooft", "THooft"),
    ("Gerard ’t Hooft", "THooft"),
    ("Muhammad ibn Musa al-Khwarizmi", "AlKhwarizmi"),
    ("al-Khwarizmi, Muhammad", "AlKhwarizmi"),
    ("Ran El-Yaniv", "ElYaniv"),
    # hyphens
    ("Sohl-Dickstein, Jascha", "SohlDickstein"),
    ("Jean Pouget-Abadie", "PougetAbadie"),
    ("Pouget\u2010Abadie, Jean", "PougetAbadie"),
    ("Pouget\u2011Abadie, Jean", "PougetAbadie"),
    ("Pouget\u2013Abadie, Jean", "PougetAbadie"),
    ("Pouget\u2212Abadie, Jean", "PougetAbadie"),
    ("Fei-Fei Li", "Li"),
    # apostrophes, as keyboards, typesetters and transliterations write them
    *((f"O{mark}Reilly, Randall C.", "OReilly") for mark in "'’‘‛ʼʻʽ′`´＇"),
    ("Randall C. O’Reilly", "OReilly"),
    ("d'Alembert, Jean", "DAlembert"),
    ("D’Arcy Thompson", "Thompson"),
    ("Kahneʻaliʻi, Keola", "Kahnealii"),
    ("Muhyiddin Ibn al-ʿArabī", "IbnAlArabi"),
    # diacritics and the folding table, both cases
    ("Schölkopf, Bernhard", "Scholkopf"),
    ("Bernhard Scho\u0308lkopf", "Scholkopf"),
    ("Müller, Klaus-Robert", "Muller"),
    ("Gülçehre, Çağlar", "Gulcehre"),
    ("Øksendal, Bernt", "Oksendal"),
    ("Ørsted, Hans", "Orsted"),
    ("Sørensen, Søren", "Sorensen"),
    ("Łukasz Kaiser", "Kaiser"),
    ("Łukasiewicz, Jan", "Lukasiewicz"),
    ("Bułat, Jan", "Bulat"),
    ("Đorđević, Ana", "Dordevic"),
    ("Guðmundsson, Jón", "Gudmundsson"),
    ("Þórðarson, Björn", "Thordarson"),
    ("Weiß, Anna", "Weiss"),
    ("WEIẞ, Anna", "WEISs"),
    ("Ærø, Ida", "Aero"),
    ("Sæther, Ola", "Saether"),
    ("Œuvrard, Luc", "Oeuvrard"),
    ("Lecœur, Luc", "Lecoeur"),
    ("Yıldız, Can", "Yildiz"),
    ("İnan, Can", "Inan"),
    ("Nguyễn, Văn Anh", "Nguyen"),
    ("Škoda, Jiří", "Skoda"),
    ("Ｗａｎｇ, Ｌｉ", "Wang"),
    ("Vaswani*, Ashish", "Vaswani"),
    ("Ashish Vaswani²", "Vaswani"),
    # suffixes
    ("Williams, Ronald J., Jr.", "Williams"),
    ("Williams, Jr., Ronald J.", "Williams"),
    ("Williams Jr., Ronald J.", "Williams"),
    ("Ronald J. Williams Jr", "Williams"),
    ("Ronald J. Williams, Jr.", "Williams"),
    ("Henry Ford III", "Ford"),
    ("Ford, Henry, II", "Ford"),
    ("Thomas J. Watson, Sr.", "Watson"),
    ("Ii, Takashi", "Ii"),
    # organisations
    ("OpenAI", "OpenAI"),
    ("The ATLAS Collaboration", "ATLASCollaboration"),
    ("Gemini Team", "GeminiTeam"),
    ("Llama Team, AI @ Meta", "LlamaTeam"),
    (
        "International Human Genome Sequencing Consortium",
        "InternationalHumanGenomeSequencingConsortium",
    ),
    ("Allen Institute for Brain Science", "AllenInstituteForBrainScience"),
    ("{Barnes and Noble}", "BarnesAndNoble"),
    ("Center, Jane", "Center"),
]


@pytest.mark.parametrize(("author", "family"), FAMILY_NAMES)
def test_family_name_of(author: str, family: str) -> None:
    assert family == family_name(author)


@pytest.mark.parametrize(
    ("authors", "year", "name"),
    [
        (["Kingma, Diederik P.", "Ba, Jimmy"], 2014, "KingmaBa2014_1"),
        (
            ["Rumelhart, David E.", "Hinton, Geoffrey E.", "Williams, Ronald J."],
            1986,
            "RumelhartHintonWilliams1986_1",
        ),
        (
            ["Ian Goodfellow", "Jean Pouget-Abadie", "Mehdi Mirza", "Bing Xu"],
            2014,
            "GoodfellowPougetAbadieMirzaEtAl2014_1",
        ),
        (["van den Oord, Aäron", "Vinyals, Oriol"], 2017, "VanDenOordVinyals2017_1"),
        (["Le, Quoc V.", "Jaitly, Navdeep", "Hinton, Geoffrey"], 2015, "LeJaitlyHinton2015_1"),
        (["Zhou, Ding", "Bell, A.", "Cao, B.", "and others"], 2020, "ZhouBellCaoEtAl2020_1"),
        (["Zhou, Ding", "Bell, A.", "Cao, B.", "李小明"], 2020, "ZhouBellCaoEtAl2020_1"),
    ],
)
def test_repository_name_of(authors: list[str], year: int, name: str) -> None:
    assert name == repository_name(authors, year)


def test_counter_ends_the_name() -> None:
    assert repository_name(["Elman, J.", "Elman, K."], 1990, 12) == "ElmanElman1990_12"
    assert stem(["Elman, J.", "Elman, K."], 1990) == "ElmanElman1990"


def test_split_author_keeps_what_is_written() -> None:
    assert split_author("Oord, Aäron van den") == ("van den Oord", "Aäron", False)
    assert split_author("Aäron van den Oord") == ("van den Oord", "Aäron", False)
    assert split_author("Ronald J. Williams, Jr.") == ("Williams", "Ronald J.", False)
    assert split_author("The ATLAS Collaboration") == ("ATLAS Collaboration", "", True)


@pytest.mark.parametrize(
    ("authors", "message"),
    [
        ([], r"`authors` is empty\. Give every author"),
        ("Kingma, Diederik P.", r"`authors` must be a list of names, got the text"),
        ([""], r"`authors` has an empty name"),
        ([" \t\n"], r"`authors` has an empty name"),
        (["李飞"], r"the family name of `李飞` has the letter `李`.*Give a transliteration"),
        (["Ба, Джимми"], r"the letter `Б`.*Give a transliteration"),
        (["Əliyev, Anar"], r"the letter `Ə`.*Give a transliteration"),
        (["***, 42"], r"has no letters.*Give a transliteration"),
        (["{}"], r"has no letters"),
        ([", Jane"], r"`, Jane` has no family name before its comma"),
        (["Doe, Jane, Roe, Richard"], r"reads like several authors.*one by one"),
        (["Jane Doe and Richard Roe"], r"reads like several authors"),
        (["Jane Doe & Richard Roe"], r"reads like several authors"),
        (["Hinton G. E."], r"ends in an initial.*Write `Family, Given`"),
        (["Hinton G.E."], r"ends in an initial"),
        (["Doe, Jane", "et al."], r"`et al\.` is not an author.*first 3"),
        (["Doe, Jane", "and others"], r"`and others` is not an author"),
        (["X" * 200], r"has 206 characters; the name of a repository may have 100"),
    ],
)
def test_authors_are_refused(authors: list[str], message: str) -> None:
    with pytest.raises(NamingError, match=message):
        repository_name(authors, 2020)


@pytest.mark.parametrize("year", [86, 0, -1986, 19860, 1599, 3000, True, "1986", 1986.0, None])
def test_year_is_refused(year: object) -> None:
    with pytest.raises(NamingError, match=r"`year` must have four digits, from 1600 to 2999, got"):
        repository_name(["Doe, Jane"], year)  # type: ignore[arg-type]


@pytest.mark.parametrize("counter", [0, -1, True, "1", 1.0])
def test_counter_is_refused(counter: object) -> None:
    with pytest.raises(NamingError, match=r"`counter` must be a whole number from 1 on, got"):
        repository_name(["Doe, Jane"], 2020, counter)  # type: ignore[arg-type]


@pytest.mark.parametrize("year", [1600, 2999])
def test_first_and_last_year_are_taken(year: int) -> None:
    assert f"Doe{year}_1" == repository_name(["Doe, Jane"], year)


def test_parse_gives_the_parts() -> None:
    assert parse("VanDenOordVinyals2017_12") == ("VanDenOordVinyals", 2017, 12)


@pytest.mark.parametrize(
    "name",
    [
        "", "2014_1", "KingmaBa2014", "KingmaBa2014_0", "KingmaBa2014_01", "KingmaBa14_1",
        "kingmaBa2014_1", "Kingma-Ba2014_1", "KingmaBa2014_1\n", " KingmaBa2014_1", "../KingmaBa2014_1",
        "KingmaBa12014_1", "Müller2014_1", "KingmaBa0999_1", "Kingma2014_1_1", "X" * 95 + "2014_1",
        "KingmaBa２０１４_1",
    ],
)  # fmt: skip
def test_parse_refuses(name: str) -> None:
    with pytest.raises(NamingError, match=r"is not the name of a paper.*KingmaBa2014_1"):
        parse(name)


def test_the_module_needs_only_the_standard_library() -> None:
    code = (
        "import importlib.util, sys; "
        f"spec = importlib.util.spec_from_file_location('naming', {naming.__file__!r}); "
        "module = importlib.util.module_from_spec(spec); spec.loader.exec_module(module); "
        "print(module.repository_name(['Kingma, Diederik P.', 'Ba, Jimmy'], 2014))"
    )

    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code],
        capture_output=True,
        text=True,
        cwd=Path(naming.__file__).parent,
    )

    assert (done.stdout, done.stderr) == ("KingmaBa2014_1\n", "")


texts = st.text(max_size=40)
letters = st.text(
    st.characters(categories=["Lu", "Ll"], max_codepoint=0x24F), min_size=1, max_size=12
)
_MEANINGFUL = {"others", "al"} | naming._SUFFIXES | naming._ORGANISATIONS
families = letters.filter(lambda family: family.lower() not in _MEANINGFUL)


@given(st.lists(texts, max_size=5), st.integers(), st.integers())
def test_any_text_gives_a_sound_name_or_a_refusal(
    authors: list[str], year: int, counter: int
) -> None:
    try:
        name = repository_name(authors, year, counter)
    except NamingError:
        return

    assert PATTERN.match(name)
    assert name.isidentifier()
    assert len(name) <= 100
    assert (year, counter) == parse(name)[1:]


@given(st.lists(texts, min_size=1, max_size=5), st.integers(1600, 2999), st.integers(1, 99))
def test_a_name_parses_back_to_its_stem(authors: list[str], year: int, counter: int) -> None:
    try:
        name = repository_name(authors, year, counter)
    except NamingError:
        return

    assert stem(authors, year) == f"{parse(name).authors}{year}"
    assert name == repository_name([parse(name).authors], year, counter)


@given(texts)
def test_folding_twice_changes_nothing(author: str) -> None:
    try:
        once = family_name(author)
    except NamingError:
        return

    assert once == family_name(f"{once}, Given")


@given(families, families)
def test_both_forms_give_the_same_name(family: str, given_name: str) -> None:
    try:
        expected = family_name(f"{family}, {given_name}")
    except NamingError:
        return

    assert expected == family_name(f"{given_name.capitalize()} {family}")


@given(st.lists(families, min_size=1, max_size=6))
def test_only_the_first_three_authors_make_the_name(authors: list[str]) -> None:
    try:
        names = [family_name(f"{a}, X.") for a in authors[:3]]
    except NamingError:
        return

    more = "EtAl" if len(authors) > 3 else ""
    assert f"{''.join(names)}{more}2020" == stem([f"{a}, X." for a in authors], 2020)
