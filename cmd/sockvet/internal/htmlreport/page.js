"use strict";
(() => {
  const form = document.getElementById("filters");
  const items = [...document.querySelectorAll("#list li")];
  const sections = [...document.querySelectorAll("main > section")];
  const svgNS = "http://www.w3.org/2000/svg";
  document.body.classList.add("scripted");
  form.hidden = items.length === 0;

  // -- filters --

  const visible = () => items.filter((li) => !li.hidden);

  function filter() {
    const data = new FormData(form);
    const checks = new Set(data.getAll("check"));
    const pkg = data.get("package");
    const words = data.get("text").toLowerCase().split(/\s+/).filter(Boolean);
    for (const li of items) {
      const text = (li.textContent + " " + li.dataset.package).toLowerCase();
      li.hidden = !checks.has(li.dataset.check) ||
        (pkg !== "" && li.dataset.package !== pkg) ||
        !words.every((w) => text.includes(w));
    }
    const n = visible().length;
    document.getElementById("shown").textContent = `${n} of ${items.length} shown`;
  }

  // -- the finding shown --

  const linkOf = (li) => li.firstElementChild;
  const idOf = (li) => linkOf(li).hash.slice(1);

  function show() {
    let wanted = location.hash.slice(1);
    if (items.some((li) => li.hidden && idOf(li) === wanted)) wanted = ""; // filtered out
    const first = visible()[0] ?? items[0];
    const current = sections.find((s) => s.id === wanted) ?? sections.find((s) => first && s.id === idOf(first));
    for (const s of sections) s.classList.toggle("current", s === current);
    for (const li of items) {
      if (current && idOf(li) === current.id) {
        linkOf(li).setAttribute("aria-current", "true");
        linkOf(li).scrollIntoView({ block: "nearest" });
      } else {
        linkOf(li).removeAttribute("aria-current");
      }
    }
    document.querySelector("main").scrollTop = 0;
    if (current) {
      steer(current);
      draw(current);
    }
  }

  // The links to the neighbours follow the filters.
  function steer(section) {
    const list = visible();
    const i = list.findIndex((li) => idOf(li) === section.id);
    for (const [name, li] of [["prev", list[i - 1]], ["next", list[i + 1]]]) {
      const a = section.querySelector("a." + name);
      if (!a || i < 0) continue;
      a.hidden = !li;
      if (li) a.hash = idOf(li);
    }
  }

  function go(by) {
    const list = visible();
    const i = list.findIndex((li) => linkOf(li).hasAttribute("aria-current"));
    const li = list[Math.min(Math.max(i + by, 0), list.length - 1)];
    if (li) location.hash = idOf(li);
  }

  // -- the path: from each step to the next, through the rail left of the code --

  function draw(section) {
    const path = section.querySelector(".path");
    if (!path) return;
    path.querySelector("svg")?.remove();
    const labels = [...path.querySelectorAll(".label[data-step]")]
      .sort((a, b) => a.dataset.step - b.dataset.step);
    if (labels.length < 2) return;
    const svg = document.createElementNS(svgNS, "svg");
    svg.setAttribute("aria-hidden", "true");
    const head = `head-${section.id}`;
    svg.innerHTML = `<defs><marker id="${head}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z"/></marker></defs>`;
    for (let i = 1; i < labels.length; i++) {
      const line = document.createElementNS(svgNS, "path");
      line.setAttribute("d", route(path, labels[i - 1], labels[i], i - 1));
      line.setAttribute("marker-end", `url(#${head})`);
      svg.append(line);
    }
    path.append(svg);
  }

  // Each leg has a lane of its own in the rail, as far as there is room, so
  // that legs that overlap in height stay apart.
  function route(path, from, to, leg) {
    const box = path.getBoundingClientRect();
    const a = from.getBoundingClientRect(), b = to.getBoundingClientRect();
    const rail = path.querySelector(".row code").getBoundingClientRect().left - box.left;
    const lane = rail + 46 - (leg % 5) * 9;
    const x1 = a.left - box.left, y1 = a.top - box.top + a.height * 0.7;
    const x2 = b.left - box.left - 2, y2 = b.top - box.top + b.height * 0.4;
    const r = Math.min(7, Math.abs(y2 - y1) / 2);
    const dir = Math.sign(y2 - y1) || 1;
    return `M${x1} ${y1}H${lane + r}Q${lane} ${y1} ${lane} ${y1 + dir * r}V${y2 - dir * r}Q${lane} ${y2} ${lane + r} ${y2}H${x2}`;
  }

  // -- wiring --

  form.addEventListener("input", () => { filter(); show(); });
  form.addEventListener("submit", (e) => e.preventDefault());
  addEventListener("hashchange", show);
  const redraw = () => {
    const current = document.querySelector("section.current");
    if (current) draw(current);
  };
  addEventListener("resize", redraw);
  // Captured, as a source that scrolls sideways takes its labels with it.
  document.querySelector("main").addEventListener("scroll", (e) => {
    if (e.target.matches?.(".source")) redraw();
  }, true);
  addEventListener("keydown", (e) => {
    if (e.target.matches("input, select") || e.ctrlKey || e.metaKey || e.altKey) return;
    if (e.key === "j") go(1);
    if (e.key === "k") go(-1);
  });
  filter();
  show();
})();
