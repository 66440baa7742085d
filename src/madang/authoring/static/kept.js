/** Text that is not saved yet, kept in this tab: after a reload or a crash it is offered again. */

const SOON = 300;
const OWN = new Set(["csrf", "seen", "then", "over", "note", "visibility"]);

export class Kept {
  /**
   * @param {HTMLFormElement} form
   * @param {string} key
   * @param {{tags: any, lines: any, lore: any, changed: () => void}} parts
   */
  constructor(form, key, parts) {
    this.form = form;
    this.key = key;
    this.parts = parts;
    this.timer = 0;
  }

  soon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.write(), SOON);
  }

  write() {
    clearTimeout(this.timer);
    try {
      sessionStorage.setItem(this.key, JSON.stringify({ at: Date.now(), pairs: this.#pairs() }));
    } catch {
      // no room, or not allowed: the text is still on the page
    }
  }

  forget() {
    clearTimeout(this.timer);
    try {
      sessionStorage.removeItem(this.key);
    } catch {
      // it was never kept
    }
  }

  /** Shows the notice when there is text that the page does not have. @param {HTMLElement} notice */
  offer(notice) {
    const held = this.#read();
    if (!held || JSON.stringify(held.pairs) === JSON.stringify(this.#pairs())) return this.forget();
    const words = notice.querySelector("span");
    const time = new Date(held.at).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
    words.textContent = words.textContent.replace("{time}", time);
    notice.hidden = false;
    notice.querySelector("[data-kept-back]").addEventListener("click", () => {
      notice.hidden = true;
      this.#fill(held.pairs);
      this.parts.changed();
    });
    notice.querySelector("[data-kept-drop]").addEventListener("click", () => {
      notice.hidden = true;
      this.forget();
    });
  }

  #read() {
    try {
      const held = JSON.parse(sessionStorage.getItem(this.key) ?? "null");
      return Array.isArray(held?.pairs) ? held : null;
    } catch {
      return null;
    }
  }

  /** @returns {[string, string][]} what the form would send */
  #pairs() {
    return [...new FormData(this.form)].filter(([name]) => !OWN.has(name)).map(([name, value]) => [name, String(value)]);
  }

  /** @param {[string, string][]} pairs */
  #fill(pairs) {
    const all = (name) => pairs.filter(([one]) => one === name).map(([, value]) => value);
    for (const field of this.form.elements) {
      if (!field.name || OWN.has(field.name) || field.name.startsWith("example_") || field.closest("[data-row]")) continue;
      const values = all(field.name);
      if (field.type === "checkbox") field.checked = values.includes(field.value);
      else if (field.type !== "hidden" && values.length) field.value = values[0];
    }
    this.parts.lines.greetings([...all("greeting"), ...all("alternate_greeting").filter((text) => text.trim())]);
    this.parts.lines.examples(all("example_group").map((group, at) => [group, all("example_speaker")[at], all("example_text")[at]]));
    this.parts.tags.show();
    if (all("lorebook").length) this.parts.lore.load(all("lorebook")[0]);
  }
}
