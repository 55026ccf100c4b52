/* Record pages: unfolds all values at once. Without it every value unfolds alone; the theme unfolds what an address names. */
(() => {
  "use strict";
  const button = document.getElementById("unfold");
  button.hidden = false;
  button.addEventListener("click", () => {
    const facts = [...document.querySelectorAll("details.fact")], unfold = facts.some((d) => !d.open);
    facts.forEach((d) => { d.open = unfold; });
    button.textContent = unfold ? "Fold all" : "Unfold all";
  });
})();
