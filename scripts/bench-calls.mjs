// npm run bench:calls -- --minutes 2: two processes call each other over 127.0.0.1 with synthetic media. Then several
// come into a room of a real relay, and what that costs it is measured (`sfu`, by number of members).
//
// A table, and as its last line one line of JSON. `--profile dev` measures the program that the tests use.

import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { binary, main, must } from './environment.mjs';

/** Sound alone is measured for so long. */
const voiceSeconds = 15;

class Side {
  constructor(program, args) {
    this.child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.waiting = [];
    this.listeners = [];
    createInterface({ input: this.child.stdout }).on('line', (text) => {
      const line = JSON.parse(text);
      for (const listener of this.listeners) listener(line);
      for (const each of this.waiting.filter((each) => each.wanted(line))) {
        this.waiting.splice(this.waiting.indexOf(each), 1);
        each.found(line);
      }
    });
  }

  tell(line) {
    this.child.stdin.write(`${JSON.stringify(line)}\n`);
  }

  wait(what, wanted, seconds = 30) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${what} did not come`)), seconds * 1000);
      const found = (line) => {
        clearTimeout(timer);
        resolve(line);
      };
      this.waiting.push({ wanted, found });
    });
  }

  /** Seconds of processor time so far. */
  cpu() {
    const fields = readFileSync(`/proc/${this.child.pid}/stat`, 'utf8').split(') ')[1].split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
  }

  memoryMb() {
    return Number(readFileSync(`/proc/${this.child.pid}/status`, 'utf8').match(/VmRSS:\s+(\d+)/)[1]) / 1024;
  }
}

const sleep = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));
const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? null;

async function percentOfACore(side, seconds) {
  const before = side.cpu();
  await sleep(seconds);
  return ((side.cpu() - before) / seconds) * 100;
}

async function measure(program, minutes) {
  const alice = new Side(program, ['--offer']);
  const bob = new Side(program, []);
  const latencies = [];
  const ages = [];
  let last;
  bob.listeners.push((line) => {
    if (line.beeps > (last?.beeps ?? 0)) latencies.push(line.latency_ms);
    if (line.event === 'statistics') last = line;
    if (line.frame !== undefined) ages.push(line.age_ms);
  });
  try {
    bob.tell({ sdp: (await alice.wait('an offer', (line) => line.sdp)).sdp });
    const answer = (await bob.wait('an answer', (line) => line.sdp)).sdp;
    const connected = bob.wait('a connection', (line) => line.event === 'connected');
    const answered = performance.now();
    alice.tell({ sdp: answer });
    await connected;
    const connect = performance.now() - answered;
    await bob.wait('a code', (line) => line.code !== null && line.code !== undefined);
    const voice = await percentOfACore(bob, voiceSeconds);

    const frame = bob.wait('a frame', (line) => line.frame !== undefined);
    const switched = performance.now();
    alice.tell({ camera: true });
    bob.tell({ camera: true });
    await frame;
    const firstFrame = performance.now() - switched;
    await sleep(10);
    ages.length = 0;
    const memory = bob.memoryMb();
    const video = await percentOfACore(bob, minutes * 60);
    return {
      connect_ms: Math.round(connect),
      first_frame_ms: Math.round(firstFrame),
      mouth_to_ear_ms: median(latencies),
      glass_to_glass_ms: median(ages),
      voice_cpu_percent: Number(voice.toFixed(1)),
      video_720p30_cpu_percent: Number(video.toFixed(1)),
      memory_growth_mb: Number((bob.memoryMb() - memory).toFixed(1)),
      last,
      frames: ages.length,
    };
  } finally {
    alice.child.kill();
    bob.child.kill();
  }
}

/** What a room of so many costs the relay: packets of sound and frames in, out and lost, and its processor. */
async function room(program, count) {
  const args = ['--members', String(count), '--seconds', '10'];
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.on('close', resolve));
  let measured = null;
  for await (const text of createInterface({ input: child.stdout })) measured = JSON.parse(text);
  // All members run on this computer too: where it cannot draw and encode for all of them, there is no number.
  return (await ended) === 0 ? measured : null;
}

await main(async () => {
  const { values } = parseArgs({
    options: { minutes: { type: 'string', default: '2' }, profile: { type: 'string', default: 'release' } },
  });
  const profile = values.profile === 'dev' ? 'debug' : values.profile;
  const how = profile === 'debug' ? ['--workspace'] : ['-p', 'sotto-media', '--profile', profile];
  await must(['cargo', 'build', '--quiet', '--bin', 'sotto-call-side', ...how]);
  const { last, frames, ...calls } = await measure(binary('sotto-call-side', profile), Number(values.minutes));
  const both = how[0] === '--workspace' ? how : ['-p', 'sotto-relay', '-p', 'sotto-tests', '--profile', profile];
  await must(['cargo', 'build', '--quiet', '--bin', 'sotto-relay', '--bin', 'bench_rooms', ...both]);
  const sfu = {};
  for (const count of [3, 8, 16]) sfu[count] = await room(binary('bench_rooms', profile), count);
  const result = { ...calls, sfu };

  const rows = [
    ['from the answer to a connection', `${result.connect_ms} ms`],
    ['from switching the camera on to its first frame', `${result.first_frame_ms} ms`],
    ['mouth to ear', `${result.mouth_to_ear_ms} ms`],
    ['glass to glass', `${result.glass_to_glass_ms} ms`],
    ['sound both ways', `${result.voice_cpu_percent}% of a core`],
    ['and pictures both ways, decoded here too', `${result.video_720p30_cpu_percent}% of a core`],
    ['memory grown', `${result.memory_growth_mb} MB`],
    ['frames seen', `${frames}, ${last?.freezes ?? 0} freezes`],
    ['sound made up', `${last?.voice_concealed_ms ?? 0} of ${last?.voice_played_ms ?? 0} ms`],
    ...Object.entries(sfu).map(([members, room]) => [
      `relay with a room of ${members}, all seen`,
      room
        ? `${room.relay_cpu_percent}% of a core, ${room.voice_packets_lost} of ${room.voice_packets_out} packets lost`
        : 'did not come together on this computer',
    ]),
  ];
  for (const [what, number] of rows) console.log(`${what.padEnd(52)}${number}`);
  console.log(JSON.stringify(result));
});
