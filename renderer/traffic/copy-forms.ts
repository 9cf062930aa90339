/** The forms a request is copied in; what writes them comes with the first that is copied. */
export const COPY_FORMS = ['curl', 'curl-cmd', 'powershell', 'fetch', 'python', 'httpie'] as const;
export type CopyForm = (typeof COPY_FORMS)[number];
