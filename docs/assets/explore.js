/* Explore: one filter, held in the address, with three views. Reads window.EXPLORE, which the build wrote. */
(() => {
  "use strict";
  const { columns, rows, codes, domains, years, west, stretch, vague } = window.EXPLORE;
  const root = document.getElementById("explorer"), form = root.querySelector("form"), $ = (s) => root.querySelector(s);
  const FIELDS = ["q", "domain", "kind", "framework", "country", "from", "to"], FIRST = 200;
  const events = rows.map((cells) => {
    const event = Object.fromEntries(columns.map((c, i) => [c, cells[i]]));
    event.when = cells[columns.length];
    event.year = +event.start_date.slice(0, 4);
    event.text = [event.name, event.name_zh, event.name_ru, event.location, event.exercise_id].join("\n").toLowerCase();
    event.with = event.countries.split(" ");
    return event;
  });
  let state = {}, shown = events, all = false;

  /* The address holds the filter: #domain=sea&from=2012&box=100,10,150,50&sort=-name */
  const read = () => {
    const given = new URLSearchParams(location.hash.slice(1));
    state = Object.fromEntries([...FIELDS, "box", "sort"].map((n) => [n, given.get(n) || ""]));
    if (!/^-?[\d.]+(,-?[\d.]+){3}$/.test(state.box)) state.box = "";
    FIELDS.forEach((n) => { form.elements[n].value = state[n]; });
  };
  const write = () => {
    const given = new URLSearchParams(Object.entries(state).filter(([, v]) => v));
    history.replaceState(null, "", "#" + given);
    draw();
  };
  const turn = (x) => (((x - west) % 360) + 360) % 360 + west;

  const keep = (e, skipYears) => {
    if (state.q && !state.q.toLowerCase().split(/\s+/).every((w) => e.text.includes(w))) return false;
    if (["domain", "kind", "framework"].some((n) => state[n] && e[n] !== state[n])) return false;
    if (state.country && !e.with.includes(state.country)) return false;
    if (!skipYears && ((state.from && e.year < +state.from) || (state.to && e.year > +state.to))) return false;
    if (state.box) {
      if (e.longitude === "") return false;
      const [left, south, right, north] = state.box.split(",").map(Number);
      const x = turn(e.longitude), from = turn(left), width = (((right - left) % 360) + 360) % 360;
      if (x < from || x > from + width || e.latitude < south || e.latitude > north) return false;
    }
    return true;
  };
  const make = (name, attributes = {}, ...children) => {
    const svg = ["circle", "g", "title"].includes(name) || attributes.svg;
    const node = svg ? document.createElementNS("http://www.w3.org/2000/svg", name) : document.createElement(name);
    Object.entries(attributes).forEach(([k, v]) => { if (k !== "svg") node.setAttribute(k, v); });
    node.append(...children);
    return node;
  };
  const plural = (n, one, many) => `${n.toLocaleString("en")} ${n === 1 ? one : many}`;

  /* Years: a button each, its bar stacked by domain. A click keeps the year, a drag or a click with Shift a span. */
  const bars = [];
  for (let year = years[0]; year <= years[1]; year += 1) {
    const parts = domains.map((d) => make("i", { class: d }));
    const sum = make("span", { class: "sum" });
    const bar = make("span", { class: "bar" }, sum, ...parts);
    const name = make("span", { class: "name" }, "’" + String(year).slice(2));
    bars.push({ year, parts, sum, button: make("button", { type: "button", "data-year": year }, bar, name) });
  }
  $("#years").append(...bars.map((b) => b.button));
  const span = (a, b) => {
    const same = +state.from === a && +state.to === b;
    state.from = same ? "" : String(Math.min(a, b));
    state.to = same ? "" : String(Math.max(a, b));
    ["from", "to"].forEach((n) => { form.elements[n].value = state[n]; });
    write();
  };
  let pressed = 0;
  const yearAt = (e) => +(document.elementFromPoint(e.clientX, e.clientY)?.closest("#years button")?.dataset.year || 0);
  $("#years").addEventListener("pointerdown", (e) => { pressed = yearAt(e); });
  $("#years").addEventListener("pointerup", (e) => {
    const year = yearAt(e);
    if (pressed && year && year !== pressed) span(pressed, year);
  });
  $("#years").addEventListener("click", (e) => {
    const year = +(e.target.closest("button")?.dataset.year || 0);
    if (!year || (pressed && e.detail && pressed !== year)) return;
    if (e.shiftKey && state.from) span(Math.min(+state.from, year), Math.max(+state.to || year, year)); else span(year, year);
  });

  /* Map: dots of one place stand around it in a spiral. */
  const svg = $("#map"), box = $("#box"), places = {};
  events.filter((e) => e.longitude !== "").forEach((e) => {
    const key = `${e.longitude},${e.latitude}`, n = places[key] = (places[key] || 0) + 1;
    const far = 1.7 * Math.sqrt(n - 1), angle = 2.4 * (n - 1);
    const dot = make("circle", { class: e.domain + (e.radius_km >= vague ? " vague" : ""), cx: (turn(e.longitude) + far * Math.cos(angle)).toFixed(2),
      cy: (-e.latitude * stretch + far * Math.sin(angle)).toFixed(2), r: 1.5 });
    e.dot = make("a", { svg: true, href: `exercises/${e.exercise_id}.html`, "aria-label": `${e.name}, ${e.when}` },
      make("title", {}, `${e.name}, ${e.when}, ${e.location}`), dot);
  });
  $("#dots").append(...events.filter((e) => e.dot).map((e) => e.dot));
  const at = (e) => new DOMPoint(e.clientX, e.clientY).matrixTransform(svg.getScreenCTM().inverse());
  const place = (a, b) => {
    Object.entries({ x: Math.min(a.x, b.x), y: Math.min(a.y, b.y), width: Math.abs(a.x - b.x), height: Math.abs(a.y - b.y) })
      .forEach(([k, v]) => box.setAttribute(k, v));
    box.toggleAttribute("hidden", false);
  };
  let start = null;
  svg.addEventListener("pointerdown", (e) => { start = at(e); if (!e.target.closest("a")) e.preventDefault(); });
  svg.addEventListener("pointermove", (e) => { if (start) place(start, at(e)); });
  addEventListener("pointerup", (e) => {
    if (!start) return;
    const a = start, b = at(e), round = (v) => Math.round(v * 10) / 10, east = (x) => round(((x + 540) % 360) - 180);
    start = null;
    if (Math.abs(a.x - b.x) > 1 && Math.abs(a.y - b.y) > 1) {
      svg.addEventListener("click", (c) => c.preventDefault(), { once: true, capture: true });
      state.box = [east(Math.min(a.x, b.x)), round(-Math.max(a.y, b.y) / stretch), east(Math.max(a.x, b.x)),
        round(-Math.min(a.y, b.y) / stretch)].join(",");
      write();
    } else draw();
  });
  svg.addEventListener("dragstart", (e) => e.preventDefault());

  /* Table */
  const line = (e) => {
    const link = make("a", { href: `exercises/${e.exercise_id}.html` }, e.name);
    const kind = ["kind", "domain", "framework"].map((n) => codes[n][e[n]]).join(" · ");
    const about = make("span", { class: "about" }, make("i", { class: e.domain }), kind);
    const names = e.with.map((c) => codes.country[c]);
    const countries = names.length <= 3 ? names.join(", ") : `China, Russia and ${names.length - 2} more`;
    const differ = e.differ ? `, ${plural(e.differ, "differs", "differ")}` : "";
    return make("tr", {}, make("td", {}, e.when), make("td", {}, link, about), make("td", {}, e.location),
      make("td", {}, countries), make("td", {}, e.claims + differ));
  };
  const sorted = (list) => {
    const [, minus, name] = state.sort.match(/^(-?)(\w+)$/) || [, "-", "start_date"];
    const key = { countries: (e) => e.with.length, claims: (e) => e.claims }[name] || ((e) => String(e[name] ?? ""));
    const order = (a, b) => (typeof key(a) === "number" ? key(a) - key(b) : key(a).localeCompare(key(b), "en"));
    return list.slice().sort((a, b) => (minus ? -1 : 1) * (order(a, b) || a.exercise_id.localeCompare(b.exercise_id)));
  };
  const chip = (text, fields) => {
    const node = make("button", { type: "button" }, `${text} ×`);
    node.setAttribute("aria-label", `Remove the filter ${text}`);
    node.addEventListener("click", () => {
      fields.forEach((n) => { state[n] = ""; if (form.elements[n]) form.elements[n].value = ""; });
      write();
    });
    return node;
  };

  function draw() {
    shown = sorted(events.filter((e) => keep(e)));
    const kept = new Set(shown), wide = events.filter((e) => keep(e, true));
    $("output").value = `${shown.length.toLocaleString("en")} of ${plural(events.length, "event", "events")}`;
    const chips = [];
    if (state.from || state.to) chips.push(chip(state.from === state.to ? state.from : `${state.from || "…"}–${state.to || "…"}`, ["from", "to"]));
    if (state.box) chips.push(chip("area on the map", ["box"]));
    $("#chips").replaceChildren(...chips);
    const counts = bars.map((b) => domains.map((d) => wide.filter((e) => e.year === b.year && e.domain === d).length));
    const sums = counts.map((c) => c.reduce((a, b) => a + b, 0)), most = Math.max(1, ...sums);
    bars.forEach((b, i) => {
      const inside = (!state.from || b.year >= +state.from) && (!state.to || b.year <= +state.to);
      b.parts.forEach((p, d) => { p.style.height = `${(counts[i][d] / most) * 88}%`; });
      b.sum.textContent = sums[i] || "";
      b.button.setAttribute("aria-label", `${b.year}: ${plural(sums[i], "exercise", "exercises")}`);
      b.button.setAttribute("aria-pressed", String(Boolean(state.from || state.to) && inside));
      b.button.classList.toggle("kept", inside);
    });
    events.forEach((e) => e.dot?.toggleAttribute("hidden", !kept.has(e)));
    if (state.box) {
      const [left, south, right, north] = state.box.split(",").map(Number), x = turn(left);
      place({ x, y: -north * stretch }, { x: x + ((((right - left) % 360) + 360) % 360), y: -south * stretch });
    } else box.toggleAttribute("hidden", true);
    $("#list tbody").replaceChildren(...(all ? shown : shown.slice(0, FIRST)).map(line));
    $("#more").hidden = all || shown.length <= FIRST;
    const [, minus, by] = state.sort.match(/^(-?)(\w+)$/) || [, "-", "start_date"];
    root.querySelectorAll("th").forEach((th) => {
      if (th.dataset.sort === by) th.setAttribute("aria-sort", minus ? "descending" : "ascending");
      else th.removeAttribute("aria-sort");
    });
  }

  const quoted = (v) => (/[",\n\r]/.test(v) ? `"${String(v).replaceAll('"', '""')}"` : String(v));
  $("#csv").addEventListener("click", () => {
    const lines = [columns, ...shown.map((e) => columns.map((c) => e[c]))].map((cells) => cells.map(quoted).join(","));
    const address = URL.createObjectURL(new Blob([lines.join("\n") + "\n"], { type: "text/csv" }));
    make("a", { href: address, download: "china-russia-exercises-selection.csv" }).click();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
  });
  form.addEventListener("input", () => { FIELDS.forEach((n) => { state[n] = form.elements[n].value; }); write(); });
  form.addEventListener("submit", (e) => e.preventDefault());
  form.addEventListener("reset", () => { state = Object.fromEntries([...FIELDS, "box", "sort"].map((n) => [n, ""])); setTimeout(write); });
  $("#more").addEventListener("click", () => { all = true; draw(); });
  root.querySelectorAll("th button").forEach((b) => b.addEventListener("click", () => {
    const name = b.parentElement.dataset.sort;
    state.sort = state.sort === name ? `-${name}` : name;
    write();
  }));
  addEventListener("hashchange", () => { read(); draw(); });
  read();
  draw();
  root.dataset.ready = String(Math.round(performance.now()));
})();
