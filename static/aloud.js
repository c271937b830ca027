/* Reads a page aloud and marks the words as it goes. Fetched when it is first asked for. */
(function () {
  var button = document.querySelector("[data-aloud]"), talk = speechSynthesis;
  var words = button.textContent, lang = document.documentElement.lang, marks = window.CSS && CSS.highlights, run = 0, on = false, marked;

  function mark(node, from, to) {
    if (!marks) {
      if (marked) marked.classList.remove("said");
      if ((marked = node && node.parentElement)) marked.classList.add("said");
    } else if (!node) marks.delete("said");
    else {
      var range = new Range();
      range.setStart(node, from);
      range.setEnd(node, to);
      marks.set("said", new Highlight(range));
    }
  }

  function pieces() {
    var root = document.getElementById("f") || document.getElementById("main"), found = [], node;
    var walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while ((node = walk.nextNode())) {
      var at = node.parentElement;
      if (/\S/.test(node.data) && at.getClientRects().length
        && !at.closest("details:not([open]),.skip,textarea,option,summary,.aloud,button:not([name=v])")) found.push(node);
    }
    return found;
  }

  function stop() {
    run++;
    talk.cancel();
    mark();
    on = false;
    button.textContent = words;
  }

  function start() {
    var mine = ++run, left = pieces();
    var voice = talk.getVoices().filter(function (v) { return v.lang.slice(0, 2) === lang.slice(0, 2); })[0];
    on = true;
    button.textContent = button.dataset.stop;
    (function next() {
      var node = left.shift();
      if (mine !== run) return;
      if (!node) return stop();
      var saying = new SpeechSynthesisUtterance(node.data);
      saying.lang = lang;
      saying.voice = voice || null;
      saying.rate = 0.9;
      mark(node, 0, node.data.length);
      node.parentElement.scrollIntoView({ block: "nearest" });
      saying.onboundary = function (e) {
        if (mine !== run || e.name === "sentence") return;
        var length = e.charLength || (/\s/.exec(node.data.slice(e.charIndex)) || { index: node.data.length - e.charIndex }).index;
        mark(node, e.charIndex, Math.min(e.charIndex + length, node.data.length));
      };
      saying.onend = next;
      saying.onerror = function () { if (mine === run) stop(); };
      talk.speak(saying);
    })();
  }

  button.addEventListener("click", function () {
    if (on) stop();
    else start();
  });
  addEventListener("pagehide", function () { talk.cancel(); });
  start();
})();
