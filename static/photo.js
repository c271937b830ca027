/* A photo is made smaller on the phone before it is sent: quicker, and it leaves without the place it was taken. */
(function () {
  var input = document.getElementById("photo");
  function shrink() {
    var file = input.files[0];
    if (!file || !window.createImageBitmap) return;
    createImageBitmap(file, { imageOrientation: "from-image" }).then(function (seen) {
      var by = Math.min(1, 1600 / Math.max(seen.width, seen.height)), canvas = document.createElement("canvas");
      canvas.width = Math.max(1, Math.round(seen.width * by));
      canvas.height = Math.max(1, Math.round(seen.height * by));
      var paper = canvas.getContext("2d");
      paper.fillStyle = "#fff";
      paper.fillRect(0, 0, canvas.width, canvas.height);
      paper.drawImage(seen, 0, 0, canvas.width, canvas.height);
      canvas.toBlob(function (small) {
        if (!small || small.size >= file.size || input.files[0] !== file) return;
        var held = new DataTransfer();
        held.items.add(new File([small], "photo.jpg", { type: "image/jpeg" }));
        input.files = held.files;
        input.dataset.small = "yes";
      }, "image/jpeg", 0.85);
    }, function () {}); // what this browser can't read, the server may
  }
  input.addEventListener("change", shrink);
  shrink();
})();
