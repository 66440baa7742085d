"""Words that need no naming before: what everybody knows, what names nothing, what a place has one of."""

# ruff: noqa: SIM905 - words are read in rows
from __future__ import annotations

UNIQUE = frozenset(
    """
    sun moon earth world sky sea weather internet web government public law market economy environment
    future past present same rest other others way ways difference reason reasons purpose name first
    second last next best most only following fact idea case point number amount end beginning top
    bottom middle time day week month year morning afternoon evening night weekend moment usa us uk eu
    police army news truth question answer information place site website page menu bill address phone
    price cost kitchen door front back right left one ones kind kinds sort type people details process
    rules above below country's
    """.split()
)
"""Nouns that are known without having been named."""
NO_THING = frozenset(
    """
    seems seem looks sounds means makes works rather whole very actual wrong weird exact new old big
    small default maximum minimum average usual normal current final main basic basics
    """.split()
)
"""What stands behind "the" or "that" and names nothing."""
OWN = frozenset(
    """
    shop store restaurant cafe inn hotel bar business company team staff owner chef house building
    church king queen president city town state states
    """.split()
)
"""Nouns that are known where a character speaks for one place; elsewhere there are many, and where the
sources do not answer either it may be one of them that is meant."""
UNIQUE_KO = frozenset(
    """
    가게 식당 매장 카페 병원 도서관 집 곳 사람 분 때 날 정도 외 밖 후 전 뒤 중 다음 가격 시간 번호
    이유 방법 경우 근처 주변 지역 건물 제품
    """.split()
)
