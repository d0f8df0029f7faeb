// The official npm client against a running Godwit: one line per check, "ok …" or "not ok …".
// Usage: GODWIT_API=http://… GODWIT_WORKERS="http://… …" node clients.mjs FOLDER_WITH_NODE_MODULES [auto]
// It wants the models stories260k and babyllama and no others; with "auto" it checks the choice of a model alone, whatever is served.
import { createRequire } from 'node:module';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const require = createRequire(path.join(path.resolve(process.argv[2]), 'index.js'));
const { default: OpenAI } = require('openai');
const api = process.env.GODWIT_API;
const workers = (process.env.GODWIT_WORKERS ?? '').split(' ').filter(Boolean);
const client = new OpenAI({ baseURL: `${api}/v1`, apiKey: 'none-needed', maxRetries: 0, timeout: 60_000 });
const models = ['babyllama', 'stories260k'];
const readable = /[a-z]{3,} [a-z]+/;

function assert(condition, message) {
  if (!condition) throw new Error(message);
}

async function check(name, body) {
  try {
    await body();
    console.log(`ok ${name}`);
  } catch (error) {
    console.log(`not ok ${name}: ${String(error.message ?? error).replaceAll('\n', ' ')}`);
    process.exitCode = 1;
  }
}

const chat = (model, content, more = {}) =>
  client.chat.completions.create({ model, messages: [{ role: 'user', content }], max_tokens: 24, temperature: 0, ...more });

