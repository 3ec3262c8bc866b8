export { PayproClient, type Answer, type CallOptions, type PayproOptions, type RetryPolicy, type Surroundings } from "./client.js";
export * from "./countries.js";
export { memberOf, textOf, type Json } from "./json.js";
export { type Amount } from "./members.js";
export { NotificationCheck, type NotificationRequest, type ReceivedNotification } from "./notifications.js";
export { isFinal, stateOf, UnknownOutcomeError, type OrderState, type Outcome, type Response } from "./outcomes.js";
export { hmacHeader, isHmacHeader, isReturnSigned, md5Sign, signatureHeaderName, signedText, type Algorithm } from "./signing.js";
