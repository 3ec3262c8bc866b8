namespace Paypro.Server.Operator.CaseWork;

/// <summary>Kinds of cases in words. The kind itself stays as it is in addresses, metrics and runbooks.</summary>
internal static class CaseKindWords
{
    /// <summary>By the kind, which is also the heading of its runbook in <c>docs/operating/cases.md</c>.</summary>
    public static IReadOnlyDictionary<string, string> All { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["account-demoted"] = "Channel account fails often",
        ["allow-list"] = "Bad line in an allow-list",
        ["audit-broken"] = "Audit log was changed",
        ["channel-account"] = "Channel account is left out",
        ["channel-way"] = "Way is left out",
        ["contradiction"] = "Statement contradicts the books",
        ["cover"] = "Cover is missing",
        ["crossing"] = "Transfer between buckets refused",
        ["dispute"] = "Dispute",
        ["float-low"] = "Float is low",
        ["float-out"] = "Float is used up",
        ["float-stale"] = "No recent balance from the rail",
        ["float-stopped"] = "Rail refuses for want of money",
        ["held-payin"] = "Pay-in held",
        ["held-payout"] = "Payout held",
        ["ledger"] = "Books are not right",
        ["listing"] = "Listing cannot be read",
        ["mail-failed"] = "Mail was not delivered",
        ["mail-server"] = "Mail server takes no mail",
        ["merchant"] = "Merchant is left out",
        ["merchant-key"] = "Merchant's key does not open",
        ["merchant-screening"] = "Merchant held by screening",
        ["no-channel"] = "Channel account is missing",
        ["numbers-low"] = "Numbers run out soon",
        ["paid-after-decision"] = "Paid after it was decided as failed",
        ["payouts-parked"] = "Payouts wait for money",
        ["proposal-alone"] = "Change by one person alone",
        ["refused-statement"] = "Statement not taken",
        ["routing-rule"] = "Routing rule is left out",
        ["settlement"] = "Settlement refused by the books",
        ["suspense"] = "Money of no order",
        ["terms"] = "Terms cannot be right",
        ["terms-late"] = "Terms stored too late",
        ["transfer-refused"] = "Transfer by hand refused",
        ["unanswered-expiry"] = "Expired, and the rail is silent",
        ["underpaid"] = "Underpaid pay-in",
        ["unknown-outcome"] = "Outcome unknown",
        ["unscreened-payout"] = "Payout waits for screening",
        ["unsendable"] = "Payment cannot be sent",
        ["waiting-return"] = "Return of money that never came",
        ["withdrawal-screening"] = "Withdrawal held by screening",
        ["withdrawal-stuck"] = "Withdrawal does not go on",
    };

    /// <summary>A kind that has no words is shown by its own name.</summary>
    public static string Of(string kind) => All.GetValueOrDefault(kind, kind);
}
