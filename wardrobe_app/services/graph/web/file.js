// The page of an exported graph: everything is in the file.
mountGraph(document.querySelector("main"), { whole: true }).show(JSON.parse(document.getElementById("scene").textContent));
