/** The conversation: says a message, shows the reply as it streams, stops, edits, asks for another reply. */

import { greetings, settled } from "./greetings.js";
import { news } from "./news.js";
import { openPassages } from "./passage.js";
import { queued } from "./queue.js";
import { followEnd } from "./scroll.js";
import { api, events, piece, Refused } from "./stream.js";
import { thumbs } from "./thumbs.js";
import { Turns } from "./turns.js";

/** @param {HTMLElement} talk */
function converse(talk) {
  /** @template {HTMLElement} T @param {string} name @returns {T} */
  const part = (name) => /** @type {T} */ (talk.querySelector(`[data-${name}]`));
  const composer = part("composer");
  const box = /** @type {HTMLTextAreaElement} */ (part("message"));
  const sendButton = part("send");
  const stopButton = part("stop");
  const scroll = followEnd(part("thread"), part("to-end"));
  const turns = new Turns(talk);
  /** @type {AbortController | null} the reply being made */
  let making = null;
  let makingTurn = "";
  let drawing = false;
  /** @type {Promise<unknown>} */
  let stopped = Promise.resolve();
  openPassages(talk);
  greetings(talk);
  thumbs(talk, turns);
  const listen = news(talk, turns, { busy: () => making !== null || drawing, follow: scroll.follow });

  /** @param {boolean} on */
  function busy(on) {
    sendButton.hidden = on;
    stopButton.hidden = !on;
    talk.toggleAttribute("data-busy", on);
  }

  /** Sends a message; a conversation begins with its first one. @param {string} text @param {AbortSignal} signal */
  async function sent(text, signal) {
    if (talk.dataset.conversation) return api.say(talk.dataset.conversation, text, signal);
    const { slug = "", test, channel = "page", greeting = "0" } = talk.dataset;
    const begun = { character: slug, test: test === "1", greeting: Number(greeting), channel };
    if (channel !== "embed") return api.begin(begun, text, signal);
    // a pass of another website counts what is said, in one place
    begunAs(await api.start(begun));
    return api.say(talk.dataset.conversation ?? "", text, signal);
  }

  /** @param {string} id of a conversation that has just begun */
  function begunAs(id) {
    const { slug, test, channel = "page" } = talk.dataset;
    talk.dataset.conversation = id;
    if (!test && channel === "page") history.replaceState(null, "", `/c/${slug}?conversation=${id}`);
  }

  /**
   * Shows one reply from request to end.
   * @param {HTMLElement} article where it goes
   * @param {(signal: AbortSignal) => Promise<Response>} ask
   * @param {() => void} unsent undoes what was shown when the message was not accepted
   */
  async function reply(article, ask, unsent) {
    const controller = (making = new AbortController());
    makingTurn = article.dataset.turn ?? "";
    let accepted = false;
    let ended = false;
    const fresh = !talk.dataset.conversation;
    turns.complain("");
    busy(true);
    scroll.jump();
    try {
      for await (const { event, data } of events(await ask(controller.signal))) {
        if (event === "accepted") {
          accepted = true;
          makingTurn = article.dataset.turn = data.turn.id;
          if (!talk.dataset.conversation) begunAs(data.turn.conversation_id);
          settled(talk);
          if (fresh) listen();
        } else if (event === "waiting") queued(article, data.ahead);
        else if (event === "delta") turns.words(article, data.text ?? "");
        else if (event === "html") turns.html(article, typeof data === "string" ? data : data.html ?? data.text);
        else if (event === "done" || event === "failed") ended = true;
        scroll.follow();
      }
    } catch (error) {
      if (!accepted && !controller.signal.aborted) {
        unsent();
        turns.complain(error instanceof Refused ? error.message : talk.dataset.unsent ?? "");
        busy(false);
        making = null;
        return;
      }
    }
    making = null;
    busy(false);
    if (accepted) {
      drawing = true;
      await stopped;
      await turns.refresh(article, ended || controller.signal.aborted);
      drawing = false;
      scroll.follow();
      if (fresh) showPast(talk);
    } else unsent();
  }

  /** @param {string} message */
  function say(message) {
    const text = message.trim();
    if (!text || making) return;
    const article = turns.pending(text);
    if (box.value.trim() === text) box.value = "";
    fit();
    reply(article, (signal) => sent(text, signal), () => {
      article.remove();
      if (!box.value) box.value = text;
      fit();
      box.focus();
    });
  }

  /** Stops at once: the page does not wait for the server to agree. */
  function stop() {
    if (!making) return;
    // leaving the stream stops it as well; this answers when what was made is kept
    if (makingTurn) stopped = api.stop(makingTurn).catch(() => {});
    making.abort();
    box.focus();
  }

  const fit = () => void (box.rows = Math.min(8, Math.max(1, box.value.split("\n").length)));

  composer.addEventListener("submit", (event) => {
    event.preventDefault();
    say(box.value);
  });
  box.addEventListener("input", fit);
  box.addEventListener("keydown", (event) => {
    // while Hangul is being composed, Enter only ends the syllable
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229) {
      event.preventDefault();
      say(box.value);
    }
  });
  stopButton.addEventListener("click", stop);
  talk.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && making && !part("passage").hasAttribute("open")) stop();
  });

  turns.on({
    starter: (text) => say(text),
    regenerate: (article) => {
      if (making) return;
      const id = article.dataset.turn ?? "";
      turns.wait(article);
      reply(article, (signal) => api.regenerate(id, signal), () => turns.refresh(article, true));
    },
    edit: (article, text) => {
      if (making) return;
      const id = article.dataset.turn ?? "";
      const fresh = turns.pending(text, article);
      reply(fresh, (signal) => api.edit(id, text, signal), () => fresh.replaceWith(article));
    },
    version: async (article, version) => {
      await api.show(article.dataset.turn ?? "", version);
      await turns.refresh(article, true);
    },
    branch: async (turn) => {
      await api.show(turn);
      await turns.reload();
    },
  });

  for (const sends of talk.querySelectorAll("[data-starter], [data-send]")) sends.removeAttribute("disabled");
  scroll.jump();
  if (matchMedia("(pointer: fine)").matches && !talk.dataset.test) box.focus({ preventScroll: true });
}

for (const talk of document.querySelectorAll("[data-talk]")) converse(/** @type {HTMLElement} */ (talk));

document.querySelector("[data-about]")?.addEventListener("click", (event) => {
  const open = document.querySelector(".talk-page")?.toggleAttribute("data-open");
  /** @type {HTMLElement} */ (event.currentTarget).setAttribute("aria-expanded", String(open));
});
const past = document.querySelector("[data-past]");

/** The list of conversations, with the one just begun. @param {HTMLElement} talk */
async function showPast(talk) {
  if (past) past.innerHTML = await piece(`/c/${talk.dataset.slug}/past?conversation=${talk.dataset.conversation}`);
}

past?.addEventListener("click", async (event) => {
  const id = /** @type {HTMLElement} */ (event.target).closest("[data-delete]")?.getAttribute("data-delete");
  const talk = /** @type {HTMLElement} */ (document.querySelector("[data-talk]"));
  if (!id || !confirm(talk.dataset.askDelete)) return;
  await api.remove(id);
  if (id === talk.dataset.conversation) location.href = `/c/${talk.dataset.slug}?new=1`;
  else await showPast(talk);
});
