"""What belongs to whom in the two-user matrix, and one row for every route of the application."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from madang.authoring.facts import Standing
from madang.characters.types import Check, Profile
from madang.chat.types import Conversation
from madang.kernel.identity import Identity
from madang.knowledge.facts.types import OwnFacts
from madang.safety.types import Rule
from tests.app.stage import Caller, Stage, events

SECRET = "xyzzy"
"""Stands in everything that is not for others: no answer to anybody else may hold it."""
Kind = Literal["open", "maker", "owner's", "visitor's"]


@dataclass(frozen=True)
class Row:
    """How a route is asked, and whose it is.

    `open`: everybody's, or only the caller's own things. `maker`: a maker's own things. `owner's` and
    `visitor's`: the very thing of that person, which nobody else may reach.
    """

    kind: Kind
    json: Any = None
    form: dict[str, str] | None = None
    file: tuple[str, str, bytes] | None = None
    query: str = ""
    htmx: bool = False
    last: int = 0
    """Rows that end something are tried by its owner after the others, in this order."""
    works: bool = True
    """Whether its owner's request succeeds as it stands here."""

    def request(self, world: World, path: str) -> tuple[str, dict[str, Any]]:
        more: dict[str, Any] = {}
        if self.json is not None:
            more["json"] = self.json
        if self.form is not None:
            more["data"] = self.form
        if self.file is not None:
            field_name, name, data = self.file
            more["files"] = {field_name: (name, data)}
        return (path + self.query).format_map(world.ids), more


@dataclass
class World:
    stage: Stage
    owner: Caller
    visitor: Caller
    strangers: dict[str, Caller]
    ids: dict[str, str]
    owner_identity: Identity
    visitor_identity: Identity
    secrets: list[str] = field(default_factory=list)

    async def snapshot(self) -> dict[str, Any]:
        """Everything that belongs to the owner and the visitor, straight from the doors."""
        studio, owner, ids = self.stage.studio, self.owner_identity, self.ids
        character = await studio.characters.get(owner, ids["slug"])
        keys = [key.model_copy(update={"used_at": None}) for key in await studio.accounts.keys(owner)]
        conversation: Conversation = await studio.chat.conversation(
            self.visitor_identity, ids["conversation_id"]
        )
        return {
            "character": character,
            "sources": await studio.knowledge.sources(character.id),
            "sites": await studio.knowledge.sites(character.id),
            "pairs": await studio.knowledge.pairs(character.id),
            "passages": await studio.knowledge.passages(character.id, ids["source_id"]),
            "conversation": conversation,
            "keys": keys,
            "sessions": {session.id for session in await studio.accounts.sessions(owner)},
            "password": await studio.accounts.has_password(),
            "rules": await studio.safety.rules(owner),
            "helps": await studio.safety.helps(owner),
            "people": {(one.id, one.role, one.suspended_at) for one in await studio.accounts.users(owner)},
            "invitations": await studio.accounts.invitations(owner),
            "mine": [one.slug for one in await studio.characters.mine(owner)],
        }


