// Written by eng/clients from src/Paypro.Protocol/Countries/India.cs: change that, and run it.
import { PayproClient, type Answer, type CallOptions, type PayproOptions } from "../client.js";
import { amountText, type Amount, type MemberTexts } from "../members.js";
import { NotificationCheck, type NotificationRequest } from "../notifications.js";
import { stateOf, type OrderState } from "../outcomes.js";

/** The calls of India, with the segment `ind-pay`. Units of INR with at most 2 decimals. */
export class IndiaClient {
  /** Makes calls that have no name here, and checks nothing of them. */
  readonly calls: PayproClient;
  readonly #check: NotificationCheck;

  constructor(options: PayproOptions) {
    this.calls = new PayproClient(options);
    this.#check = new NotificationCheck(options);
  }

  /** Creates a pay-in; the answer has what the payer needs to pay. The same tradeNo with the same content is stored once. */
  createPayIn(request: PayInRequest, options?: CallOptions): Promise<Answer<PayInCreated>> {
    return this.calls.read("/ind-pay/v1/paypro/payinApi", { tradeNo: request.tradeNo, amount: amountText(request.amount), name: request.name, mobile: request.mobile, email: request.email, ipAddress: request.ipAddress, notifyUrl: request.notifyUrl, returnUrl: request.returnUrl, remark: request.remark }, readPayInCreated, options);
  }

  /** Creates a pay-in on the hosted page; the answer has its address. The same tradeNo with the same content is stored once. */
  createHostedPayIn(request: HostedPayInRequest, options?: CallOptions): Promise<Answer<HostedPayInCreated>> {
    return this.calls.read("/ind-pay/v1/paypro/payin", { tradeNo: request.tradeNo, amount: amountText(request.amount), name: request.name, mobile: request.mobile, email: request.email, ipAddress: request.ipAddress, notifyUrl: request.notifyUrl, returnUrl: request.returnUrl, remark: request.remark }, readHostedPayInCreated, options);
  }

  /** Creates a payout: reserves the amount and its fees and sends the money. The same tradeNo with the same content is sent once. */
  createPayout(request: PayoutRequest, options?: CallOptions): Promise<Answer<PayoutCreated>> {
    return this.calls.read("/ind-pay/v1/paypro/payout", { tradeNo: request.tradeNo, amount: amountText(request.amount), name: request.name, mobile: request.mobile, email: request.email, bankNumber: request.bankNumber, bankCode: request.bankCode, notifyUrl: request.notifyUrl, ipAddress: request.ipAddress, remark: request.remark }, readPayoutCreated, options);
  }

  /** Queries a pay-in. */
  queryPayIn(tradeNo: string, options?: CallOptions): Promise<Answer<PayInState>> {
    return this.calls.read("/ind-pay/v1/paypro/queryPayInResult", { tradeNo: tradeNo }, readPayInState, options);
  }

  /** Queries a payout. */
  queryPayout(tradeNo: string, options?: CallOptions): Promise<Answer<PayoutState>> {
    return this.calls.read("/ind-pay/v1/paypro/queryPayOutResult", { tradeNo: tradeNo }, readPayoutState, options);
  }

  /** Queries the balances. */
  queryBalance(options?: CallOptions): Promise<Answer<Balance>> {
    return this.calls.read("/ind-pay/v1/paypro/queryBalance", {  }, readBalance, options);
  }

  /** Gives money of a pay-in back to its payer. The same refundNo with the same content is sent once. */
  createRefund(request: RefundRequest, options?: CallOptions): Promise<Answer<RefundCreated>> {
    return this.calls.read("/ind-pay/v1/paypro/refund", { operation: "refund", tradeNo: request.tradeNo, refundNo: request.refundNo, amount: amountText(request.amount), notifyUrl: request.notifyUrl, reason: request.reason }, readRefundCreated, options);
  }

  /** Queries a refund. */
  queryRefund(refundNo: string, options?: CallOptions): Promise<Answer<RefundState>> {
    return this.calls.read("/ind-pay/v1/paypro/queryRefundResult", { operation: "queryRefund", refundNo: refundNo }, readRefundState, options);
  }

