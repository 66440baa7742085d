"""Which wordings of a piece of evidence are shown and which are refused, in English and Korean."""

from __future__ import annotations

import pytest

from madang.chat.verify import check

HOURS = "We are open from 11:00 to 21:00, last order at 20:30. We are closed on Mondays."
MENU = "Milmyeon costs 9,000 won, gukbap 8,000 won and dumplings 6,500 won."
TABLE = "Milmyeon | 9,000 won\nGukbap | 8,000 won"
STAFF = "Chef Kim Minsu makes the soup and Lee Jiwoo bakes the bread."
FOUNDED = "The shop was founded on 3 March 2014 by Sumi Park in Haeundae."
REFUND = "Refunds are not given after 14 days. Unopened goods can be returned within 14 days."
PARK = "Parking is available behind the building for 2 hours."
PETS = "Dogs are welcome on the terrace only. Cats are not allowed."
DEPOSIT = (
    "A deposit of 10,000 won a person is asked for groups of eight or more. "
    "If you cancel at least 24 hours before, the whole deposit is returned."
)
K_DEPOSIT = "예약 24시간 전까지 취소하시면 예약금을 모두 돌려드립니다."
CARDS = "We accept all cards except American Express."
SOLD = "The crab stew is sold out in July."
K_HOURS = "영업시간은 오전 11시부터 오후 9시까지이며 마지막 주문은 오후 8시 30분입니다. 월요일은 쉽니다."
K_MENU = "밀면 9,000원, 돼지국밥 8천 원, 만두 6,500원."
K_REFUND = "개봉한 상품은 환불이 되지 않습니다. 수령 후 14일 이내에 교환할 수 있습니다."
K_PARK = "주차는 건물 뒤편에서 2시간까지 가능합니다."
K_STAFF = "국물은 김민수 셰프가 끓이고 빵은 이지우 셰프가 굽습니다."
K_DATE = "가게는 2014년 3월 3일 해운대에서 문을 열었습니다."
K_PETS = "테라스에서만 강아지와 함께 앉을 수 있습니다."

ACCEPTED = [
    (HOURS, "When do you open?", "We open at 11:00."),
    (HOURS, "When do you open?", "We are open from 11 am to 9 pm."),
    (HOURS, "What are the opening hours?", "The opening hours are from 11:00 to 21:00."),
    (HOURS, "When is the last order?", "The last order is at 8:30 pm."),
    (HOURS, "Are you open on Monday?", "We are closed on Mondays."),
    (HOURS, "When do you close?", "We close at 21:00."),
    (MENU, "How much is the milmyeon?", "Milmyeon costs 9,000 won."),
    (MENU, "How much is gukbap?", "The gukbap costs ₩8000."),
    (MENU, "What do dumplings cost?", "The dumplings cost 6,500 won."),
    (TABLE, "How much is gukbap?", "Gukbap is 8,000 won."),
    (STAFF, "Who makes the soup?", "Chef Kim Minsu makes the soup."),
    (STAFF, "Who bakes the bread?", "Lee Jiwoo bakes the bread."),
    (FOUNDED, "When was the shop founded?", "The shop was founded on March 3, 2014."),
    (FOUNDED, "Who founded it?", "It was founded by Sumi Park."),
    (REFUND, "Can I get a refund after 20 days?", "Refunds are not given after 14 days."),
    (PARK, "Is there parking?", "Parking is available behind the building."),
    (PARK, "How long can I park?", "Parking is available for two hours."),
    (PETS, "May I bring my dog?", "Dogs are welcome on the terrace only."),
    (CARDS, "Do you take cards?", "We accept all cards except American Express."),
    (SOLD, "Is there crab stew?", "The crab stew is sold out in July."),
    (DEPOSIT, "Is it returned?", "If you cancel at least 24 hours before, the whole deposit is returned."),
    (DEPOSIT, "And if I cancel at least 24 hours before?", "The whole deposit is returned."),
    (K_DEPOSIT, "예약금을 돌려받나요?", "24시간 전까지 취소하시면 예약금을 모두 돌려드립니다."),
    (K_HOURS, "영업시간이 어떻게 되나요?", "영업시간은 오전 11시부터 오후 9시까지입니다."),
    (K_HOURS, "몇 시에 열어요?", "영업시간은 11:00부터 21:00까지입니다."),
    (K_HOURS, "마지막 주문은 언제예요?", "마지막 주문은 20시 30분입니다."),
    (K_HOURS, "월요일에 쉬나요?", "월요일은 쉽니다."),
    (K_MENU, "밀면 얼마예요?", "밀면은 9천원입니다."),
    (K_MENU, "돼지국밥 얼마예요?", "돼지국밥은 8,000원입니다."),
    (K_REFUND, "개봉해도 환불 되나요?", "개봉한 상품은 환불이 되지 않습니다."),
    (K_PARK, "주차 되나요?", "주차는 건물 뒤편에서 두 시간까지 가능합니다."),
    (K_DATE, "언제 문을 열었나요?", "가게는 2014년 3월 3일에 문을 열었습니다."),
    (K_STAFF, "국물은 누가 끓여요?", "국물은 김민수 셰프가 끓입니다."),
]

