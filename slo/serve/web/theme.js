// Light or dark, before anything is drawn. What was chosen stays; "auto" is what the system says.
"use strict";

(() => {
  const root = document.documentElement;
  const apply = (theme) => {
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    else delete root.dataset.theme;
  };
  const stored = () => {
    try {
      return localStorage.getItem("remora-theme") || "auto";
    } catch {
      return "auto";
    }
  };
  apply(stored());
  addEventListener("DOMContentLoaded", () => {
    const choice = document.getElementById("theme");
    choice.value = stored();
    choice.addEventListener("change", () => {
      apply(choice.value);
      try {
        localStorage.setItem("remora-theme", choice.value);
      } catch {
        // It holds for this page, then.
      }
      dispatchEvent(new Event("theme"));
    });
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () =>
    dispatchEvent(new Event("theme")),
  );
})();