async def build(stage: Stage) -> World:
    """An owner with a draft, a visitor with a conversation, and six strangers."""
    studio = stage.studio
    owner_identity = await studio.accounts.owner()
    owner, visitor = await stage.owner(), await stage.visitor()
    me = (await visitor.ask("GET", "/api/me")).json()
    draft = await studio.characters.create(
        owner_identity, Profile(name="Hidden Heron", persona=f"Keeps the {SECRET}.", greeting=SECRET)
    )
    text = f"The {SECRET} lies under the third stone of the old well."
    source = await studio.knowledge.add_text(draft.id, f"Notes {SECRET}", text)
    source = await studio.knowledge.wait(source.id, "words", seconds=20)
    site = await studio.knowledge.add_site(
        draft.id, f"http://127.0.0.1:1/{SECRET}"
    )  # refused: a private address
    await studio.knowledge.wait_site(site.id, seconds=20)
    passage = (await studio.knowledge.passages(draft.id, source.id))[0]
    answer = await studio.knowledge.add_answer(draft.id, f"Where is the {SECRET}?", SECRET, by="usr_me")
    for one in await studio.knowledge.sources(draft.id):
        await studio.knowledge.wait(one.id, "ready", seconds=20)
    shown = await studio.characters.create(owner_identity, Profile(name="Haru", greeting="Hello."))
    await studio.characters.publish(owner_identity, shown.slug)
    begun = (await visitor.ask("POST", f"/api/characters/{shown.slug}/conversations", json={})).json()
    said = await visitor.ask("POST", f"/api/conversations/{begun['id']}/turns", json={"message": SECRET})
    assert [name for name, _ in events(said)][-1] == "done", said.text
    first = (await visitor.ask("GET", f"/api/conversations/{begun['id']}")).json()["turns"][0]
    turn, reply = first["id"], first["replies"][0]["id"]
    link = await studio.links.make(owner_identity, draft.slug, SECRET)
    key, row = await studio.accounts.create_key(owner_identity, SECRET, ["chat", "manage"])
    chat_only, _ = await studio.accounts.create_key(owner_identity, f"chat {SECRET}", ["chat"])
    revoked, gone = await studio.accounts.create_key(owner_identity, "gone", ["chat", "manage"])
    await studio.accounts.revoke_key(owner_identity, gone.id)
    creator, creator_identity = await stage.creator()
    creators_key, _ = await studio.accounts.create_key(creator_identity, "mine", ["chat", "manage"])
    other = await stage.owner()  # a second browser of the owner: the session that others try to end
    sessions = await studio.accounts.sessions(owner_identity)
    rule = await studio.safety.put_rule(owner_identity, Rule(kind="word", text="qwertyword"))
    await studio.accounts.invite(owner_identity, "visitor", f"for {SECRET}")
    invited = (await studio.accounts.invitations(owner_identity))[0]
    token = await studio.accounts.invite(owner_identity, "creator", f"friend of {SECRET}")
    joined = await studio.accounts.accept(token, "Ari", "a long enough password")
    check = await studio.authoring.checking.put(
        owner_identity, draft.slug, Check(question=f"Where is the {SECRET}?", holds=[SECRET])
    )
    ids = {
        "slug": draft.slug,
        "shown": shown.slug,
        "source_id": source.id,
        "site_id": site.id,
        "passage_id": passage.id,
        "conversation_id": begun["id"],
        "turn_id": turn,
        "reply_id": reply,
        "key_id": row.id,
        "session_id": sessions[0].id,
        "token": "not-the-token",
        "link_id": link.id,
        "group_id": "qst_none",
        "answer_id": answer.id,
        "rule_id": rule.id,
        "help_name": "en.self",
        "invitation_id": invited.id,
        "user_id": joined.identity.id,
        "check_id": check.id,
        "key": "item-none",
        "number": "1",
        "kind": "json",
        "id": draft.id,
        "version": "0",
        "name": "web/tokens.css",
        "card_key": "0" * 64,
    }
    held = [caller.http.cookies["madang_session"] for caller in (owner, other)]
    return World(
        stage=stage,
        owner=owner,
        visitor=visitor,
        strangers={
            "nobody": stage.caller("nobody"),
            "visitor": await stage.visitor("stranger"),
            "creator": creator,
            "creator's key": stage.caller("creator's key", creators_key),
            "chat key": stage.caller("chat key", chat_only),
            "revoked key": stage.caller("revoked key", revoked),
        },
        ids=ids,
        owner_identity=owner_identity,
        visitor_identity=Identity(me["kind"], me["id"]),
        secrets=[SECRET, "Hidden Heron", key, chat_only, revoked, *held],
    )


FILE = ("file", "note.txt", b"Nothing much is written here, but it is a sentence.")
CARD = ("file", "card.json", b'{"spec":"chara_card_v2","spec_version":"2.0","data":{"name":"Brought"}}')

LOREBOOK = ("file", "lore.json", b'{"spec":"lorebook_v3","data":{"entries":[{"keys":["a"],"content":"b"}]}}')

