"""A question while it is understood: what is recognised is taken out, and no word may be left over."""

# ruff: noqa: E501 - a list of words is read whole
from __future__ import annotations

import re
import unicodedata

_ENGLISH = frozenset(
    [
        "a",
        "an",
        "the",
        "is",
        "are",
        "was",
        "be",
        "will",
        "would",
        "do",
        "does",
        "did",
        "have",
        "has",
        "you",
        "your",
        "yours",
        "we",
        "us",
        "our",
        "it",
        "its",
        "this",
        "that",
        "there",
        "here",
        "at",
        "on",
        "in",
        "to",
        "for",
        "of",
        "by",
        "and",
        "so",
        "please",
        "hi",
        "hello",
        "hey",
        "thanks",
        "thank",
        "can",
        "could",
        "may",
        "i",
        "me",
        "my",
        "s",
        "t",
        "re",
        "ll",
        "ve",
        "am",
        "tell",
        "know",
        "say",
        "let",
        "just",
        "also",
        "then",
        "ok",
        "okay",
        "well",
        "what",
        "whats",
        "which",
        "when",
        "how",
        "sorry",
        "excuse",
        "quick",
        "question",
        "wondering",
        "if",
        "like",
        "about",
        "any",
        "still",
    ]
)
_LETTERS = frozenset("abcdefgh")
"""What Korean lists name their courses, rooms and sets by."""
_PARTICLE = r"(?:은|는|이|가|을|를|에|의|로|으로|와|과|도|만|요|랑|이랑|하고|에는|에도|에서|에서는|까지|부터|께|이면|면|쯤|경|정도|마다|이나|나|인데|인데요|ㅇ)"
_POLITE = (
    r"(?:있나요|있어요|있을까요|있습니까|있는지요?|있으세요|있죠|되나요|돼요|될까요|되어요|됩니까|되죠|하나요|해요|하세요|합니까|할까요|하시나요"
    r"|인가요|인가|인지요?|일까요|입니까|예요|이에요|에요|이예요|이야|야|죠|이죠|지요|나요|까요|알려|알려줘요?|알려주세요|알려주실래요|알려주실|알려줄래요?|알려주시겠어요|말해줘요?|말해주세요"
    r"|가르쳐줘요?|가르쳐주세요|주세요|줘요?|줄래요?|주실|수|궁금해요|궁금합니다|궁금한데요?|싶어요|싶은데요?|싶습니다|어떻게|어때요|되세요|되는지요?|돼|되|해|좀|혹시|저기|저기요|안녕하세요|안녕"
    r"|그럼|그러면|그|거기|여기|거긴|여긴|저희|제가|저|네|음|아|아까|말고|것|거|게|건|뭐|뭔가요|뭐예요|뭔지|무엇인가요|무엇|어디|감사합니다|부탁드려요|부탁드립니다|부탁해요|문의|문의드려요|문의드립니다|질문|질문이요)"
)
_KOREAN = re.compile(
    rf"(?:{_PARTICLE}|{_POLITE}|(?:가게|매장|식당|카페|집|업체|사장님|이곳|그곳){_PARTICLE}?)+"
)


class Left:
    """What of a question is not understood yet. Places stay where they are in `text`."""

    def __init__(self, question: str) -> None:
        text = unicodedata.normalize("NFC", question)[:600]
        self.text = re.sub(r"\s", " ", text.replace("’", "'").replace("‘", "'"))
        self.left = self.text

    def take(self, pattern: re.Pattern[str]) -> list[re.Match[str]]:
        """Takes out everything that fits."""
        found = list(pattern.finditer(self.left))
        for match in found:
            self.cut(match.start(), match.end())
        return found

    def took(self, pattern: re.Pattern[str]) -> bool:
        return bool(self.take(pattern))

    def cut(self, start: int, end: int) -> None:
        self.left = self.left[:start] + " " * (end - start) + self.left[end:]

    def unknown(self, more: frozenset[str] = frozenset(), korean: re.Pattern[str] | None = None) -> list[str]:
        """The words that are left and mean something."""
        found = []
        hangul = bool(re.search("[가-힣]", self.text))
        for word in re.findall(r"[가-힣]+|[a-z]+(?:'[a-z]+)?|\d+|[^\W_]+", self.left.lower()):
            if re.fullmatch("[가-힣]+", word):
                if not _KOREAN.fullmatch(word) and not (korean and korean.fullmatch(word)):
                    found.append(word)
            elif hangul and word in _LETTERS:
                found.append(word)  # "A 와인" is no English "a"
            elif word not in more and not set(word.split("'")) <= _ENGLISH | more:
                found.append(word)
        return found


def english(words: str) -> frozenset[str]:
    return frozenset(words.split())


def thing_pattern(name: str) -> re.Pattern[str]:
    """The words of a thing's name, each in one or many."""
    words = re.findall(r"[a-zà-ÿ']+|[가-힣]+", name.lower())
    one = [
        re.escape(word)
        if re.match("[가-힣]", word)
        else rf"\b{re.escape(re.sub('s$', '', word)).replace('é', '[ée]')}(?:e?s)?\b"
        for word in words
    ]
    return re.compile("|".join(one) or "(?!)", re.IGNORECASE)
