/** The conversation: says a message, shows the reply as it streams, stops, edits, asks for another reply. */

import { begunAs, deliver } from "./begun.js";
import { composer } from "./composer.js";
import { greetings, settled } from "./greetings.js";
import { news } from "./news.js";
import { openPassages } from "./passage.js";
import { showPast } from "./past.js";
import { queued } from "./queue.js";
import { followEnd } from "./scroll.js";
import { conversationOf, onItsWay, turnId } from "./sent.js";
import { api, events, Refused } from "./stream.js";
import { thumbs } from "./thumbs.js";
import { Turns } from "./turns.js";

/** @param {HTMLElement} talk */
function converse(talk) {
  /** @template {HTMLElement} T @param {string} name @returns {T} */
  const part = (name) => /** @type {T} */ (talk.querySelector(`[data-${name}]`));
  const sendButton = part("send");
  const stopButton = part("stop");
  const scroll = followEnd(part("thread"), part("to-end"));
  const turns = new Turns(talk);
  const sent = onItsWay(talk);
  const box = composer(talk, say);
  /** @type {AbortController | null} the reply being made */
  let making = null;
  /** its turn, once it is accepted */
  let makingTurn = "";
  let unwanted = false;
  let drawing = false;
  /** @type {Promise<unknown>} */
  let stopped = Promise.resolve();
  openPassages(talk);
  greetings(talk);
  thumbs(talk, turns);
  const listen = news(talk, turns, { busy: () => making !== null || drawing, follow: scroll.follow, join });

  /** @param {boolean} on */
  function busy(on) {
    sendButton.hidden = on;
    stopButton.hidden = !on;
    talk.toggleAttribute("data-busy", on);
  }

  /**
   * Shows one reply from request to end.
   * @param {HTMLElement} article where it goes
   * @param {(signal: AbortSignal) => Promise<Response>} ask
   * @param {() => void} unsent undoes what was shown when the message was not accepted
   * @param {boolean} [own] whether it was asked for here
   */
  async function reply(article, ask, unsent, own = true) {
    const controller = (making = new AbortController());
    let accepted = false;
    let ended = false;
    const fresh = !talk.dataset.conversation;
    makingTurn = "";
    unwanted = false;
    if (own) turns.complain("");
    busy(true);
    scroll.jump();
    try {
      for await (const { event, data } of events(await ask(controller.signal))) {
        if (event === "accepted") {
          accepted = true;
          makingTurn = article.dataset.turn = data.turn.id;
          if (!talk.dataset.conversation) begunAs(talk, data.turn.conversation_id);
          settled(talk);
          if (fresh) listen();
          if (unwanted) stop();
        } else if (event === "waiting") queued(article, data.ahead);
        else if (event === "delta") turns.words(article, data.text ?? "");
        else if (event === "html") turns.html(article, typeof data === "string" ? data : data.html ?? data.text);
        else if (event === "done" || event === "failed") ended = true;
        scroll.follow();
      }
    } catch (error) {
      const refused = error instanceof Refused;
      if (refused) sent.forget();
      if (!accepted && own && !controller.signal.aborted) {
        turns.complain(refused ? error.message : talk.dataset.unsent ?? "", undefined, refused && error.status === 409);
      }
    }
    making = null;
    busy(false);
    if (!accepted) return unsent();
    drawing = true;
    await stopped;
    const drawn = await turns.refresh(article, ended || controller.signal.aborted);
    drawing = false;
    turns.ended();
    scroll.follow();
    if (fresh) showPast(talk);
    if (drawn?.dataset.state === "streaming") join();
  }

  /** Follows the reply that is being made already: the page was loaded again, or another one asked for it. */
  function join() {
    const article = part("thread").querySelector("article:last-of-type[data-state=streaming]");
    if (!(article instanceof HTMLElement) || making || drawing) return;
    turns.wait(article);
    const id = article.dataset.turn ?? "";
    reply(article, (signal) => api.follow(id, signal), () => turns.refresh(article, true), false);
  }

  /** Finds what was sent from here just before the page was loaded again, or sends it now. */
  async function recover() {
    const { turn = "", text = "" } = sent.left() ?? {};
    sent.forget();
    box.taken(text); // a page that breaks off takes it for unsent
    const drawn = turn && turns.article(turn);
    // it arrived before this page was drawn, which may have been asked for before the answer named its conversation
    if (drawn) begunAs(talk, talk.dataset.conversation ?? "");
    if (!turn || drawn) return join();
    const { signal } = (making = new AbortController());
    unwanted = true; // to stop is to look no longer
    const article = turns.pending(text);
    sent.keep(turn, text); // it may be loaded once more
    busy(true);
    scroll.jump();
    const id = await conversationOf(turn, signal);
    making = null;
    busy(false);
    // a first message may have been heard from somebody who was given no cookie for it
    const again = talk.dataset.conversation ? turn : turnId();
    if (!id) return signal.aborted ? box.back(text, article) : hand(article, text, again);
    if (id !== talk.dataset.conversation) begunAs(talk, id);
    sent.known(turn);
    await turns.reload();
    showPast(talk);
    listen();
    join();
  }

  /** @param {string} message */
  function say(message) {
    const text = message.trim();
    if (!text || making) return;
    const article = turns.pending(text);
    box.taken(text);
    hand(article, text, turnId());
  }

  /** @param {HTMLElement} article @param {string} text @param {string} turn */
  async function hand(article, text, turn) {
    sent.keep(turn, text);
    await reply(article, (signal) => deliver(talk, { message: text, turn }, signal), () => box.back(text, article));
    sent.known(turn);
  }

  /** Stops at once: the page does not wait for the server to agree. */
  function stop() {
    if (!making) return;
    // what is not accepted yet cannot be told to stop: it is as soon as it is; who asks twice waits for nothing
    const soon = !makingTurn && !unwanted;
    unwanted = true;
    if (soon) return;
    // this answers when what was made is kept
    if (makingTurn) stopped = api.stop(makingTurn).catch(() => {});
    making.abort();
    box.focus();
  }

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
      reply(fresh, (signal) => api.edit(id, text, signal), () => turns.unedited(fresh, article, text));
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
  recover();
  if (!matchMedia("(pointer: coarse)").matches && !talk.dataset.test) box.focus(); // no keyboard comes up
}

for (const talk of document.querySelectorAll("[data-talk]")) converse(/** @type {HTMLElement} */ (talk));
