// Reads the charts out: the pointer, or the arrow keys once a chart has the focus. Everything that
// it shows is in the tables too, so the page is whole without it.
"use strict";

for (const plot of document.querySelectorAll(".plot[data-points]")) {
  const points = JSON.parse(plot.dataset.points);
  const cross = plot.querySelector(".cross");
  const readout = plot.parentElement.querySelector(".readout");
  let at = -1;

  const show = index => {
    at = Math.max(0, Math.min(points.length - 1, index));
    cross.style.display = "block";
    cross.style.left = (100 * at) / points.length + "%";
    cross.style.width = 100 / points.length + "%";
    readout.textContent = points[at];
  };
  const hide = () => {
    cross.style.display = "none";
    readout.textContent = "";
  };

  plot.addEventListener("pointermove", event => {
    const box = plot.getBoundingClientRect();
    show(Math.floor(((event.clientX - box.left) / box.width) * points.length));
  });
  plot.addEventListener("pointerleave", () => {
    if (document.activeElement !== plot) hide();
  });
  plot.addEventListener("focus", () => show(at < 0 ? 0 : at));
  plot.addEventListener("blur", hide);
  plot.addEventListener("keydown", event => {
    const step = event.shiftKey ? 10 : 1;
    const to = { ArrowLeft: at - step, ArrowRight: at + step, Home: 0, End: points.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    show(to);
  });
}
