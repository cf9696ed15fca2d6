// Reads a file by the reader of its format from npm, and prints what that found as JSON: node readers.mjs FORMAT FILE
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url); // unlike import, it looks in NODE_PATH
const [form, path] = process.argv.slice(2);
const text = readFileSync(path, "utf-8");

function byGraphology() {
  const Graph = require("graphology");
  return require(`graphology-${form}`).parse(Graph, text).export();
}

function byCytoscape() {
  const cy = require("cytoscape")({ ...JSON.parse(text), headless: true, styleEnabled: true });
  const hex = (color) => "#" + color.match(/\d+/g).slice(0, 3).map((part) => (+part).toString(16).padStart(2, "0")).join("");
  return {
    nodes: cy.nodes().map((node) => ({
      id: node.id(), position: node.position(), label: node.style("label"), width: parseFloat(node.style("width")),
    })),
    edges: cy.edges().map((edge) => ({ ...edge.data(), color: hex(edge.style("line-color")) })),
  };
}

// Cytoscape.js keeps a timer for animations.
process.stdout.write(JSON.stringify(form === "cyjs" ? byCytoscape() : byGraphology()), () => process.exit());
