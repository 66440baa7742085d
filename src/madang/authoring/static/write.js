/** Help me write: suggestions come as they are made; one is changed, taken or dropped, and nothing is overwritten. */

import { events } from "../chat/stream.js";

/** @param {HTMLFormElement} form @param {HTMLElement} editor @param {any} lines @param {() => void} changed */
export function writing(form, editor, lines, changed) {
  /** @type {AbortController | null} */
  let making = null;
  for (const button of form.querySelectorAll("[data-help-open]")) button.hidden = false;

  form.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const help = button.closest("[data-help]");
    if (button.dataset.helpOpen) toggle(button);
    else if (button.dataset.write) ask(help, button.dataset.write);
    else if ("writeStop" in button.dataset) making?.abort();
    else if ("take" in button.dataset) take(help, button.closest(".suggestion"));
    else if ("leave" in button.dataset) button.closest(".suggestion").remove();
  });

  /** @param {HTMLElement} button */
  function toggle(button) {
    const help = document.getElementById(`help-${button.dataset.helpOpen}`);
    help.hidden = !help.hidden;
    button.setAttribute("aria-expanded", String(!help.hidden));
    if (!help.hidden) help.querySelector("[data-sentence]").focus();
  }

  /** @param {HTMLElement} help @param {string} start */
  async function ask(help, start) {
    making?.abort();
    const controller = (making = new AbortController());
    const body = new FormData();
    body.set("csrf", document.body.dataset.csrf ?? "");
    body.set("what", help.dataset.help);
    body.set("start", start);
    body.set("sentence", help.querySelector("[data-sentence]").value);
    const words = help.querySelector("[data-help-words]");
    say(help, "", true);
    busy(help, true);
    try {
      const headers = { "X-Madang-CSRF": document.body.dataset.csrf ?? "", Accept: "application/json" };
      const answer = await fetch(`/edit/${editor.dataset.slug}/write`, { method: "POST", body, headers, signal: controller.signal });
      if (!answer.ok) throw new Error((await answer.json()).error.message);
      for await (const { event, data } of events(answer)) {
        if (event === "begun") words.textContent = "";
        if (event === "words") words.textContent += data.text;
        words.hidden = event !== "words";
        if (event === "suggestion") offer(help, data);
        if (event === "note" || event === "refused") say(help, data.text);
      }
    } catch (error) {
      if (!controller.signal.aborted) say(help, error instanceof TypeError ? editor.dataset.lost : error.message);
    }
    words.hidden = true;
    if (making === controller) {
      making = null;
      busy(help, false);
    }
  }

  /** @param {HTMLElement} help @param {boolean} on */
  function busy(help, on) {
    help.toggleAttribute("aria-busy", on);
    help.querySelector("[data-write-stop]").hidden = !on;
    for (const button of help.querySelectorAll("[data-write]")) button.disabled = on;
  }

  /** @param {HTMLElement} help @param {string} text @param {boolean} [anew] */
  function say(help, text, anew = false) {
    const said = help.querySelector("[data-help-said]");
    if (anew) said.replaceChildren();
    if (!text) return;
    const line = document.createElement("p");
    line.className = "hint";
    line.textContent = text;
    said.append(line);
  }

  /** @param {HTMLElement} help @param {any} data */
  function offer(help, data) {
    const copy = (name) => document.querySelector(`template[data-${name}]`).content.cloneNode(true).firstElementChild;
    const item = copy("suggestion");
    item.querySelector("[data-by]").textContent = data.by === "model" ? editor.dataset.byModel : editor.dataset.byRules;
    const place = item.querySelector("[data-lines]");
    if (!data.lines.length) {
      const box = copy("suggestion-text");
      box.value = data.text;
      place.append(box);
    }
    for (const one of data.lines) {
      const line = copy("suggestion-line");
      line.dataset.speaker = one.speaker;
      line.querySelector("[data-who]").textContent = document.querySelector(`span[data-speaker="${one.speaker}"]`).textContent;
      line.querySelector("textarea").value = one.text;
      place.append(line);
    }
    help.querySelector("[data-help-found]").append(item);
  }

  /** What is there stays: a persona is added below, a greeting beside the others. @param {HTMLElement} help @param {HTMLElement} item */
  function take(help, item) {
    const texts = [...item.querySelectorAll("textarea")].map((box) => box.value.trim());
    const text = texts.join("\n");
    if (!text) return;
    if (help.dataset.help === "persona") {
      const box = form.querySelector("[name=persona]");
      box.value = box.value.trim() ? `${box.value.trimEnd()}\n\n${text}` : text;
    } else if (help.dataset.help === "greeting") lines.greet(text);
    else {
      const said = [...item.querySelectorAll("[data-speaker]")].map((line, at) => ({ speaker: line.dataset.speaker, text: texts[at] }));
      lines.exchange(said.filter((one) => one.text));
    }
    item.remove();
    changed();
  }
}