ROWS: dict[tuple[str, str], Row] = {
    ("GET", "/openapi.json"): Row("open"),
    ("GET", "/static/{version}/{name:path}"): Row("open", works=False),
    ("GET", "/mask/{id}.svg"): Row("open"),
    ("POST", "/language"): Row("open", form={"language": "en"}),
    ("GET", "/healthz"): Row("open"),
    ("GET", "/readyz"): Row("open"),
    ("GET", "/api/studio"): Row("open"),
    ("GET", "/v1/models"): Row("open"),
    ("GET", "/v1/models/{slug}"): Row("open", works=False),  # drafts are no models, for nobody
    ("POST", "/v1/chat/completions"): Row(
        "open", json={"model": "hidden-heron", "messages": [{"role": "user", "content": "?"}]}, works=False
    ),
    ("POST", "/v1/embeddings"): Row("open", json={"model": "fake-embedder", "input": "a"}, works=False),
    ("GET", "/api/me"): Row("open"),
    ("GET", "/api/keys"): Row("maker"),
    ("POST", "/api/keys"): Row("maker", json={"name": "new", "scopes": ["chat"]}),
    ("DELETE", "/api/keys/{key_id}"): Row("owner's", last=1),
    ("POST", "/api/characters/{slug}/conversations"): Row("owner's", json={"test": True}),
    ("POST", "/api/characters/{slug}/turns"): Row("owner's", json={"message": "Hi", "test": True}),
    ("POST", "/api/conversations"): Row("owner's", json={"character": "hidden-heron", "test": True}),
    ("GET", "/api/characters/{slug}/conversations"): Row("owner's"),
    ("GET", "/api/conversations/{conversation_id}"): Row("visitor's"),
    ("DELETE", "/api/conversations/{conversation_id}"): Row("visitor's", last=2),
    ("POST", "/api/conversations/{conversation_id}/turns"): Row("visitor's", json={"message": "Hi"}),
    ("POST", "/api/turns/{turn_id}/edit"): Row("visitor's", json={"message": "Hi"}),
    ("POST", "/api/turns/{turn_id}/regenerate"): Row("visitor's"),
    ("GET", "/api/turns/{turn_id}"): Row("visitor's"),
    ("GET", "/api/turns/{turn_id}/events"): Row("visitor's", works=False),
    ("POST", "/api/turns/{turn_id}/stop"): Row("visitor's"),
    ("POST", "/api/turns/{turn_id}/show"): Row("visitor's", json={"version": 0}),
    ("GET", "/api/characters"): Row("maker", query="?mine=1"),
    ("POST", "/api/characters"): Row("maker", json={"profile": {"name": "Another"}}),
    ("GET", "/api/characters/{slug}"): Row("owner's"),
    ("PATCH", "/api/characters/{slug}"): Row("owner's", json={"tagline": "stolen"}),
    ("DELETE", "/api/characters/{slug}"): Row("owner's", last=6),
    ("POST", "/api/characters/{slug}/publish"): Row("owner's", last=4),
    ("POST", "/api/characters/{slug}/unpublish"): Row("owner's", last=5),
    ("POST", "/api/cards"): Row("maker", file=CARD),
    ("GET", "/api/characters/{slug}/card.{kind}"): Row("owner's"),
    ("GET", "/api/characters/{slug}/sources"): Row("owner's"),
    ("POST", "/api/characters/{slug}/sources"): Row("owner's", json={"text": "stolen"}),
    ("GET", "/api/characters/{slug}/sources/{source_id}"): Row("owner's"),
    ("POST", "/api/characters/{slug}/sources/{source_id}/refresh"): Row("owner's", last=1),
    ("DELETE", "/api/characters/{slug}/sources/{source_id}"): Row("owner's", last=3),
    ("GET", "/owner/{token}"): Row("owner's", works=False),
    ("POST", "/owner/{token}"): Row("owner's", works=False),
    ("GET", "/sign-in"): Row("open"),
    ("POST", "/sign-in"): Row("open", form={"password": "guess"}, works=False),
    ("POST", "/sign-out"): Row("open", works=False),
    ("GET", "/account"): Row("maker"),
    ("POST", "/account/password"): Row("maker", form={"password": "short", "again": "short"}, works=False),
    ("POST", "/account/sessions/end-others"): Row("maker", last=8),
    ("POST", "/account/sessions/{session_id}/end"): Row("owner's", last=7),
    ("POST", "/account/keys"): Row("maker", form={"name": "page", "chat": "1"}),
    ("POST", "/account/keys/{key_id}/revoke"): Row("owner's", works=False),
    ("GET", "/make"): Row("maker"),
    ("POST", "/make/text"): Row("maker", form={"description": "A gardener who loves moss."}),
    ("POST", "/make/file"): Row("maker", file=FILE),
    ("POST", "/make/url"): Row("maker", form={"url": "http://127.0.0.1:1/"}, works=False),
    ("GET", "/mine"): Row("maker"),
    ("GET", "/edit/{slug}"): Row("owner's"),
    ("POST", "/edit/{slug}"): Row("owner's", form={"tagline": "stolen"}),
    ("POST", "/edit/{slug}/avatar"): Row("owner's", form={"remove": "1"}),
    ("POST", "/edit/{slug}/delete"): Row("owner's", works=False),
    ("GET", "/edit/{slug}/sources"): Row("owner's", htmx=True),
    ("POST", "/edit/{slug}/sources/file"): Row("owner's", file=FILE),
    ("POST", "/edit/{slug}/sources/url"): Row("owner's", form={"url": "http://127.0.0.1:1/"}, works=False),
    ("POST", "/edit/{slug}/sources/text"): Row("owner's", form={"title": "t", "text": "stolen"}),
    ("POST", "/edit/{slug}/sources/{source_id}/remove"): Row("owner's", works=False),
    ("POST", "/edit/{slug}/sources/{source_id}/refresh"): Row("owner's", last=1),
    # one's own conversations (chat/mine)
    ("GET", "/api/conversations"): Row("open", query="?query=old"),
    ("GET", "/api/conversations/export.{kind}"): Row("open"),
    ("DELETE", "/api/conversations"): Row("open", last=2),
    ("GET", "/api/conversations/{conversation_id}/events"): Row("visitor's", query="?seconds=0"),
    ("PUT", "/api/replies/{reply_id}/thumb"): Row("visitor's", json={"thumb": 1}),
    ("GET", "/conversations"): Row("open", query="?q=old"),
    ("POST", "/conversations/delete-all"): Row("open", last=2),
    ("POST", "/conversations/{conversation_id}/delete"): Row("visitor's", works=False),
    # the editor: the whole of it, its history, its checks
    ("GET", "/edit/{slug}/try"): Row("owner's"),
    ("POST", "/edit/{slug}/lorebook"): Row("owner's", file=LOREBOOK),
    ("POST", "/edit/{slug}/visibility"): Row("owner's", form={"visibility": "public"}),
    ("POST", "/edit/{slug}/unpublish"): Row("owner's"),
    ("POST", "/edit/{slug}/duplicate"): Row("owner's"),
    ("POST", "/edit/{slug}/archive"): Row("owner's", form={"out": "1"}),
    ("POST", "/edit/{slug}/report/dismiss"): Row("owner's"),
    ("POST", "/edit/{slug}/write"): Row(
        "owner's", form={"what": "greeting", "start": "sentence", "sentence": "stolen"}
    ),
    ("GET", "/edit/{slug}/history"): Row("owner's"),
    ("GET", "/edit/{slug}/found"): Row("owner's"),
    ("POST", "/edit/{slug}/history/{number}/restore"): Row("owner's", works=False),
    ("GET", "/edit/{slug}/facts"): Row("owner's"),
    ("POST", "/edit/{slug}/facts"): Row(
        "owner's",
        form={"contacts-kind": "phone", "contacts-value": "1", "seen": Standing(own=OwnFacts()).mark},
    ),
    ("GET", "/api/characters/{slug}/facts"): Row("owner's"),
    ("PUT", "/api/characters/{slug}/facts"): Row("owner's", json={"country": "KR"}),
    ("PUT", "/api/characters/{slug}/facts/{key}/hidden"): Row("owner's", json={"hidden": True}, works=False),
    ("GET", "/edit/{slug}/checks"): Row("owner's"),
    ("GET", "/edit/{slug}/checks/list"): Row("owner's"),
    ("POST", "/edit/{slug}/checks"): Row("owner's", form={"question": "stolen?", "declines": "1"}),
    ("POST", "/edit/{slug}/checks/run"): Row("owner's"),
    ("POST", "/edit/{slug}/checks/stop"): Row("owner's"),
    ("POST", "/edit/{slug}/checks/gate"): Row("owner's", form={"off": "1"}),
    ("POST", "/edit/{slug}/wrong"): Row("owner's", form={"one_in": "20"}),
    ("POST", "/edit/{slug}/synonyms"): Row("owner's", form={"groups": "stolen, taken"}),
    ("GET", "/edit/{slug}/checks/report"): Row("owner's"),
    ("GET", "/edit/{slug}/checks/report/now"): Row("owner's", htmx=True),
    ("POST", "/edit/{slug}/checks/report/start"): Row("owner's"),
    ("POST", "/edit/{slug}/checks/report/stop"): Row("owner's"),
    ("GET", "/api/characters/{slug}/wrong"): Row("owner's"),
    ("PUT", "/api/characters/{slug}/wrong"): Row("owner's", json={"wrong": 0.1}),
    ("GET", "/api/characters/{slug}/check-report"): Row("owner's", works=False),
    ("POST", "/api/characters/{slug}/check-report"): Row("owner's"),
    ("DELETE", "/api/characters/{slug}/check-report"): Row("owner's"),
    ("POST", "/edit/{slug}/checks/{check_id}/remove"): Row("owner's", works=False),
    ("PUT", "/api/characters/{slug}/visibility"): Row("owner's", json={"visibility": "public"}),
    ("PUT", "/api/characters/{slug}/archived"): Row("owner's", json={"away": False}),
    ("POST", "/api/characters/{slug}/duplicate"): Row("owner's"),
    ("GET", "/api/characters/{slug}/versions"): Row("owner's"),
    ("GET", "/api/characters/{slug}/versions/{number}/changes"): Row("owner's", works=False),
    ("POST", "/api/characters/{slug}/versions/{number}/restore"): Row("owner's", works=False),
    ("GET", "/api/characters/{slug}/checks"): Row("owner's"),
    ("POST", "/api/characters/{slug}/checks"): Row("owner's", json={"question": "stolen?", "declines": True}),
    ("GET", "/api/characters/{slug}/checks/suggestions"): Row("owner's"),
    ("POST", "/api/characters/{slug}/checks/run"): Row("owner's"),
    ("PUT", "/api/characters/{slug}/gate"): Row("owner's", json={"gated": False}),
    ("DELETE", "/api/characters/{slug}/checks/{check_id}"): Row("owner's", last=1),
    ("GET", "/c/{slug}"): Row("owner's"),
    ("GET", "/c/{slug}/thread"): Row("owner's", query="?conversation={conversation_id}", works=False),
    ("GET", "/c/{slug}/past"): Row("owner's"),
    ("GET", "/c/{slug}/passages/{passage_id}"): Row("owner's"),
    ("GET", "/c/{slug}/passages/{passage_id}/original"): Row("owner's"),
    ("POST", "/edit/{slug}/sources/{source_id}/share"): Row("owner's", form={"on": "1"}),
    ("PUT", "/api/characters/{slug}/sources/{source_id}/shared"): Row("owner's", json={"shared": True}),
    ("GET", "/c/{slug}/avatar"): Row("owner's"),
    ("GET", "/"): Row("open"),
    # discover
    ("POST", "/feed"): Row("open", form={"action": "off"}),
    ("GET", "/api/gallery"): Row("open", query="?q=heron"),
    ("POST", "/api/characters/{slug}/report"): Row("owner's", json={"reason": "other"}),
    ("POST", "/api/characters/{slug}/remix"): Row("owner's", works=False),  # a draft is remixed by nobody
    ("GET", "/c/{slug}/report"): Row("owner's"),
    ("POST", "/c/{slug}/report"): Row("owner's", form={"reason": "other"}),
    ("GET", "/c/{slug}/remix"): Row("owner's"),
    ("POST", "/c/{slug}/remix"): Row("owner's", works=False),
    ("GET", "/reports"): Row("owner's"),
    ("POST", "/reports/{slug}/dismiss"): Row("owner's", last=1),
    ("POST", "/reports/{slug}/hide"): Row("owner's", form={"why": "stolen"}, last=1),
    ("POST", "/reports/{slug}/show"): Row("owner's", last=2),
    # safety and people
    ("GET", "/age"): Row("open", query="?for=18&next=/"),
    ("POST", "/age"): Row("open", form={"for": "18", "next": "/", "year": "1990", "month": "5"}),
    ("GET", "/rules"): Row("owner's"),
    ("POST", "/rules"): Row("owner's", form={"kind": "word", "text": "forbiddance"}),
    ("POST", "/rules/try"): Row("owner's", form={"sentence": "Hello"}),
    ("POST", "/rules/help/{help_name}"): Row("owner's", form={"text": "stolen"}),
    ("POST", "/rules/{rule_id}/remove"): Row("owner's", works=False),
    ("GET", "/api/rules"): Row("owner's"),
    ("POST", "/api/rules"): Row("owner's", json={"kind": "word", "text": "forbiddance"}),
    ("DELETE", "/api/rules/{rule_id}"): Row("owner's", last=1),
    ("POST", "/api/rules/try"): Row("owner's", json={"text": "Hello"}),
    ("GET", "/people"): Row("owner's"),
    ("POST", "/people/invitations"): Row("owner's", form={"role": "creator", "label": "stolen"}),
    ("POST", "/people/invitations/{invitation_id}/revoke"): Row("owner's", last=1),
    ("POST", "/people/{user_id}/role"): Row("owner's", form={"role": "visitor"}, last=2),
    ("POST", "/people/{user_id}/suspend"): Row("owner's", last=3),
    ("GET", "/join/{token}"): Row("open", works=False),
    ("POST", "/join/{token}"): Row("open", form={"name": "n", "password": "x", "again": "x"}, works=False),
    # the machine: the studio's owner alone
    ("GET", "/answering"): Row("owner's"),
    ("POST", "/answering"): Row("owner's", form={"one_in": "5"}, last=4),
    ("GET", "/models"): Row("owner's"),
    ("GET", "/models/live"): Row("owner's", query="?seconds=0"),
    ("GET", "/models/cards/{card_key}"): Row("owner's", works=False),
    ("POST", "/models/engines"): Row("owner's", form={"name": "http://127.0.0.1:1/v1#stolen"}),
    ("POST", "/models/adapters/remove"): Row("owner's", form={"name": "fox"}, works=False),
    ("POST", "/models/engines/first"): Row("owner's", form={"name": "fake"}),
    ("POST", "/models/engines/remove"): Row("owner's", form={"name": "fake"}, works=False),
    ("POST", "/models/measure"): Row("owner's", form={"name": "fake"}),
    ("GET", "/metrics"): Row("owner's"),
}
"""(method, path) as the application declares them."""

