/** Makes chosen methods throw, one interface's method at a time. */

/** Names of the methods of an interface, optional ones too. */
export type MethodsOf<T> = {
  [K in keyof T]-?: Exclude<T[K], undefined> extends (...args: never[]) => unknown ? K : never;
}[keyof T] &
  string;

/** The methods of an interface; the compiler says when one is missing or is none. */
export function methodsOf<T>(methods: Record<MethodsOf<T>, true>): readonly string[] {
  return Object.keys(methods);
}

export class Injector {
  /** `Interface.method`, or undefined for nothing. */
  target: string | undefined;
  thrown = 0;

  /** Puts the check before the methods of one object; with `once` each object throws a single time. */
  arm<T extends object>(label: string, object: T, methods: readonly string[], once = false): T {
    let spent = false;
    for (const name of methods) {
      const method: unknown = Reflect.get(object, name);
      if (typeof method !== 'function') continue;
      const throwing = (...args: unknown[]): unknown => {
        if (this.target === `${label}.${name}` && !(once && spent)) {
          spent = true;
          this.thrown++;
          throw new Error(`injected into ${label}.${name}`);
        }
        return Reflect.apply(method, object, args);
      };
      Object.defineProperty(object, name, { value: throwing, configurable: true, writable: true });
    }
    return object;
  }

  /** Behind a listener: it does its work and throws then. */
  after<A extends unknown[]>(name: string, listener: (...args: A) => void): (...args: A) => void {
    return (...args) => {
      listener(...args);
      if (this.target === name) {
        this.thrown++;
        throw new Error(`injected into ${name}`);
      }
    };
  }
}
