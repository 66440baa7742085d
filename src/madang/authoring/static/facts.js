/** The form of facts: rows are added and taken away at once; without this script the same buttons ask the server. */

const form = document.querySelector("[data-facts]");
const unsaved = form.querySelector("[data-unsaved]");
// what came back with the page, because a button beside the form was pressed, is not saved either
let changed = form.hasAttribute("data-changed");

function change() {
  changed = true;
  unsaved.hidden = false;
}

form.addEventListener("click", (event) => {
  const add = event.target.closest("[data-add]");
  const drop = event.target.closest("[data-drop]");
  if (!add && !drop) return;
  event.preventDefault();
  change();
  if (add) {
    const list = form.querySelector(`[data-rows="${add.dataset.add}"]`);
    list.append(form.querySelector(`template[data-row="${add.dataset.add}"]`).content.cloneNode(true));
    list.lastElementChild.querySelector("input, select").focus();
    return;
  }
  const row = drop.closest("[data-fact]");
  const near = row.nextElementSibling ?? row.previousElementSibling;
  const list = row.parentElement;
  row.remove();
  (near?.querySelector("input, select") ?? list.parentElement.querySelector("[data-add]")).focus();
});

form.addEventListener("input", (event) => {
  change();
  // hours that are typed mean that the day is open
  const day = event.target.name?.match(/^hours-(\d)$/)?.[1];
  const state = day && form.elements[`state-${day}`];
  if (state && event.target.value.trim()) state.value = "open";
});
form.addEventListener("submit", () => (changed = false));
window.addEventListener("beforeunload", (event) => {
  if (changed) event.preventDefault();
});
