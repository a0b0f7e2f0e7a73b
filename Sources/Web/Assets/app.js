// Pages work without this; it makes them quicker to use.
"use strict";

// j and k (or the arrow keys) move through an inbox or the cards of a board.
const rows = [...document.querySelectorAll(".inbox .row, .card a")];
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select")) return;
  const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key];
  if (!step || rows.length === 0) return;
  const here = rows.indexOf(document.activeElement);
  const next = here < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(Math.max(here + step, 0), rows.length - 1);
  rows[next].focus();
  event.preventDefault();
});

// A form is sent once. The button that sent it is only disabled afterwards, or its value would be lost.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) return event.preventDefault();
  if (form.method.toLowerCase() !== "post") return;
  form.dataset.sent = "1";
  setTimeout(() => form.querySelectorAll("button").forEach((button) => (button.disabled = true)));
});
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  document.querySelectorAll("form").forEach((form) => {
    delete form.dataset.sent;
    form.querySelectorAll("button").forEach((button) => (button.disabled = false));
  });
});

// What was typed into a long form is not lost by a wrong click.
let changed = false;
document.addEventListener("input", (event) => (changed = changed || Boolean(event.target.closest("form.fields"))));
document.addEventListener("submit", () => (changed = false));
window.addEventListener("beforeunload", (event) => changed && event.preventDefault());

// Bring the message about a refused form into sight.
document.querySelector(".problem")?.scrollIntoView({ block: "nearest" });
