"use strict";
/* Which rows of a table are asked for: searched, filtered, sorted, and a page of them taken. */
(() => {
  const page = window.packagePage;
  const ROWS = 50;
  const folded = new WeakMap();
  const collator = new Intl.Collator(undefined, { numeric: true });

  page.Listing = class {
    /* `wish`: {text, from, until, direction, licence}, all texts, empty if not asked for. */
    constructor(table, wish = {}, sort = null) {
      this.table = table;
      this.wish = wish;
      this.sort = sort;
      this.found = null;
    }

    get isWhole() {
      return !this.sort && !Object.values(this.wish).some(Boolean);
    }

    get count() {
      return this.isWhole ? this.table.count : this.found.length;
    }

    get pages() {
      return Math.max(1, Math.ceil(this.count / ROWS));
    }

    /* Make ready to be paged; `progress(done, of)` is told of each file that was read. */
    async prepare(progress) {
      if (this.isWhole) return;
      const chunks = this.table.chunks.filter((chunk) => this.mayHold(chunk));
      const rows = [];
      for (const [n, chunk] of chunks.entries()) {
        progress(n, chunks.length);
        for (const row of await page.load(chunk)) if (this.matches(row)) rows.push(row);
      }
      this.found = this.sort ? rows.sort((one, other) => this.compare(one, other)) : rows;
    }

    async page(number) {
      const start = number * ROWS;
      if (!this.isWhole) return this.found.slice(start, start + ROWS);
      const rows = [];
      let before = 0;
      for (const chunk of this.table.chunks) {
        const from = Math.max(start - before, 0);
        const to = start + ROWS - before;
        if (from < chunk.count && to > 0) rows.push(...(await page.load(chunk)).slice(from, to));
        before += chunk.count;
      }
      return rows;
    }

    mayHold({ first, last }) {
      const { from, until } = this.wish;
      return !(first && from && day(last) < from) && !(first && until && day(first) > until);
    }

    matches(row) {
      const { text, from, until, direction, licence } = this.wish;
      if (direction && row.direction !== direction) return false;
      if (licence && !fold(row.licence_id ?? "").includes(fold(licence))) return false;
      const on = from || until ? day(row.started_at ?? row.occurred_at) : "";
      return !(from && on < from) && !(until && on > until) && (!text || holds(row, text));
    }

    compare(one, other) {
      const [a, b] = [one, other].map((row) => key(row[this.sort.column]));
      const order = typeof a === "number" && typeof b === "number" ? a - b : collator.compare(a, b);
      return this.sort.descending ? -order : order;
    }
  };

  function key(value) {
    if (Array.isArray(value)) return value.length;
    if (value !== null && typeof value === "object") return JSON.stringify(value);
    return typeof value === "number" ? value : String(value ?? "");
  }

  /* Words anywhere in a row; a number also as it is dialled: 06 12 is in +33612345678. */
  function holds(row, text) {
    if (!folded.has(row)) folded.set(row, fold(leaves(row).join("\n")));
    const all = folded.get(row);
    const digits = text.replace(/[^0-9]/g, "").replace(/^0+/, "");
    if (/^[+0-9 ().-]+$/.test(text) && digits.length > 2 && all.includes(digits)) return true;
    return fold(text).split(/\s+/).every((word) => all.includes(word));
  }

  function leaves(value) {
    if (value === null || typeof value !== "object") return [String(value ?? "")];
    return Object.values(value).flatMap(leaves);
  }

  function fold(text) {
    return String(text).normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  }

  /* The day of a moment in the operator's time zone, as a date field gives it: 2026-11-22. */
  function day(text) {
    page.days ??= new Intl.DateTimeFormat("en-CA", {
      year: "numeric", month: "2-digit", day: "2-digit", timeZone: page.zone,
    });
    return page.days.format(new Date(text));
  }
})();
