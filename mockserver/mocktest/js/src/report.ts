import type { Call, Explanation, World } from './world';

/** callsText describes calls for people: what was sent and answered, and why. */
export async function callsText(world: World, calls: Call[]): Promise<string> {
  if (calls.length === 0) {
    return `No calls were made in world ${world.id}.\n`;
  }
  const parts = [`The last ${calls.length === 1 ? 'call' : `${calls.length} calls`} in world ${world.id}, oldest first:`];
  for (const call of calls) {
    parts.push(callText(call, call.rule ? await explained(world, call) : undefined));
  }
  return parts.join('\n\n') + '\n';
}

/** explained returns why a call was refused; undefined if that cannot be had. */
async function explained(world: World, call: Call): Promise<Explanation | undefined> {
  return world.explain(call.id).catch(() => undefined);
}

function callText(call: Call, why: Explanation | undefined): string {
  const query = call.query ? `?${call.query}` : '';
  const status = call.status === 0 ? 'connection closed without an answer' : String(call.status);
  const lines = [`${call.method} ${call.path}${query}  ->  ${status}`, `${call.time} (the world's time), ${call.id}`];
  const add = (label: string, value: unknown): void => {
    if (value !== null && value !== undefined && value !== '') {
      lines.push(`${label}: ${typeof value === 'string' ? value : JSON.stringify(value)}`);
    }
  };
  add('sent', call.request.body);
  add('answer', call.response.body);
  add('refused by', call.rule && why?.sentence ? `${call.rule}: ${why.sentence}` : call.rule);
  why?.facts.forEach((fact) => add('  because', fact));
  add('  to clear it', why?.remedy);
  add('fault', call.fault);
  call.findings.forEach((finding) => add(`${finding.side} does not conform to openapi.yaml`, finding.message));
  return lines.join('\n    ');
}
