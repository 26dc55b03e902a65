"use strict";
/* The data of the package: rows come in script files, each loaded when it is first needed. */
(() => {
  const page = window.packagePage;
  const chunks = new Map();
  const urls = { createScriptURL: scriptUrl };
  const policy = window.trustedTypes ? window.trustedTypes.createPolicy("package", urls) : urls;

  function scriptUrl(name) {
    if (!chunks.has(name) || !/^[a-z0-9_-]+$/.test(name)) throw new TypeError(name);
    return `index/${name}.js`;
  }

  /* Called by overview.js. */
  page.describe = (json) => {
    const described = JSON.parse(json);
    page.facts = described.facts;
    page.tables = new Map(described.tables.map((table) => [table.name, table]));
    for (const table of described.tables) {
      for (const chunk of table.chunks) chunks.set(chunk.file, chunk);
    }
  };

  /* Called by each file of rows. */
  page.receive = (name, json) => {
    chunks.get(name).rows = JSON.parse(json);
  };

  /* The rows of a chunk; fails with the name of its file. */
  page.load = (chunk) => {
    chunk.loading ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      const end = () => {
        script.remove();
        if (chunk.rows) return resolve(chunk.rows);
        chunk.loading = undefined;
        return reject(new Error(`index/${chunk.file}.js`));
      };
      script.addEventListener("load", end);
      script.addEventListener("error", end);
      script.src = policy.createScriptURL(chunk.file);
      document.head.append(script);
    });
    return chunk.loading;
  };
})();
