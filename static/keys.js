/* Two keys are enough: the Tab key also stops at each choice of a row, and the space key chooses it. */
document.addEventListener("keydown", function (e) {
  var at = document.activeElement;
  if (e.key !== "Tab" || e.ctrlKey || e.altKey || e.metaKey || at.type !== "radio") return;
  var row = [].filter.call(document.querySelectorAll("input[type=radio]"), function (other) {
    return other.name === at.name && other.form === at.form && !other.disabled;
  });
  var next = row[row.indexOf(at) + (e.shiftKey ? -1 : 1)];
  if (next) {
    e.preventDefault();
    next.focus();
  }
});
document.addEventListener("focusin", function (e) {
  // Coming into a row by the Tab key lands on the chosen one: the first is the place to begin.
  var from = e.relatedTarget;
  if (e.target.type !== "radio" || (from && from.name === e.target.name)) return;
  var first = document.querySelector("input[type=radio][name=" + CSS.escape(e.target.name) + "]");
  if (first !== e.target && from && from.compareDocumentPosition(first) & 4 && e.target.matches(":focus-visible")) first.focus();
});
