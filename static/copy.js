/* Shows a Copy button beside each text; without it, the text is selected by hand. */
document.querySelectorAll("[data-copy]").forEach(function (button) {
  if (!navigator.clipboard) return;
  button.hidden = false;
  button.addEventListener("click", function () {
    navigator.clipboard.writeText(document.getElementById(button.dataset.copy).value).then(function () {
      button.textContent = button.dataset.done;
      button.setAttribute("aria-live", "polite");
    });
  });
});