SITE = {"url": "http://127.0.0.1:1/"}
ROWS |= {  # its address, sites and typed pairs
    ("POST", "/edit/{slug}/address"): Row("owner's", form={"slug": "hidden-heron"}),
    ("PUT", "/api/characters/{slug}/slug"): Row("owner's", json={"slug": "hidden-heron"}),
    ("POST", "/edit/{slug}/sources/pairs"): Row("owner's", form={"question": "a?", "answer": "stolen"}),
    ("GET", "/edit/{slug}/sites/{site_id}"): Row("owner's"),
    ("POST", "/edit/{slug}/sites/{site_id}/crawl"): Row("owner's", last=1),
    ("POST", "/edit/{slug}/sites/{site_id}/stop"): Row("owner's", last=1),
    ("POST", "/edit/{slug}/sites/{site_id}/remove"): Row("owner's", works=False),
    ("GET", "/api/characters/{slug}/sites"): Row("owner's"),
    ("POST", "/api/characters/{slug}/sites"): Row("owner's", json=SITE, last=1),
    ("GET", "/api/characters/{slug}/sites/{site_id}"): Row("owner's"),
    ("GET", "/api/characters/{slug}/sites/{site_id}/pages"): Row("owner's"),
    ("POST", "/api/characters/{slug}/sites/{site_id}/crawl"): Row("owner's", last=1),
    ("POST", "/api/characters/{slug}/sites/{site_id}/stop"): Row("owner's", last=1),
    ("DELETE", "/api/characters/{slug}/sites/{site_id}"): Row("owner's", last=2),
}