  /** Ends a pay-in that nobody has paid. While an attempt is under way it stays 0015. Money that comes later is credited and told. */
  cancelPayIn(tradeNo: string, options?: CallOptions): Promise<Answer<CancelledPayIn>> {
    return this.calls.read("/ind-pay/v1/paypro/cancelPayIn", { operation: "cancelPayIn", tradeNo: tradeNo }, readCancelledPayIn, options);
  }

  /** Checks and reads a notification: a pay-in reached a result, or its result changed. Undefined when it is forged, too old or no such notification. */
  readPayIn(request: NotificationRequest): Promise<PayInNotification | undefined> {
    return this.#check.read(request, readPayInNotification, "refundNo");
  }

  /** Checks and reads a notification: a payout reached a result, or its result changed. Undefined when it is forged, too old or no such notification. */
  readPayout(request: NotificationRequest): Promise<PayoutNotification | undefined> {
    return this.#check.read(request, readPayoutNotification, "refundNo");
  }

  /** Checks and reads a notification: a refund reached a result, or its result changed. Undefined when it is forged, too old or no such notification. */
  readRefund(request: NotificationRequest): Promise<RefundNotification | undefined> {
    return this.#check.read(request, readRefundNotification);
  }
}

/** How payers pay. */
export const ways = {
  /** UPI. */
  Upi: "UPI",
} as const;

/** Request of `createPayIn`. */
export interface PayInRequest {
  /** Your order number: 1 to 128 printable ASCII characters without blanks, unique per direction. */
  readonly tradeNo: string;
  /** Units of INR with at most 2 decimals, above zero. At least 1, at most 100000 by UPI, unless the gateway has other limits for you. */
  readonly amount: Amount;
  /** The payer's name. At most 128 characters. */
  readonly name: string;
  /** Phone number: 10 digits that begin with 6 to 9, without the country code. At most 32 characters. */
  readonly mobile: string;
  /** E-mail address. At most 254 characters. */
  readonly email: string;
  /** The payer's IP address. At most 45 characters. */
  readonly ipAddress: string;
  /** Address that is told the result. An absolute http or https address. */
  readonly notifyUrl: string;
  /** Address to which the payer goes afterwards. An absolute http or https address. */
  readonly returnUrl: string;
  /** Handed back unchanged. At most 512 characters. */
  readonly remark?: string | undefined;
}

/** Answer to createPayIn. */
export interface PayInCreated {
  /** Your order number. */
  readonly tradeNo: string;
  /** The gateway's order number, 16 characters a-z and 0-9. */
  readonly number: string;
  /** Status code of the order. */
  readonly status: string;
  /** What `status` means. */
  readonly state: OrderState;
  /** The status in words. */
  readonly message: string;
  /** The request's remark; empty without one. */
  readonly remark: string;
  /** What the payer needs to pay: the number, reference or code of the way. Absent while it is not known. */
  readonly paymentInfo: string | undefined;
  /** Address of the page to which the payer goes. */
  readonly paymentUrl: string | undefined;
}

function readPayInCreated(members: MemberTexts): PayInCreated {
  return {
    tradeNo: members.text("tradeNo"),
    number: members.text("platFormTradeNo", "payproTradeNo"),
    status: members.text("status"),
    state: stateOf(members.text("status")),
    message: members.text("desc"),
    remark: members.text("remark"),
    paymentInfo: members.optional("paymentInfo"),
    paymentUrl: members.optional("paymentUrl"),
  };
}

/** Request of `createHostedPayIn`. */
export interface HostedPayInRequest {
  /** Your order number: 1 to 128 printable ASCII characters without blanks, unique per direction. */
  readonly tradeNo: string;
  /** Units of INR with at most 2 decimals, above zero. At least 1, at most 100000 by UPI, unless the gateway has other limits for you. */
  readonly amount: Amount;
  /** The payer's name. At most 128 characters. */
  readonly name: string;
  /** Phone number: 10 digits that begin with 6 to 9, without the country code. At most 32 characters. */
  readonly mobile: string;
  /** E-mail address. At most 254 characters. */
  readonly email: string;
  /** The payer's IP address. At most 45 characters. */
  readonly ipAddress: string;
  /** Address that is told the result. An absolute http or https address. */
  readonly notifyUrl: string;
  /** Address to which the payer goes afterwards. An absolute http or https address. */
  readonly returnUrl: string;
  /** Handed back unchanged. At most 512 characters. */
  readonly remark?: string | undefined;
}

