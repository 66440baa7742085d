/** The editor: saves by itself, rows are added and moved, suggestions taken, parts shown one by one on a phone. */

import { chips } from "./chips.js";
import { Kept } from "./kept.js";
import { lorebook } from "./lorebook.js";
import { pictures } from "./picture.js";
import { rows } from "./rows.js";
import { Saving } from "./save.js";
import { chosen, sources } from "./sources.js";
import { writing } from "./write.js";

const editor = document.querySelector("[data-editor]");
const form = editor.querySelector("[data-form]");
const changed = () => form.dispatchEvent(new Event("input", { bubbles: true }));

const tags = chips(form.querySelector("[data-chips]"), changed);
const lines = rows(form, changed);
const lore = lorebook(form.querySelector("[data-lore]"), changed);
const kept = new Kept(form, `madang:edit:${editor.dataset.slug}`, { tags, lines, lore, changed });
const saving = new Saving(editor, form, kept);
writing(form, editor, lines, changed);
pictures(editor);
sources(document.getElementById("knowledge"));
kept.offer(document.querySelector("[data-kept-notice]"));

form.addEventListener("input", (event) => {
  if (event.target.closest?.("[data-help]")) return; // a sentence for help is not the character's
  saving.changed();
  if (event.target.name === "name") editor.querySelector("[data-shown-name]").textContent = event.target.value;
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  const button = event.submitter;
  if (button?.name === "over") saving.over(button.value);
  else saving.now(button?.value ?? "save", { byHand: true });
});
editor.addEventListener("click", (event) => {
  const target = event.target.closest("button, a");
  if (!target) return;
  if (target.dataset.suggest) takeStarter(target);
  else if (target.dataset.suggestName) takeName(target);
  else if (target.dataset.tab) show(target.dataset.tab, true);
  else if ("theirs" in target.dataset) saving.theirs();
  else if ("again" in target.dataset) {
    event.preventDefault();
    saving.now("save").then(() => startOver());
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() === "s" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    saving.now("save", { byHand: true });
  }
  const open = editor.querySelector("[data-publish][open]");
  if (event.key === "Escape" && open) {
    open.open = false;
    open.querySelector("summary").focus();
  }
});

/** @param {HTMLElement} button a question found in the knowledge */
function takeStarter(button) {
  const box = form.querySelector("[name=starters]");
  box.value = `${box.value.trimEnd()}\n${button.dataset.suggest}`.trimStart();
  box.focus();
  button.remove();
  changed();
}

/** @param {HTMLElement} button what its pages call it */
function takeName(button) {
  const box = form.querySelector("[name=name]");
  box.value = button.dataset.suggestName;
  box.dispatchEvent(new Event("input", { bubbles: true }));
  box.focus();
  button.closest(".suggestions").remove();
}

const talk = editor.querySelector("[data-talk]");

/** The test conversation from its beginning, with the draft as it is saved; what is said meanwhile stays. */
async function startOver() {
  if (!talk || talk.hasAttribute("data-busy")) return;
  const thread = talk.querySelector("[data-thread]");
  const turns = thread.querySelectorAll("[data-turn]").length;
  const answer = await fetch(`/edit/${editor.dataset.slug}/try`, { headers: { "HX-Request": "true" } });
  const beginning = await answer.text();
  if (!answer.ok || talk.hasAttribute("data-busy") || thread.querySelectorAll("[data-turn]").length !== turns) return;
  talk.dataset.conversation = "";
  thread.innerHTML = beginning;
}
saving.then(() => {
  if (!talk) return;
  // what was said stays to be read; the next message meets the draft as it is now
  if (talk.querySelector("[data-thread] [data-turn]")) talk.dataset.conversation = "";
  else startOver();
});

const tabs = [...editor.querySelectorAll("[data-tab]")];

/** @param {string} name @param {boolean} byHand */
function show(name, byHand) {
  editor.dataset.shown = name;
  for (const tab of tabs) {
    const on = tab.dataset.tab === name;
    tab.setAttribute("aria-selected", String(on));
    tab.tabIndex = on ? 0 : -1;
  }
  if (byHand) history.replaceState(null, "", `#${name}`);
}

editor.querySelector("[role=tablist]").addEventListener("keydown", (event) => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  const next = tabs[(tabs.indexOf(event.target) + step + tabs.length) % tabs.length];
  show(next.dataset.tab, true);
  next.focus();
});

// when a wide window gets narrow, the part that is worked in stays in sight, and with it a dialog that stands open in it
editor.addEventListener("focusin", (event) => {
  const part = event.target.closest("[data-part]");
  if (part && part.dataset.part !== editor.dataset.shown) show(part.dataset.part, false);
});

// whoever jumps to a part goes on from there with the keyboard
editor.querySelector(".jumps").addEventListener("click", (event) => {
  const place = document.getElementById(event.target.closest("[data-jump]")?.hash.slice(1) ?? "");
  place?.focus({ preventScroll: true }); // the link itself scrolls
});
editor.querySelector("#lore-file").addEventListener("change", (event) => chosen(event.target.form, event.target));

const wanted = location.hash.slice(1);
show(tabs.some((tab) => tab.dataset.tab === wanted) ? wanted : "who", false);
if (wanted) document.getElementById(wanted)?.closest("details")?.setAttribute("open", "");
