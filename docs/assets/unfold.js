/* Record pages: unfolds all values at once, and the one that the address names. Without it every value unfolds alone. */
(() => {
  "use strict";
  const facts = () => [...document.querySelectorAll("details.fact")];
  const button = document.getElementById("unfold");
  const open = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && target.matches("details.fact")) { target.open = true; target.scrollIntoView(); }
  };
  if (button) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const all = facts(), unfold = all.some((d) => !d.open);
      all.forEach((d) => { d.open = unfold; });
      button.textContent = unfold ? "Fold all" : "Unfold all";
    });
  }
  addEventListener("hashchange", open);
  open();
})();