/** Answer to createHostedPayIn. */
export interface HostedPayInCreated {
  /** Your order number. */
  readonly tradeNo: string;
  /** The gateway's order number, 16 characters a-z and 0-9. */
  readonly number: string;
  /** Status code of the order. */
  readonly status: string;
  /** What `status` means. */
  readonly state: OrderState;
  /** The status in words. */
  readonly message: string;
  /** The request's remark; empty without one. */
  readonly remark: string;
  /** Address of the page to which the payer goes. */
  readonly paymentUrl: string | undefined;
}

function readHostedPayInCreated(members: MemberTexts): HostedPayInCreated {
  return {
    tradeNo: members.text("tradeNo"),
    number: members.text("platFormTradeNo", "payproTradeNo"),
    status: members.text("status"),
    state: stateOf(members.text("status")),
    message: members.text("desc"),
    remark: members.text("remark"),
    paymentUrl: members.optional("paymentUrl"),
  };
}

/** Request of `createPayout`. */
export interface PayoutRequest {
  /** Your order number: 1 to 128 printable ASCII characters without blanks, unique per direction. */
  readonly tradeNo: string;
  /** Units of INR with at most 2 decimals, above zero. */
  readonly amount: Amount;
  /** The recipient's name. At most 128 characters. */
  readonly name: string;
  /** Phone number: 10 digits that begin with 6 to 9, without the country code. At most 32 characters. */
  readonly mobile: string;
  /** E-mail address. At most 254 characters. */
  readonly email: string;
  /** The recipient's account number. At most 34 characters. */
  readonly bankNumber: string;
  /** The IFSC of the recipient's bank branch: 11 letters and digits. At most 11 characters. */
  readonly bankCode: string;
  /** Address that is told the result. An absolute http or https address. */
  readonly notifyUrl: string;
  /** The payer's IP address. At most 45 characters. */
  readonly ipAddress?: string | undefined;
  /** Handed back unchanged. At most 512 characters. */
  readonly remark?: string | undefined;
}

/** Answer to createPayout. */
export interface PayoutCreated {
  /** Your order number. */
  readonly tradeNo: string;
  /** The gateway's order number, 16 characters a-z and 0-9. */
  readonly number: string;
  /** Status code of the order. */
  readonly status: string;
  /** What `status` means. */
  readonly state: OrderState;
  /** The status in words. */
  readonly message: string;
  /** The request's remark; empty without one. */
  readonly remark: string;
}

function readPayoutCreated(members: MemberTexts): PayoutCreated {
  return {
    tradeNo: members.text("tradeNo"),
    number: members.text("platFormTradeNo", "payproTradeNo"),
    status: members.text("status"),
    state: stateOf(members.text("status")),
    message: members.text("desc"),
    remark: members.text("remark"),
  };
}

/** Answer to queryPayIn. */
export interface PayInState {
  /** Your order number. */
  readonly tradeNo: string;
  /** The gateway's order number, 16 characters a-z and 0-9. */
  readonly number: string;
  /** What the order holds once something is paid, before that the ordered amount, in units of the currency. */
  readonly amount: string;
  /** Status code of the order. */
  readonly status: string;
  /** What `status` means. */
  readonly state: OrderState;
  /** The status in words. */
  readonly message: string;
  /** When it succeeded; absent before. yyyy-MM-dd HH:mm:ss in Asia/Kolkata. */
  readonly successTime: string | undefined;
  /** The reference of the bank or network; absent until it is known. */
  readonly railReference: string | undefined;
}

function readPayInState(members: MemberTexts): PayInState {
  return {
    tradeNo: members.text("tradeNo"),
    number: members.text("platFormTradeNo", "payproTradeNo"),
    amount: members.amount("amount"),
    status: members.text("status"),
    state: stateOf(members.text("status")),
    message: members.text("message"),
    successTime: members.optional("successTime"),
    railReference: members.optional("utr"),
  };
}

