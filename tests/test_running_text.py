"""Headlines in Chinese, Japanese and Korean: phrases inside running text, what such a headline may do, and whom it joins (issue 3)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.model import Development, Source, Status
from monitor.phrases import PhraseError, check
from monitor.searching import Phrases
from monitor.text import fold, sentences_of
from tests.newsroom import HOUR, Newsroom, newsroom
from tests.test_alerts import alerts, watched
from tests.test_understanding import ASSESSOR, WIRE, entry

CHINESE = "国家药监局批准传奇生物西达基奥仑赛上市，用于多发性骨髓瘤"
ENGLISH = "China's NMPA approves Legend Biotech's Carvykti for multiple myeloma"


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Newsroom]:
    with newsroom(tmp_path) as opened:
        yield opened


def tell(room: Newsroom, outlet: str, title: str) -> list[Development]:
    """Let an outlet publish it, read it, and say which developments there are then."""
    room.now += HOUR
    room.tell(outlet, title)
    room.read()
    return list(room.table())


# ---- phrases ---------------------------------------------------------------------------------------------------------


def fits(phrase: str, text: str, painted: str = "") -> bool:
    return any(Phrases([(phrase, 1)]).search(fold(text), painted or fold(text)))


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("获批 上市", "新药昨日获批上市了"),
        ("获批 上市", "新药获批（上市"),
        ("ind 获批", "首个IND获批"),
        ("(cde|药审中心) …2 受理", "获CDE正式受理"),
        ("收购 …2 公司", "收购一家Kelonia公司"),  # a Latin word is one of the gap's characters
        ("[正式] 承認", "国内で承認された"),
        ("{MONEY} …1 融资", "完成近2.5亿元B轮融资"),
        ("{MONEY} 규모", "1000만 달러 규모"),
        ("^ 快讯", "快讯：获批"),
        ("(吗|呢) …2 ？", "能治愈吗 ？"),
    ],
)
def test_a_phrase_of_a_script_without_spaces_is_found_inside_running_text(phrase: str, text: str) -> None:
    assert fits(phrase, text)


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("收购 …2 公司", "收购一家位于苏州的细胞治疗公司"),  # eight characters at most
        ("收购 … 公司", "完成收购，公司上市"),
        ("收购 … 公司", "完成收购。公司上市"),
        ("收购 … 公司", "完成收购丨公司上市"),
        ("获批 上市", "获批，上市"),
        ("ind 获批", "BIND获批"),
        ("获批 ind", "获批Indigo"),
        ("fda 批准", "NFDA批准"),
        ("(cde|药审中心)", "the CDE accepts"),  # meant beside Chinese words
    ],
)
def test_it_crosses_no_stop_and_no_word_of_another_script(phrase: str, text: str) -> None:
    assert not fits(phrase, text)


def test_it_may_ask_for_a_name_that_touches_it() -> None:
    assert fits("{AGENCY} …1 批准 {PRODUCT}", "fda正式批准carvykti", "AAA正式批准PPPPPPPP")
    assert not fits("{AGENCY} …1 批准 {PRODUCT}", "fda正式批准carvykti", "AAA正式批准carvykti")


def test_an_english_phrase_is_found_beside_chinese_characters() -> None:
    assert fits("complete response letter", "艾克美收到complete response letter后")


@pytest.mark.parametrize(
    ("phrase", "complaint"),
    [
        ("批准*", "leave the [*] out"),
        ("（批准|获批)", "full-width mark: write [(]"),
        ("批准 {AGENCI}", "is not known"),
        ("(批准", "does not close"),
    ],
)
def test_one_that_cannot_be_read_is_refused_with_what_to_write(phrase: str, complaint: str) -> None:
    with pytest.raises(PhraseError, match=complaint):
        check(phrase)


# ---- headlines -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "read"),
    [
        ("艾克美新药获批上市-晨星健康网", "艾克美新药获批上市"),
        ("艾克美新药获批上市 提供者 晨星财经", "艾克美新药获批上市"),
        ("艾克美新药获批上市-填补国内空白", "艾克美新药获批上市-填补国内空白"),
    ],
)
def test_the_name_of_an_outlet_is_no_part_of_a_headline(title: str, read: str) -> None:
    (one,) = sentences_of(entry(title).entry)
    assert title[one.start : one.end] == read


def test_a_headline_of_two_parts_tells_two_events() -> None:
    told = ASSESSOR.assess(entry("FDA批准Breyanzi用于边缘区淋巴瘤；阿斯利康终止AZD0120的II期临床试验"), WIRE)
    assert [(one.label.type, one.products) for one in told.reports] == [("approval", ("breyanzi",)), ("trial_stopped", ("azd0120",))]


def test_names_alone_are_not_given_to_the_second_reader() -> None:
    told = ASSESSOR.assess(entry("Gilead/Arcellx anito-cel iMMagine-3 五年随访与桥接策略引发讨论"), WIRE)
    assert all(one.label.rule != "second-reader" for one in told.reports)


def test_an_english_headline_with_a_chinese_name_in_it_is_read_as_english() -> None:
    (report,) = ASSESSOR.assess(
        entry("FDA approves Breyanzi of Bristol Myers Squibb (百时美施贵宝) for marginal zone lymphoma"), WIRE
    ).reports
    assert (report.label.type, report.players) == ("approval", (("bms", "party"),))
    assert report.score > 1  # the rule and the second reader


# ---- what one may do -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("titles", [(CHINESE, ENGLISH), (ENGLISH, CHINESE)])
def test_a_chinese_and_an_english_headline_tell_one_event(room: Newsroom, titles: tuple[str, str]) -> None:
    tell(room, "wire", titles[0])
    (one,) = tell(room, "trade-press", titles[1])
    assert (one.n_sources, one.status) == (2, Status.PROPOSED)
    assert "Carvykti (ciltacabtagene autoleucel)" in one.line_text


@pytest.mark.parametrize(
    ("chinese", "english"),
    [
        ("礼来70亿美元收购体内CAR-T公司Kelonia", "Lilly to acquire Kelonia, an in vivo CAR-T company, for up to $7 billion"),
        ("FDA拒绝批准百时美施贵宝Breyanzi用于边缘区淋巴瘤", "FDA rejects Bristol Myers Squibb's Breyanzi for marginal zone lymphoma"),
        ("厚生労働省、再発リンパ腫にBreyanziを承認", "Japan's MHLW approves Breyanzi in relapsed lymphoma"),
        ("노바티스, Kymriah 국내 출시", "Novartis launches Kymriah in South Korea"),
    ],
)
def test_so_do_others_in_these_languages(room: Newsroom, chinese: str, english: str) -> None:
    tell(room, "wire", chinese)
    (one,) = tell(room, "trade-press", english)
    assert one.n_sources == 2


def test_alone_it_is_shown_and_waits_for_a_person(room: Newsroom) -> None:
    tell(room, "wire", CHINESE)
    (one,) = tell(room, "trade-press", "西达基奥仑赛获国家药监局批准上市")
    assert (one.status, one.n_sources) == (Status.REVIEW, 2)


def test_an_alert_tells_the_event_once_it_is_borne_out(tmp_path: Path) -> None:
    with watched(tmp_path) as room:
        tell(room, "wire", "百时美施贵宝的Breyanzi获FDA批准上市")
        assert alerts(room) == []
        tell(room, "trade-press", "FDA approves Bristol Myers Squibb's Breyanzi")
        (alert,) = alerts(room)
    assert alert.subject.startswith("[Alert] approval: Breyanzi, Bristol Myers Squibb")


def test_a_line_names_companies_and_medicines_in_latin_letters(room: Newsroom) -> None:
    (one,) = tell(room, "wire", "FDA拒绝批准百时美施贵宝的利基迈仑赛用于淋巴瘤")
    assert "Bristol Myers Squibb" in one.line_text
    assert "Breyanzi" in one.line_text
    assert one.line_text.isascii()


def test_no_tier_of_its_source_makes_it_surer() -> None:
    (report,) = ASSESSOR.assess(entry(CHINESE), Source("wire", "https://wire.example/feed", tier=1)).reports
    assert report.score == report.label.confidence == 0.5
    assert "a headline in Chinese, Japanese or Korean, which the rules read alone" in [one.what for one in report.reasons]
