/* Shows how far long work is, while nobody is doing anything on the page; the page works without it. */
setInterval(function () {
  if (!document.hidden && document.activeElement === document.body) location.reload();
}, 4000);