/** Answer to queryPayout. */
export interface PayoutState {
  /** Your order number. */
  readonly tradeNo: string;
  /** The gateway's order number, 16 characters a-z and 0-9. */
  readonly number: string;
  /** What the order holds once something is paid, before that the ordered amount, in units of the currency. */
  readonly amount: string;
  /** Status code of the order. */
  readonly status: string;
  /** What `status` means. */
  readonly state: OrderState;
  /** The status in words. */
  readonly message: string;
  /** When it succeeded; absent before. yyyy-MM-dd HH:mm:ss in Asia/Kolkata. */
  readonly successTime: string | undefined;
  /** The reference of the bank or network; absent until it is known. */
  readonly railReference: string | undefined;
}

function readPayoutState(members: MemberTexts): PayoutState {
  return {
    tradeNo: members.text("tradeNo"),
    number: members.text("platFormTradeNo", "payproTradeNo"),
    amount: members.amount("amount"),
    status: members.text("status"),
    state: stateOf(members.text("status")),
    message: members.text("message"),
    successTime: members.optional("successTime"),
    railReference: members.optional("utr"),
  };
}

/** Answer to queryBalance. */
export interface Balance {
  /** What can be paid out, in units of the currency. */
  readonly available: string;
  /** What is reserved for payouts under way, or held, in units of the currency. */
  readonly frozen: string;
  /** What was received and is not settled yet, in units of the currency. */
  readonly unsettled: string;
}

function readBalance(members: MemberTexts): Balance {
  return {
    available: members.amount("availableAmount", "availablAmount"),
    frozen: members.amount("freezeAmount"),
    unsettled: members.amount("unsettledAmount"),
  };
}

/** Request of `createRefund`. */
export interface RefundRequest {
  /** The pay-in's number. At most 128 characters. */
  readonly tradeNo: string;
  /** Your number of the refund: 1 to 128 printable ASCII characters without blanks, unique among refunds. */
  readonly refundNo: string;
  /** Units of INR with at most 2 decimals, above zero. */
  readonly amount: Amount;
  /** Address that is told the refund's result; without it nobody is told. An absolute http or https address. */
  readonly notifyUrl?: string | undefined;
  /** Why; told to the rail where it takes a reason. At most 140 characters. */
  readonly reason?: string | undefined;
}

/** Answer to createRefund. */
export interface RefundCreated {
  /** Your order number. */
  readonly tradeNo: string;
  /** Your number of the refund. */
  readonly refundNo: string;
  /** The gateway's order number, 16 characters a-z and 0-9. */
  readonly number: string;
  /** The gateway's number of the refund, 16 characters a-z and 0-9. */
  readonly refundNumber: string;
  /** Status code of the order. */
  readonly status: string;
  /** What `status` means. */
  readonly state: OrderState;
  /** The status in words. */
  readonly message: string;
  /** The amount, in units of the currency. */
  readonly amount: string;
}

function readRefundCreated(members: MemberTexts): RefundCreated {
  return {
    tradeNo: members.text("tradeNo"),
    refundNo: members.text("refundNo"),
    number: members.text("platFormTradeNo", "payproTradeNo"),
    refundNumber: members.text("refundNumber"),
    status: members.text("status"),
    state: stateOf(members.text("status")),
    message: members.text("desc"),
    amount: members.amount("amount"),
  };
}

/** Answer to queryRefund. */
export interface RefundState {
  /** Your order number. */
  readonly tradeNo: string;
  /** Your number of the refund. */
  readonly refundNo: string;
  /** The gateway's order number, 16 characters a-z and 0-9. */
  readonly number: string;
  /** The gateway's number of the refund, 16 characters a-z and 0-9. */
  readonly refundNumber: string;
  /** Status code of the order. */
  readonly status: string;
  /** What `status` means. */
  readonly state: OrderState;
  /** The status in words. */
  readonly message: string;
  /** The amount, in units of the currency. */
  readonly amount: string;
  /** When the order was created. yyyy-MM-dd HH:mm:ss in Asia/Kolkata. */
  readonly createTime: string | undefined;
  /** When it succeeded; absent before. yyyy-MM-dd HH:mm:ss in Asia/Kolkata. */
  readonly successTime: string | undefined;
}

