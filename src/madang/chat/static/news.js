/** What happens elsewhere in the conversation on this page: a person joins, writes, leaves. */

import { api, events, Refused } from "./stream.js";

const SOON = 1_000;
const LATE = 30_000;

/**
 * Listens while somebody looks at the page, and only once there is a conversation.
 * @param {HTMLElement} talk
 * @param {import("./turns.js").Turns} turns
 * @param {{busy: () => boolean, follow: () => void, join: () => void}} page
 * @returns {() => void} to call when a conversation was begun
 */
export function news(talk, turns, page) {
  /** @type {AbortController | null} */
  let listening = null;
  let wait = SOON;

  async function listen() {
    const { conversation, revision = "0", test } = talk.dataset;
    if (listening || document.hidden || !conversation || test) return;
    const controller = (listening = new AbortController());
    try {
      for await (const { event, data } of events(await api.news(conversation, revision || "0", controller.signal))) {
        wait = SOON;
        await heard(event, data);
      }
    } catch (error) {
      if (error instanceof Refused) wait = LATE;
    }
    if (listening === controller) listening = null;
    if (controller.signal.aborted) return;
    setTimeout(listen, wait);
    wait = Math.min(LATE, wait * 2);
  }

  /** @param {string} event @param {any} data */
  async function heard(event, data) {
    if (event === "deleted") {
      turns.complain(talk.dataset.deleted ?? "");
      talk.dataset.conversation = "";
      listening?.abort();
      return;
    }
    talk.dataset.revision = String(data.revision ?? talk.dataset.revision ?? "");
    const held = talk.hasAttribute("data-held");
    talk.toggleAttribute("data-held", Boolean(data.held));
    if (event === "said") await said(data.turn.id);
    else if (event === "changed") await changed(data.turn);
    else if (held !== Boolean(data.held)) {
      turns.part("announce").textContent = (data.held ? talk.dataset.joined : talk.dataset.back) ?? "";
      // what waits for an answer looks otherwise now
      await turns.redraw();
    }
    page.follow();
  }

  /** A person's words. @param {string} turn */
  async function said(turn) {
    const article = turns.article(turn);
    if (article) await turns.refresh(article, true);
    else if (!page.busy()) await turns.append(turn);
  }

  /** Something that another page of the same visitor did, or this one. @param {any} turn the last one */
  async function changed(turn) {
    if (page.busy() || !turn) return;
    const reply = turn.replies[turn.shown];
    const article = turns.article(turn.id);
    const here = article?.querySelector("[data-reply]")?.getAttribute("data-reply");
    if (article && reply && here === reply.id && article.dataset.state === reply.state) return;
    if (reply?.state === "streaming") {
      // one that has ended here was looked at before it had
      if (here !== reply.id) await turns.redraw();
      return page.join();
    }
    turns.ended();
    if (article && article.dataset.state === reply?.state && reply?.basis === "person" && !reply.text) return;
    await turns.redraw();
  }

  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      listening?.abort();
      listening = null;
    } else listen();
  });
  listen();
  return listen;
}
