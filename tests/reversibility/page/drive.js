/* Uses the page as a person does, and yields what it shows. */
(async () => {
  const report = {};
  const find = (selector) => document.querySelector(selector);
  const texts = (selector) => [...document.querySelectorAll(selector)].map((one) => one.textContent);
  const shown = () => ({ status: find("#status").textContent, pages: find("#page-of").textContent });

  /* Do something, and wait until other rows are shown for it. */
  async function after(act) {
    const drawn = new Promise((resolve) => {
      const observer = new MutationObserver(() => resolve(observer.disconnect()));
      observer.observe(find("#rows tbody"), { childList: true });
    });
    act();
    await drawn;
  }

  async function enter(id, value) {
    const field = find(`#${id}`);
    field.value = value;
    await after(() => field.dispatchEvent(new Event(id === "table" ? "change" : "input")));
  }

  const press = (selector) => after(() => find(selector).click());
  const reset = () => press("button[type=reset]");

  const violations = [];
  document.addEventListener("securitypolicyviolation", (event) => violations.push(event.effectiveDirective));
  await press("button[value=en]");
  report.language = document.documentElement.lang;
  report.contents = texts("#contents tbody tr");
  report.opened = shown();
  const { chunks } = window.packagePage.tables.get("calls");
  report.read = chunks.filter((chunk) => chunk.rows).map((chunk) => chunk.file);

  await press("button[value=last]");
  report.last = { ...shown(), rows: texts("#rows tbody tr").length };

  await enter("text", "eloise DEMAIN");
  report.searched = shown();
  await enter("text", "06 12 34 56 42");
  report.dialled = texts("#rows tbody td.from");
  await reset();

  await enter("direction", "in");
  await enter("licence", "agent-3");
  await enter("from", "2026-11-01");
  await enter("until", "2026-11-20");
  report.filtered = { ...shown(), licences: texts("td.licence_id"), directions: texts("td.direction") };
  await reset();

  for (const order of ["ascending", "descending"]) {
    await press("#rows th:nth-child(5) button");
    report[order] = { durations: texts("td.seconds"), said: find("#rows th[aria-sort=" + order + "]").textContent };
  }
  await reset();

  const audio = find("audio");
  report.audio = await new Promise((resolve) => {
    audio.addEventListener("loadedmetadata", () => resolve({ label: audio.getAttribute("aria-label"), seconds: audio.duration }));
    audio.addEventListener("error", () => resolve(String(audio.error.message)));
    audio.preload = "metadata";
    audio.load();
  });

  await enter("text", "onerror");
  find("#rows details").open = true;
  report.attacked = { ...shown(), elements: [...new Set([...find("#rows tbody").querySelectorAll("*")].map((one) => one.localName))].sort(), text: find("#rows tbody").textContent };
  await reset();
  await enter("table", "records-call_note");
  report.notes = { ...shown(), data: texts("td.data")[0] };

  report.quiet = [...violations];
  const attacks = [
    () => document.body.insertAdjacentHTML("beforeend", "<img src=x onerror='window.pwned=6'>"),
    () => find("h1").setAttribute("onclick", "window.pwned=7"),
    () => find("h1").append(Object.assign(document.createElement("img"), { src: "https://example.org/x" })),
    () => fetch("https://example.org/x").catch(() => {}),
  ];
  for (const attack of attacks) {
    try { attack(); } catch { /* refused at once */ }
  }
  for (let tries = 0; tries < 200 && new Set(violations).size < attacks.length - 1; tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  report.refused = [...new Set(violations)].sort();
  report.pwned = [window.pwned ?? null, {}.polluted ?? null];
  return report;
})();