ANSWER = {"question": "Is it stolen?", "answer": "Stolen."}
TALK = "/inbox/conversations/{conversation_id}"
ROWS |= {  # inbox: conversation_id is the visitor's, with a character of the owner's
    ("GET", "/inbox"): Row("maker"),
    ("GET", "/inbox/questions/{group_id}"): Row("owner's", works=False),
    ("POST", "/inbox/questions/{group_id}/approve"): Row("owner's", form=ANSWER, works=False),
    ("POST", "/inbox/questions/{group_id}/dismiss"): Row("owner's", form={"note": "stolen"}, works=False),
    ("POST", "/inbox/questions/{group_id}/reopen"): Row("owner's", form={"kind": ""}, works=False),
    ("GET", "/inbox/answers"): Row("owner's", query="?character={slug}"),
    ("POST", "/inbox/answers/{slug}"): Row("owner's", form=ANSWER),
    ("POST", "/inbox/answers/{slug}/{answer_id}"): Row("owner's", form=ANSWER, works=False),
    ("POST", "/inbox/answers/{slug}/{answer_id}/remove"): Row("owner's", last=1, works=False),
    ("GET", "/inbox/conversations"): Row("owner's", query="?character={slug}"),
    ("GET", TALK): Row("owner's"),
    ("GET", f"{TALK}/live"): Row("owner's", htmx=True),
    ("POST", f"{TALK}/take"): Row("owner's"),
    ("POST", f"{TALK}/say"): Row("owner's", form={"text": "stolen"}),
    ("POST", f"{TALK}/hand-back"): Row("owner's"),
    ("GET", f"{TALK}/correct/{{turn_id}}"): Row("owner's", works=False),
    ("POST", f"{TALK}/correct/{{turn_id}}"): Row("owner's", form=ANSWER, works=False),
    ("GET", f"{TALK}/events"): Row("owner's", works=False),
    ("GET", "/dashboard"): Row("owner's", query="?character={slug}"),
    ("GET", "/api/dashboard"): Row("owner's", query="?character={slug}"),
    ("GET", "/api/inbox/count"): Row("maker"),
    ("GET", "/api/inbox/questions"): Row("owner's", query="?character={slug}"),
    ("GET", "/api/inbox/questions/{group_id}"): Row("owner's", works=False),
    ("POST", "/api/inbox/questions/{group_id}/approve"): Row("owner's", json=ANSWER, works=False),
    ("POST", "/api/inbox/questions/{group_id}/dismiss"): Row("owner's", json={"note": ""}, works=False),
    ("POST", "/api/inbox/questions/{group_id}/reopen"): Row("owner's", works=False),
    ("GET", "/api/characters/{slug}/answers"): Row("owner's"),
    ("POST", "/api/characters/{slug}/answers"): Row("owner's", json=ANSWER),
    ("PUT", "/api/characters/{slug}/answers/{answer_id}"): Row("owner's", json=ANSWER, works=False),
    ("DELETE", "/api/characters/{slug}/answers/{answer_id}"): Row("owner's", last=1),
    ("GET", "/api/inbox/conversations"): Row("owner's", query="?character={slug}"),
    ("GET", f"/api{TALK}"): Row("owner's"),
    ("POST", f"/api{TALK}/take"): Row("owner's"),
    ("POST", f"/api{TALK}/say"): Row("owner's", json={"text": "stolen"}),
    ("POST", f"/api{TALK}/hand-back"): Row("owner's"),
    ("GET", f"/api{TALK}/events"): Row("owner's", works=False),
}

