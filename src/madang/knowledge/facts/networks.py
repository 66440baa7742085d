"""Social networks: their names as people write them, and the addresses of profiles in them."""

# ruff: noqa: E501, SIM905 - patterns and lists of words are read whole
from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

KOREAN = {
    "Instagram": "인스타그램", "Facebook": "페이스북", "KakaoTalk": "카카오톡 채널", "YouTube": "유튜브", "TikTok": "틱톡",
    "X": "X(트위터)", "Threads": "스레드", "Naver Blog": "네이버 블로그",
}  # fmt: skip
"""The name that a fact begins with, and how it is said in Korean."""
_NAMES = {
    "Instagram": r"\binsta(?:gram)?\b|\bIG\b|인스타(?:그램)?",
    "Facebook": r"\b(?:facebook|fb)\b|페이스북|페북",
    "KakaoTalk": r"\bkakao\s?(?:talk|channel)(?:\s?channel)?\b|(?:카카오\s?톡?|카톡)\s?(?:플러스\s?친구|플친|채널)|카카오톡|카톡|플러스\s?친구",
    "YouTube": r"\byou\s?tube\b|유튜브",
    "TikTok": r"\btik\s?tok\b|틱톡",
    "X": r"\btwitter\b|\bX\b(?=\s?[(:]|\s@)|트위터",
    "Threads": r"\bThreads\b|스레드",
    "Naver Blog": r"\bnaver\s?blog\b|네이버\s?블로그",
}
NAMES = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in _NAMES.items()}
ANY = re.compile("|".join(f"(?:{pattern})" for pattern in _NAMES.values()), re.IGNORECASE)
ALL = re.compile(r"\b(?:social(?: media| networks?)?|socials|sns)\b|소셜\s?미디어|에스엔에스", re.IGNORECASE)
"""What names none and means any."""
_HOSTS = {
    "instagram.com": "Instagram", "facebook.com": "Facebook", "pf.kakao.com": "KakaoTalk", "youtube.com": "YouTube", "tiktok.com": "TikTok",
    "twitter.com": "X", "x.com": "X", "threads.net": "Threads", "threads.com": "Threads", "blog.naver.com": "Naver Blog",
}  # fmt: skip
_ADDRESS = re.compile(
    rf"(?<![\w@.-])(?:https?://)?(?:www\.|m\.)?(?:{'|'.join(map(re.escape, _HOSTS))})/[^\s<>\"'(),·|]{{2,80}}",
    re.IGNORECASE,
)
_OTHER = frozenset(
    "sharer share share.php sharer.php intent hashtag explore watch embed plugins dialog login search home help policies p reel reels channel groups events pages profile.php stories playlist marketplace discover results feed live gaming shorts music tag legal directory messages settings accounts ads business about".split()
)
"""First parts of addresses that are no profile."""
_PROFILE = re.compile(r"@?[\w.가-힣-]{2,60}")
_HANDLE = r"(?P<at>(?<![\w.])@[\w.가-힣-]{2,40})|['‘“\"「](?P<quoted>[^'’”\"」]{2,30})['’”\"」]|(?<=[:：])\s?(?P<bare>[A-Za-z0-9_][\w.]{2,29})(?=\s*(?:$|[·|,/()]))|(?<=[:：])\s?(?P<ko>[가-힣][가-힣\w]{1,19})(?=\s*(?:$|[·|,/()]))"
_OF_OURS = re.compile(
    r"\b(?:follow|find|join|see|message|tag|dm|visit|like|reach|contact|us|our|we|are|we['’]re|on|at|via|in|and|or|also|the|official|social|media|socials|channel|page|account|news|updates|please|for|book|booking|bookings|write|e-?mail|phone|tel)\b"
    r"|저희|우리|매장|가게|공식|계정|문의|예약|소식|안내|주문|상담|홈페이지|이메일|전화|페이지|[은는이가을를와과로의]|또는|이나|나|및|에서|으로|에|SNS|sns|☎|📞|DM",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"\b(?:no longer|not|don['’]t|isn['’]t|aren['’]t|left|closed)\b|없|안\s?(?:해|하|합)|않|그만|중단|닫",
    re.IGNORECASE,
)
_NO_HANDLE = re.compile(
    r"none|soon|coming|n/?a|tba|tbc|follow|link|here|closed|no|yes|준비\s?중|없음|오픈\s?예정|휴면|문의|운영|이용",
    re.IGNORECASE,
)
_CHANNEL = re.compile(
    r"(?:카카오\s?톡?|카톡)\s?채널\s(?!문의|추가|상담|예약|운영|이용|가능)(?P<ko>[가-힣\w]{2,16})\s*(?=$|[·|,/])"
)
"""A channel named right behind its label, where nothing follows: the foot of a page."""
_LABELLED = re.compile(
    rf"(?P<nets>(?:{ANY.pattern})(?:\s*(?:/|&|,|\band\b|[·및와과])\s*(?:{ANY.pattern}))*)(?:\s?(?:공식|계정|아이디|ID|account|handle|page|DM|은|는|이|가|is|at|as|:|：|\(|\)|-|–)){{0,4}}\s?(?:{_HANDLE})",
    re.IGNORECASE,
)
_BEHIND = re.compile(
    rf"(?<![\w.])(?P<at>@[\w.가-힣-]{{2,40}})\s?(?:\(|\bon\b|,|on our)\s?(?P<nets>(?:{ANY.pattern})(?:\s*(?:/|&|,|\band\b|[·및와과])\s*(?:{ANY.pattern}))*)",
    re.IGNORECASE,
)