REFUSED = [
    # negation and restriction
    (HOURS, "Are you open on Monday?", "We are open on Mondays."),
    (REFUND, "Do you give refunds?", "Refunds are given after 14 days."),
    (REFUND, "Can I return unopened goods?", "Unopened goods cannot be returned within 14 days."),
    (PETS, "Are cats allowed?", "Cats are allowed."),
    (PETS, "May I bring my dog?", "Dogs are welcome on the terrace."),
    (CARDS, "Do you take cards?", "We accept all cards."),
    (CARDS, "Do you take American Express?", "We accept American Express."),
    (SOLD, "Is there crab stew?", "There is crab stew in July."),
    (PARK, "Is there parking?", "Parking is not available behind the building."),
    (K_HOURS, "월요일에 영업하나요?", "월요일은 영업합니다."),
    (K_HOURS, "월요일에 쉬나요?", "월요일은 쉬지 않습니다."),
    (K_REFUND, "개봉해도 환불 되나요?", "개봉한 상품은 환불이 됩니다."),
    (K_PARK, "주차 되나요?", "주차는 건물 뒤편에서 안 됩니다."),
    (K_PETS, "강아지와 앉을 수 있나요?", "테라스에서 강아지와 함께 앉을 수 없습니다."),
    # a condition left out
    (DEPOSIT, "Is it returned?", "The whole deposit is returned."),
    (DEPOSIT, "Is it returned?", "If you cancel, the whole deposit is returned."),
    (DEPOSIT, "Is there a deposit?", "A deposit of 10,000 won a person is asked."),
    (K_DEPOSIT, "예약금을 돌려받나요?", "예약금을 모두 돌려드립니다."),
    # numbers, prices, times, dates
    (MENU, "How much is milmyeon?", "Milmyeon costs 9,500 won."),
    (MENU, "How much is milmyeon?", "Milmyeon costs 9 dollars."),
    (MENU, "How much is gukbap?", "Gukbap costs 9,000 won."),
    (MENU, "Is milmyeon 7,000 won?", "Milmyeon costs 7,000 won."),
    (TABLE, "How much is gukbap?", "Gukbap is 9,000 won."),
    (HOURS, "When do you open?", "We open at 10:00."),
    (HOURS, "When do you open?", "We open at 21:00."),
    (HOURS, "When do you close?", "We close at 11:00."),
    (HOURS, "When is the last order?", "The last order is at 21:00."),
    (HOURS, "When do you open?", "We open at 11 pm."),
    (HOURS, "Are you closed on Tuesday?", "We are closed on Tuesdays."),
    (FOUNDED, "When was the shop founded?", "The shop was founded on 3 May 2014."),
    (FOUNDED, "When was the shop founded?", "The shop was founded on 3 March 2015."),
    (PARK, "How long can I park?", "Parking is available for 3 hours."),
    (PARK, "How long can I park?", "Parking is available for 2 days."),
    (K_MENU, "밀면 얼마예요?", "밀면은 8,000원입니다."),
    (K_MENU, "밀면 얼마예요?", "밀면은 9만원입니다."),
    (K_HOURS, "언제까지 해요?", "영업시간은 오전 9시까지입니다."),
    (K_HOURS, "마지막 주문은 언제예요?", "마지막 주문은 오후 9시입니다."),
    (K_HOURS, "언제 쉬어요?", "화요일은 쉽니다."),
    (K_DATE, "언제 문을 열었나요?", "가게는 2014년 5월 3일에 문을 열었습니다."),
    (K_PARK, "주차 되나요?", "주차는 건물 뒤편에서 3시간까지 가능합니다."),
    # names
    (STAFF, "Who makes the soup?", "Lee Jiwoo makes the soup."),
    (STAFF, "Who makes the soup?", "Chef Park makes the soup."),
    (STAFF, "Does Anna bake the bread?", "The bread is baked by Anna."),
    (FOUNDED, "Who founded it?", "It was founded by Sumi Park in Seoul."),
    (K_STAFF, "국물은 누가 끓여요?", "국물은 박철수 셰프가 끓입니다."),
    # words, inference, form
    (PARK, "Is parking free?", "Parking is free behind the building."),
    (PARK, "Is there parking?", "Yes, parking is available behind the building."),
    (HOURS, "Are you open today?", "We are open today."),
    (MENU, "How is the milmyeon?", "Our delicious milmyeon costs 9,000 won."),
    (MENU, "How much is milmyeon?", "Milmyeon costs 9,000 won. Come and try it."),
    (MENU, "How much is milmyeon?", "Is it 9,000 won?"),
    (MENU, "How much is milmyeon?", "Milmyeon costs 9,000 won ![x](http://evil.example/)."),
    (MENU, "How much is milmyeon?", ""),
    (K_PARK, "주차 무료예요?", "주차는 무료입니다."),
    (K_HOURS, "오늘 영업하나요?", "오늘 영업합니다."),
    (K_MENU, "밀면 맛있어요?", "네, 밀면은 9,000원입니다."),
]


@pytest.mark.parametrize(("evidence", "question", "wording"), ACCEPTED)
def test_a_true_wording_is_shown(evidence: str, question: str, wording: str) -> None:
    verdict = check(wording, evidence, question)
    assert verdict.accepted, verdict.reason


@pytest.mark.parametrize(("evidence", "question", "wording"), REFUSED)
def test_a_wording_that_says_something_else_is_refused(evidence: str, question: str, wording: str) -> None:
    verdict = check(wording, evidence, question)
    assert not verdict.accepted
    assert verdict.reason
