"use strict";
/* The page: its texts, the filters, and the rows that are asked for. */
(() => {
  const page = window.packagePage;
  const { element, text, title } = page;
  const find = (id) => document.getElementById(id);
  const filters = ["text", "from", "until", "direction", "licence"];
  let listing, number, sort, waiting;

  function start() {
    page.zone = knownZone(page.facts.time_zone);
    for (const button of find("languages").children) {
      button.addEventListener("click", () => speak(button.value));
    }
    find("filters").addEventListener("submit", (event) => event.preventDefault());
    find("filters").addEventListener("reset", () => keepTable(find("table").value));
    find("table").addEventListener("change", choose);
    for (const id of filters) find(id).addEventListener("input", soon);
    for (const button of find("pages").querySelectorAll("button")) {
      button.addEventListener("click", () => turn(button.value));
    }
    const preferred = navigator.languages.map((one) => one.slice(0, 2));
    speak(preferred.find((one) => Object.hasOwn(page.texts, one)) ?? "fr");
    document.querySelector("main").hidden = false;
  }

  function knownZone(zone) {
    try {
      return new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone;
    } catch {
      return "UTC";
    }
  }

  function speak(language) {
    page.language = language;
    page.locale = navigator.languages.find((one) => one.startsWith(language)) ?? language;
    document.documentElement.lang = language;
    document.title = `${text("title")} – ${page.facts.client}`;
    for (const one of document.querySelectorAll("[data-text]")) {
      one.textContent = text(one.dataset.text);
    }
    for (const button of find("languages").children) {
      button.setAttribute("aria-pressed", String(button.value === language));
    }
    describe();
    choose();
  }

  function describe() {
    const { operator, client, kind, as_of, start, end } = page.facts;
    const shown = {
      operator, client, kind: text(`kind_${kind}`),
      as_of: page.moment(as_of), start: start && page.moment(start), end: end && page.moment(end),
      zone: page.zone,
    };
    const pairs = Object.entries(shown).filter(([, value]) => value);
    find("facts").replaceChildren(...pairs.flatMap(([name, value]) => [
      element("dt", {}, text(name)), element("dd", {}, value),
    ]));
    const tables = [...page.tables.values()];
    find("contents").tBodies[0].replaceChildren(...tables.map(({ name, count }) =>
      element("tr", {}, element("th", { scope: "row" }, title(name)),
        element("td", { class: "number" }, count.toLocaleString(page.locale)))));
    const chosen = find("table").value || tables[0].name;
    find("table").replaceChildren(...tables.map(({ name }) =>
      element("option", { value: name }, title(name))));
    find("table").value = chosen;
  }

  function choose() {
    const { columns } = page.tables.get(find("table").value);
    for (const one of document.querySelectorAll("[data-needs]")) {
      one.hidden = !one.dataset.needs.split(" ").some((name) => columns.includes(name));
    }
    sort = null;
    restart();
  }

  /* Emptying the filters leaves the table that is read. */
  function keepTable(name) {
    setTimeout(() => {
      find("table").value = name;
      choose();
    });
  }

  function soon() {
    clearTimeout(waiting);
    waiting = setTimeout(restart, 200);
  }

  function restart() {
    const table = page.tables.get(find("table").value);
    const asked = filters.filter((id) => !find(id).closest("[data-needs][hidden]"));
    const wish = Object.fromEntries(asked.map((id) => [id, find(id).value.trim()]));
    show(new page.Listing(table, wish, sort), 0);
  }

  function turn(where) {
    const last = listing.pages - 1;
    const next = { first: 0, previous: number - 1, next: number + 1, last }[where];
    show(listing, Math.min(Math.max(next, 0), last));
  }

  /* Show a page of rows, unless others are asked for meanwhile. */
  async function show(asked, pageNumber) {
    listing = asked;
    number = pageNumber;
    const isCurrent = () => listing === asked && number === pageNumber;
    const progress = (done, of) => isCurrent() && say("loading", done, of);
    try {
      if (!asked.found) await asked.prepare(progress);
      const rows = await asked.page(pageNumber);
      if (isCurrent()) draw(rows);
    } catch (error) {
      if (isCurrent()) say("missing", error.message);
    }
  }

  function say(name, ...values) {
    find("status").textContent = text(name, ...values);
  }

  function draw(rows) {
    const { columns } = listing.table;
    const heads = columns.map(head);
    find("rows").tHead.replaceChildren(element("tr", {}, ...heads, element("td")));
    find("rows").tBodies[0].replaceChildren(...rows.map((row) =>
      element("tr", {}, ...columns.map((column) => page.cell(column, row)), page.more(row, columns))));
    const format = (count) => count.toLocaleString(page.locale);
    say("found", format(listing.count));
    find("page-of").textContent = text("page_of", format(number + 1), format(listing.pages));
    for (const button of find("pages").querySelectorAll("button")) {
      const atEnd = ["first", "previous"].includes(button.value) ? 0 : listing.pages - 1;
      button.disabled = number === atEnd;
    }
  }

  /* A column's head, by which rows are sorted: up, down, and as they came. */
  function head(column) {
    const button = element("button", { type: "button" }, text(column));
    button.addEventListener("click", () => {
      if (sort?.column !== column) sort = { column, descending: false };
      else sort = sort.descending ? null : { column, descending: true };
      restart();
    });
    const isSorted = sort?.column === column;
    const order = isSorted ? (sort.descending ? "descending" : "ascending") : "none";
    const mark = isSorted ? (sort.descending ? " ▼" : " ▲") : "";
    button.append(mark);
    return element("th", { scope: "col", "aria-sort": order }, button);
  }

  start();
})();