async function kvBlocksUsed() {
  let used = 0;
  for (const worker of workers) {
    const text = await (await fetch(`${worker}/metrics`)).text();
    const line = text.split('\n').find((l) => /^godwit_kv_blocks_used[ {]/.test(l));
    assert(line, `${worker}/metrics has no godwit_kv_blocks_used`);
    used += Number(line.slice(line.lastIndexOf(' ')));
  }
  return used;
}

const autos = ['auto', 'auto:fast', 'auto:small', 'auto:best'];
const served = (await client.models.list()).data.map((m) => m.id).filter((id) => !autos.includes(id));

// What x-godwit-selection says: model=sql; reason=lowest_cost; loss=0.412; margin=0.093; router=ab12cd34
const selectionOf = (response) => Object.fromEntries((response.headers.get('x-godwit-selection') ?? '').split('; ').map((part) => part.split('=')));

await check('auto: its names are listed', async () => {
  const ids = (await client.models.list()).data.map((m) => m.id);
  assert(autos.every((name) => ids.includes(name)) && served.length > 0, `got ${ids}`);
  assert((await client.models.retrieve('auto:fast')).id === 'auto:fast', 'another id');
});

for (const model of autos) {
  await check(`${model}: a model is chosen, and the headers say which and why`, async () => {
    const { data, response } = await chat(model, 'Once upon a time there was a little girl').withResponse();
    const selection = selectionOf(response);
    assert(served.includes(selection.model) && /^[a-z_]+$/.test(selection.reason), JSON.stringify(selection));
    assert(selection.reason !== 'router_timeout' && selection.reason !== 'router_failed', JSON.stringify(selection));
    assert(data.model === selection.model && response.headers.get('x-godwit-model') === selection.model, `${data.model}, ${JSON.stringify(selection)}`);
    assert(data.usage.completion_tokens > 0 && !response.headers.has('x-godwit-selection-warning'), JSON.stringify(data));
  });
}

await check('auto: streamed, equals the whole, and what its model gives under its own name', async () => {
  const { data, response } = await chat('auto', 'Once upon a time').withResponse();
  let text = '';
  for await (const chunk of await chat('auto', 'Once upon a time', { stream: true })) text += chunk.choices[0]?.delta?.content ?? '';
  const named = await chat(selectionOf(response).model, 'Once upon a time');
  assert(text === data.choices[0].message.content && text === named.choices[0].message.content, JSON.stringify({ text, data, named }));
});

await check('auto: an unknown flag is reported, and no flag reaches the model', async () => {
  const { data, response } = await chat('auto', '[Flag: foo] Once upon a time [Flag: size=0.01]').withResponse();
  assert(response.headers.get('x-godwit-selection-warning') === 'unknown flag "foo"', response.headers.get('x-godwit-selection-warning'));
  const plain = await chat(selectionOf(response).model, 'Once upon a time');
  assert(data.choices[0].message.content === plain.choices[0].message.content, JSON.stringify({ data, plain }));
});

await check('auto: the body says which models may be chosen', async () => {
  for (const model of served) {
    const { data, response } = await chat('auto', 'Once upon a time', { godwit: { models: [model], goals: { size: 0.5 } } }).withResponse();
    assert(data.model === model && selectionOf(response).model === model, `${data.model} instead of ${model}`);
  }
});

await check('auto: a wrong goal in the body is 400', async () => {
  try {
    await chat('auto', 'Hello', { godwit: { goals: { size: -1 } } });
  } catch (error) {
    assert(error instanceof OpenAI.BadRequestError && error.code === 'invalid_value' && error.param === 'godwit.goals.size', `${error.status} ${error.param}`);
    return;
  }
  throw new Error('it was answered');
});

const experts = {
  sql: 'Which team has the most points when the year is larger than 1998? Answer with a SQL query.',
  math: 'A farmer has 12 cows and buys 7 more. He sells 5 of them. How many cows does he have now?',
  stories: 'Once upon a time there was a little girl who lived near a big forest.',
  clinical: 'The patient is a 62-year-old woman with shortness of breath and a history of asthma, taking albuterol.',
  legal: 'Either party may terminate this Agreement upon thirty days written notice to the other party.',
};
if (Object.keys(experts).every((id) => served.includes(id))) {
  for (const [expert, prompt] of Object.entries(experts)) {
    await check(`auto: a prompt for ${expert} reaches it, and a flag takes it elsewhere`, async () => {
      const { data, response } = await chat('auto', prompt).withResponse();
      assert(data.model === expert && selectionOf(response).reason === 'lowest_cost', response.headers.get('x-godwit-selection'));
      assert((await chat('auto', `${prompt} [Flag: size=10]`)).model === 'stories260k', 'the smallest is another one');
    });
  }
}

if (process.argv[3] === 'auto') process.exit();

await check('models.list names the bundled models', async () => {
  assert(JSON.stringify(served.sort()) === JSON.stringify(models), `got ${served}`);
});

await check('models.retrieve', async () => {
  assert((await client.models.retrieve('stories260k')).id === 'stories260k', 'another id');
});

for (const model of models) {
  let whole;
  await check(`${model}: chat, whole`, async () => {
    const answer = await chat(model, 'Once upon a time');
    whole = answer.choices[0].message.content;
    assert(readable.test(whole), `unreadable: ${whole}`);
    assert(answer.choices[0].finish_reason === 'length' && answer.usage.completion_tokens === 24, JSON.stringify(answer));
  });

  await check(`${model}: chat, streamed, equals the whole`, async () => {
    let text = '';
    let pieces = 0;
    let finish;
    let usage;
    for await (const chunk of await chat(model, 'Once upon a time', { stream: true, stream_options: { include_usage: true } })) {
      const piece = chunk.choices[0]?.delta?.content ?? '';
      if (piece) pieces++;
      text += piece;
      finish = chunk.choices[0]?.finish_reason ?? finish;
      usage = chunk.usage ?? usage;
    }
    assert(text === whole, `streamed "${text}", whole "${whole}"`);
    assert(pieces > 12 && finish === 'length' && usage?.completion_tokens === 24, `${pieces} pieces, ${finish}, ${JSON.stringify(usage)}`);
  });

  await check(`${model}: log-probabilities of a chat join to its text`, async () => {
    const choice = (await chat(model, 'Once upon a time', { logprobs: true, top_logprobs: 3, presence_penalty: 0.5 })).choices[0];
    const entries = choice.logprobs.content;
    assert(entries.map((e) => e.token).join('') === choice.message.content, JSON.stringify(entries));
    assert(entries.every((e) => e.top_logprobs.length === 3 && e.logprob <= e.top_logprobs[0].logprob), JSON.stringify(entries));
  });

  await check(`${model}: a prompt is scored without generating`, async () => {
    const request = { model, prompt: 'Once upon a time', max_tokens: 0, echo: true, logprobs: 2 };
    const answer = await client.completions.create(request);
    const { text, logprobs } = answer.choices[0];
    assert(logprobs.tokens.join('') === text && answer.usage.completion_tokens === 0, JSON.stringify(answer));
    assert(logprobs.token_logprobs[0] === null && logprobs.token_logprobs.slice(1).every((l) => l < 0), JSON.stringify(logprobs));
  });

  await check(`${model}: completion, whole and streamed`, async () => {
    const request = { model, prompt: 'Once upon a time', max_tokens: 24, temperature: 0 };
    const answer = (await client.completions.create(request)).choices[0].text;
    assert(readable.test(answer), `unreadable: ${answer}`);
    let text = '';
    for await (const chunk of await client.completions.create({ ...request, stream: true })) text += chunk.choices[0]?.text ?? '';
    assert(text === answer, `streamed "${text}", whole "${answer}"`);
  });
}

for (const model of models) {
  await check(`${model}: embeddings, base64 (the client's default) equals float`, async () => {
    const input = ['Once upon a time', 'The cat sat down.', 'Once upon a time'];
    const answer = await client.embeddings.create({ model, input });
    const plain = await client.embeddings.create({ model, input, encoding_format: 'float' });
    const vectors = answer.data.map((item) => Array.from(item.embedding));
    assert(JSON.stringify(answer.data.map((item) => item.index)) === '[0,1,2]', JSON.stringify(answer.data.map((item) => item.index)));
    assert(JSON.stringify(vectors) === JSON.stringify(plain.data.map((item) => item.embedding.map(Math.fround))), 'base64 and float differ');
    assert(vectors.every((v) => Math.abs(v.reduce((sum, x) => sum + x * x, 0) - 1) < 1e-5), 'not of length 1');
    assert(JSON.stringify(vectors[0]) === JSON.stringify(vectors[2]), 'equal inputs differ');
    assert(answer.usage.prompt_tokens > 9 && answer.usage.total_tokens === answer.usage.prompt_tokens, JSON.stringify(answer.usage));
  });

  await check(`${model}: tokenize and detokenize`, async () => {
    const post = async (path, body) => (await fetch(`${api}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model, ...body }),
    })).json();
    const tokens = await post('/tokenize', { prompt: 'Once upon a time', add_special_tokens: false, return_token_strs: true });
    assert(tokens.count === tokens.tokens.length && tokens.token_strs.length === tokens.count && tokens.max_model_len > 0, JSON.stringify(tokens));
    const text = await post('/detokenize', { tokens: tokens.tokens });
    assert(text.prompt === 'Once upon a time', JSON.stringify(text));
  });
}

await check('8 at once, each equal to what it gives alone', async () => {
  const prompts = Array.from({ length: 8 }, (_, i) => 'The cat sat down. '.repeat(i + 1));
  const ask = async (prompt) => (await chat('stories260k', prompt)).choices[0].message.content;
  const alone = [];
  for (const prompt of prompts) alone.push(await ask(prompt));
  const together = await Promise.all(prompts.map(ask));
  assert(JSON.stringify(alone) === JSON.stringify(together), JSON.stringify({ alone, together }));
});

await check('an answer keeps to a JSON schema, whole and streamed', async () => {
  const schema = {
    type: 'object',
    properties: { name: { type: 'string', maxLength: 20 }, age: { type: 'integer', minimum: 0, maximum: 130 } },
    required: ['name', 'age'],
    additionalProperties: false,
  };
  const format = { response_format: { type: 'json_schema', json_schema: { name: 'person', strict: true, schema } }, max_tokens: 80, temperature: 1.2, seed: 5 };
  const whole = (await chat('stories260k', 'Who is there?', format)).choices[0];
  const person = JSON.parse(whole.message.content);
  assert(Object.keys(person).sort().join() === 'age,name' && Number.isInteger(person.age) && whole.finish_reason === 'stop', JSON.stringify(whole));
  let text = '';
  for await (const chunk of await chat('stories260k', 'Who is there?', { ...format, stream: true })) text += chunk.choices[0]?.delta?.content ?? '';
  assert(text === whole.message.content, `streamed ${text}, whole ${whole.message.content}`);
});

const weather = {
  type: 'function',
  function: {
    name: 'get_weather',
    description: 'The weather somewhere.',
    parameters: {
      type: 'object',
      properties: { city: { type: 'string', maxLength: 12 }, unit: { enum: ['C', 'F'] } },
      required: ['city', 'unit'],
      additionalProperties: false,
    },
  },
};
const stop = { type: 'function', function: { name: 'stop' } };
const isWeather = (text) => {
  const { city, unit, ...more } = JSON.parse(text);
  return typeof city === 'string' && ['C', 'F'].includes(unit) && Object.keys(more).length === 0;
};

await check('a named function is called, whole and streamed', async () => {
  const request = { tools: [weather, stop], tool_choice: { type: 'function', function: { name: 'get_weather' } }, max_tokens: 200, temperature: 1, seed: 3 };
  const { message, finish_reason } = (await chat('stories260k', 'What is the weather?', request)).choices[0];
  const call = message.tool_calls[0];
  assert(message.tool_calls.length === 1 && call.id && call.type === 'function' && call.function.name === 'get_weather', JSON.stringify(message));
  assert(isWeather(call.function.arguments) && message.content === null && finish_reason === 'stop', JSON.stringify({ message, finish_reason }));
  const runner = client.chat.completions.stream({
    model: 'stories260k',
    messages: [{ role: 'user', content: 'What is the weather?' }],
    ...request,
  });
  const streamed = (await runner.finalChatCompletion()).choices[0].message.tool_calls[0];
  assert(JSON.stringify(streamed.function.arguments) === JSON.stringify(call.function.arguments), JSON.stringify({ streamed, call }));
});

await check('required functions are called, and their results go back', async () => {
  const request = { tools: [weather, stop], tool_choice: 'required', max_tokens: 300, temperature: 1, seed: 11 };
  const { message, finish_reason } = (await chat('stories260k', 'What is the weather?', request)).choices[0];
  assert(message.tool_calls.length >= 1 && finish_reason === 'tool_calls', JSON.stringify({ message, finish_reason }));
  for (const { function: f } of message.tool_calls) {
    assert(f.name === 'stop' ? f.arguments === '{}' || Object.keys(JSON.parse(f.arguments)).length === 0 : isWeather(f.arguments), JSON.stringify(f));
  }
  const back = await client.chat.completions.create({
    model: 'stories260k',
    max_tokens: 8,
    tools: [weather, stop],
    messages: [
      { role: 'user', content: 'What is the weather?' },
      message,
      ...message.tool_calls.map((call) => ({ role: 'tool', tool_call_id: call.id, content: 'Sunny.' })),
    ],
  });
  assert(back.usage.completion_tokens > 0, JSON.stringify(back));
});

await check('a schema that cannot be kept is 400 invalid_schema', async () => {
  try {
    await chat('stories260k', 'Hello', { response_format: { type: 'json_schema', json_schema: { name: 'x', schema: { type: 'banana' } } } });
  } catch (error) {
    assert(error instanceof OpenAI.BadRequestError && error.code === 'invalid_schema', `${error.status} ${error.code}`);
    return;
  }
  throw new Error('it was answered');
});

await check('a client that leaves midway frees its blocks', async () => {
  for (let i = 0; i < 8; i++) {
    const stream = await chat('stories260k', 'Once upon a time', { stream: true, max_tokens: 400 });
    for await (const _ of stream) break;
    stream.controller.abort();
  }
  const deadline = Date.now() + 20_000;
  let used;
  do {
    used = await kvBlocksUsed();
    if (used > 0) await delay(50);
  } while (used > 0 && Date.now() < deadline);
  assert(used === 0, `${used} KV blocks are still in use`);
  assert(workers.length > 0, 'no worker was named');
});

await check('an unknown model is 404 model_not_found', async () => {
  try {
    await chat('gpt-unknown', 'Hello');
  } catch (error) {
    assert(error instanceof OpenAI.NotFoundError && error.code === 'model_not_found', `${error.status} ${error.code}`);
    return;
  }
  throw new Error('it was answered');
});

await check('malformed JSON is 400', async () => {
  const response = await fetch(`${api}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"model":',
  });
  const body = await response.json();
  assert(response.status === 400 && typeof body.error.code === 'string', `${response.status} ${JSON.stringify(body)}`);
});
