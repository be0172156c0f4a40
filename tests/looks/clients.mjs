// Which mail programs do not know what a page uses, by caniemail.com's data: {feature: [client, …]} of what they lack altogether.
import { caniemail } from "caniemail";
import { readFileSync } from "node:fs";

const html = readFileSync(process.argv[2], "utf8");
const { issues } = caniemail({ clients: ["gmail.*", "outlook.*", "apple-mail.*"], html });
const lacking = {};
for (const [client, found] of issues.errors) for (const { title } of found) (lacking[title] ??= []).push(client);
console.log(JSON.stringify(lacking));
