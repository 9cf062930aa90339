/** English texts about the fields that explanations quote. */
export const evidenceEn = {
  rests: 'Fields it rests on',
  messages: { request: 'Request', response: 'Response', stored: 'Stored response' },
  show: { request: 'Show this field in the request', response: 'Show this field in the response' },
  showStored: 'Show this field in the stored response',
  gone: 'The stored response this field was in is no longer in the cache',
  back: (tab: string) => `Back to “${tab}”`,
};
