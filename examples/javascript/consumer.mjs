// Reads the public odds: node consumer.mjs HOST:PORT TOPIC [COUNT] [--registry URL]
import { fileURLToPath } from 'node:url';
import kafkajs from 'kafkajs';
import lz4 from 'lz4js';
import protobuf from 'protobufjs';

const [bootstrap, topic, ...rest] = process.argv.slice(2);
if (!topic) {
  console.error('usage: node consumer.mjs HOST:PORT TOPIC [COUNT] [--registry URL]');
  process.exit(2);
}
const registryAt = rest.indexOf('--registry');
const registryUrl = registryAt >= 0 ? rest[registryAt + 1] : null;
let left = rest[0] && rest[0] !== '--registry' ? Number(rest[0]) : Infinity;

// From the contract's file, or from a schema registry by the id that stands in front of every value.
async function makeDecoder() {
  if (registryUrl) {
    const { SchemaRegistry } = (await import('@kafkajs/confluent-schema-registry')).default;
    const registry = new SchemaRegistry({ host: registryUrl });
    return value => registry.decode(value);
  }
  const contracts = fileURLToPath(new URL('../../contracts/', import.meta.url));
  const root = await protobuf.load(`${contracts}oddswire/public/v1/odds.proto`);
  const OddsUpdate = root.lookupType('oddswire.public.v1.OddsUpdate');
  return value => {
    // A zero byte, the schema's id (4 bytes, big-endian), the message's place in the schema (0: one byte), then Protobuf.
    if (value[0] !== 0 || value[5] !== 0) throw new Error("not in Confluent's wire format");
    return OddsUpdate.decode(value.subarray(6));
  };
}

// The topic is compressed with LZ4, which kafkajs leaves to others.
kafkajs.CompressionCodecs[kafkajs.CompressionTypes.LZ4] = () => ({
  compress: async encoder => Buffer.from(lz4.compress(encoder.buffer)),
  decompress: async buffer => Buffer.from(lz4.decompress(buffer)),
});

const decode = await makeDecoder();
const kafka = new kafkajs.Kafka({ clientId: 'example', brokers: bootstrap.split(','), logLevel: kafkajs.logLevel.ERROR });
const consumer = kafka.consumer({ groupId: `example-javascript-${process.pid}`, readUncommitted: false });
const last = new Map(); // the last place of every game that was taken: [epoch, sequence]
let finish;
let fail;
const done = new Promise((resolve, reject) => [finish, fail] = [resolve, reject]);

async function take({ message }) {
  if (left <= 0) return;
  const update = await decode(message.value);
  const sequence = Number(update.sequence);
  const previous = Number(update.previousSequence);
  const [knownEpoch, knownSequence] = last.get(update.gameId) ?? [0, 0];
  if (update.epoch < knownEpoch || (update.epoch === knownEpoch && sequence <= knownSequence)) return; // seen before
  const expected = update.epoch === knownEpoch ? knownSequence : 0;
  if (last.has(update.gameId) && previous !== expected) {
    console.error(`hole in ${update.gameId}: ${sequence} follows ${previous}, but ${expected} was the last one; fetch the board`);
  }
  last.set(update.gameId, [update.epoch, sequence]);
  console.log(JSON.stringify({
    id: update.id,
    game: update.gameId,
    epoch: update.epoch,
    sequence,
    market: update.marketType,
    scope: update.scope,
    line: Object.hasOwn(update, 'lineHundredths') ? update.lineHundredths : null,
    status: update.status,
    prices: update.selections.map(selection => selection.priceThousandths),
  }));
  if (--left === 0) finish();
}

await consumer.connect();
await consumer.subscribe({ topics: [topic], fromBeginning: true });
await consumer.run({ eachMessage: message => take(message).catch(fail) });
try {
  await done;
} finally {
  await consumer.disconnect();
}
