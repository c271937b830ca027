/* Only adds: every page works without it. */
(function () {
  var page = document.documentElement, sent = false;
  // Coming back by the Back button must ask the server again: it knows whether this visit still lives.
  addEventListener("pageshow", function (e) {
    sent = false;
    if (e.persisted) { page.hidden = true; location.reload(); }
  });
  document.addEventListener("click", function (e) {
    var link = e.target.closest && e.target.closest("[data-exit]");
    if (!link) return;
    e.preventDefault();
    page.hidden = true;
    document.title = link.dataset.exit;
    location.replace(link.href);
  });
  document.addEventListener("submit", function (e) {
    var urgent = e.submitter && e.submitter.classList.contains("safe"),
      told = document.getElementById("offline");
    if (navigator.onLine === false) {
      e.preventDefault();
      if (told) {
        if (urgent) told.textContent = told.dataset.alone;
        told.hidden = false;
        told.focus();
      }
    } else if (sent && !urgent) e.preventDefault();
    else sent = true;
  });
  addEventListener("online", function () {
    var told = document.getElementById("offline");
    if (told) told.hidden = true;
  });
  function add(src) {
    var script = document.createElement("script");
    script.src = src;
    document.head.appendChild(script);
  }
  // A voice is offered where the device has one for the page's language and no person has read the page.
  var aloud = document.querySelector("[data-aloud]"), talk = window.speechSynthesis;
  function listen() {
    aloud.hidden = !talk.getVoices().some(function (v) { return v.lang.slice(0, 2) === page.lang.slice(0, 2); });
  }
  if (aloud && talk && !document.querySelector("audio")) {
    listen();
    talk.onvoiceschanged = listen;
    aloud.addEventListener("click", function () {
      add(aloud.dataset.aloud);
    }, { once: true });
  }
  // What only some need is fetched when they open it.
  document.querySelectorAll("[data-load]").forEach(function (part) {
    function load() {
      if (part.dataset.load) add(part.dataset.load);
      part.dataset.load = "";
    }
    part.hidden = false;
    part.addEventListener("toggle", load);
    part.addEventListener("change", load);
  });
  var first = document.querySelector("[data-focus]");
  if (first) first.focus();
})();
