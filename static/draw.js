/* The drawing pad, fetched when somebody opens it. Without it the question takes words and photos. */
(function () {
  var box = document.getElementById("drawing"), pad = box.querySelector("canvas"), paper = pad.getContext("2d"),
    told = box.querySelector("[role=status]"), form = document.getElementById("f"), style = document.createElement("link"),
    strokes = [], now = null, ink = "#111", wide = 12, keys = false, x = pad.width / 2, y = pad.height / 2,
    moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }, file;
  try { new DataTransfer(); } catch (e) { box.hidden = true; return; }
  style.rel = "stylesheet";
  style.href = box.dataset.style;
  document.head.append(style);
  file = document.createElement("input");
  file.type = "file";
  file.name = "drawing";
  file.hidden = true;
  form.append(file);

  function line(stroke) {
    paper.strokeStyle = stroke.ink;
    paper.lineWidth = stroke.wide;
    paper.lineCap = paper.lineJoin = "round";
    paper.beginPath();
    paper.moveTo(stroke.at[0][0], stroke.at[0][1]);
    stroke.at.concat([stroke.at[stroke.at.length - 1]]).forEach(function (spot) { paper.lineTo(spot[0], spot[1]); });
    paper.stroke();
  }
  function draw(pen) {
    paper.fillStyle = "#fff";
    paper.fillRect(0, 0, pad.width, pad.height);
    strokes.forEach(line);
    if (!pen) return;
    [["#fff", 7], ["#111", 3]].forEach(function (look) { // where the pen is, on any colour
      line({ ink: look[0], wide: look[1], at: [[x - 16, y], [x + 16, y]] });
      line({ ink: look[0], wide: look[1], at: [[x, y - 16], [x, y + 16]] });
    });
  }
  function begin(at) { strokes.push(now = { ink: ink, wide: wide, at: [at] }); }
  function lift() {
    if (now && keys) told.textContent = box.dataset.up;
    now = null;
  }
  function spot(e) {
    var r = pad.getBoundingClientRect();
    return [(e.clientX - r.left) * pad.width / r.width, (e.clientY - r.top) * pad.height / r.height];
  }
  pad.addEventListener("pointerdown", function (e) {
    if (e.button) return;
    keys = false;
    pad.setPointerCapture(e.pointerId);
    begin(spot(e));
    draw();
  });
  pad.addEventListener("pointermove", function (e) {
    if (!now || keys) return;
    now.at.push(spot(e));
    line({ ink: now.ink, wide: now.wide, at: now.at.slice(-2) });
  });
  ["pointerup", "pointercancel", "blur"].forEach(function (name) { pad.addEventListener(name, lift); });
  pad.addEventListener("keydown", function (e) {
    var by = moves[e.key], far = e.shiftKey ? 40 : 10;
    if (!by && e.key !== " ") return;
    e.preventDefault();
    keys = true;
    if (by) {
      x = Math.max(0, Math.min(pad.width, x + by[0] * far));
      y = Math.max(0, Math.min(pad.height, y + by[1] * far));
      if (now) now.at.push([x, y]);
    } else if (now) lift();
    else {
      begin([x, y]);
      told.textContent = box.dataset.down;
    }
    draw(true);
  });
  pad.addEventListener("blur", function () { draw(); });

  function choose(name, value) {
    box.querySelectorAll("[data-" + name + "]").forEach(function (b) {
      b.setAttribute("aria-pressed", b.dataset[name] === String(value));
    });
    lift();
  }
  box.querySelectorAll("[data-ink]").forEach(function (b) { b.style.borderBottom = ".5rem solid " + b.dataset.ink; });
  box.addEventListener("click", function (e) {
    var b = e.target.closest("button");
    if (!b) return;
    if (b.dataset.ink) choose("ink", ink = b.dataset.ink);
    if (b.dataset.wide) choose("wide", wide = +b.dataset.wide);
    if (b.dataset.do === "undo") strokes.pop();
    if (b.dataset.do === "again" && strokes.length && confirm(box.dataset.sure)) strokes = [];
    draw();
  });
  form.addEventListener("submit", function () {
    var held = new DataTransfer();
    draw();
    if (strokes.length) {
      var raw = atob(pad.toDataURL("image/png").split(",")[1]), bytes = new Uint8Array(raw.length);
      for (var n = 0; n < raw.length; n++) bytes[n] = raw.charCodeAt(n);
      held.items.add(new File([bytes], "drawing.png", { type: "image/png" }));
    }
    file.files = held.files;
  });
  choose("ink", ink);
  choose("wide", wide);
  draw();
})();
