/** Turns on the page. The server draws them; while a reply streams, only its words are touched here. */

import { editing } from "./editing.js";
import { piece } from "./stream.js";

/**
 * @typedef {object} Hands what a person can do with turns
 * @property {(text: string) => void} starter
 * @property {(article: HTMLElement) => void} regenerate
 * @property {(article: HTMLElement, text: string) => void} edit
 * @property {(article: HTMLElement, version: number) => Promise<void>} version
 * @property {(turn: string) => Promise<void>} branch
 */

export class Turns {
  /** @param {HTMLElement} talk */
  constructor(talk) {
    this.talk = talk;
    this.thread = this.part("thread");
    /** How often this page itself changed the thread. */
    this.drawings = 0;
  }

  /** @param {string} name @returns {HTMLElement} */
  part(name) {
    return /** @type {HTMLElement} */ (this.talk.querySelector(`[data-${name}]`));
  }

  /** @param {string} name @returns {HTMLElement} a copy of a template's first element */
  copy(name) {
    const template = /** @type {HTMLTemplateElement} */ (this.talk.querySelector(`template[data-${name}]`));
    return /** @type {HTMLElement} */ (template.content.firstElementChild?.cloneNode(true));
  }

  /** @param {string} text @param {HTMLElement} [instead] the turn it takes the place of */
  pending(text, instead) {
    this.drawings += 1;
    const article = this.copy("pending");
    /** @type {HTMLElement} */ (article.querySelector("[data-said]")).textContent = text;
    this.part("starters")?.remove();
    for (const last of this.thread.querySelectorAll("[data-edit], [data-regenerate]")) last.remove();
    if (instead) instead.replaceWith(article);
    else this.thread.append(article);
    return article;
  }

  /** Empties the reply and shows that another is being made. @param {HTMLElement} article */
  wait(article) {
    this.drawings += 1;
    const waiting = this.copy("pending").querySelector(".reply");
    article.querySelector(".reply, :scope > .alert")?.replaceWith(/** @type {Element} */ (waiting));
    article.removeAttribute("data-html");
  }

  /** Appends words at once; the rendered HTML that follows takes their place. @param {HTMLElement} article @param {string} text */
  words(article, text) {
    const words = /** @type {HTMLElement} */ (article.querySelector("[data-words]"));
    if (!text) return;
    words.querySelector(".waiting")?.remove();
    const last = words.lastElementChild;
    (last?.matches("p, h3, h4, h5, h6") ? last : words).append(text);
  }

  /** @param {HTMLElement} article @param {string} html safe: rendered by the studio from the words so far */
  html(article, html) {
    if (!html) return;
    article.setAttribute("data-html", "");
    /** @type {HTMLElement} */ (article.querySelector("[data-words]")).innerHTML = html;
  }

  /** Has the server draw the finished turn: citations, basis, versions. @param {HTMLElement} article @param {boolean} ended @returns {Promise<HTMLElement | undefined>} */
  async refresh(article, ended) {
    try {
      const fresh = await this.drawn(article.dataset.turn);
      const turn = /** @type {HTMLElement} */ (fresh.firstElementChild);
      this.drawings += 1;
      article.replaceWith(turn);
      const said = turn.querySelector("[data-words]")?.textContent?.trim();
      this.part("announce").textContent = said || (turn.querySelector("[data-note]")?.textContent ?? "");
      const whole = ended || ["done", "streaming"].includes(turn.dataset.state ?? ""); // it may have gone on
      if (!whole) this.complain(this.talk.dataset.lost ?? "", () => this.hands?.regenerate(turn));
      return turn;
    } catch {
      article.querySelector(".waiting")?.remove();
      this.complain(this.talk.dataset.lost ?? "", () => this.refresh(article, true));
    }
  }

  /** @param {string} turn @returns {HTMLElement | null} */
  article(turn) {
    return this.thread.querySelector(`[data-turn="${CSS.escape(turn)}"]`);
  }

  /** A turn that was made elsewhere. @param {string} turn */
  async append(turn) {
    const fresh = await this.drawn(turn);
    if (this.article(turn)) return;
    this.part("announce").textContent = fresh.textContent?.replace(/\s+/g, " ").trim() ?? "";
    this.drawings += 1;
    this.thread.append(fresh);
  }

  /** The same after something happened elsewhere: what this page does meanwhile is newer, and stays. */
  async redraw() {
    for (let tries = 0; tries < 5; tries += 1) {
      const before = this.drawings;
      const fresh = await this.drawn();
      if (before === this.drawings && !this.talk.hasAttribute("data-busy")) {
        this.thread.replaceChildren(fresh);
        return;
      }
      await new Promise((soon) => setTimeout(soon, 400));
    }
  }

  /** Draws the whole thread again, after another branch was chosen. */
  async reload() {
    this.thread.replaceChildren(await this.drawn());
  }

  /** @param {string} [turn] */
  async drawn(turn) {
    const query = new URLSearchParams({ conversation: this.talk.dataset.conversation ?? "" });
    if (turn) query.set("turn", turn);
    const holder = document.createElement("template");
    holder.innerHTML = await piece(`/c/${this.talk.dataset.slug}/thread?${query}`);
    return holder.content;
  }

  /** One sentence above the composer, with a way to try again; an empty one clears it. @param {string} sentence @param {() => void} [again] @param {boolean} [passes] whether it holds only as long as a reply is made */
  complain(sentence, again, passes = false) {
    const place = this.part("alert");
    place.replaceChildren();
    if (!sentence) return;
    const alert = this.copy("failure");
    /** @type {HTMLElement} */ (alert.querySelector("[data-sentence]")).textContent = sentence;
    const retry = /** @type {HTMLElement} */ (alert.querySelector("[data-retry]"));
    retry.hidden = !again;
    alert.toggleAttribute("data-passes", passes);
    retry.addEventListener("click", () => {
      place.replaceChildren();
      again?.();
    });
    place.append(alert);
  }

  /** No reply is being made any more: what was said about one goes. What was not sent for it can be now. */
  ended() {
    if (!this.part("alert").querySelector("[data-passes]")) return;
    const { value } = /** @type {HTMLTextAreaElement} */ (this.part("message"));
    this.complain(value.trim() ? this.talk.dataset.free ?? "" : "");
  }

  /** @param {Hands} hands */
  on(hands) {
    this.hands = hands;
    this.thread.addEventListener("click", (event) => {
      const button = /** @type {HTMLElement} */ (event.target).closest("button");
      const article = /** @type {HTMLElement} */ (button?.closest("[data-turn]"));
      if (!button) return;
      const { starter, regenerate, edit, version, branch } = button.dataset;
      if (starter !== undefined) hands.starter(button.textContent ?? "");
      else if (regenerate !== undefined) hands.regenerate(article);
      else if (edit !== undefined) this.edit(article);
      else if (version) this.attempt(hands.version(article, Number(version)));
      else if (branch) this.attempt(hands.branch(branch));
    });
  }

  /** Lets a message be written anew in its place. @param {HTMLElement} article @param {string} [unsent] what was not accepted */
  edit(article, unsent) {
    editing(article, this.copy("editing"), (text) => this.hands?.edit(article, text), unsent);
  }

  /** What was written anew is not accepted. @param {HTMLElement} fresh @param {HTMLElement} article @param {string} text */
  unedited(fresh, article, text) {
    fresh.replaceWith(article);
    this.edit(article, text);
  }

  /** @param {Promise<void>} work */
  attempt(work) {
    work.catch((error) => this.complain(error.message));
  }
}
