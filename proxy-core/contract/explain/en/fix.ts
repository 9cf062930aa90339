/** The smallest change, in English. */
import type { FixTexts } from '../fix-texts.ts';
import { listOf } from '../../wording/plurals.ts';
import { stated } from './words.ts';

const ONLY_IF_SAME = 'Right only if it is the same for everyone.';

export const EN_FIX: FixTexts = {
  send: (value, was) => (was === null ? `send ${value}` : `send ${value} instead of ${was}`),
  leaveOut: (name) => `leave out ${name}`,
  sentence: (parts) => {
    const text = parts.join(', and ');
    return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
  },
  gives: (seconds) => `The next request like this one is then a hit, for ${stated(seconds)}.`,
  givesVaried: (names) =>
    `This request would then have been a hit: it differs only in ${names} from the one that the stored response was for.`,
  mayStay: (names) => `${listOf('en', names)} may stay: max-age counts before ${names.length > 1 ? 'them' : 'it'}.`,
  exposes: {
    'shares-cookie': (names) =>
      `This answer sets a cookie (${names}): the cookie would be stored with it, and everyone would get the same one, perhaps somebody’s session.`,
    'drops-cookie': (names) =>
      `This answer sets a cookie (${names}): without Set-Cookie nobody gets it from this URL any more.`,
    authorization: () =>
      `It was asked with Authorization: everyone would get the answer that was made for this user. ${ONLY_IF_SAME}`,
    'was-private': () => `The origin calls this answer private, meant for one user. ${ONLY_IF_SAME}`,
    'was-no-store': () => 'The origin forbids to keep this answer at all. Right only if there is nothing secret in it.',
    error: (status) => `It is an error (${status}): everyone would get it until the time is over, mended or not.`,
    'varies-by-cookie': () =>
      'It varies by Cookie: a copy is kept for each value of Cookie, and only a request with the same cookies is a hit.',
    'sent-cookie': () =>
      `It was asked with a Cookie and does not vary by it: everyone would get this answer. ${ONLY_IF_SAME}`,
    vary: (names) =>
      names === '*'
        ? 'Vary: * says that the answer depends on more than the request. Right only if it does not.'
        : `Everyone would get this answer, whatever ${names} says. Right only if it does not depend on that.`,
    'was-no-cache': () =>
      'The origin wants to be asked before each use: a change would be seen only after the time is over.',
  },
  stored: (seconds) =>
    `Nothing has to change: this response may be stored as it is, and the next request within ${stated(seconds)} is a hit.`,
  cannot: {
    tunnel: 'No field can help: what a tunnel carries is not read here.',
    upgrade: 'No field can help: the connection left HTTP for another protocol.',
    'own-reply': 'No field can help: this answer did not come from an origin.',
    'no-answer': 'No field can help: no answer came from the origin.',
    pending: 'The answer is still on its way.',
    incomplete: 'No field can help: the answer broke off before its end. As a whole it could have been stored.',
    'client-left': 'No field can help: the client left before the end. The whole answer could have been stored.',
    'client-gone': 'No field can help: the client left before an answer came.',
    invalidated: 'No field can help: the URL was changed or evicted meanwhile. The next answer can be stored.',
    'not-modified': 'No field can help: the origin answered 304, so no content came that could be stored.',
    'cache-off': 'No field can help: the cache is off.',
    'past-cache': 'No field can help: this request was sent past the cache by choice.',
    'control-token': 'No field can help: the request carries the token of the control server.',
    method: 'No field can help: only GET and HEAD are answered from the cache.',
    'request-content': 'No field can help: the request has content, and the URL alone does not name the answer.',
    'request-no-store': 'No field of the response can help: the request says no-store.',
    'client-reload': 'No field of the response can help: the client asks for a new answer (a reload).',
    'request-condition':
      'No field of the response can help: If-Match and If-Unmodified-Since are for the origin to judge.',
    'only-if-cached': 'No field can help: the request allowed stored answers only, and the origin was not asked.',
    'storing-off': 'No field can help: the settings allow no content to be stored.',
    'no-room': 'No field can help: the cache has no room for it.',
    'body-over-limit': 'No field can help: the content is larger than the settings allow.',
    status: 'No field can help: an answer with this status is never stored.',
    'event-stream': 'No field can help: events of a stream are for whoever listens now.',
    partial: 'No field can help: the stored part is not what is asked for, or it was not as long as it said.',
    authorization: 'No field can help: in this mode answers to requests with Authorization are not shared.',
    'own-lifetime':
      'No field can help: in this mode the settings give every answer one lifetime, and this one is older when it comes.',
    'too-old': 'No field but its age can help: it says that it is older than any lifetime.',
    other: 'No change of the response’s fields was found that makes it a hit.',
  },
  ordinaryHit: 'An ordinary request is a hit as things are.',
  ordinary: 'For an ordinary request:',
};
