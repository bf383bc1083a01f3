// Shows the values under the pointer, or at the step that the arrow keys have reached.
"use strict";
for (const svg of document.querySelectorAll("figure svg")) {
  const figure = svg.closest("figure");
  const [low, high, left, right] = svg.dataset.x.split(" ").map(Number);
  const [, , bottom, top] = svg.dataset.y.split(" ").map(Number);
  const lines = [...svg.querySelectorAll(".line")].map((line) => {
    const numbers = line.dataset.points.split(" ").map(Number);
    return {
      name: line.dataset.name,
      steps: numbers.filter((_, i) => i % 2 === 0),
      values: numbers.filter((_, i) => i % 2 === 1),
    };
  });
  const cursor = document.createElementNS("http://www.w3.org/2000/svg", "line");
  cursor.setAttribute("class", "cursor");
  const tip = document.createElement("div");
  tip.className = "tip";
  tip.setAttribute("role", "status");
  let shown = -1; // index of the step shown, among those of the first line

  const number = (value) => value.toLocaleString("en", { maximumSignificantDigits: 4 });
  const nearest = (steps, step) =>
    steps.reduce((best, each, i) => (Math.abs(each - step) < Math.abs(steps[best] - step) ? i : best), 0);

  function show(index) {
    shown = Math.min(Math.max(index, 0), lines[0].steps.length - 1);
    const step = lines[0].steps[shown];
    const x = left + ((step - low) / (high - low)) * (right - left);
    for (const [name, value] of [["x1", x], ["x2", x], ["y1", top], ["y2", bottom]]) {
      cursor.setAttribute(name, value);
    }
    svg.append(cursor);
    tip.replaceChildren(`step ${step.toLocaleString("en")}`);
    for (const line of lines) {
      const at = nearest(line.steps, step);
      const elsewhere = line.steps[at] === step ? "" : ` (step ${line.steps[at].toLocaleString("en")})`;
      tip.append(document.createElement("br"), `${line.name} ${number(line.values[at])}${elsewhere}`);
    }
    figure.append(tip);
    const box = svg.getBoundingClientRect();
    const frame = figure.getBoundingClientRect();
    const px = box.left - frame.left + (x / svg.viewBox.baseVal.width) * box.width;
    const flip = px + tip.offsetWidth + 14 > frame.width;
    tip.style.left = `${flip ? px - tip.offsetWidth - 10 : px + 10}px`;
    tip.style.top = `${box.top - frame.top - tip.offsetHeight + 6}px`; // above the curves
  }

  function hide() {
    shown = -1;
    cursor.remove();
    tip.remove();
  }

  svg.addEventListener("pointermove", (event) => {
    const box = svg.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * svg.viewBox.baseVal.width;
    show(nearest(lines[0].steps, low + ((x - left) / (right - left)) * (high - low)));
  });
  svg.addEventListener("pointerleave", hide);
  svg.addEventListener("blur", hide);
  svg.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10 }[event.key];
    if (by) {
      event.preventDefault();
      show(shown < 0 ? lines[0].steps.length - 1 : shown + by);
    } else if (event.key === "Escape") {
      hide();
    }
  });
}
// A fold-out that is shut does not print.
addEventListener("beforeprint", () => {
  for (const details of document.querySelectorAll("details")) {
    details.open = true;
  }
});
