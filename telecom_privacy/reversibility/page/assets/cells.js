"use strict";
/* How values are shown. Data only ever become text, never markup. */
(() => {
  const page = window.packagePage;
  const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;
  const FILE = /^(recordings|content|vcon)\/[A-Za-z0-9_\-/]+(\.[a-z0-9]+)+$/;
  const SPECIAL = {
    direction: translated, category: (name) => page.title(name), reason: translated,
    seconds: duration, from: caller, recordings, content: file,
  };

  page.text = (name, ...values) => {
    const texts = page.texts[page.language];
    const text = Object.hasOwn(texts, name) ? texts[name] : String(name);
    return values.reduce((all, value, n) => all.replace(`{${n}}`, () => String(value)), text);
  };

  /* The title of a table or category. */
  page.title = (name) => {
    const category = name.replace(/^records-/, "");
    return Object.hasOwn(page.texts.en, category) ? page.text(category) : category.replaceAll("_", " ");
  };

  page.element = (tag, attributes = {}, ...children) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  };

  page.moment = (text) => {
    const moment = new Date(text);
    if (Number.isNaN(moment.valueOf())) return String(text);
    const shown = { dateStyle: "medium", timeStyle: "medium", timeZone: page.zone };
    return new Intl.DateTimeFormat(page.locale, shown).format(moment);
  };

  /* The cell of a column; `value` is anything that JSON can say. */
  page.cell = (column, row) => {
    const value = Object.hasOwn(row, column) ? row[column] : null;
    const show = Object.hasOwn(SPECIAL, column) ? SPECIAL[column] : plain;
    const content = value === null ? "" : show(value, row);
    return page.element("td", { class: column }, content);
  };

  /* What a row holds besides its columns, folded away; nothing if there is nothing. */
  page.more = (row, columns) => {
    const names = Object.keys(row).filter((name) => !columns.includes(name) && row[name] !== null);
    if (!names.length) return page.element("td");
    const summary = page.element("summary", {}, page.text("more"));
    const all = pairs(Object.fromEntries(names.map((name) => [name, row[name]])));
    return page.element("td", {}, page.element("details", {}, summary, all));
  };

  function plain(value) {
    if (Array.isArray(value)) return many(value.map(plain));
    if (value !== null && typeof value === "object") return pairs(value);
    if (typeof value === "boolean") return page.text(value ? "yes" : "no");
    if (typeof value === "string" && MOMENT.test(value)) {
      return page.element("time", { datetime: value }, page.moment(value));
    }
    return value === null ? "" : String(value);
  }

  function pairs(value) {
    const listed = page.element("dl");
    for (const [name, one] of Object.entries(value)) {
      listed.append(page.element("dt", {}, page.text(name)), page.element("dd", {}, plain(one)));
    }
    return listed;
  }

  function many(nodes) {
    const all = document.createDocumentFragment();
    for (const node of nodes) all.append(page.element("div", {}, node));
    return all;
  }

  function translated(value) {
    return page.text(value);
  }

  function duration(seconds) {
    const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
    return parts.map((part) => String(part).padStart(2, "0")).join(":");
  }

  function caller(number, row) {
    if (!row.caller_name) return String(number);
    return many([String(number), page.element("small", {}, row.caller_name)]);
  }

  function recordings(listed, row) {
    return many(listed.map((one) => file(one, row)));
  }

  /* A file of the package: played if it is audio, and offered to be saved. */
  function file(one, row) {
    if (!FILE.test(one.file)) return plain(one);
    const link = page.element("a", { href: one.file, download: "" }, page.text("download"));
    if (!one.media_type.startsWith("audio/")) return link;
    const label = page.text("recording_of", page.moment(row.started_at ?? row.occurred_at));
    const player = { controls: "", preload: "none", src: one.file, "aria-label": label };
    return many([page.element("audio", player), link]);
  }
})();
