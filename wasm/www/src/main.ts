import { Engine } from "../../npm/index.ts";

const engine = new Engine({ worker: () => new Worker("worker.js") });
const output = document.querySelector("output")!;
await engine.writeFile("Dockerfile", 'FROM alpine\nRUN apk add --update redis\nCMD ["redis-server"]\n');
const reply = await engine.run("docker build -t redis .");
output.textContent = reply.output.map((chunk) => chunk.text).join("");
