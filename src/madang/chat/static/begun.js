/** How a message reaches its conversation, which begins with the first one. */

import { api } from "./stream.js";

/** The page is that of a conversation that has just begun. @param {HTMLElement} talk @param {string} id */
export function begunAs(talk, id) {
  const { slug, test, channel = "page" } = talk.dataset;
  talk.dataset.conversation = id;
  if (!test && channel === "page") history.replaceState(null, "", `/c/${slug}?conversation=${id}`);
}

/** @param {HTMLElement} talk @param {{message: string, turn: string}} said @param {AbortSignal} signal */
export async function deliver(talk, said, signal) {
  if (talk.dataset.conversation) return api.say(talk.dataset.conversation, said, signal);
  const { slug = "", test, channel = "page", greeting = "0" } = talk.dataset;
  const begun = { character: slug, test: test === "1", greeting: Number(greeting), channel };
  if (channel !== "embed") return api.begin(begun, said, signal);
  // a pass of another website counts what is said, in one place
  begunAs(talk, await api.start(begun));
  return api.say(talk.dataset.conversation ?? "", said, signal);
}