ROWS |= {  # share: links, the share page, and what a website with a panel asks for
    ("GET", "/c/{slug}/about"): Row("owner's"),
    ("GET", "/c/{slug}/preview.png"): Row("owner's"),
    ("GET", "/c/{slug}/qr.svg"): Row("owner's"),
    ("GET", "/c/{slug}/card.{kind}"): Row("owner's"),
    ("GET", "/s/{token}"): Row("open", works=False),
    ("POST", "/s/{token}"): Row("open", works=False),
    ("GET", "/s/{token}/preview.png"): Row("open", works=False),
    ("GET", "/s/{token}/face"): Row("open", works=False),
    ("GET", "/s/{token}/qr.svg"): Row("open", works=False),
    ("GET", "/.well-known/did.json"): Row("open"),
    ("GET", "/edit/{slug}/share"): Row("owner's"),
    ("POST", "/edit/{slug}/share/visibility"): Row("owner's", form={"visibility": "public"}),
    ("POST", "/edit/{slug}/share/signature"): Row("owner's"),
    ("POST", "/edit/{slug}/share/links"): Row("owner's", form={"label": "stolen"}),
    ("POST", "/edit/{slug}/share/links/{link_id}/revoke"): Row("owner's", last=1),
    ("POST", "/edit/{slug}/share/embed"): Row("owner's", form={"origins": "https://stolen.example"}),
    ("POST", "/edit/{slug}/share/embed/switch"): Row("owner's", form={"on": "0"}),
    ("GET", "/edit/{slug}/share/website"): Row("owner's"),
    ("GET", "/embed.js"): Row("open"),
    ("GET", "/embed/{slug}"): Row("owner's", works=False),  # asked by a website, with a pass
    ("GET", "/embed/{slug}/settings"): Row("owner's", works=False),
    ("GET", "/embed/{slug}/live"): Row("owner's", works=False),
    ("POST", "/embed/{slug}/pass"): Row("owner's", works=False),
}
