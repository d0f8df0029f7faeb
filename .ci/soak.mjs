// 1,000 mixed requests against a running Godwit, a third of them left midway; afterwards no KV block may be in use.
// Usage: GODWIT_API=http://… GODWIT_WORKERS="http://… …" node soak.mjs [REQUESTS] [AT_ONCE]. Prints one line of figures; exit code 1 on a fault.
import { setTimeout as delay } from 'node:timers/promises';

const api = process.env.GODWIT_API;
const workers = process.env.GODWIT_WORKERS.split(' ').filter(Boolean);
const requests = Number(process.argv[2] ?? 1000);
const atOnce = Number(process.argv[3] ?? 16);
const faults = [];
const count = { whole: 0, streamed: 0, left: 0, refused: 0, json: 0, calls: 0 };
const schema = { type: 'object', properties: { name: { type: 'string', maxLength: 12 }, age: { type: 'integer' } }, required: ['name'], additionalProperties: false };

// A generator with a seed: a soak that failed can be run again as it was.
let state = 20261123;
const random = (n) => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 4294967296) * n);
};

async function request(i) {
  const chat = random(2) === 0;
  const stream = random(3) > 0;
  const leave = i % 3 === 0;
  const model = random(3) === 0 ? 'babyllama' : 'stories260k';
  const prompt = 'once upon a time there was a cat '.repeat(1 + random(model === 'babyllama' ? 3 : 8));
  // Every third request to the model that can write JSON is under a constraint.
  const wants = model === 'stories260k' ? random(6) : -1;
  const json = wants === 0 && { response_format: { type: 'json_schema', json_schema: { name: 'person', schema } } };
  const calls = wants === 1 && chat && { tools: [{ type: 'function', function: { name: 'greet', parameters: schema } }], tool_choice: 'required' };
  const body = {
    model,
    stream: stream || leave,
    max_tokens: leave ? 100 : (json || calls ? 60 : 1) + random(60),
    temperature: random(2),
    seed: i,
    ...(json || calls || {}),
    ...(random(5) === 0 ? { n: 2 } : {}),
    ...(chat ? { messages: [{ role: 'user', content: prompt }] } : { prompt }),
  };
  const abort = new AbortController();
  const response = await fetch(`${api}/v1/${chat ? 'chat/completions' : 'completions'}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.any([abort.signal, AbortSignal.timeout(60_000)]),
  });
  if (response.status === 503) {
    await response.json();
    count.refused++;
  } else if (response.status !== 200) {
    faults.push(`${i}: ${response.status} ${await response.text()}`);
  } else if (leave) {
    const reader = response.body.getReader();
    for (let n = random(4); n >= 0; n--) await reader.read();
    abort.abort();
    count.left++;
  } else if (stream) {
    const text = await response.text();
    if (!text.endsWith('data: [DONE]\n\n')) faults.push(`${i}: a stream without its end: ${text.slice(-200)}`);
    count.streamed++;
  } else {
    const answer = await response.json();
    if (!answer.usage || answer.usage.completion_tokens > body.max_tokens * (body.n ?? 1)) faults.push(`${i}: ${JSON.stringify(answer)}`);
    for (const choice of answer.choices) {
      if (json && ++count.json) JSON.parse(choice.message?.content ?? choice.text);
      if (calls && ++count.calls) for (const call of choice.message.tool_calls) JSON.parse(call.function.arguments);
    }
    count.whole++;
  }
}

async function kvBlocksUsed() {
  const texts = await Promise.all(workers.map(async (w) => (await fetch(`${w}/metrics`)).text()));
  return texts.reduce((sum, text) => sum + Number(/^godwit_kv_blocks_used(?:{[^}]*})? (\S+)$/m.exec(text)[1]), 0);
}

const begun = Date.now();
let next = 0;
await Promise.all(
  Array.from({ length: atOnce }, async () => {
    while (next < requests) {
      const i = next++;
      await request(i).catch((error) => faults.push(`${i}: ${error}`));
    }
  }),
);
const seconds = (Date.now() - begun) / 1000;
const deadline = Date.now() + 10_000;
while ((await kvBlocksUsed()) > 0 && Date.now() < deadline) await delay(50);
const used = await kvBlocksUsed();
console.log(
  `${requests} requests, ${atOnce} at once, in ${seconds.toFixed(1)} s: ${count.whole} whole, ${count.streamed} streamed, ` +
    `${count.left} left midway, ${count.refused} refused, ${count.json} documents by a schema and ${count.calls} answers of calls parsed, ` +
    `${faults.length} faults; KV blocks in use afterwards: ${used}`,
);
for (const fault of faults.slice(0, 10)) console.error(fault);
process.exit(faults.length === 0 && used === 0 ? 0 : 1);
