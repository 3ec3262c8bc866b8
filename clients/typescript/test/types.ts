// Compiled and never run: what the types refuse.
import { MexicoClient, mexico, type Answer } from "../dist/index.js";

declare const client: MexicoClient;
const right: mexico.PayInRequest = { tradeNo: "order-1", amount: 300n, wayCode: mexico.ways.Va, notifyUrl: "https://merchant.example/hook" };

// @ts-expect-error An amount is no number.
export const numeric: mexico.PayInRequest = { ...right, amount: 300 };
// @ts-expect-error wayCode is required.
export const incomplete: mexico.PayInRequest = { tradeNo: "order-1", amount: "300", notifyUrl: "https://merchant.example/hook" };
// @ts-expect-error Another kind of account.
export const kind: mexico.PayoutRequest["customerAccountType"] = "IBAN";

export async function pay(): Promise<string | undefined> {
  const answer: Answer<mexico.PayInCreated> = await client.createPayIn(right);
  if (answer.outcome !== "accepted") {
    return answer.message;
  }
  const amount: string = (await client.queryPayIn(answer.data.tradeNo)).data?.amount ?? "0";
  return answer.data.paymentInfo ?? amount;
}

// @ts-expect-error There are data only where the call was accepted.
export const unread = (answer: Answer<mexico.PayInCreated>): string => answer.data.tradeNo;
