/** The control API's calls about rules. A list has the form of rules.json, both ways. */
import type { RulesState } from '../contract/rules/rules-state.ts';
import { given, jsonObject, type RestAnswer, type RestCall } from './rest-call.ts';
import { call } from './serve.ts';

const answer = async (state: Promise<unknown>): Promise<RestAnswer> => {
  const { groups, rules, uses, revision } = (await state) as RulesState;
  return {
    json: {
      revision,
      groups,
      rules,
      uses: uses.map(({ id, matched, lastAtMs }) => ({
        id,
        matched,
        ...(lastAtMs !== undefined && { last_at: new Date(lastAtMs).toISOString() }),
      })),
    },
  };
};

export const RULES_CALLS: readonly RestCall[] = [
  {
    method: 'GET',
    path: '/api/rules',
    summary: 'The rules in force, and what each has done',
    run: ({ handlers }) => answer(call(handlers, 'rules.get', {})),
  },
  {
    method: 'PUT',
    path: '/api/rules',
    summary: 'Put a list in the place of the one in force: {"groups": […], "rules": […]}; all of it or nothing',
    query: { revision: 'refuse when another revision is in force' },
    run: ({ handlers }, { body, query }) => {
      const revision = query.get('revision');
      return answer(
        call(handlers, 'rules.replace', { list: body, ...(revision !== null && { revision: Number(revision) }) }),
      );
    },
  },
  {
    method: 'POST',
    path: '/api/rules/import',
    summary: 'The text of a rules file, with the line of each problem: {"text": "…", "how": "replace" or "append"}',
    run: ({ handlers }, { body }) => answer(call(handlers, 'rules.import', given(jsonObject(body)))),
  },
];
