const ms = require("ms");
console.log("Hello from node " + process.version);
