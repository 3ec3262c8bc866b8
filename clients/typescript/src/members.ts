/** An amount in units of the currency: whole units as a bigint, or decimal digits as text. Never a number, which cannot hold every amount. */
export type Amount = bigint | string;

/** An amount as it is sent. */
export function amountText(amount: Amount): string {
  const text = typeof amount === "bigint" ? amount.toString() : amount;
  if (typeof text !== "string" || !/^-?[0-9]+(\.[0-9]+)?$/.test(text)) {
    throw new TypeError("an amount is a bigint or a text of decimal digits");
  }
  return text;
}

/** Reads the members of an answer or a notification, and notes whether one that must be there was missing or no amount. */
export class MemberTexts {
  /** Whether every member that must be there could be read so far. */
  isComplete = true;

  constructor(readonly find: (name: string) => string | undefined) {}

  /** A member that must be there, under the first of its names that is. */
  text(...names: string[]): string {
    const text = this.optional(...names);
    this.isComplete &&= text !== undefined;
    return text ?? "";
  }

  /** A member that may be absent. */
  optional(...names: string[]): string | undefined {
    for (const name of names) {
      const text = this.find(name);
      if (text !== undefined) {
        return text;
      }
    }
    return undefined;
  }

  /** An amount that must be there, with the digits that came. */
  amount(...names: string[]): string {
    const text = this.text(...names);
    this.isComplete &&= /^-?[0-9]+(\.[0-9]+)?$/.test(text);
    return text;
  }
}
