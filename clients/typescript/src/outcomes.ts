import { memberOf, readJson, textOf, type Json } from "./json.js";

/** What is certain after a call. Of one whose outcome is not, `UnknownOutcomeError` tells. */
export type Outcome = "accepted" | "refused" | "notStored";

/** What an order's status code means. */
export type OrderState = "processing" | "partlyPaid" | "succeeded" | "failed";

/** What a status code means. Every code beside the first three is a failure, as the documentation has it. */
export function stateOf(status: string): OrderState {
  switch (status) {
    case "0015":
      return "processing";
    case "0001":
      return "partlyPaid";
    case "0000":
      return "succeeded";
    default:
      return "failed";
  }
}

/** Whether a state is a result. An order that succeeded can still be returned. */
export function isFinal(state: OrderState): boolean {
  return state === "succeeded" || state === "failed";
}

/**
 * What became of a call is not known: it may or may not have been stored, however often it was repeated. Make the same call again with the same
 * number, or query it; never book it as failed and never send it with a new number.
 */
export class UnknownOutcomeError extends Error {
  override readonly name = "UnknownOutcomeError";
}

/** An answer of the gateway. */
export interface Response {
  readonly httpStatus: number;
  readonly code: string;
  /** `success`, or the sentence that says what to mend. */
  readonly message: string;
  readonly data: Json | undefined;
}

/** What one attempt has told: of "failed" and "busy" only that this attempt stored nothing. */
export type Verdict = "accepted" | "refused" | "failed" | "busy" | "unknown";

/** Reads an answer; undefined when it cannot be read. */
export function readResponse(httpStatus: number, body: string): Response | undefined {
  const json = readJson(body);
  const code = memberOf(json, "code");
  return code?.kind === "text"
    ? { httpStatus, code: code.text, message: textOf(memberOf(json, "msg")) ?? "", data: memberOf(json, "data") }
    : undefined;
}

/** What an answer means. */
export function verdictOf(response: Response | undefined): Verdict {
  if (response === undefined) {
    return "unknown";
  }
  const { httpStatus, code } = response;
  if (httpStatus === 429 || httpStatus === 503) {
    return "busy";
  }
  if (httpStatus === 200 && code === "0000") {
    return "accepted";
  }
  const isTold = httpStatus === 200 || (httpStatus >= 400 && httpStatus < 500);
  return isTold && code === "8000" ? "refused" : isTold && code === "5000" ? "failed" : "unknown";
}