function readRefundState(members: MemberTexts): RefundState {
  return {
    tradeNo: members.text("tradeNo"),
    refundNo: members.text("refundNo"),
    number: members.text("platFormTradeNo", "payproTradeNo"),
    refundNumber: members.text("refundNumber"),
    status: members.text("status"),
    state: stateOf(members.text("status")),
    message: members.text("desc"),
    amount: members.amount("amount"),
    createTime: members.optional("createTime"),
    successTime: members.optional("successTime"),
  };
}

/** Answer to cancelPayIn. */
export interface CancelledPayIn {
  /** Your order number. */
  readonly tradeNo: string;
  /** The gateway's order number, 16 characters a-z and 0-9. */
  readonly number: string;
  /** Status code of the order. */
  readonly status: string;
  /** What `status` means. */
  readonly state: OrderState;
  /** The status in words. */
  readonly message: string;
}

function readCancelledPayIn(members: MemberTexts): CancelledPayIn {
  return {
    tradeNo: members.text("tradeNo"),
    number: members.text("platFormTradeNo", "payproTradeNo"),
    status: members.text("status"),
    state: stateOf(members.text("status")),
    message: members.text("desc"),
  };
}

/** A pay-in reached a result, or its result changed. */
export interface PayInNotification {
  /** The gateway's order number, 16 characters a-z and 0-9. */
  readonly number: string;
  /** Your order number. */
  readonly tradeNo: string;
  /** What the order holds: paid less returned, in units of the currency. */
  readonly amount: string;
  /** Status code of the order. */
  readonly status: string;
  /** What `status` means. */
  readonly state: OrderState;
  /** The status in words. */
  readonly message: string;
  /** When it succeeded; absent before. yyyy-MM-dd HH:mm:ss in Asia/Kolkata. */
  readonly successTime: string | undefined;
}

function readPayInNotification(members: MemberTexts): PayInNotification {
  return {
    number: members.text("platFormTradeNo"),
    tradeNo: members.text("tradeNo"),
    amount: members.amount("amount"),
    status: members.text("status"),
    state: stateOf(members.text("status")),
    message: members.text("message"),
    successTime: members.optional("successTime"),
  };
}

/** A payout reached a result, or its result changed. */
export interface PayoutNotification {
  /** The gateway's order number, 16 characters a-z and 0-9. */
  readonly number: string;
  /** Your order number. */
  readonly tradeNo: string;
  /** What the order holds: paid less returned, in units of the currency. */
  readonly amount: string;
  /** Status code of the order. */
  readonly status: string;
  /** What `status` means. */
  readonly state: OrderState;
  /** The status in words. */
  readonly message: string;
  /** When it succeeded; absent before. yyyy-MM-dd HH:mm:ss in Asia/Kolkata. */
  readonly successTime: string | undefined;
}

function readPayoutNotification(members: MemberTexts): PayoutNotification {
  return {
    number: members.text("platFormTradeNo"),
    tradeNo: members.text("tradeNo"),
    amount: members.amount("amount"),
    status: members.text("status"),
    state: stateOf(members.text("status")),
    message: members.text("message"),
    successTime: members.optional("successTime"),
  };
}

/** A refund reached a result, or its result changed. */
export interface RefundNotification {
  /** Your order number. */
  readonly tradeNo: string;
  /** Your number of the refund. */
  readonly refundNo: string;
  /** The gateway's order number, 16 characters a-z and 0-9. */
  readonly number: string;
  /** The gateway's number of the refund, 16 characters a-z and 0-9. */
  readonly refundNumber: string;
  /** The amount, in units of the currency. */
  readonly amount: string;
  /** Status code of the order. */
  readonly status: string;
  /** What `status` means. */
  readonly state: OrderState;
  /** The status in words. */
  readonly message: string;
  /** When it succeeded; absent before. yyyy-MM-dd HH:mm:ss in Asia/Kolkata. */
  readonly successTime: string | undefined;
}

function readRefundNotification(members: MemberTexts): RefundNotification {
  return {
    tradeNo: members.text("tradeNo"),
    refundNo: members.text("refundNo"),
    number: members.text("platFormTradeNo"),
    refundNumber: members.text("refundNumber"),
    amount: members.amount("amount"),
    status: members.text("status"),
    state: stateOf(members.text("status")),
    message: members.text("message"),
    successTime: members.optional("successTime"),
  };
}
