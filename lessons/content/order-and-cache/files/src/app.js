const ms = require("ms");
console.log("Hello");
