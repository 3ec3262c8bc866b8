/** What the reader makes of a value: numbers and booleans keep the text in which they came, so that no digit is lost. */
export type Literal = { readonly kind: "text" | "number" | "boolean"; readonly text: string } | { readonly kind: "null" };

/** A JSON value whose numbers are texts. */
export type Json = Literal | { readonly kind: "object"; readonly members: ReadonlyMap<string, Json> } | { readonly kind: "list" };

const maxDepth = 32;
const blanks = /[ \t\n\r]*/y;
const numberToken = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const stringToken = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;

/** Reads JSON; undefined when it is none. `JSON.parse` would make numbers of amounts, and lose digits. */
export function readJson(text: string): Json | undefined {
  const reader = new Reader(text);
  try {
    const value = reader.value(0);
    return reader.isAtEnd() ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) {
      return undefined;
    }
    throw error;
  }
}

/** A member of an object; undefined when it is absent or the value is no object. */
export function memberOf(json: Json | undefined, name: string): Json | undefined {
  return json?.kind === "object" ? json.members.get(name) : undefined;
}

/** The text of a literal; undefined for null, objects, lists and what is absent. */
export function textOf(json: Json | undefined): string | undefined {
  return json === undefined || json.kind === "null" || json.kind === "object" || json.kind === "list" ? undefined : json.text;
}

class Reader {
  #at = 0;

  constructor(readonly text: string) {}

  isAtEnd(): boolean {
    this.#match(blanks);
    return this.#at === this.text.length;
  }

  value(depth: number): Json {
    if (depth > maxDepth) {
      throw new SyntaxError("nested too deeply");
    }
    this.#match(blanks);
    switch (this.text[this.#at]) {
      case "{":
        return this.#object(depth);
      case "[":
        return this.#list(depth);
      case '"':
        return { kind: "text", text: this.#string() };
      case "t":
        return this.#word("true", { kind: "boolean", text: "true" });
      case "f":
        return this.#word("false", { kind: "boolean", text: "false" });
      case "n":
        return this.#word("null", { kind: "null" });
      default:
        return { kind: "number", text: this.#required(numberToken) };
    }
  }

  #object(depth: number): Json {
    const members = new Map<string, Json>();
    this.#at++;
    for (let isFirst = true; !this.#take("}"); isFirst = false) {
      this.#expect(isFirst || this.#take(","));
      this.#match(blanks);
      const name = this.#string();
      this.#expect(this.#take(":"));
      // A member that occurs twice means different things to different readers.
      this.#expect(!members.has(name));
      members.set(name, this.value(depth + 1));
    }
    return { kind: "object", members };
  }

  #list(depth: number): Json {
    this.#at++;
    for (let isFirst = true; !this.#take("]"); isFirst = false) {
      this.#expect(isFirst || this.#take(","));
      this.value(depth + 1);
    }
    return { kind: "list" };
  }

  #string(): string {
    return JSON.parse(this.#required(stringToken)) as string;
  }

  #word(word: string, value: Literal): Literal {
    this.#expect(this.text.startsWith(word, this.#at));
    this.#at += word.length;
    return value;
  }

  #take(letter: string): boolean {
    this.#match(blanks);
    const isThere = this.text[this.#at] === letter;
    this.#at += isThere ? 1 : 0;
    return isThere;
  }

  #required(pattern: RegExp): string {
    const found = this.#match(pattern);
    this.#expect(found !== "");
    return found;
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.text)?.[0] ?? "";
    this.#at += found.length;
    return found;
  }

  #expect(isRight: boolean): void {
    if (!isRight) {
      throw new SyntaxError(`not JSON at ${this.#at}`);
    }
  }
}
