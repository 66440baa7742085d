/** The panel inside its frame: who the visitor is without a cookie, the switch, and words with the website. */

import { events, piece, send } from "../chat/stream.js";

const body = document.body;
const slug = (body.dataset.base ?? "").slice("/embed/".length);
const website = body.dataset.origin === "preview" ? location.origin : body.dataset.origin ?? "";
const talk = /** @type {HTMLElement | null} */ (document.querySelector("[data-talk]"));
const kept = `madang-embed ${slug}`;
const RENEW_MS = 45 * 60 * 1000;
const AGAIN_MS = 2000;

/** Tells the website's script; it says nothing about the conversation. @param {string} word */
const tell = (word) => parent !== window && parent.postMessage({ madang: word }, website);

/** What this browser keeps for this website alone; where it may keep nothing, each opening is a new visitor. */
function remembered() {
  try {
    return JSON.parse(localStorage.getItem(kept) ?? "{}");
  } catch {
    return {};
  }
}

function remember() {
  try {
    localStorage.setItem(kept, JSON.stringify({ pass: body.dataset.token, conversation: talk?.dataset.conversation }));
  } catch {
    // storage is closed to frames here
  }
}

/** A fresh pass for the visitor of an older one. @param {string} older */
async function renew(older) {
  const response = await fetch(`${body.dataset.base}/pass`, {
    method: "POST",
    body: older,
    credentials: "omit",
    headers: { [body.dataset.tokenHeader ?? ""]: body.dataset.token ?? "", "Content-Type": "text/plain" },
  });
  if (response.ok) body.dataset.token = (await response.json()).pass;
  return response.ok;
}

/** Goes on where this visitor was, if they were here before. */
async function resume() {
  const { pass, conversation } = remembered();
  if (!pass || !talk || !(await renew(pass)) || !conversation || talk.dataset.conversation) return;
  try {
    const drawn = await piece(`/c/${slug}/thread?${new URLSearchParams({ conversation })}`);
    const thread = /** @type {HTMLElement} */ (talk.querySelector("[data-thread]"));
    if (talk.dataset.conversation || talk.hasAttribute("data-busy")) return;
    thread.innerHTML = drawn;
    thread.scrollTop = thread.scrollHeight;
    talk.dataset.conversation = conversation;
  } catch {
    // it was deleted meanwhile: a new one begins with the first message
  }
}

function off() {
  /** @type {HTMLElement} */ (document.querySelector("[data-off]")).hidden = false;
  talk?.setAttribute("inert", "");
  body.classList.add("over");
  /** @type {HTMLElement | null} */ (talk?.querySelector("[data-stop]:not([hidden])"))?.click();
  tell("off");
}

/** Waits for the news that the switch is off; a lost connection is taken up again. */
async function watch() {
  for (;;) {
    try {
      for await (const { event } of events(await send("/live", { method: "GET" }))) if (event === "off") return off();
      if (website === location.origin) return;
    } catch (error) {
      // refused: it was switched off while the connection was lost
      if (!(error instanceof TypeError)) return off();
    }
    await new Promise((again) => setTimeout(again, AGAIN_MS));
  }
}

/** The website's colour, with words on it that can be read. @param {string} accent */
function wear(accent) {
  if (!/^#[0-9a-f]{6}$/.test(accent) || accent === "#17625b") return;
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = parseInt(accent.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  const light = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  const style = document.documentElement.style;
  style.setProperty("--beam", accent);
  style.setProperty("--on-beam", light > 0.18 ? "#1d1916" : "#fffdf8");
}

wear(body.dataset.accent ?? "");
const ready = remembered().pass ? resume().catch(() => {}) : Promise.resolve();
// the conversation's script takes up what stands there, so the older conversation comes first
await ready;
await import("../chat/chat.js");
tell("ready");
watch();

if (talk) new MutationObserver(remember).observe(talk, { attributeFilter: ["data-conversation"] });
addEventListener("pagehide", remember);
setInterval(() => renew(body.dataset.token ?? ""), RENEW_MS);
document.querySelector("[data-leave]")?.addEventListener("click", () => tell("close"));
document.querySelector("[data-anew]")?.addEventListener("click", () => {
  if (talk) talk.dataset.conversation = "";
  remember();
  location.reload();
});
addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !talk?.hasAttribute("data-busy") && !document.querySelector("dialog[open]")) tell("close");
});
addEventListener("message", (event) => {
  if (event.source !== parent || event.origin !== website || event.data?.madang !== "open") return;
  /** @type {HTMLElement | null} */ (document.querySelector("[data-message]"))?.focus({ preventScroll: true });
});
