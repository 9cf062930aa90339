/** What a rule's filter is asked about: what is known of an exchange at the rule's place. */

export interface RuleSubject {
  readonly client: string;
  readonly method: string;
  /** As it is now: an earlier rule may have changed it. */
  readonly url: string;
  readonly requestFields: readonly string[];
  /** Of a response only. */
  readonly status: number | undefined;
  readonly responseFields: readonly string[] | undefined;
}
