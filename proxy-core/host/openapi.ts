/** Describes the control API by OpenAPI 3.1, made from the table the server itself runs on. */
import { ERROR_CODES } from '../contract/errors.ts';
import type { RestCall } from './rest-call.ts';

/** Media types a call answers with, where it is not JSON. */
const ANSWERS: Record<string, readonly string[]> = {
  '/metrics': ['text/plain'],
  '/api/events': ['application/json', 'application/x-ndjson', 'text/csv'],
  '/api/events/{id}/request-body': ['application/octet-stream'],
  '/api/events/{id}/response-body': ['application/octet-stream'],
  '/api/cache/entries/{cache_key}/body': ['application/octet-stream'],
};

/** Names an event or a stored response. */
const NAME = { $ref: '#/components/schemas/Name' };

function operation(call: RestCall): Record<string, unknown> {
  const inPath = [...call.path.matchAll(/\{(\w+)\}/g)].map((match) => ({
    name: match[1],
    in: 'path',
    required: true,
    schema: match[1] === 'id' ? NAME : { type: 'string' },
  }));
  const inQuery = Object.entries(call.query ?? {}).map(([name, description]) => ({
    name,
    in: 'query',
    required: false,
    description,
    schema: name === 'entry_id' ? NAME : { type: 'string' },
  }));
  const types = (call.method === 'GET' ? ANSWERS[call.path] : undefined) ?? ['application/json'];
  const takesBody =
    call.method === 'PATCH' ||
    call.method === 'PUT' ||
    (call.method === 'POST' && !/\/(pin|unpin|stale|revalidate|topic)$/.test(call.path));
  return {
    summary: call.summary,
    operationId: `${call.method.toLowerCase()}${call.path.replace(/[{}]/g, '').replace(/[/_-]+(\w)/g, (_, letter: string) => letter.toUpperCase())}`,
    ...(call.open ? { security: [] } : {}),
    parameters: [...inPath, ...inQuery],
    ...(takesBody ? { requestBody: { content: { 'application/json': { schema: { type: 'object' } } } } } : {}),
    responses: {
      200: { description: 'done', content: Object.fromEntries(types.map((type) => [type, {}])) },
      default: {
        description: 'an error',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
      },
    },
  };
}

/** The whole description. */
export function buildOpenApi(calls: readonly RestCall[], version: string): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const call of calls) (paths[call.path] ??= {})[call.method.toLowerCase()] = operation(call);
  return {
    openapi: '3.1.0',
    info: {
      title: 'BSDM-Proxy control API',
      version,
      description: 'Loopback only. Host and Origin are checked; every call but /health needs the token.',
    },
    security: [{ token: [] }],
    paths,
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      schemas: {
        Name: {
          type: 'string',
          pattern: '^(.+-)?[0-9]{1,15}$',
          description: 'SESSION-NUMBER, as answers have it; a bare number means the running core',
          examples: ['0123456789ab-12'],
        },
        Error: {
          type: 'object',
          required: ['error'],
          properties: {
            error: {
              type: 'object',
              required: ['code', 'message'],
              properties: {
                code: { type: 'string', enum: [...ERROR_CODES] },
                message: { type: 'string' },
                hint: { type: 'string' },
              },
            },
          },
        },
      },
    },
  };
}
