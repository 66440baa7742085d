/** A message on its way: a page that is loaded again meanwhile finds it by the id that it chose. */

import { api } from "./stream.js";

const LETTERS = "0123456789abcdefghjkmnpqrstvwxyz";
/** Milliseconds between looks for a message that may still be under way. */
const LOOKS = [0, 200, 400, 800, 1600];
/** Milliseconds in which what a page has heard may come too late for one that is asked for already. */
const LATE = 3000;

/** @returns {string} an id as the studio gives them: the time, then chance */
export function turnId() {
  let time = "";
  for (let left = Date.now(); time.length < 10; left = Math.floor(left / 32)) time = LETTERS[left % 32] + time;
  return `trn_${time}${[...crypto.getRandomValues(new Uint8Array(16))].map((byte) => LETTERS[byte & 31]).join("")}`;
}

/**
 * What this tab keeps of it. A frame in another page and a maker's test are not found again by their address.
 * @param {HTMLElement} talk
 */
export function onItsWay(talk) {
  const { slug, test, channel } = talk.dataset;
  const name = `madang-sent ${slug}`;
  const keeps = channel === "page" && !test;

  /** @param {(store: Storage) => T} use @returns {T | null} @template T */
  function stored(use) {
    try {
      return keeps ? use(sessionStorage) : null;
    } catch {
      return null; // it may keep nothing here
    }
  }
  const kept = () => /** @type {{turn: string, text: string} | null} */ (stored((store) => JSON.parse(store.getItem(name) ?? "null")));
  const forget = () => void stored((store) => store.removeItem(name));
  return {
    forget,
    /** @param {string} turn @param {string} text */
    keep: (turn, text) => stored((store) => store.setItem(name, JSON.stringify({ turn, text }))),
    /** What became of it is known; a page that is being loaded may have been drawn before. @param {string} turn */
    known: (turn) => setTimeout(() => kept()?.turn === turn && forget(), LATE),
    /** What was on its way when this page was loaded again: by another way one comes to begin anew. */
    left() {
      const [way] = /** @type {PerformanceNavigationTiming[]} */ (performance.getEntriesByType("navigation"));
      return way?.type === "reload" ? kept() : null;
    },
  };
}

/** Looks for a message that was sent from here. @param {string} turn @param {AbortSignal} signal @returns {Promise<string>} the id of its conversation, empty when it did not arrive */
export async function conversationOf(turn, signal) {
  for (const wait of LOOKS) {
    await new Promise((soon) => setTimeout(soon, wait));
    if (signal.aborted) break;
    try {
      return (await api.turn(turn, signal)).conversation_id;
    } catch {
      // not yet, or never
    }
  }
  return "";
}
