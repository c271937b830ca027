/* Asks the device for a passkey, and sends what it answers by the form. Nothing else speaks to the device. */
(function () {
  var form = document.querySelector("form[data-options]"), told = document.getElementById("passkey-told");
  if (!form) return;
  function say(which) {
    told.textContent = told.dataset[which];
    told.hidden = false;
  }
  if (!window.PublicKeyCredential) { say("none"); return; }
  form.hidden = false;
  var asked = JSON.parse(form.dataset.options), making = !!asked.user, busy = false;
  function bytes(text) {
    var plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, function (c) { return c.charCodeAt(0); });
  }
  function text(buffer) {
    return btoa(String.fromCharCode.apply(null, new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }
  asked.challenge = bytes(asked.challenge);
  if (making) asked.user.id = bytes(asked.user.id);
  (asked.excludeCredentials || []).forEach(function (one) { one.id = bytes(one.id); });
  function ask() {
    if (busy) return;
    busy = true;
    told.hidden = true;
    navigator.credentials[making ? "create" : "get"]({ publicKey: asked }).then(function (made) {
      var said = {};
      ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"].forEach(function (name) {
        if (made.response[name]) said[name] = text(made.response[name]);
      });
      form.elements.credential.value = JSON.stringify({
        id: made.id, rawId: text(made.rawId), type: made.type, response: said, clientExtensionResults: {}
      });
      form.submit();
    }).catch(function (error) {
      busy = false;
      say(error.name === "InvalidStateError" ? "known" : "failed");
    });
  }
  form.querySelector("button[type=button]").addEventListener("click", ask);
  if (!making) ask();
})();
