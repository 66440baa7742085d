/** The editor: what is not saved is said, rows are added and removed, suggestions taken, tabs on a phone. */

const editor = document.querySelector("[data-editor]");
const form = editor.querySelector("[data-form]");
let dirty = false;

form.addEventListener("input", () => {
  dirty = true;
  const said = form.querySelector("[data-said]");
  if (said) said.textContent = editor.dataset.changed;
});
form.addEventListener("submit", () => { dirty = false; });
document.addEventListener("htmx:after:swap", () => {
  const state = document.getElementById("state");
  // a refused save has its sentence in the state: the changes are still only here
  if (state?.querySelector(".alert")) dirty = true;
});
addEventListener("beforeunload", (event) => {
  if (dirty) event.preventDefault();
});

editor.addEventListener("click", (event) => {
  const target = event.target.closest("button, a");
  if (!target) return;
  if (target.dataset.addRow) addRow(target.dataset.addRow);
  else if ("dropRow" in target.dataset) dropRow(target);
  else if (target.dataset.suggest) takeSuggestion(target);
  else if (target.dataset.tab) show(target.dataset.tab, true);
  else if ("again" in target.dataset) {
    event.preventDefault();
    location.hash = "try";
    location.reload();
  }
});

/** @param {string} kind */
function addRow(kind) {
  const list = form.querySelector(`[data-rows="${kind}"]`);
  list.append(form.querySelector(`template[data-row="${kind}"]`).content.cloneNode(true));
  list.lastElementChild.querySelector("textarea").focus();
}

/** @param {HTMLElement} button */
function dropRow(button) {
  const row = button.closest("li");
  const next = row.nextElementSibling ?? row.previousElementSibling;
  (next?.querySelector("textarea") ?? form.querySelector("[data-save]")).focus();
  row.remove();
  form.dispatchEvent(new Event("input"));
}

/** @param {HTMLElement} button */
function takeSuggestion(button) {
  const box = form.querySelector("[name=starters]");
  box.value = `${box.value.trimEnd()}\n${button.dataset.suggest}`.trimStart();
  box.focus();
  button.remove();
  form.dispatchEvent(new Event("input"));
}

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

const wanted = location.hash.slice(1);
show(tabs.some((tab) => tab.dataset.tab === wanted) ? wanted : "who", false);