def profiles_in(said: str) -> list[str]:
    """`Instagram @mill.seoul` of each profile that a line names as the house's own: its network right beside it, and
    before that nothing, or words with which a house speaks of itself."""
    if not (ANY.search(said) or _ADDRESS.search(said)) or _DENIED.search(said):
        return []
    found: list[str] = []
    for match in _ADDRESS.finditer(said):
        own = _own(ANY.sub(" ", said[: match.start()]))
        found += [profile] if own and (profile := profile_of(match[0])) else []
    plain = _ADDRESS.sub(" ", said)
    found += [
        f"KakaoTalk {match['ko']}" for match in _CHANNEL.finditer(plain) if _own(plain[: match.start()])
    ]
    for match in (*_LABELLED.finditer(plain), *_BEHIND.finditer(plain)):
        parts = match.groupdict()
        bare = parts.get("quoted") or parts.get("bare") or parts.get("ko")
        names = [name for name, pattern in NAMES.items() if pattern.search(match["nets"])]
        # only a channel of KakaoTalk is called by a name of its own
        if bare and (parts.get("quoted") or parts.get("ko")) and names != ["KakaoTalk"]:
            continue
        if not _own(plain[: match.start()]) or (bare and _NO_HANDLE.fullmatch(bare.strip())):
            continue
        handle = bare.strip() if bare else parts["at"].rstrip(".-")
        if not bare:
            handle = re.sub(r"(?<=[\w.])(?:으로|로|에서|에|을|를|은|는|이|가|입니다)$", "", handle)
        at = "" if names == ["KakaoTalk"] or handle[0] == "@" else "@"
        found += [f"{name} {at}{handle}" for name in names]
    return list(dict.fromkeys(found))


def _own(before: str) -> bool:
    """Whether what stands before a profile, from the last end of a sentence or cell on, speaks of the house alone."""
    last = re.split(r"[.!?]\s|[·|]|\s[-–—]\s", before)[-1]
    last = re.sub(r"@[\w.가-힣-]+", " ", ANY.sub(" ", last))
    return not re.search(r"[^\W\d_]", _OF_OURS.sub(" ", last))


def profile_of(address: str) -> str | None:
    """`Instagram @mill.seoul` for the address of a profile; None for any other."""
    try:
        parts = urlsplit(address if "://" in address else f"https://{address}")
        host = re.sub(r"^(?:www\.|m\.)", "", (parts.hostname or "").lower())
    except ValueError:
        return None
    path = [unquote(part) for part in parts.path.split("/") if part]
    if host == "youtube.com" and path[:1] in (["c"], ["user"]):
        path = path[1:]
    if host == "pf.kakao.com" and len(path) == 1 and path[0].startswith("_"):
        return f"KakaoTalk pf.kakao.com/{path[0]}" if _PROFILE.fullmatch(path[0]) else None
    if host not in _HOSTS or len(path) != 1 or path[0].lower() in _OTHER or not _PROFILE.fullmatch(path[0]):
        return None
    return f"{_HOSTS[host]} @{path[0].removeprefix('@')}"


def network_of(value: str) -> str:
    """The network of a fact's value, empty where it names none."""
    return next((name for name in KOREAN if value.startswith(f"{name} ")), "")


def named(value: str, language: str) -> str:
    """A fact's value in the language of the reply."""
    network = network_of(value)
    return KOREAN[network] + value[len(network) :] if network and language == "ko" else value
