// Puts what pages load from elsewhere into its place, with its licences and a manifest.

import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = dirname(HERE);
const PAGES = join(ROOT, "src/threadline/web/portal/static/vendor");
const TESTS = join(ROOT, "tests/browser/vendor");
const COPIED = {
  [join(PAGES, "htmx.min.js")]: "htmx.org/dist/htmx.min.js",
  [join(PAGES, "hx-sse.min.js")]: "htmx.org/dist/ext/hx-sse.min.js",
  [join(TESTS, "axe.min.js")]: "axe-core/axe.min.js",
};
const BUNDLED = { [join(PAGES, "codemirror.js")]: "codemirror.js", [join(PAGES, "dagre.js")]: "dagre.js" };

const modules = (path) => join(HERE, "node_modules", path);
const packageOf = (path) => {
  const parts = path.split("node_modules/").at(-1).split("/");
  return parts.slice(0, parts[0].startsWith("@") ? 2 : 1).join("/");
};

mkdirSync(PAGES, { recursive: true });
mkdirSync(TESTS, { recursive: true });
const made = new Map();
for (const [to, from] of Object.entries(COPIED)) {
  cpSync(modules(from), to);
  made.set(to, [packageOf(from)]);
}
for (const [to, from] of Object.entries(BUNDLED)) {
  const { metafile } = await build({
    absWorkingDir: HERE, bundle: true, entryPoints: [from], format: "esm", legalComments: "none",
    metafile: true, minify: true, outfile: to, target: "es2022",
  });
  const inside = Object.keys(metafile.inputs).filter((path) => path.startsWith("node_modules/"));
  made.set(to, [...new Set(inside.map(packageOf))].sort());
}

const packages = new Map();
const licences = (name) => {
  const folder = modules(name);
  const files = readdirSync(folder).filter((file) => /^licen[sc]e/i.test(file)).sort();
  if (!files.length) throw new Error(`${name} has no licence`);
  return files.map((file) => readFileSync(join(folder, file), "utf8").trim()).join("\n\n");
};
for (const name of [...new Set([...made.values()].flat())].sort()) {
  const { version, license } = JSON.parse(readFileSync(modules(`${name}/package.json`), "utf8"));
  packages.set(name, { version, license });
}
for (const folder of [PAGES, TESTS]) {
  const names = [...made].filter(([to]) => dirname(to) === folder).flatMap(([, inside]) => inside);
  const told = [...new Set(names)].sort().map((name) => {
    const { version, license } = packages.get(name);
    return `${"=".repeat(96)}\n${name} ${version} (${license})\n\n${licences(name)}\n`;
  });
  writeFileSync(join(folder, "LICENSES.txt"), told.join("\n"));
}
const files = [...made].map(([to, inside]) => ({
  path: relative(ROOT, to),
  sha256: createHash("sha256").update(readFileSync(to)).digest("hex"),
  packages: Object.fromEntries(inside.map((name) => [name, packages.get(name).version])),
}));
writeFileSync(join(HERE, "manifest.json"), `${JSON.stringify({ files }, null, 2)}\n`);
for (const { path } of files) console.log(path, readFileSync(join(ROOT, path)).length);
