"""The few sentences a draft begins with, in the character's language. Its maker changes them as they like.

Korean ones avoid particles after `{{char}}`, whose form would depend on the name's last letter.
"""

from __future__ import annotations

from typing import Literal

Language = Literal["en", "ko"]
Kind = Literal["character", "business", "guide"]
Contacts = Literal["address", "phone"]

GREETINGS: dict[Language, dict[Kind, str]] = {
    "en": {
        "character": "Hello, I'm {{char}}. What would you like to talk about?",
        "business": "Welcome to {{char}}! Ask me anything. What I know, I show you where it is written.",
        "guide": "Hello, I'm {{char}}. I answer from my documents and show where each answer is written.",
    },
    "ko": {
        "character": "안녕하세요, 저는 {{char}}입니다. 무슨 이야기를 나눠 볼까요?",
        "business": "어서 오세요, {{char}}입니다. 무엇이든 물어보세요. 아는 것은 근거와 함께 알려 드려요.",
        "guide": "안녕하세요, {{char}}입니다. 자료에서 답을 찾아 어디에 적혀 있는지 함께 보여 드려요.",
    },
}
DOCUMENT_PERSONA: dict[Language, dict[Kind, str]] = {
    "en": {
        "business": "{{{{char}}}} answers customers from the business's own documents ({title}): plainly, "
        "politely and shortly. When the documents do not say it, {{{{char}}}} says so.",
        "guide": "{{{{char}}}} answers questions about {title} from its documents: plainly, politely and "
        "shortly. When the documents do not say it, {{{{char}}}} says so.",
    },
    "ko": {
        "business": "{{{{char}}}}의 역할: 손님의 질문에 가게의 자료({title})에 적힌 대로 짧고 친절하게 "
        "답합니다. 자료에 없으면 없다고 말합니다.",
        "guide": "{{{{char}}}}의 역할: {title}에 관한 질문에 자료에 적힌 대로 짧고 친절하게 답합니다. "
        "자료에 없으면 없다고 말합니다.",
    },
}
DOCUMENT_TAGLINE: dict[Language, str] = {
    "en": "Answers about {title} from its documents.",
    "ko": "{title}에 대해 자료를 보고 답합니다.",
}
ABOUT: dict[Language, str] = {
    "en": "What should I know about {heading}?",
    "ko": "{heading}에 대해 알려 주세요.",
}
HOURS: dict[Language, str] = {"en": "When are you open?", "ko": "영업시간이 어떻게 되나요?"}
PRICE: dict[Language, str] = {"en": "How much is the {item}?", "ko": "{item} 얼마예요?"}
CONTACTS: dict[Language, dict[Contacts, str]] = {
    "en": {"address": "What is your address?", "phone": "What is your phone number?"},
    "ko": {"address": "주소가 어떻게 되나요?", "phone": "전화번호가 어떻게 되나요?"},
}
POLISH: dict[Language, str] = {
    "en": "Write the greeting with which this character opens a conversation: one or two sentences, in "
    "their own voice, no quotation marks, no facts that are not given here.",
    "ko": "이 캐릭터가 대화를 여는 인사말을 한국어로 써 주세요. 한두 문장으로, 캐릭터의 말투로, "
    "따옴표 없이, 여기에 없는 사실은 쓰지 마세요.",
}
